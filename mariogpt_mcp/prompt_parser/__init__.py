"""Everyday English becomes a `PromptSpec`."""
