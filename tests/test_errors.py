from __future__ import annotations

import pytest

from mariogpt_mcp.errors import MarioGPTError, OptionError, error_about


def test_an_option_error_names_options_as_in_python_and_otherwise_on_request() -> None:
    error = OptionError(lambda name: f"leave out {name('batch_size')} and {name('seed')}")
    assert str(error) == "leave out batch_size and seed"
    assert error.text(str.upper) == "leave out BATCH_SIZE and SEED"


def test_an_option_error_can_be_raised_again_with_the_names_of_the_caller() -> None:
    error = OptionError(lambda name: f"leave out {name('outer_width')} and {name('seed')}")
    renamed = error.renamed(lambda field: {"outer_width": "width"}.get(field, field))
    assert str(renamed) == "leave out width and seed"
    assert renamed.text(str.upper) == "leave out WIDTH and SEED"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("There is no folder.", "maps: there is no folder."),
        ("A level has 14 rows.", "maps: a level has 14 rows."),
        ("'x' is a file.", "maps: 'x' is a file."),
        ("MarioGPT's kind is needed.", "maps: MarioGPT's kind is needed."),
        ("CUDA is missing.", "maps: CUDA is missing."),
        ("", "maps: "),
    ],
)
def test_after_its_subject_a_message_begins_with_a_small_letter(message: str, text: str) -> None:
    assert str(error_about("maps", MarioGPTError(message))) == text
