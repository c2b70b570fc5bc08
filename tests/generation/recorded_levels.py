"""Twenty levels of the bundled weights, recorded to show that a change of the code does not change levels.

`python -m tests.generation.recorded_levels` writes them again to `tests/data/recorded_levels.json`. Do this only if a
change is meant to change levels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings
from mariogpt_mcp.store.records import MadeLevel

FILE = Path(__file__).parent.parent / "data" / "recorded_levels.json"

REQUESTS: list[dict[str, Any]] = [
    {"prompt": "many pipes, few enemies", "seed": 7},
    {"prompt": "many pipes, some enemies, high elevation", "seed": 20},
    {"prompt": "no pipes, many enemies, some blocks, high elevation", "seed": 1},
    {"prompt": "little pipes, no enemies, little blocks, low elevation", "seed": 2},
    {"prompt": "some pipes, little enemies, many blocks", "seed": 3},
    {"prompt": "3 pipes, 5 enemies, little blocks", "seed": 4},
    {"prompt": "an underground level with some enemies", "seed": 5},
    {"prompt": "athletic, no enemies, no pipes", "seed": 6},
    {"prompt": "", "seed": 8},
    {"prompt": "an easy, flat level with a few goombas", "seed": 9},
    {"prompt": "hard level, lots of bricks", "seed": 10},
    {"prompt": "some pipes", "seed": 11, "level_size": 100},
    {"prompt": "2 pipes, 4 enemies", "seed": 12, "level_size": 699},
    {"prompt": "many pipes, many enemies", "seed": 13, "level_size": 2799},
    {"prompt": "some pipes, some enemies", "seed": 1, "temperature": 0.1},
    {"prompt": "some pipes, some enemies", "seed": 1, "temperature": 2.0},
]
"""New levels: the arguments of `MarioGPT.generate`."""

REVISIONS: list[dict[str, Any]] = [
    {"of": 0, "vary": "41-60", "prompt": "12 enemies", "seed": 30},
    {"of": 5, "vary": "", "prompt": "more pipes", "seed": 31},
    {"of": 12, "extend": 50, "prompt": "many enemies", "seed": 32},
    {"of": 6, "extend": 20, "prompt": "", "seed": 33},
]
"""Levels made from those: the index in `REQUESTS` (`of`), and the arguments of `vary` or `extend`."""


def make_levels() -> list[dict[str, Any]]:
    """Every recorded level as it is made now: its request, its rows, and the main parts of its report."""
    generator = MarioGPT(ModelLoader(ModelSettings(device="cpu")))
    made = [generator.generate(**request) for request in REQUESTS]
    revised = []
    for revision in REVISIONS:
        old, prompt, seed = made[revision["of"]], revision["prompt"], revision["seed"]
        if "vary" in revision:
            revised.append(generator.vary(old, revision["vary"], prompt, seed=seed))
        else:
            revised.append(generator.extend(old, revision["extend"], prompt, seed=seed))
    return [_entry(request, level) for request, level in zip([*REQUESTS, *REVISIONS], [*made, *revised], strict=True)]


def _entry(request: dict[str, Any], made: MadeLevel) -> dict[str, Any]:
    report = made.report
    return {
        "request": request,
        "rows": list(made.level.rows),
        "path": sorted(list(cell) for cell in made.level.path),
        "replay": report.beatable.replay,
        "difficulty": report.beatable.difficulty and report.beatable.difficulty.model_dump(mode="json"),
        "safe_start": report.beatable.safe_start,
        "structure_faults": report.structure_faults,
        "counts": {attribute.name: attribute.count for attribute in report.attributes},
        "met": report.met,
        "candidates": report.candidates,
    }


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(entry) for entry in make_levels())
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
