"""Writes one plain sentence about an argument that a call cannot use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MAX_SHOWN = 60
"""Maximum characters of a wrong value in the sentence."""

_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
"""What the value must be, by the word with which pydantic's error type begins."""

_EXAMPLES: dict[str, Any] = {
    "prompt": "many pipes, few enemies, high elevation",
    "temperature": 1.0,
    "level_size": 1399,
    "seed": 42,
    "level": "--------\n--------\n ... 14 rows ...\nXXXXXXXX",
    "repair": True,
    "show_path": True,
    "id": "1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47",
    "count": 10,
}


def sentence(call: str, error: Mapping[str, Any], name: str) -> str:
    """The sentence for one of pydantic's errors.

    Args:
        call: name of the tool, or method and path of the request.
        error: an entry of `ValidationError.errors()`.
        name: name of the argument; empty if the error is about all arguments as one object.
    """
    if error["type"] in ("missing", "missing_argument"):
        return f"{call} needs the parameter {name!r}{_example(name)}."
    given = json.dumps(error["input"], default=str)
    if len(given) > MAX_SHOWN:
        given = given[:MAX_SHOWN] + "..."
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", '"')
        return f"{name} must be {allowed}, not {given}."
    if not name:
        return f"{call} needs an object with named parameters, not {given}."
    kind = next((word for key, word in _KINDS.items() if error["type"].startswith(key)), "a valid value")
    return f"{name} must be {kind}, not {given}{_example(name)}."


def _example(name: str) -> str:
    return f", for example {json.dumps(_EXAMPLES[name])}" if name in _EXAMPLES else ""
