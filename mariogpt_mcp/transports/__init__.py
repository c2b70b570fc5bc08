"""Stdio, HTTP and the stdio preview."""
