"""Reads any level, checks it and repairs it."""
