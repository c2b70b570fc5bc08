"""What is published beside the wheel: the bundle for Claude Desktop, the Hugging Face Space, and the registry entry."""
