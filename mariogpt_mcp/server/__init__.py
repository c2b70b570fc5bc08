"""The MCP server: tools, resources and prompts over the generator. Thin: validate, call, format."""
