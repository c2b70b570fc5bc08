"""Measures sets of levels: those of a model, of other systems, and the originals."""
