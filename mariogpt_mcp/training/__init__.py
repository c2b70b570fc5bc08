"""A corpus of level text becomes a checkpoint: recipes, the trainer, and sessions that can be stopped and resumed."""
