"""The MCP prompts, one markdown file with front matter each."""
