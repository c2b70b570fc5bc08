"""The grid of a level: its tiles, its features, its structure, its picture."""
