"""Levels by id."""
