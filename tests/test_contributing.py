"""The contributor's files: the make targets, the workflow, the pre-commit hooks, and the files that are named."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from tests.conftest import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
GITHUB = ROOT / ".github"


def test_make_help_lists_every_target() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(["make", "help"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    [phony] = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert [line.split()[0] for line in done.stdout.splitlines()] == phony.split()
    assert {"run", "test", "quick", "check", "format", "docs", "mcpb", "space"} < set(phony.split())


def test_the_workflow_calls_the_script_of_the_tests() -> None:
    workflow = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    commands = [step.get("run") for step in workflow["jobs"]["test"]["steps"]]
    assert ".ci/run" in commands
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_hooks_are_checks_of_make_check() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    [repo] = config["repos"]
    check = MAKEFILE.split("\ncheck:")[1].split("\n\n")[0]
    for hook in repo["hooks"]:
        assert hook["entry"].replace(".venv/bin", "$(BIN)") in check


def test_files_that_contributors_are_sent_to_are_there() -> None:
    text = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:mariogpt_mcp|resources|tests)/[\w/.]+)`", text)
    assert len(named) >= 12
    assert [name for name in named if not (ROOT / Path(name)).exists()] == []
