"""The hub's client calls a local server. It reads its settings at its import, so each test runs it in a new process."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from mariogpt_mcp.model.hub import is_hub_name
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings
from tests.mariogpt_checkpoints import TINY, save_bart, save_mariogpt

COMMIT = "0123456789012345678901234567890123456789"

MAKE = """
import sys, json
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import settings

class Watched(ModelLoader):
    statuses = []
    def __setattr__(self, name, value):
        if name == "status" and value:
            self.statuses.append(value)
        super().__setattr__(name, value)

generator = MarioGPT(Watched(settings().for_model()))
try:
    report = generator.generate("many pipes", level_size=100, seed=1).report
    print(json.dumps({"model": report.model, "statuses": Watched.statuses, "columns": report.columns}))
except MarioGPTError as error:
    print(json.dumps({"error": str(error)}))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """A hub with a MarioGPT, `mario/gpt`, and a BART, `mario/bart`."""
    root = tmp_path / "hub"
    save_mariogpt(root / "mario" / "gpt", TINY, old=True)
    save_bart(root / "mario" / "bart", TINY["n_embd"])

    class Hub(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            parts = unquote(self.path).split("?")[0].strip("/").split("/")
            if parts[:2] == ["api", "models"]:
                folder = root / parts[2] / parts[3]
                revision = parts[5] if len(parts) > 5 else "main"
                if not folder.is_dir() or revision not in ("main", COMMIT):
                    code = "RevisionNotFound" if folder.is_dir() else "RepoNotFound"
                    return self._send(404, b"{}", {"X-Error-Code": code})
                names = sorted(path.name for path in folder.iterdir())
                if len(parts) > 4 and parts[4] == "tree":
                    listed = [
                        {"type": "file", "path": name, "size": (folder / name).stat().st_size, "oid": COMMIT}
                        for name in names
                    ]
                    return self._send(200, json.dumps(listed).encode(), {})
                info = {"id": "/".join(parts[2:4]), "sha": COMMIT, "siblings": [{"rfilename": name} for name in names]}
                return self._send(200, json.dumps(info).encode(), {})
            path = root / parts[0] / parts[1] / parts[-1]
            if not path.is_file():
                return self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
            content = path.read_bytes()
            etag = hashlib.sha256(content).hexdigest()
            return self._send(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

        def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def make(tmp_path: Path, hub: str, **settings: str) -> dict[str, object]:
    """The level that a process with these settings makes, or its error."""
    ran = subprocess.run(
        [sys.executable, "-c", MAKE],
        env=environment(tmp_path, hub, **settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    made: dict[str, object] = json.loads(ran.stdout)
    return made


def environment(tmp_path: Path, hub: str, **settings: str) -> dict[str, str]:
    """An environment without the settings and the cache of this machine, and with one candidate."""
    names = {"model": "mario/gpt", "bart": "mario/bart", "candidates": "1", "rounds": "1", **settings}
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HF_", "MARIOGPT_"))},
        "HF_HOME": str(tmp_path / "cache"),
        "HF_ENDPOINT": hub,
        "OMP_WAIT_POLICY": "PASSIVE",
        **{f"MARIOGPT_{name.upper()}": value for name, value in names.items() if not name.startswith("HF_")},
        **{name: value for name, value in names.items() if name.startswith("HF_")},
    }


FETCH = """
import json, logging
from mariogpt_mcp.model.hub import fetch
logging.basicConfig(format="%(message)s")
logging.getLogger("mariogpt_mcp.model.hub").setLevel(logging.INFO)
fetch("mario/large", ["*.json"], ("model.safetensors", "pytorch_model.bin"), lambda done, total: None, "--init")
"""


@pytest.mark.slow
@pytest.mark.parametrize("weights", ["model.safetensors", "pytorch_model.bin"])
def test_the_progress_of_a_download_is_logged(tmp_path: Path, hub: str, weights: str) -> None:
    folder = tmp_path / "hub" / "mario" / "large"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / weights).write_bytes(bytes(80_000_000))
    ran = subprocess.run(
        [sys.executable, "-c", FETCH], env=environment(tmp_path, hub), capture_output=True, text=True, check=True
    )
    logged = re.findall(r"downloading mario/large: (\d+) of (\d+) MB", ran.stderr)
    assert len(logged) >= 3, ran.stderr
    assert {total for _, total in logged} == {"80"}
    assert [int(done) for done, _ in logged] == sorted(int(done) for done, _ in logged)
    assert logged[-1][0] == "80"


@pytest.mark.slow
def test_commands_take_names_on_the_hub(tmp_path: Path, hub: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "flat.txt").write_text("\n".join(["-" * 600] * 13 + ["X" * 600]))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mariogpt_mcp", *arguments],
            env=environment(tmp_path, hub, model="bundled"),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    made = run("generate", "", "--model", "mario/gpt", "--level-size", "100")
    assert made.returncode == 0, made.stderr
    assert "downloading" not in made.stdout
    train = ["train", "--corpus", "corpus", "--steps", "1", "--batch-size", "1", "--out"]
    trained = run(*train, "run", "--init", f"mario/gpt@{COMMIT}")
    assert trained.returncode == 0, trained.stderr
    assert "held out" in trained.stderr
    refused = run(*train, "other", "--init", "mario/other")
    assert (
        "is neither a folder here nor a model on the Hugging Face hub; correct the name, or give --init bundled"
        in refused.stderr
    )
    assert not (tmp_path / "other").exists()


@pytest.mark.slow
def test_a_model_on_the_hub_is_downloaded_once_with_progress(tmp_path: Path, hub: str) -> None:
    made = make(tmp_path, hub)
    assert (made["model"], made["columns"]) == ("mario/gpt", 7)
    statuses = made["statuses"]
    assert isinstance(statuses, list)
    assert any(line.startswith("downloading mario/gpt: ") and line.endswith(" MB") for line in statuses)
    assert any(line.startswith("downloading mario/bart: ") for line in statuses)
    offline = make(tmp_path, "http://127.0.0.1:9", HF_HUB_OFFLINE="1")
    assert (offline["model"], offline["statuses"]) == ("mario/gpt", [])
    revision = make(tmp_path, hub, model=f"mario/gpt@{COMMIT}")
    assert revision["model"] == f"mario/gpt@{COMMIT}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"model": "mario/other"}, "'mario/other' is neither a folder here nor a model on the Hugging Face hub"),
        ({"model": "mario/gpt@2.0"}, "'mario/gpt@2.0' does not have that revision"),
        ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "'mario/gpt' is not on this machine and could not be downloaded"),
        ({"HF_HUB_OFFLINE": "1"}, "'mario/gpt' is not on this machine and could not be downloaded"),
        ({"bart": "mario/other"}, "or set MARIOGPT_BART to a folder that has it."),
    ],
)
def test_a_failed_download_is_one_sentence(tmp_path: Path, hub: str, settings: dict[str, str], sentence: str) -> None:
    made = make(tmp_path, hub, **settings)
    error = made["error"]
    assert isinstance(error, str)
    assert sentence in error
    assert "\n" not in error
    assert "bart" in settings or "MARIOGPT_MODEL=bundled" in error


@pytest.mark.parametrize(
    ("source", "hub_name"),
    [
        ("shyamsn97/Mario-GPT2-700-context-length", True),
        ("owner/name@v1.0", True),
        ("bundled", False),
        ("/a/folder", False),
        ("./runs/mine", False),
        ("~/runs/mine", False),
        ("runs/mine/last", False),
        ("C:\\runs\\mine", False),
    ],
)
def test_names_on_the_hub_are_recognised(source: str, hub_name: bool) -> None:
    assert is_hub_name(source) == hub_name
    if hub_name:
        assert ModelLoader(ModelSettings(source)).name == source


def test_a_folder_is_preferred_to_a_model_of_the_same_name_on_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert not is_hub_name("runs/mine")
    assert ModelLoader(ModelSettings("runs/mine")).name == "mine"
