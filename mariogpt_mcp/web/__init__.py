"""What the HTTP server answers besides MCP."""
