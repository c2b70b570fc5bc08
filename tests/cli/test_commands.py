from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from mariogpt_mcp.cli import COMMANDS, main
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.settings import PREFIX, Settings

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tiny_checkpoint: Path, tmp_path: Path) -> Run:
    """The real command in a folder of its own, with a tiny model."""
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu"}

    def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mariogpt_mcp", *arguments],
            env={**environment, **more},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


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
    for option in import_module(f"mariogpt_mcp.cli.{command}").command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name


def test_version(run: Run) -> None:
    done = run("--version")
    assert re.fullmatch(r"mariogpt-mcp \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.slow
def test_generate_writes_and_prints(run: Run, tmp_path: Path) -> None:
    done = run("generate", "some pipes, spooky", "--level-size", "200", "--seed", "5", "--count", "2", "--out", "made")
    assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert [re.sub(r"-[0-9a-f]{8}\.", ".", name) for name in files] == [
        "mario-5.png",
        "mario-5.txt",
        "mario-6.png",
        "mario-6.txt",
    ]
    texts = [Level.parse(path.read_text()).text() for path in sorted((tmp_path / "made").glob("*.txt"))]
    assert all(text in done.stdout for text in texts)
    assert "not understood, no effect: 'spooky'" in done.stdout


@pytest.mark.slow
def test_generate_prints_one_object_a_line(run: Run, tmp_path: Path) -> None:
    arguments = ("generate", "2 pipes", "--level-size", "200", "--seed", "5", "--count", "3", "--json")
    lines = [json.loads(line) for line in run(*arguments).stdout.splitlines()]
    assert [line["seed"] for line in lines] == [5, 6, 7]
    for line in lines:
        assert list(line) == ["id", "seed", "prompt", "text_path", "png_path", "report"]
        assert (tmp_path / line["text_path"]).exists()
        assert (tmp_path / line["png_path"]).exists()
        assert line["report"]["columns"] == 14
    again = [json.loads(line) for line in run(*arguments).stdout.splitlines()]
    for one, other in zip(lines, again, strict=True):
        assert (tmp_path / one["text_path"]).read_text() == (tmp_path / other["text_path"]).read_text()


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
        (["train", "--corpus", "mario-gpt", "--out", "/dev/null/x"], "cannot be used as a folder"),
        (["train", "--corpus", "mario-gpt", "--seed", "-1"], "Invalid value for '--seed'"),
        (["evaluate", "--corpus", "nowhere"], "There is no folder 'nowhere'"),
        (["evaluate", "--corpus", "mario-gpt", "--peers", "nowhere"], "is no folder of folders"),
        (["evaluate", "--corpus", "mario-gpt", "--seed", "-1"], "seed must be a whole number"),
        (["evaluate", "--corpus", "mario-gpt", "--temperature", "3"], "Invalid value for '--temperature'"),
        (["evaluate", "--corpus", "mario-gpt", "--out", "/dev/null/x"], "cannot be used as a folder"),
        (["check"], "Missing argument 'FILES...'"),
        (["check", "nowhere.txt"], "'nowhere.txt' cannot be read as text"),
        (["check", __file__], "is no tile"),
        (["http", "--host", ""], "--host must be an address"),
        (["http", "--port", "70000"], "Invalid value for '--port'"),
        (["http", "--host", "nowhere.invalid"], "cannot be used"),
        (["train", "--corpus", "nowhere"], "There is no folder 'nowhere'"),
        (
            ["--model", "bundled", "train", "--corpus", "mario-gpt"],
            "train takes no --model; to begin with a checkpoint",
        ),
        (["train", "--corpus", __file__], "is a file; --corpus takes the folder"),
        (["train", "--corpus", "mario-gpt", "--init", "nowhere"], "There is no checkpoint in the folder 'nowhere'"),
        (["train", "--corpus", "mario-gpt", "--init", "bundled", "--heads", "2"], "--init and --heads do not go"),
        (["train", "--corpus", "mario-gpt", "--width", "65"], "--width 65 is no multiple of --heads 6"),
        (["train", "--corpus", "mario-gpt", "--resume", "--out", "new"], "There is no run to resume"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    out, err = capsys.readouterr()
    assert caught.value.code != 0
    assert sentence in err
    assert err.startswith("mariogpt-mcp: ")
    assert err.count("\n") == 1
    assert out == ""


def hear_interrupts() -> None:
    """Shells have what runs in the background ignore them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_an_interrupted_training_goes_on_from_the_step_it_was_at(run: Run, tmp_path: Path) -> None:
    shape = ["--context", "12", "--layers", "1", "--width", "32", "--heads", "2", "--batch-size", "2"]
    options = ["train", "--corpus", "mario-gpt", "--out", "run", *shape]
    command = [sys.executable, "-m", "mariogpt_mcp", *options, "--steps", "100000"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=-1, stderr=-1, text=True, preexec_fn=hear_interrupts
    ) as process:
        while not (tmp_path / "run" / "log.jsonl").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "stopping after this step" in errors
    assert errors.endswith("mariogpt-mcp: Stopped; go on by the same command with --resume.\n")
    import torch

    step = torch.load(tmp_path / "run" / "training-state.pt", weights_only=True)["step"]
    done = run(*options, "--steps", str(step + 1), "--resume")
    assert done.returncode == 0, done.stderr
    assert f"step {step + 1}: loss" in done.stderr


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_made(tiny_checkpoint: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mariogpt_mcp", "generate", "x", "--count", "10000", "--level-size", "100"]
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint)}

    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=-1, stderr=-1, text=True, preexec_fn=hear_interrupts
    ) as process:
        folder = tmp_path / "levels"
        while not (folder.is_dir() and len(list(folder.glob("*.png"))) >= 2):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert re.fullmatch(r"mariogpt-mcp: Stopped; \d+ of 10000 levels are in levels\.\n", errors)
    for path in folder.glob("*.txt"):
        Level.parse(path.read_text())


@pytest.mark.slow
def test_doctor_says_what_is_there(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 0, done.stderr
    for name in Settings.model_fields:
        assert f"{PREFIX}{name.upper()} = " in done.stdout
    assert "All is well" in done.stdout
    assert re.search(r"^torch \d", done.stdout, re.MULTILINE)


@pytest.mark.slow
def test_doctor_says_what_is_wrong(run: Run) -> None:
    done = run("doctor", MARIOGPT_MODEL="nowhere")
    assert done.returncode == 1
    assert "There is no checkpoint in the folder 'nowhere'" in done.stdout
    assert done.stderr == "mariogpt-mcp: Not all is well: 1 thing above has to be mended.\n"


@pytest.mark.slow
def test_train_then_generate_with_the_result(run: Run, tmp_path: Path) -> None:
    shape = ["--context", "12", "--layers", "1", "--width", "32", "--heads", "2", "--batch-size", "2"]
    done = run("train", "--corpus", "mario-gpt", "--out", "run", "--steps", "3", *shape)
    assert done.returncode == 0, done.stderr
    assert len(CorpusStatistics.load(tmp_path / "run" / STATISTICS_FILE).windows) > 1000
    assert "best loss on held-out levels" in done.stdout
    assert "held out: mario-gpt (end)" in done.stderr
    done = run("train", "--corpus", "mario-gpt", "--out", "run", "--steps", "5", "--resume", *shape)
    assert done.returncode == 0, done.stderr
    assert "step 5: loss" in done.stderr
    made = run("generate", "some pipes", "--level-size", "100", MARIOGPT_MODEL=str(tmp_path / "run"))
    assert "model run" in made.stdout


def test_the_help_of_train_has_the_recipes_own_figures() -> None:
    from mariogpt_mcp.cli.train import command
    from mariogpt_mcp.training.column_recipe import ColumnConfig
    from mariogpt_mcp.training.mariogpt_recipe import OriginalConfig
    from mariogpt_mcp.training.trainer import GENTLE

    helps = {option.name: option.help for option in command.params if isinstance(option, click.Option)}
    column, original = ColumnConfig(), OriginalConfig()
    for name in ("steps", "batch_size", "weight_decay"):
        expected = f"[{getattr(column, name)}; the original's kind {getattr(original, name):g}]"
        assert (helps[name] or "").endswith(expected), name
    rates = f"[{column.learning_rate}; with --init {GENTLE:.4f}; from a plain GPT-2 {original.learning_rate}]"
    assert (helps["learning_rate"] or "").endswith(rates)
    network = column.network
    shape = (network.context, network.outer_layers, network.outer_width, network.outer_heads)
    for name, value in zip(("context", "layers", "width", "heads"), shape, strict=True):
        assert (helps[name] or "").endswith(f"[{value}]")
    assert f"[{network.dropout}; " in (helps["dropout"] or "")


def test_an_init_that_is_loaded_leaves_the_threads_as_they_were_asked_for(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from mariogpt_mcp.training.trainer import Trainer

    seen = []

    def run(self: Trainer, report: object) -> float:
        seen.append(torch.get_num_threads())
        return 0.0

    monkeypatch.setattr(Trainer, "run", run)
    before = torch.get_num_threads()
    options = ["--init", str(tiny_checkpoint), "--out", str(tmp_path / "run"), "--threads", "2"]
    try:
        main(["train", "--corpus", "mario-gpt", *options])
    finally:
        torch.set_num_threads(before)
    assert seen == [2]


@pytest.mark.slow
def test_train_goes_on_from_the_bundled_weights(run: Run, tmp_path: Path) -> None:
    options = ["train", "--corpus", "mario-gpt", "--init", "bundled", "--out", "run", "--batch-size", "2"]
    done = run(*options, "--steps", "2", "--learning-rate", "1e-6")
    assert done.returncode == 0, done.stderr
    before, after = map(json.loads, (tmp_path / "run" / "log.jsonl").read_text().splitlines())
    assert before["step"] == 0
    assert f", {before['validation_loss']:.4f} before; the checkpoint is in run" in done.stdout
    assert after["validation_loss"] == pytest.approx(before["validation_loss"], abs=1e-3)
    assert after["validation_loss"] < 0.5  # fresh weights are above 2
    bundled = Path(__file__).parents[2] / "resources" / "checkpoint" / "config.json"
    assert json.loads((tmp_path / "run" / "config.json").read_text()) == json.loads(bundled.read_text())
    same = run("train", "--corpus", "mario-gpt", "--init", "run", "--out", "./run", "--steps", "1")
    assert "--init and --out are the same folder, 'run'" in same.stderr
    wild = run(*options[:-4], "--out", "wild", "--batch-size", "1", "--steps", "1", "--learning-rate", "1")
    assert "no step did better on the held-out levels than what it began with" in wild.stdout
    refused = run(*options, "--steps", "3", "--resume")
    assert "other options (learning_rate)" in refused.stderr


@pytest.mark.slow
def test_demo_makes_a_level_over_mcp(run: Run, tmp_path: Path, tiny_checkpoint: Path) -> None:
    done = run("demo", "2 pipes", "--out", "shown")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "shown" / "demo-7.png").read_bytes().startswith(b"\x89PNG")
    assert str(tmp_path / "shown" / "demo-7.png") in done.stdout
    assert '"mcpServers"' in done.stdout
    assert f"model {tiny_checkpoint.name}" in done.stdout
    assert "mariogpt-mcp http" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "setting", "sentence"),
    [
        (["--seed", "-5"], {}, "seed must be a whole number from 0 to 4294967295, for example 42."),
        (["[/x]"], {"MARIOGPT_MODEL": "nowhere"}, "There is no checkpoint in the folder 'nowhere'"),
        ([], {"MARIOGPT_DEVICE": "tpu"}, "The server did not start; mariogpt-mcp doctor says what is wrong."),
    ],
)
def test_demo_fails_in_one_sentence(run: Run, arguments: list[str], setting: dict[str, str], sentence: str) -> None:
    done = run("demo", *arguments, **setting)
    assert done.returncode == 1
    assert f"mariogpt-mcp: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_benchmark_prints_its_figures(run: Run) -> None:
    done = run("benchmark", "--levels", "2", "--starts", "1", "--no-loops")
    assert done.returncode == 0, done.stderr
    for words in (
        "start to tools/list over stdio",
        "torch imported by tools/list: no",
        "peak memory",
        "structural faults",
    ):
        assert words in done.stdout


@pytest.mark.slow
def test_evaluate_prints_and_saves_its_table(run: Run, tmp_path: Path) -> None:
    rows = ["-" * 60] * 12 + ["-<>---E" + "-" * 53, "X" * 60]
    for name in ("corpus/a", "corpus/b", "peers/theirs/level_1", "peers/theirs/level_2"):
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(rows))
    arguments = (
        *("evaluate", "--corpus", "corpus", "--peers", "peers", "--levels", "2", "--level-size", "700"),
        *("--temperature", "0.5", "--temperature", "1.75"),
    )
    done = run(*arguments, "--out", "table")
    assert done.returncode == 0, done.stderr
    head = "| figure | raw model | with search | temperature 0.5 | temperature 1.75 | theirs | originals |"
    assert done.stdout.startswith(head)
    assert (tmp_path / "table" / "evaluation.md").read_text() in done.stdout
    first = json.loads((tmp_path / "table" / "evaluation.json").read_text())
    assert first["settings"]["levels"] == 2
    raw, search, calm = (first["table"][name] for name in ("raw model", "with search", "temperature 0.5"))
    only = {"free-text prompts understood", "free-text prompts understood and met", "misses not reported"}
    assert set(search) - set(raw) == only | {"beaten by our solver, 200 columns"}
    assert first["table"]["originals"]["beaten by our solver"]["share"] == 1
    assert search["misses not reported"] == 0
    for name in ("style met, level", "pipes met, window of 50", "number of enemies exact"):
        assert search[name]["cases"] == 2
        assert name not in calm
    for name in ("jumps in 100 columns, standard deviation", "seconds, median", "pattern KL 2x2"):
        assert name in search
        assert name in calm
    kinds = {"combinations", "numbers", "natural", "styles"}
    assert {path.stem for path in (tmp_path / "table").glob("*.jsonl")} == {
        *(f"{kind}-{case}" for kind in kinds for case in ("raw", "search")),
        *("free-search", "long-search", "natural-search-0.5", "natural-search-1.75"),
        *(path.stem for path in (tmp_path / "table").glob("solver-*.jsonl")),
    }
    again = run(*arguments, "--out", "table")
    assert again.stdout == done.stdout


FLAT = ["-" * 30] * 12 + ["X" * 30] * 2
PIT = ["-" * 40] * 12 + ["X" * 12 + "-" * 15 + "X" * 13] * 2


def test_check_says_what_is_good_and_what_is_not(run: Run, tmp_path: Path) -> None:
    (tmp_path / "flat.txt").write_text("\n".join(FLAT))
    (tmp_path / "pit.txt").write_text("\n".join(PIT))
    good = run("check", "flat.txt")
    assert (good.returncode, good.stderr) == (0, "")
    assert "- beaten by the built-in player" in good.stdout
    bad = run("check", "flat.txt", "pit.txt", "--json")
    assert (bad.returncode, bad.stderr) == (1, "")
    reports = [json.loads(line) for line in bad.stdout.splitlines()]
    assert [report["report"]["beatable"]["beaten"] for report in reports] == [True, False]
    assert "15 columns have nothing to stand on" in reports[1]["report"]["beatable"]["reason"]


def test_check_mends_and_writes_what_it_mended(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pit.txt").write_text("\n".join(PIT))
    done = run("check", "pit.txt", "--repair", "--out", "mended")
    assert done.returncode == 0, done.stderr
    assert "- changed row" in done.stdout
    text = (tmp_path / "mended" / "pit.txt").read_text()
    assert text.strip() in done.stdout
    assert (tmp_path / "mended" / "pit.png").read_bytes().startswith(b"\x89PNG")
    assert run("check", "mended/pit.txt").returncode == 0


def test_without_java_the_outside_judge_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "level.txt").write_text("\n".join(FLAT))
    done = run("evaluate", "--corpus", ".", "--astar", PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "--astar needs Java" in done.stderr
