"""Checks any level, whoever made it, and repairs it."""
