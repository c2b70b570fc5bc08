"""The tables of measured figures."""

from __future__ import annotations

import json

import pytest

from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.release.documentation import results
from tests.conftest import ROOT

CHECKPOINT = ROOT / "resources" / "checkpoint"


def test_six_figures_of_the_evaluation() -> None:
    columns = json.loads((CHECKPOINT / "evaluation.json").read_text(encoding="utf-8"))["table"]
    ours = columns["with search"]
    rows = results.summary().splitlines()[2:]
    assert len(rows) == 6
    assert f"| {100 * ours['beaten by our solver']['share']:.1f} % |" in rows[0]
    assert f"{columns['mariogpt']['beaten by our solver']['share']:.1%}".replace("%", " %") in rows[0]
    assert f"| {ours['seconds, median']:.2f} |" in rows[5]


@pytest.mark.parametrize("name", ["evaluation", "benchmark"])
def test_the_measured_weights_are_the_bundled_ones(name: str) -> None:
    measured = json.loads((CHECKPOINT / f"{name}.json").read_text(encoding="utf-8"))
    assert measured["settings"]["model"] == ModelLoader().fingerprint


def test_the_evaluation_is_of_enough_levels() -> None:
    measured = json.loads((CHECKPOINT / "evaluation.json").read_text(encoding="utf-8"))
    assert measured["settings"]["levels"] >= 480
