"""`server.json`, compared with the registry's schema and with the program.

The schema in `tests/data` is the registry's own, https://static.modelcontextprotocol.io/schemas/2025-12-11/
server.schema.json as the PyPI package skillsaw 0.22.0 carries it byte for byte, with its licence beside it.
"""

from __future__ import annotations

import json
import re

import jsonschema  # type: ignore[import-untyped]

import mariogpt_mcp
from mariogpt_mcp.release.registry import SCHEMA, server_json
from mariogpt_mcp.service.identity import NAME, SUMMARY
from mariogpt_mcp.settings import PREFIX, Settings
from tests.conftest import ROOT

FILE = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))


def test_it_is_valid() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "server-2025-12-11.schema.json").read_text(encoding="utf-8"))
    assert schema["$id"] == FILE["$schema"] == SCHEMA
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(validator.iter_errors(FILE)) == []
    assert list(validator.iter_errors({**FILE, "description": SUMMARY * 2})), "the schema rejects an invalid entry"


def test_it_is_up_to_date() -> None:
    assert server_json() == FILE, "run: make server.json"


def test_versions_are_the_package_s() -> None:
    [package] = FILE["packages"]
    assert FILE["version"] == package["version"] == mariogpt_mcp.__version__


def test_every_setting_is_a_variable_and_every_variable_a_setting() -> None:
    [package] = FILE["packages"]
    variables = {entry["name"]: entry for entry in package["environmentVariables"]}
    assert list(variables) == [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        assert variables[f"{PREFIX}{name.upper()}"].get("default", "") == str(field.default)


def test_the_variables_defaults_are_taken() -> None:
    [package] = FILE["packages"]
    given = {entry["name"]: entry["default"] for entry in package["environmentVariables"] if "default" in entry}
    names = {name.removeprefix(PREFIX).lower(): value for name, value in given.items()}
    assert Settings(**names) == Settings()


def test_it_goes_by_one_name() -> None:
    assert NAME.count("/") == 1
    readme, dockerfile = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Dockerfile"))
    assert re.findall(r"<!-- mcp-name: (\S+) -->", readme) == [NAME]
    assert re.findall(r'io\.modelcontextprotocol\.server\.name="(.*)"', dockerfile) == [NAME]
