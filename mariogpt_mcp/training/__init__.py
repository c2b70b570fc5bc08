"""Training: a corpus of level texts in, a checkpoint folder out. Imports torch only where it trains."""
