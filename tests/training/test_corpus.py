from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.training.corpus import PACKAGE, read_corpus, split_held_out

TEXT = "\n".join(["-" * 60] * 13 + ["X" * 60])


def test_a_folder_is_read_at_any_depth_in_name_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text(TEXT + "\n")
    (tmp_path / "one.txt").write_text(TEXT[61:])
    (tmp_path / "readme.md").write_text("no level")
    corpus = read_corpus(str(tmp_path))
    assert [named.name for named in corpus] == ["b/two", "one"]
    assert all(len(named.level.rows) == HEIGHT for named in corpus)


def test_all_levels_of_the_vglc_are_read(vglc: Path) -> None:
    corpus = read_corpus(str(vglc / "cleaned"))
    assert len(corpus) == 40
    train, held_out = split_held_out(corpus)
    assert len(held_out) == 4
    assert not {n.name for n in train} & {n.name for n in held_out}


def test_the_package_is_read_without_importing_it() -> None:
    import sys

    level = read_corpus(PACKAGE)[0].level
    assert level.columns == 7294
    assert "mario_gpt" not in sys.modules


def test_one_long_level_holds_out_its_end() -> None:
    corpus = read_corpus(PACKAGE)
    train, held_out = split_held_out(corpus)
    assert train[0].level + held_out[0].level == corpus[0].level
    assert held_out[0].level.columns == 729


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "contains no .txt file"),
        (b"--\nX\n", "level.txt is not a level: row 2 has 1 columns"),
        (b"-Z\n", "level.txt is not a level: row 1, column 2 has 'Z'"),
        (b"", "level.txt is not a level"),
        (b"\xff\xfe\x00", "level.txt is not text in UTF-8"),
    ],
)
def test_bad_corpora_are_one_sentence(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "level.txt").write_bytes(content)
    with pytest.raises(MarioGPTError, match=message):
        read_corpus(str(tmp_path))


def test_the_message_names_a_missing_folder() -> None:
    with pytest.raises(MarioGPTError, match="There is no folder 'nowhere'"):
        read_corpus("nowhere")


def test_the_message_says_how_to_install_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    from mariogpt_mcp.training import corpus

    def none(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(corpus, "files", none)
    with pytest.raises(MarioGPTError, match="pip install --no-deps mario-gpt"):
        read_corpus(PACKAGE)


def test_two_levels_hold_out_one() -> None:
    level = Level.parse(TEXT)
    train, held_out = split_held_out([type(n)(f"l{i}", level) for i, n in enumerate(read_corpus(PACKAGE) * 2)])
    assert (len(train), len(held_out)) == (1, 1)
