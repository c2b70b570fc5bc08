"""Checks levels from any source, and repairs them."""
