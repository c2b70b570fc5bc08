"""The MCP server: its tools, resources, prompts and middleware."""
