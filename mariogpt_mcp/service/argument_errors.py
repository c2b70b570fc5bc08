"""One plain sentence for an argument that a call cannot use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MAX_SHOWN = 60
"""Characters of a wrong value that the sentence repeats."""

_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
"""What pydantic's error types, which begin with these words, ask for."""

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
        name: of the argument; empty if the error is about all of them.
    """
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{call} takes no parameter {name!r}; leave it out."
    if error["type"] in ("missing", "missing_argument"):
        return f"{call} needs the parameter {name!r}{_example(name)}."
    given = json.dumps(error["input"], default=str)
    if len(given) > MAX_SHOWN:
        given = given[:MAX_SHOWN] + "..."
    if error["type"] == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", '"')
        return f"{name} must be {allowed}, not {given}."
    kind = next((word for key, word in _KINDS.items() if error["type"].startswith(key)), "a value of another kind")
    return f"{name or 'the call'} must be {kind}, not {given}{_example(name)}."


def _example(name: str) -> str:
    return f", for example {json.dumps(_EXAMPLES[name])}" if name in _EXAMPLES else ""
