"""Data that mariogpt-mcp ships: the tile table, the pixel art and the weights."""
