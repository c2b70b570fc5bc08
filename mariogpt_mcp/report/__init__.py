"""What is said about a level, and how well it keeps to its prompt."""
