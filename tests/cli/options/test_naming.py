from __future__ import annotations

import pytest

from mariogpt_mcp.cli.options.naming import naming
from mariogpt_mcp.errors import MarioGPTError


def test_an_error_gets_the_options_name() -> None:
    with pytest.raises(MarioGPTError, match=r"^--corpus: There is no folder\.$"), naming("--corpus"):
        raise MarioGPTError("There is no folder.")


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(ValueError, match=r"^no number$"), naming("--corpus"):
        raise ValueError("no number")
