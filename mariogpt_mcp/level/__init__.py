"""The grid of a level: its tiles, its counts, its structure, its picture."""
