"""Levels in the formats of other editors and games."""
