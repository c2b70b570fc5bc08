"""Reports on a level: what it has, and how well it matches its prompt."""
