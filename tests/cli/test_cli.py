from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from mariogpt_mcp.cli import COMMANDS, main
from tests.cli.commands import FLAT, Run
from tests.servers import http_server


def test_help_imports_neither_torch_nor_the_server() -> None:
    code = (
        "import sys\nfrom mariogpt_mcp.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'transformers', 'fastmcp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([command, "--help"])
    text = capsys.readouterr().out
    assert "Usage: mariogpt-mcp " + command in text
    for option in getattr(import_module(f"mariogpt_mcp.cli.{command}"), command).params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_version(run: Run) -> None:
    done = run("--version")
    assert re.fullmatch(r"mariogpt-mcp \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["generate", "x", "--seed", "-1"], "seed must be a whole number from 0 to 4294967295"),
        (["generate", "x", "--seed", "4294967295", "--count", "2"], "seed must be a whole number"),
        (["generate", "x", "--temperature", "nan"], "temperature must be a number from 0.1 to 2.0"),
        (["generate", "x", "--temperature", "hot"], "Invalid value for '--temperature'"),
        (["generate", "x", "--count", "0"], "Invalid value for '--count'"),
        (["generate", "x", "--out", "/dev/null/x"], "cannot be used as a folder"),
        (["generate"], "Missing argument 'PROMPT'"),
        (["generate", "x", "--nonsense"], "No such option"),
        (["nonsense"], "No such command 'nonsense'"),
        (["train", "--corpus", "corpus", "--out", "/dev/null/x"], "cannot be used as a folder"),
        (["train", "--corpus", "corpus", "--seed", "-1"], "Invalid value for '--seed'"),
        (["evaluate", "--corpus", "nowhere"], "--corpus: there is no folder 'nowhere'"),
        (["evaluate", "--corpus", "corpus", "--originals", "nowhere"], "--originals: there is no folder 'nowhere'"),
        (
            ["evaluate", "--corpus", "corpus", "--peers", "nowhere"],
            "--peers: 'nowhere' is not a folder that contains a folder",
        ),
        (["evaluate", "--corpus", "corpus", "--seed", "-1"], "seed must be a whole number"),
        (["evaluate", "--corpus", "corpus", "--temperature", "3"], "Invalid value for '--temperature'"),
        (["evaluate", "--corpus", "corpus", "--out", "/dev/null/x"], "cannot be used as a folder"),
        (["check"], "Missing argument 'FILES...'"),
        (["check", "nowhere.txt"], "'nowhere.txt' cannot be read; give the file of a level"),
        (["check", __file__], f"{__file__}: there is no level in this text; send 14 rows of tiles"),
        (["http", "--host", ""], "--host must be an address"),
        (["http", "--port", "70000"], "Invalid value for '--port'"),
        (["http", "--host", "nowhere.invalid"], "cannot be used"),
        (["train", "--corpus", "nowhere"], "--corpus: there is no folder 'nowhere'"),
        (
            ["--model", "bundled", "train", "--corpus", "corpus"],
            "train takes no --model; to begin with a checkpoint",
        ),
        (["train", "--corpus", __file__], "is a file; a corpus is a folder of level text files"),
        (["train", "--corpus", "corpus", "--init", "nowhere"], "There is no checkpoint in the folder 'nowhere'"),
        (
            ["train", "--corpus", "corpus", "--init", "bundled", "--context", "16"],
            "keeps the checkpoint's shape; leave out --context.",
        ),
        (
            ["train", "--corpus", "corpus", "--width", "65"],
            "--width 65 is not a multiple of --heads 6; try --width 192.",
        ),
        (["train", "--corpus", "corpus", "--resume", "--out", "new"], "There is no run to resume"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "level.txt").write_text("\n".join(FLAT))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capsys.readouterr()
    assert caught.value.code != 0
    assert sentence in err
    assert err.startswith("mariogpt-mcp: ")
    assert err.count("\n") == 1
    assert out == ""


def test_an_error_of_the_program_is_one_sentence_without_its_class(call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mariogpt_mcp.cli.check.check_level", fail)
    done = call("check", __file__)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "mariogpt-mcp: An internal error occurred; run mariogpt-mcp doctor to check the installation.\n"
    )


FOREIGN_DOTENVS = {
    "not text": b"A=\xe4\n",
    "UTF-16": "MARIOGPT_DEVICE=tpu\n".encode("utf-16"),
    "a log level of another program": b"FASTMCP_LOG_LEVEL=verbose\n",
    "a port of another program": b"FASTMCP_PORT=abc\n",
    "our own settings": b"MARIOGPT_DEVICE=tpu\nMARIOGPT_MODEL=/nowhere\n",
    "a line break in a name": b"A\nB=1\n\x00",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", FOREIGN_DOTENVS.values(), ids=list(FOREIGN_DOTENVS))
def test_a_dotenv_of_the_folder_is_not_read(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_http_and_doctor_do_not_read_the_dotenv_either(
    run: Run, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(FOREIGN_DOTENVS["a port of another program"])
    with http_server(environment, tmp_path / "log") as address:
        assert address
    assert run("doctor").returncode == 0


def test_settings_of_fastmcp_do_not_stop_the_server(run: Run) -> None:
    done = run(FASTMCP_LOG_LEVEL="verbose", FASTMCP_PORT="abc", fastmcp_transport="pigeon")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_folder_that_was_deleted_does_not_stop_the_server(environment: dict[str, str], tmp_path: Path) -> None:
    command = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", command, "sh", str(Path(sys.executable).with_name("mariogpt-mcp"))],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_terminal_that_lacks_characters_shows_question_marks(run: Run, tmp_path: Path) -> None:
    encoding = {"PYTHONIOENCODING": "cp1252"}
    made = run("generate", "niño 日本", "--level-size", "100", "--seed", "1", "--out", "levels", **encoding)
    assert made.returncode == 0, made.stderr
    assert "ni" in made.stdout
    next((tmp_path / "levels").glob("*.txt")).rename(tmp_path / "日本.txt")
    checked = run("check", "日本.txt", **encoding)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("??.txt\n")
    refused = run("check", "日本 nowhere", **encoding)
    assert refused.returncode == 1
    assert refused.stderr.startswith("mariogpt-mcp: '?? nowhere' cannot be read")
