"""Who this server is to registries, directories and clients that have not yet connected."""

from __future__ import annotations

OWNER = "mariogpt-mcp"
"""The GitHub account that publishes it. Registries check that it is the publisher's: whoever publishes under another
one changes it here, in the README's `mcp-name` and in the Dockerfile's label, and runs `make server.json`."""

NAME = f"io.github.{OWNER}/mariogpt-mcp"
"""The name in reverse-DNS form, with one slash."""

TITLE = "MarioGPT"

SUMMARY = "Super Mario levels from prompts, each beaten before it is handed over."
"""At most 100 characters, which is what registries take."""
