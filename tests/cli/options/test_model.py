from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest

from mariogpt_mcp.cli import cli, main
from mariogpt_mcp.cli.options.model import model_arguments
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings, Settings, settings
from tests.mariogpt_checkpoints import TINY, save_bart, save_mariogpt


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The model of each loader that a command makes, and of each server that it starts; the command then ends."""
    seen: list[str] = []

    def make(self: ModelLoader, chosen: ModelSettings | None = None) -> None:
        seen.append("" if chosen is None else chosen.source)
        raise MarioGPTError("the test ends here")

    def serve(chosen: Settings, *address: object) -> None:
        seen.append(chosen.model)

    def start(*arguments: object) -> None:
        environment = arguments[-1]
        assert isinstance(environment, dict)
        seen.append(environment.get("MARIOGPT_MODEL", ""))
        raise MarioGPTError("the test ends here")

    monkeypatch.setattr(ModelLoader, "__init__", make)
    monkeypatch.setattr("mariogpt_mcp.transports.stdio.serve_stdio", serve)
    monkeypatch.setattr("mariogpt_mcp.transports.http.serve_http", serve)
    monkeypatch.setattr("mariogpt_mcp.cli.benchmark.measure_server", start)
    monkeypatch.setattr("mariogpt_mcp.cli.demo._call_server", start)
    monkeypatch.setenv("MARIOGPT_MODEL", "of-the-environment")
    return seen


def run(arguments: list[str]) -> None:
    with suppress(SystemExit):
        main(arguments)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["--model", "named"], []),
        (["--model", "named"], ["http"]),
        (["--model", "named"], ["generate", "x"]),
        ([], ["generate", "x", "--model", "named"]),
        (["--model", "another"], ["generate", "--model", "named", "x"]),
        (["--model", "named"], ["evaluate", "--corpus", "corpus"]),
        ([], ["evaluate", "--corpus", "corpus", "--model", "named"]),
        (["--model", "named"], ["benchmark"]),
        ([], ["benchmark", "--model", "named"]),
        ([], ["benchmark", "--original", "--model", "named"]),
        (["--model", "named"], ["doctor"]),
        (["--model", "named"], ["demo"]),
    ],
)
def test_every_command_uses_the_named_model(
    models: list[str], before: list[str], after: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "level.txt").write_text("\n".join(["-" * 60] * 13 + ["X" * 60]))
    monkeypatch.chdir(tmp_path)
    chosen = settings()
    run([*before, *after])
    assert models == ["named"]
    # The option is for this call only: neither the environment nor the settings are changed.
    assert os.environ["MARIOGPT_MODEL"] == "of-the-environment"
    assert settings() is chosen
    models.clear()
    run(["generate", "x"])
    assert models == ["of-the-environment"]


@pytest.mark.parametrize("command", [[], ["http"], ["generate", "x"], ["benchmark"], ["demo"], ["doctor"]])
def test_without_the_option_the_environment_names_the_model(
    models: list[str], command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(command)
    assert models == ["of-the-environment"]


def test_an_empty_name_is_the_bundled_model(models: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(["generate", "x", "--model", ""])
    assert models == ["bundled"]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["generate", "x", "--model", "nobody/nothing"], "or give --model bundled, which needs no download."),
        (["--model", "nobody/nothing", "generate", "x"], "or give --model bundled, which needs no download."),
        (["generate", "x"], "or set MARIOGPT_MODEL=bundled, which needs no download."),
    ],
)
def test_the_remedy_for_a_bad_model_is_where_it_was_named(
    arguments: list[str],
    remedy: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("mariogpt_mcp.model.hub._download", fail)
    monkeypatch.setenv("MARIOGPT_MODEL", "nobody/nothing")
    monkeypatch.chdir(tmp_path)
    run(arguments)
    assert capsys.readouterr().err.endswith(f"{remedy}\n")


def test_a_server_of_a_command_is_started_with_the_named_model() -> None:
    with click.Context(cli) as context:
        assert model_arguments() == []
        context.meta["mariogpt_mcp.model"] = "named"
        assert model_arguments() == ["--model", "named"]


def test_doctor_prints_the_named_model(models: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(["--model", "named", "doctor"])
    assert "MARIOGPT_MODEL = named\n" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("place", ["before the command", "after it"])
def test_a_model_is_named_on_the_command_line(tmp_path: Path, place: str) -> None:
    folder = save_mariogpt(tmp_path / "original", TINY)
    settings = {"MARIOGPT_BART": str(save_bart(tmp_path / "bart", TINY["n_embd"])), "MARIOGPT_MODEL": "nowhere"}
    model = ["--model", str(folder)]
    command = ["generate", "some pipes", "--level-size", "100", "--json", "--out", str(tmp_path / "levels")]
    arguments = [*model, *command] if place == "before the command" else [*command, *model]
    ran = subprocess.run(
        [sys.executable, "-m", "mariogpt_mcp", *arguments],
        env={**os.environ, **settings, "MARIOGPT_CANDIDATES": "1", "MARIOGPT_ROUNDS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"original"' in ran.stdout
    assert json.loads(ran.stdout.splitlines()[0])


@pytest.mark.slow
def test_a_mariogpt_is_evaluated_like_any_model(tmp_path: Path) -> None:
    folder = save_mariogpt(tmp_path / "original", TINY)
    (tmp_path / "corpus").mkdir()
    rows = ["-" * 60] * 12 + ["-<>---E" + "-" * 53, "X" * 60]
    for name in "ab":
        (tmp_path / "corpus" / f"{name}.txt").write_text("\n".join(rows))
    arguments = ["evaluate", "--model", str(folder), "--levels", "2", "--level-size", "700"]
    arguments += ["--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out")]
    ran = subprocess.run(
        [sys.executable, "-m", "mariogpt_mcp", *arguments],
        env={
            **os.environ,
            "MARIOGPT_BART": str(save_bart(tmp_path / "bart", TINY["n_embd"])),
            "MARIOGPT_CANDIDATES": "1",
            "MARIOGPT_ROUNDS": "1",
            "MARIOGPT_WINDOW": "sliding",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for row_name in ("raw model", "with search", "originals"):
        assert row_name in ran.stdout
    settings = json.loads(next((tmp_path / "out").glob("*.json")).read_text())["settings"]
    assert settings["model"].startswith("original-")
