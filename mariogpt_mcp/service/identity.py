"""How this server presents itself to registries, directories and clients that have not connected yet."""

from __future__ import annotations

OWNER = "mariogpt-mcp"
"""The GitHub account that publishes the server. Registries compare it with the account of the publisher. To publish
under another account, change it here, in the README's `mcp-name` and in the Dockerfile's label, and run
`make server.json`."""

NAME = f"io.github.{OWNER}/mariogpt-mcp"
"""The name in reverse-DNS form, with one slash."""

TITLE = "MarioGPT"

SUMMARY = "Super Mario levels from prompts, each one beaten by a built-in player before you get it."
"""At most 100 characters, the limit of registries."""
