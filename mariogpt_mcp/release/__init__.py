"""Makes what the program is published with beside its wheel: `python -m mariogpt_mcp.release`, called by `make`."""
