"""The measured figures, from the files that `mariogpt-mcp evaluate` and `mariogpt-mcp benchmark` wrote."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from mariogpt_mcp.evaluation.table import markdown_table
from mariogpt_mcp.level.features import COUNTABLES

_OURS, _PEER, _LOOP = "with search", "mariogpt", "MarioGPT's loop"
"""Columns of the evaluation: the levels that users get, MarioGPT's published levels, and its own generation loop."""

_BROKEN = ("halves and unknown tiles a level", "other broken pipes and cannons a level")


def summary() -> str:
    """Six figures of the evaluation, beside those of MarioGPT."""
    columns: dict[str, dict[str, Any]] = json.loads(_read("evaluation.json"))["table"]
    ours, peer, loop = columns[_OURS], columns[_PEER], columns[_LOOP]
    met = ", ".join(f"{100 * ours[f'{name} met, level']['share']:.1f}" for name in (*COUNTABLES, "elevation"))
    broken, peers_broken = (f"{sum(column[name] for name in _BROKEN):.1f}" for column in (ours, peer))
    rows = [
        ("levels beaten by the built-in player", *_shares("beaten by our solver", ours, peer)),
        ("levels won by Robin Baumgarten's A* agent", *_shares("won by Baumgarten's agent", ours, peer)),
        ("broken pipes, broken cannons and unknown tiles a level", broken, peers_broken),
        ("pipes, enemies, blocks and elevation as requested", f"{met} %", "not measured"),
        ("tiles that differ between two levels, mean", *_percent("diversity, all levels", ours, peer)),
        ("seconds for a level of 100 columns, median", *_seconds(ours, loop)),
    ]
    return markdown_table(["figure", "mariogpt-mcp", "MarioGPT"], rows)


def evaluation() -> str:
    """The whole table of the evaluation."""
    return _read("evaluation.md").rstrip()


def benchmark() -> str:
    """The whole table of the benchmark."""
    return _read("benchmark.md").rstrip()


def _shares(name: str, *columns: dict[str, Any]) -> list[str]:
    return [f"{100 * column[name]['share']:.1f} %" for column in columns]


def _percent(name: str, *columns: dict[str, Any]) -> list[str]:
    return [f"{100 * column[name]:.1f} %" for column in columns]


def _seconds(*columns: dict[str, Any]) -> list[str]:
    values = [column["seconds, median"] for column in columns]
    return [f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in values]


def _read(name: str) -> str:
    return files("mariogpt_mcp.resources").joinpath("checkpoint", name).read_text(encoding="utf-8")
