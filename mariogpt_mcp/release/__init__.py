"""What is published beside the wheel: the bundle, the registry entry, the Space, the generated documentation."""
