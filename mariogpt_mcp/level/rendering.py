"""Draws levels as palette PNGs, 16 pixels a tile, in this project's own pixel art (`resources/art.json`).

Pillow is imported when the first picture is drawn: a server imports this module when it starts.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import PATH_COLOUR, TILES, tagged, tile
from mariogpt_mcp.telemetry import span

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

TILE_SIZE = 16
"""Pixels a tile, as MarioGPT draws them."""

MAX_STRIP = 64
"""Columns a strip; a longer level is wrapped. 1024 px stay readable where 1568 px is a model's limit."""

MAX_SIDE = 2000
"""Largest width and height of a wrapped picture in pixels, the limit of several models for pictures."""

_RULER = 9
_GAP = 6
_SOLID = tagged("solid")


class _Art:
    """The pictures of `resources/art.json` as images in one shared palette."""

    def __init__(self) -> None:
        from PIL import Image

        text = files("mariogpt_mcp.resources").joinpath("art.json").read_text(encoding="utf-8")
        data: dict[str, Any] = json.loads(text)
        colours = {**data["palette"], "path": PATH_COLOUR}
        self.index = {letter: i for i, letter in enumerate(colours)}
        self.palette = [int(c[i : i + 2], 16) for c in colours.values() for i in (1, 3, 5)]
        self.sky = [self.index[letter] for letter in data["sky"]]
        self.ruler, self.tick = (self.index[letter] for letter in data["ruler"])
        self.path = self.index["path"]
        self.clouds: dict[str, int] = data["clouds"]
        self.wings_left: int = data["wings_left"]
        self._pictures: dict[str, tuple[Image.Image, Image.Image]] = {}
        for name, rows in data["pictures"].items():
            size = (len(rows[0]), len(rows))
            flat = "".join(rows)
            picture = Image.frombytes("P", size, bytes(self.index.get(letter, 0) for letter in flat))
            mask = Image.frombytes("L", size, bytes(0 if letter == "." else 255 for letter in flat))
            self._pictures[name] = (picture, mask)

    def paste(self, canvas: Image.Image, name: str, x: int, y: int) -> None:
        picture, mask = self._pictures[name]
        canvas.paste(picture, (x, y), mask)

    def cut_out(self, name: str) -> Image.Image:
        """One picture in its colours, transparent around it."""
        picture, mask = self._pictures[name]
        coloured = picture.copy()
        coloured.putpalette(self.palette)
        coloured = coloured.convert("RGBA")
        coloured.putalpha(mask)
        return coloured


@cache
def _art() -> _Art:
    return _Art()


def strips(columns: int) -> list[range]:
    """The columns of each strip a level is wrapped into, about equally wide.

    A strip has at most `MAX_STRIP` columns, or more if the picture would be higher than `MAX_SIDE`.
    """
    count = min(-(-columns // MAX_STRIP), (MAX_SIDE + _GAP) // (HEIGHT * TILE_SIZE + _RULER + _GAP))
    width = -(-columns // count)
    return [range(start, min(start + width, columns)) for start in range(0, columns, width)]


def render(level: Level, *, path: bool = True, wrap: bool = True) -> Image.Image:
    """Draw a level as a palette image.

    Args:
        level: what to draw.
        path: draw its path overlay, if it has one.
        wrap: long levels in strips under each other, each with column numbers below, in a picture of at most
            `MAX_SIDE` pixels a side; else in one strip.
    """
    from PIL import Image

    art = _art()
    parts = strips(level.columns) if wrap else [range(level.columns)]
    height = HEIGHT * TILE_SIZE + _RULER
    size = (len(parts[0]) * TILE_SIZE, len(parts) * (height + _GAP) - _GAP)
    canvas = Image.new("P", size, art.ruler)
    canvas.putpalette(art.palette)
    for i, part in enumerate(parts):
        _draw_strip(canvas, level, part, i * (height + _GAP), path)
    if wrap and size[0] > MAX_SIDE:
        canvas = canvas.resize((MAX_SIDE, size[1] * MAX_SIDE // size[0]), Image.Resampling.NEAREST)
    return canvas


def render_png(level: Level, *, path: bool = True, wrap: bool = True) -> bytes:
    """The picture as PNG bytes."""
    buffer = io.BytesIO()
    with span("render", columns=level.columns):
        render(level, path=path, wrap=wrap).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def picture_of(level: Level, row: int, column: int) -> str:
    """The name of the picture that a cell is drawn with: its tile's, but ground under anything else has grass."""
    symbol = level.rows[row][column]
    name = tile(symbol).name
    if name == "ground" and (row == 0 or level.rows[row - 1][column] != symbol):
        return "ground top"
    return name


def pictures_png(names: Sequence[str]) -> bytes:
    """Pictures of one tile each, side by side and transparent around them, as PNG bytes; the sky's place is empty."""
    from PIL import Image

    art, buffer = _art(), io.BytesIO()
    strip = Image.new("RGBA", (len(names) * TILE_SIZE, TILE_SIZE))
    for i, name in enumerate(names):
        if name != TILES[0].name:
            strip.paste(art.cut_out(name), (i * TILE_SIZE, 0))
    strip.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_strip(canvas: Image.Image, level: Level, columns: range, top: int, path: bool) -> None:
    from PIL import ImageDraw

    art, draw = _art(), ImageDraw.Draw(canvas)
    width, height = len(columns) * TILE_SIZE, HEIGHT * TILE_SIZE
    for i, colour in enumerate(art.sky):
        from_y, to_y = (top + height * j // len(art.sky) for j in (i, i + 1))
        draw.rectangle((0, from_y, width - 1, to_y - 1), fill=colour)
    clouds = art.clouds
    for column in columns:
        if column % clouds["every"] == clouds["first"] and column + 1 in columns:
            y = top + clouds["top"] + clouds["step"] * (column // clouds["every"] % clouds["heights"])
            art.paste(canvas, "cloud", (column - columns.start) * TILE_SIZE, y)
    for r, row in enumerate(level.rows):
        for column in columns:
            if row[column] == TILES[0].symbol:
                continue
            name = picture_of(level, r, column)
            x, y = (column - columns.start) * TILE_SIZE, top + r * TILE_SIZE
            art.paste(canvas, name, x, y)
            if name == "enemy" and r + 1 < HEIGHT and tile(level.rows[r + 1][column]).id not in _SOLID:
                art.paste(canvas, "wings", x - art.wings_left, y)
    if path:
        _draw_path(draw, level, columns, top)
    for column in columns:
        if (column + 1) % 10 == 0:
            _draw_number(canvas, draw, column + 1, (column - columns.start) * TILE_SIZE, top + height)


def _draw_path(draw: ImageDraw.ImageDraw, level: Level, columns: range, top: int) -> None:
    art = _art()
    for r, column in level.path:
        if column in columns:
            x = (column - columns.start) * TILE_SIZE + TILE_SIZE // 2
            y = top + r * TILE_SIZE + TILE_SIZE // 2
            draw.ellipse((x - 3, y - 3, x + 2, y + 2), fill=art.path, outline=art.tick)


def _draw_number(canvas: Image.Image, draw: ImageDraw.ImageDraw, number: int, x: int, y: int) -> None:
    art, text = _art(), str(number)
    draw.line((x + TILE_SIZE // 2, y, x + TILE_SIZE // 2, y + 1), fill=art.tick)
    left = x + TILE_SIZE // 2 - 2 * len(text) + 1
    for i, digit in enumerate(text):
        art.paste(canvas, f"digit {digit}", left + 4 * i, y + 3)
