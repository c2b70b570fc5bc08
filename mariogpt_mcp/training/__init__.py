"""Makes checkpoints from a corpus."""
