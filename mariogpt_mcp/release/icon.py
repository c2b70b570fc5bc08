"""The icon that clients and directories show, drawn with the pixel art of the levels."""

from __future__ import annotations

import io

from PIL import Image

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, render

SIZE = 512
"""Width and height in pixels, as the .mcpb format recommends."""

_SCENE = ("?---", "--<>", "E-[]", "XXXX")


def icon_png() -> bytes:
    """A pipe, an enemy and a question block as a square PNG."""
    columns, side = len(_SCENE[0]), len(_SCENE) * TILE_SIZE
    level = Level(("-" * columns,) * (HEIGHT - len(_SCENE)) + _SCENE)
    bottom = HEIGHT * TILE_SIZE
    scene = render(level).crop((0, bottom - side, side, bottom))
    buffer = io.BytesIO()
    scene.resize((SIZE, SIZE), Image.Resampling.NEAREST).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
