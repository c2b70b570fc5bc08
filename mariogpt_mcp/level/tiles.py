"""The tile table: one entry a symbol, read from `resources/tiles.json`.

Everything that names, draws, counts or converts tiles is made from this table. A tile's id is its place in
the table; ids are what the model reads and writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of tile.

    `symbol` is that of the Video Game Level Corpus, `framework` that of the Mario AI Framework's legend; `colour` is
    `#rrggbb`.
    """

    id: int
    symbol: str
    name: str
    meaning: str
    tags: frozenset[str]
    colour: str
    framework: str


def _read() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        files("mariogpt_mcp.resources").joinpath("tiles.json").read_text(encoding="utf-8")
    )
    return table


_TABLE = _read()

TILES: tuple[Tile, ...] = tuple(
    Tile(
        id=i,
        symbol=t["symbol"],
        name=t["name"],
        meaning=t["meaning"],
        tags=frozenset(t["tags"]),
        colour=t["colour"],
        framework=t["framework"]["symbol"],
    )
    for i, t in enumerate(_TABLE["tiles"])
)
SYMBOLS: str = "".join(t.symbol for t in TILES)
PATH_SYMBOL: str = _TABLE["path"]["symbol"]
PATH_COLOUR: str = _TABLE["path"]["colour"]
PATH_MEANING: str = _TABLE["path"]["meaning"]
LEGEND_NAME: str = _TABLE["legend"]
QUESTION_BLOCK_CLASH: str = _TABLE["question_block_clash"]

_BY_SYMBOL = {t.symbol: t for t in TILES}


def tile(symbol: str) -> Tile:
    """The tile with this symbol; `KeyError` if the table has none."""
    return _BY_SYMBOL[symbol]


def tagged(tag: str) -> frozenset[int]:
    """Ids of the tiles that carry a tag, such as `solid`, `enemy` or `pipe-left`."""
    return frozenset(t.id for t in TILES if tag in t.tags)


def legend_text() -> str:
    """The legend as lines of text, one a tile, for people and language models."""
    lines = [f"{t.symbol}  {t.name}: {t.meaning}" for t in TILES]
    lines.append(f"{PATH_SYMBOL}  path: {PATH_MEANING}")
    return "\n".join([*lines, "", QUESTION_BLOCK_CLASH])
