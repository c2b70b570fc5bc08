"""The entry point of `mariogpt-mcp` and `python -m mariogpt_mcp`."""

from __future__ import annotations

from mariogpt_mcp.cli import main

if __name__ == "__main__":
    main()
