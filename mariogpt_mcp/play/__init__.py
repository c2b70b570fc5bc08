"""Plays levels: physics, a simulator, a solver, replays, difficulty."""
