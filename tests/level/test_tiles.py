import json

from mariogpt_mcp.level.tiles import PATH_SYMBOL, QUESTION_BLOCK_CLASH, SYMBOLS, TILES, legend_text, tagged, tile
from tests.conftest import ROOT

TABLE = json.loads((ROOT / "resources" / "tiles.json").read_text(encoding="utf-8"))["tiles"]


def test_the_table_is_the_vglc_legend() -> None:
    assert set(SYMBOLS) == set("-XSQ?oE<>[]Bb")
    assert len(SYMBOLS) == len(TILES)
    assert [t.id for t in TILES] == list(range(len(TILES)))
    assert all(entry["vglc"]["symbol"] == entry["symbol"] for entry in TABLE)


def test_a_path_is_no_tile() -> None:
    assert PATH_SYMBOL not in SYMBOLS


def test_every_tile_is_either_solid_or_passable() -> None:
    assert tagged("solid") | tagged("passable") == set(range(len(TILES)))
    assert not tagged("solid") & tagged("passable")


def test_the_question_block_clash_is_spelled_out() -> None:
    full, empty = (TABLE[tile(symbol).id] for symbol in "?Q")
    assert full["vglc"]["meaning"] == "full question block"
    assert empty["vglc"]["meaning"] == "empty question block"
    assert "power-up" in full["framework"]["meaning"]
    assert "coin" in empty["framework"]["meaning"]
    assert "'Q'" in QUESTION_BLOCK_CLASH
    assert QUESTION_BLOCK_CLASH in legend_text()


def test_the_legend_names_every_tile() -> None:
    text = legend_text()
    assert all(f"{t.symbol}  {t.name}" in text for t in TILES)
