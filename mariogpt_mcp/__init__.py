"""Super Mario levels from prompts: an MCP server, a command line and a Python API around a GPT-2.

>>> from mariogpt_mcp import MarioGPT, check_level
>>> made = MarioGPT().generate("many pipes, few enemies", seed=7)
>>> made.save("level.png")
>>> check_level(made.text).report.beatable.beaten
True

Importing this package imports neither torch nor the server; both are imported when they are first needed.
"""

from __future__ import annotations

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.grid import Level, LevelError
from mariogpt_mcp.store.records import CheckedLevel, MadeLevel
from mariogpt_mcp.version import __version__

__all__ = [
    "CheckedLevel",
    "Hooks",
    "Level",
    "LevelError",
    "MadeLevel",
    "MarioGPT",
    "MarioGPTError",
    "Stopped",
    "__version__",
    "check_level",
]
