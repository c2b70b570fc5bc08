"""What the documents name is there: files, headings, commands and options, settings, tests, make targets."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from mariogpt_mcp.cli import COMMANDS, cli
from mariogpt_mcp.release.documentation.blocks import document_files
from mariogpt_mcp.settings import PREFIX, Settings
from tests.conftest import ROOT

documents = pytest.mark.parametrize("file", document_files(ROOT), ids=lambda file: file.relative_to(ROOT).as_posix())


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def anchors(file: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text_of(file), flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@documents
def test_links_lead_to_files_and_headings(file: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(file)):
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@documents
def test_commands_and_their_options_are_there(file: Path) -> None:
    for name, rest in re.findall(r"mariogpt-mcp ([a-z]+)\b([^`\n|]*)", _code(text_of(file))):
        assert name in COMMANDS, name
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        known = {option for param in (*command.params, *cli.params) for option in (*param.opts, *param.secondary_opts)}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= {*known, "--help"}, f"{name}{rest}"


@documents
def test_settings_are_there(file: Path) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {"MARIOGPT_TEST_CORPUS"}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", text_of(file))) <= known


@documents
def test_tests_and_make_targets_are_there(file: Path) -> None:
    code = _code(text_of(file))
    for path in re.findall(r"\btests/[\w/.-]+", code):
        assert (ROOT / path.rstrip(".")).exists(), path
    for target in re.findall(r"\bmake ([a-z.]+)", code):
        assert re.search(rf"^{re.escape(target)}:", text_of(ROOT / "Makefile"), re.MULTILINE), target


def _code(text: str) -> str:
    """What is in code blocks and in code font, with continued lines joined."""
    parts = re.findall(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    return "\n".join(block or inline for block, inline in parts).replace("\\\n", " ")


def test_the_code_of_a_document_is_found() -> None:
    assert _code("`a b` and\n```sh\nmake run \\\n  x\n```\n") == "a b\nmake run    x\n"
    assert anchors(ROOT / "README.md") >= {"quick-start", "what-you-can-ask-for"}
