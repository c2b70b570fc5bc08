"""The MCP tools. Each is a function of the same name."""
