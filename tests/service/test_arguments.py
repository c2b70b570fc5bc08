from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.service.arguments import Arguments, read_arguments

SCHEMA: dict[str, Any] = {
    "properties": {
        "prompt": {"type": "string"},
        "level": {"type": "string"},
        "columns": {"type": "string"},
        "format": {"type": "string", "enum": ["level", "tiled"]},
        "level_size": {"type": "integer"},
        "seed": {"type": "integer"},
        "temperature": {"type": "number"},
        "show_path": {"type": "boolean"},
    }
}


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("columns", 10, "10"),
        ("columns", 10.0, "10"),
        ("columns", [5, 10], "5-10"),
        ("columns", ["5", "10"], "5-10"),
        ("columns", "5 to 10", "5 to 10"),
        ("level", ["--", "XX"], "--\nXX"),
        ("level", {"rows": ["--"]}, '{"rows": ["--"]}'),
        ("prompt", ["many pipes", "few enemies"], "many pipes, few enemies"),
        ("prompt", 5, "5"),
        ("format", " Tiled", "tiled"),
        ("level_size", "1399", 1399),
        ("level_size", " 1399 ", 1399),
        ("level_size", "1399.0", 1399),
        ("level_size", 1399.0, 1399),
        ("level_size", "1,399", 1399),
        ("level_size", "1 399", 1399),
        ("level_size", "1.399", 1399),
        ("level_size", "1_399", 1399),
        ("level_size", "1e3", 1000),
        ("level_size", '"1399"', 1399),
        ("seed", "-1", -1),
        ("seed", "4,294,967,295", 4294967295),
        ("temperature", "0.7", 0.7),
        ("temperature", "0,7", 0.7),
        ("temperature", "2", 2),
        ("temperature", 2, 2),
        ("show_path", "yes", True),
        ("show_path", "TRUE", True),
        ("show_path", 1, True),
        ("show_path", "off", False),
        ("show_path", 0, False),
    ],
)
def test_values_with_one_meaning_are_converted(name: str, given: object, meant: object) -> None:
    read = read_arguments({name: given}, SCHEMA)
    assert read == Arguments({name: meant})
    assert type(read.values[name]) is type(meant)


@pytest.mark.parametrize("nothing", [None, "", " ", "null", "NULL", "None", "undefined"])
@pytest.mark.parametrize("name", SCHEMA["properties"])
def test_nothing_is_the_default(name: str, nothing: object) -> None:
    assert read_arguments({name: nothing}, SCHEMA) == Arguments({})


def test_a_list_without_rows_is_nothing() -> None:
    assert read_arguments({"level": [], "prompt": []}, SCHEMA) == Arguments({})


@pytest.mark.parametrize("word", ["random", "Default", "auto"])
def test_a_number_may_be_left_to_the_server(word: str) -> None:
    assert read_arguments({"seed": word}, SCHEMA) == Arguments({})
    assert read_arguments({"prompt": word}, SCHEMA) == Arguments({"prompt": word})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level_size", "large"),
        ("level_size", 13.5),
        ("level_size", "13.5"),
        ("level_size", True),
        ("seed", "0x10"),
        ("temperature", "hot"),
        ("temperature", "1,2,3"),
        ("show_path", "maybe"),
        ("show_path", 2),
        ("prompt", True),
    ],
)
def test_other_values_are_left_for_the_validation(name: str, value: object) -> None:
    assert read_arguments({name: value}, SCHEMA).values == {name: value}


@pytest.mark.parametrize("name", ["toolCallId", "sessionId", "_sessionID", "chatInput", "action", "_meta", "x", ""])
def test_arguments_that_clients_add_are_ignored(name: str) -> None:
    assert read_arguments({"seed": 7, name: "1f0c"}, SCHEMA) == Arguments({"seed": 7}, ignored=(name,))


@pytest.mark.parametrize(
    ("written", "own"),
    [("temprature", "temperature"), ("temperatur", "temperature"), ("promt", "prompt"), ("level_sise", "level_size")],
)
def test_a_misspelled_name_is_mentioned(written: str, own: str) -> None:
    read = read_arguments({written: 1}, SCHEMA)
    note = f"there is no parameter {written!r}, so it was ignored; did you mean {own!r}?"
    assert read == Arguments({}, (note,), (written,))


@pytest.mark.parametrize(
    ("written", "own"), [("levelSize", "level_size"), ("Show-Path", "show_path"), ("SEED", "seed"), ("rows", "level")]
)
def test_a_name_in_another_style_is_ours(written: str, own: str) -> None:
    assert read_arguments({written: "1"}, SCHEMA).values == read_arguments({own: "1"}, SCHEMA).values


def test_the_name_of_the_schema_comes_first() -> None:
    read = read_arguments({"levelSize": 1, "level_size": 2}, SCHEMA)
    assert read == Arguments({"level_size": 2}, ignored=("levelSize",))


@pytest.mark.parametrize("name", ["level_id", "levelId"])
def test_the_id_of_a_level_has_two_names(name: str) -> None:
    assert read_arguments({name: "1f"}, {"properties": {"id": {"type": "string"}}}).values == {"id": "1f"}
    assert read_arguments({name: "1f"}, SCHEMA).values == {"level": "1f"}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "levelsize", "tempo"]) | st.text(), _json, max_size=5))
def test_any_arguments_can_be_read(arguments: dict[str, Any]) -> None:
    read = read_arguments(arguments, SCHEMA)
    assert read.values.keys() <= SCHEMA["properties"].keys()
    assert read_arguments(read.values, SCHEMA).values == read.values or "nan" in str(read.values)
