from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from mariogpt_mcp.service.argument_errors import sentence


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (Literal["text", "tiled"], "gif", 'format must be "text" or "tiled", not "gif".'),
        (Literal["text", "tiled"], "g" * 90, f'format must be "text" or "tiled", not "{"g" * 59}....'),
        (int, "g" * 90, f'format must be a whole number, not "{"g" * 59}....'),
    ],
)
def test_a_long_value_is_cut_and_ends_in_dots(kind: Any, given: str, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(given)
    (error,) = caught.value.errors()
    assert sentence("get_level", dict(error), "format") == expected
