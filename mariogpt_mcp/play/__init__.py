"""Playing levels: a deterministic simulator, a solver over it, and replays."""
