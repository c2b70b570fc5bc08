"""Keeps finished levels by id, in memory or in a folder."""
