"""Reads the arguments of a call as clients and language models write them.

Clients add arguments that only they know, and send `null` for values that were left out. Models write numbers as text,
lists for ranges, and names in another style. The schemas keep one plain type for each parameter; this module converts
what can only mean one thing, and leaves everything else for the validation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = {"", "null", "none", "undefined", "nil"}
"""Texts that mean that an argument was left out."""

UNSET_NUMBERS = {"random", "default", "auto", "any"}
"""Texts that mean the same for a number."""

SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

OTHER_NAMES = {"levelid": ("id", "level"), "id": ("level",), "rows": ("level",), "description": ("prompt",)}
"""Names that models use for a parameter of ours, in the form of `_key`; the first one that the call has is meant."""

MIN_SIMILARITY = 80
"""Similarity, in percent, from which an unknown name is a misspelling of one of ours."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ ,._'\u00a0\u202f]\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_RANGE_ENDS = 2


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call in the form of its schema.

    `notes` are sentences for the user about misspelled names. `ignored` are the names that the call does not have.
    """

    values: dict[str, Any]
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def read_arguments(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Arguments:
    """Read the arguments of a call; `schema` is the JSON schema of its parameters."""
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    values: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for name, value in given.items():
        if name not in properties:
            unknown[name] = value
        elif not _is_nothing(value, properties[name]):
            values[name] = _read(value, name, properties[name])
    notes, ignored = [], []
    for name, value in unknown.items():
        meant = _own_name(name, properties)
        if meant and meant not in values and not _is_nothing(value, properties[meant]):
            values[meant] = _read(value, meant, properties[meant])
            continue
        ignored.append(name)
        similar = None if meant else _similar(name, properties)
        if similar:
            notes.append(f"there is no parameter {name[:40]!r}, so it was ignored; did you mean {similar!r}?")
    return Arguments(values, tuple(notes), tuple(ignored))


def _is_nothing(value: object, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, str):
        text = value.strip().lower()
        return text in NOTHING or (schema.get("type") in ("integer", "number") and text in UNSET_NUMBERS)
    return value is None or (value == [] and schema.get("type") == "string")


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _own_name(name: str, properties: Mapping[str, Any]) -> str | None:
    """The parameter that is meant by a name in another style, such as `levelSize`, or by another name for it."""
    key = _key(name)
    same = [own for own in properties if _key(own) == key]
    return next((own for own in (*same, *OTHER_NAMES.get(key, ())) if own in properties), None)


def _similar(name: str, properties: Mapping[str, Any]) -> str | None:
    # Imported with the first unknown name: a start of the server without one is 10 ms faster.
    from rapidfuzz import fuzz, process

    found = process.extractOne(_key(name), {own: _key(own) for own in properties}, scorer=fuzz.ratio)
    return str(found[2]) if found is not None and found[1] >= MIN_SIMILARITY else None


def _read(value: Any, name: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "string":
        text = _text(value, name)
        return text.strip().lower() if "enum" in schema and isinstance(text, str) else text
    if kind == "boolean":
        return SWITCHES.get(str(value).strip().lower(), value)
    if kind in ("integer", "number"):
        return _number(value, kind)
    return value


def _text(value: Any, name: str) -> Any:
    """A text from a list of rows, a range of two numbers, or a number."""
    if isinstance(value, list) and all(isinstance(part, (str, int, float)) for part in value):
        if name == "level":
            return "\n".join(map(str, value))
        if name == "columns" and len(value) == _RANGE_ENDS:
            return f"{value[0]}-{value[1]}"
        return ", ".join(map(str, value))
    if isinstance(value, (dict, list)):
        return json.dumps(value) if name == "level" else value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _number(value: Any, kind: str) -> Any:
    """A number from text such as "1399", "1,399", "1e3" or "0,7"; other values are returned unchanged."""
    number = value
    if isinstance(value, str):
        text = value.strip().strip("\"'`")
        if _GROUPED.fullmatch(text) and (kind == "integer" or not re.search(r"[.,]", text)):
            text = re.sub(r"[^\d+-]", "", text)
        elif _DECIMAL_COMMA.fullmatch(text):
            text = text.replace(",", ".")
        try:
            number = int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
        except ValueError:
            return value
    if kind == "integer" and isinstance(number, float):
        return int(number) if number.is_integer() else value
    return number
