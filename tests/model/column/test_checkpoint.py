from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.column import checkpoint
from mariogpt_mcp.model.column.checkpoint import load_checkpoint, save_checkpoint
from mariogpt_mcp.model.files import WEIGHTS_FILE
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings


def _break(folder: Path, name: str) -> None:
    if name == "missing":
        (folder / "model.safetensors").unlink()
    elif name == "truncated":
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
    elif name == "not json":
        (folder / "config.json").write_text("{")
    else:
        config = json.loads((folder / "config.json").read_text())
        config.update({"kind": {"model_type": "bert"}, "tiles": {"symbols": "-X"}, "shape": {"outer_width": 64}}[name])
        (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("missing", "There is no checkpoint in"),
        ("truncated", "is damaged or of another shape"),
        ("not json", "is damaged or of another shape"),
        ("kind", "is of the type 'bert'"),
        ("tiles", "was trained on other tiles"),
        ("shape", "is damaged or of another shape"),
    ],
)
def test_a_bad_checkpoint_is_one_sentence(tiny_checkpoint: Path, tmp_path: Path, damage: str, message: str) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    _break(folder, damage)
    with pytest.raises(MarioGPTError, match=message) as caught:
        ModelLoader(ModelSettings(str(folder))).network()
    assert "\n" not in str(caught.value)


def test_a_checkpoint_that_cannot_be_written_leaves_the_older_one(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint")
    before = (folder / WEIGHTS_FILE).read_bytes()

    def full_disk(weights: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full_disk)
    with pytest.raises(MarioGPTError, match="could not be written to") as caught:
        save_checkpoint(load_checkpoint(folder), folder)
    assert str(caught.value).endswith("; free some space or choose another folder.")
    assert (folder / WEIGHTS_FILE).read_bytes() == before
    assert not list(folder.glob("*.part"))
