"""A prompt becomes a checked level."""
