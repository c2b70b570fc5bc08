from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.models import MarioGPTModel, is_gpt2
from mariogpt_mcp.settings import ModelSettings
from tests.mariogpt_checkpoints import TINY, save_bart
from tests.model.mariogpt.decoding import drafts


def test_each_kind_of_checkpoint_is_recognised(mariogpt: Path, bart: Path, tiny_checkpoint: Path) -> None:
    loader = ModelLoader(ModelSettings(str(mariogpt), "cpu", bart=str(bart)))
    model = loader.model()
    assert isinstance(model, MarioGPTModel)
    assert loader.loaded
    assert model.parameters > 257 * TINY["n_embd"]
    with pytest.raises(MarioGPTError, match="is a MarioGPT, but a column model is needed"):
        loader.network()
    assert ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")).model().kind == "column"
    assert loader.fingerprint.startswith(mariogpt.name)


@pytest.mark.parametrize(
    ("width", "message"), [(16, "names a BART of width 16, but the model needs width 32"), (None, "There is no BART")]
)
def test_a_bart_that_does_not_fit_is_one_sentence(
    mariogpt: Path, tmp_path: Path, width: int | None, message: str
) -> None:
    if width is not None:
        save_bart(tmp_path / "other", width)
    loader = ModelLoader(ModelSettings(str(mariogpt), "cpu", bart=str(tmp_path / "other")))
    with pytest.raises(MarioGPTError, match=message) as caught:
        loader.model().decoder(drafts(2), 1.0)
    assert str(tmp_path) not in str(caught.value)


def test_a_column_model_writes_no_path(tiny_checkpoint: Path) -> None:
    model = ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")).model()
    assert model.device == "cpu"
    assert model.parameters > 0
    _, paths = model.decoder(drafts(5), 1.0)
    assert paths().shape == (2, 5, 14)
    assert not paths().any()


def test_other_and_unreadable_checkpoints_are_no_gpt2(mariogpt: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    assert is_gpt2(mariogpt)
    assert not is_gpt2(tiny_checkpoint)
    assert not is_gpt2(tmp_path)
    (tmp_path / "config.json").write_text("{")
    assert not is_gpt2(tmp_path)
