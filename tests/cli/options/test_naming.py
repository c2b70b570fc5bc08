from __future__ import annotations

import click
import pytest

from mariogpt_mcp.cli.options.naming import naming, naming_options
from mariogpt_mcp.cli.train import train
from mariogpt_mcp.errors import MarioGPTError, OptionError


def test_an_error_gets_the_name_of_the_option() -> None:
    with pytest.raises(MarioGPTError, match=r"^--corpus: there is no folder\.$"), naming("--corpus"):
        raise MarioGPTError("There is no folder.")


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(ValueError, match=r"^no number$"), naming("--corpus"):
        raise ValueError("no number")


def test_options_have_the_names_of_the_shell() -> None:
    sentence = r"^--batch-size differs, and so does warm_up\.$"
    with click.Context(train), pytest.raises(MarioGPTError, match=sentence), naming_options():
        raise OptionError(lambda name: f"{name('batch_size')} differs, and so does {name('warm_up')}.")


def test_errors_about_no_option_are_not_changed() -> None:
    with click.Context(train), pytest.raises(MarioGPTError, match=r"^the seed$"), naming_options():
        raise MarioGPTError("the seed")
