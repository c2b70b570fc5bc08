"""Middleware of every MCP call: the log, cancellation, and errors in plain sentences."""
