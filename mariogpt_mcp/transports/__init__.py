"""Serving over stdio and over HTTP, and the preview pages of a stdio server."""
