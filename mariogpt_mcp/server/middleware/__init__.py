"""What every MCP call goes through."""
