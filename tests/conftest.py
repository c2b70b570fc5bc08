"""Shared fixtures: a tiny random model, real level texts, a generator that needs no weights of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StdioTransport
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import ColumnRules
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.settings import ModelSettings, SearchSettings, settings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.training.corpus import PACKAGE, read_corpus
from mariogpt_mcp.web.inline_page import app_page
from tests.servers import Connect

ROOT = Path(__file__).parent.parent
VGLC = Path(os.environ.get("MARIOGPT_TEST_CORPUS", ROOT.parent / "shared" / "data" / "vglc"))

hypothesis_settings.register_profile("default", deadline=None, max_examples=50)
hypothesis_settings.load_profile("default")

levels = (
    st.integers(1, 40)
    .flatmap(lambda width: st.lists(st.text(SYMBOLS, min_size=width, max_size=width), min_size=HEIGHT, max_size=HEIGHT))
    .map(lambda rows: Level(tuple(rows)))
)


def rule_written(columns: int, seed: int, favour: str, batch: int = 1) -> list[Level]:
    """Levels at random under the structure rules, in which some tiles are much more likely than others."""
    rng = np.random.default_rng(seed)
    weights = np.array([30.0 if symbol in favour else 1.0 for symbol in SYMBOLS])
    ids = np.zeros((batch, columns + 2, HEIGHT), dtype=np.int64)  # two columns of sky before it
    for column in range(columns):
        rules = ColumnRules(ids[:, column + 1], ids[:, column], np.full(batch, column == columns - 1))
        for row in range(HEIGHT):
            allowed = rules.allowed()
            assert allowed.any(1).all(), "a dead end"
            ids[:, column + 2, row] = (rng.random(allowed.shape) ** (1 / weights) * allowed).argmax(1)
            rules.place(ids[:, column + 2, row])
    return [Level.from_ids(one[2:]) for one in ids]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("MARIOGPT_") and name != "MARIOGPT_TEST_CORPUS":
            monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def vglc() -> Path:
    """The VGLC's text files; not part of this project."""
    if not VGLC.is_dir():
        pytest.skip("no VGLC text here; set MARIOGPT_TEST_CORPUS to a folder of it")
    return VGLC


@pytest.fixture(scope="session")
def package_level() -> Level:
    """MarioGPT's own corpus: 7,294 columns, with paths."""
    return read_corpus(PACKAGE)[0].level


@pytest.fixture(scope="session")
def statistics(package_level: Level) -> CorpusStatistics:
    """What the windows of MarioGPT's corpus hold."""
    return CorpusStatistics.of([package_level])


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random network of the bundled kind, small enough to answer at once."""
    import torch

    from mariogpt_mcp.model.column.checkpoint import save_checkpoint
    from mariogpt_mcp.model.column.network import ColumnGPT2, NetworkConfig

    torch.manual_seed(0)
    config = NetworkConfig(
        context=8, outer_layers=2, outer_width=32, outer_heads=2, inner_layers=1, inner_width=16, inner_heads=2
    )
    network = ColumnGPT2(config)
    for table in network.condition_out.parameters():  # zero before training
        torch.nn.init.normal_(table, std=0.02)
    folder = tmp_path_factory.mktemp("tiny")
    save_checkpoint(network, folder)
    return folder


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source archive that lies beside it."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def torch_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the torch version that these tests run with, as pip finds it: a local CPU build if there is one."""
    out = tmp_path_factory.mktemp("torch")
    wanted = version("torch").split("+")[0]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(out), f"torch=={wanted}"],
        check=True,
        capture_output=True,
    )
    return next(out.glob("torch-*.whl"))


@pytest.fixture(scope="session")
def loader(tiny_checkpoint: Path) -> ModelLoader:
    return ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu"))


@pytest.fixture
def generator(loader: ModelLoader) -> MarioGPT:
    return MarioGPT(loader)


@pytest.fixture
def quick_generator(loader: ModelLoader) -> MarioGPT:
    """A generator for tests of what is around it: it writes two candidates, once."""
    return MarioGPT(loader, SearchSettings(candidates=2, rounds=1))


@pytest.fixture
def parts(quick_generator: MarioGPT) -> ServerParts:
    """What a server over stdio without a preview works with."""
    return ServerParts(LevelService(quick_generator, MemoryStore(50, 1)), app_page)


@pytest.fixture
def server(parts: ServerParts) -> FastMCP:
    return create_server(parts)


@pytest.fixture
def environment(tiny_checkpoint: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a separate server process with the tiny model."""
    return {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu", "HOME": str(tmp_path)}


@pytest.fixture
def stdio(environment: dict[str, str], tmp_path: Path) -> Connect:
    """Clients of the real command over stdio; its stderr goes to `tmp_path / "stderr"`."""

    def connect(mode: str = "auto", **more: str) -> Client[Any]:
        transport = StdioTransport(
            sys.executable,
            ["-m", "mariogpt_mcp"],
            env={**environment, **more},
            keep_alive=False,
            log_file=tmp_path / "stderr",
        )
        return Client(transport, mode=mode)

    return connect
