"""Measures sets of levels: what a model or a peer made, and the originals, by one yardstick."""
