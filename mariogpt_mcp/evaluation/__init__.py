"""Measured tables: a model, other systems and the original levels by the same metrics, and speed."""
