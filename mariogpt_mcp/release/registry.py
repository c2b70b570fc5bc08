"""`server.json`: the entry of this server in the MCP registry."""

from __future__ import annotations

from typing import Any, get_args

from mariogpt_mcp.service.identity import NAME, SUMMARY, TITLE
from mariogpt_mcp.settings import PREFIX, RANGES, Settings
from mariogpt_mcp.version import __version__

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"


def server_json() -> dict[str, Any]:
    """The document that `server.json` contains."""
    return {
        "$schema": SCHEMA,
        "name": NAME,
        "title": TITLE,
        "description": SUMMARY,
        "version": __version__,
        "packages": [
            {
                "registryType": "pypi",
                "identifier": "mariogpt-mcp",
                "version": __version__,
                "runtimeHint": "uvx",
                # Otherwise uvx downloads CUDA on every Linux machine, even without a GPU.
                "runtimeArguments": [{"type": "named", "name": "--torch-backend", "value": "auto"}],
                "transport": {"type": "stdio"},
                "environmentVariables": environment_variables(),
            }
        ],
    }


def environment_variables() -> list[dict[str, Any]]:
    """Every setting as an environment variable, in the registry's form."""
    return [_variable(name) for name in Settings.model_fields]


def _variable(name: str) -> dict[str, Any]:
    field = Settings.model_fields[name]
    choices = get_args(field.annotation)
    entry: dict[str, Any] = {"name": f"{PREFIX}{name.upper()}", "description": str(field.description)}
    if field.annotation in (int, float):
        low, high = RANGES[name]
        entry |= {"description": f"{field.description}; {low} to {high}", "format": "number"}
    if field.default != "":
        entry["default"] = str(field.default)
    if choices:
        entry["choices"] = list(choices)
    return entry
