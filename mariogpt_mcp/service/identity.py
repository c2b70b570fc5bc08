"""The name and the description of this server for registries, directories and clients before they connect."""

from __future__ import annotations

OWNER = "mariogpt-mcp"
"""The GitHub account that publishes the server. Registries compare it with the account of the publisher.

To publish under another account, change it here, in the README's `mcp-name` and in the Dockerfile's label, and run
`make server.json`.
"""

NAME = f"io.github.{OWNER}/mariogpt-mcp"
"""The name in registries: reverse-DNS form, with one slash."""

TITLE = "MarioGPT"

SUMMARY = "Super Mario levels from prompts, each one beaten by a built-in player before you get it."
"""The description in registries, which allow at most 100 characters."""
