"""Many calls at once to real servers, and calls that are cancelled."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from tests.conftest import ROOT
from tests.servers import ERAS, SLOW, Connect, cancel_a_long_call, http_server
from tests.transports.crowd import Answer, answer, jobs, own_level, visit

pytestmark = pytest.mark.slow

JSON = {"MARIOGPT_LOG_FORMAT": "json"}


def logged(log: Path) -> list[dict[str, Any]]:
    """The lines of the log."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def assert_good_and_bad_outcomes(answers: Sequence[Answer], log: Path, others: int) -> None:
    """Good jobs succeed, and bad jobs are refused in a sentence, also in the log; `others` calls came before them."""
    assert [(a.job.name, a.error) for a in answers if not a.job.bad and a.error is not None] == []
    for refused in (a for a in answers if a.job.bad):
        assert refused.error is not None, refused.job.name
        assert re.fullmatch(r"[A-Z a-z].*[.:].*", refused.error, re.DOTALL), refused.error
        assert not re.search(r"inside the server|Traceback|pydantic|Error", refused.error), refused.error
    lines = logged(log)
    assert not [line for line in lines if "exception" in line]
    outcomes = Counter(line["outcome"] for line in lines if "tool" in line)
    expected = Counter("refused" if a.job.bad else "ok" for a in answers if a.job.tool)
    assert outcomes == expected + Counter(ok=others)


async def test_200_calls_of_8_clients_over_http(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    with http_server({**environment, **JSON}, log) as address:
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(Client(f"{address}/mcp", mode=ERAS[number % 2])) for number in range(8)
            ]
            visits = await asyncio.gather(*(visit(client, number, 25) for number, client in enumerate(clients)))
    answers = [one for found in visits for one in found]
    assert len(answers) == 200
    assert_good_and_bad_outcomes(answers, log, others=8)


@pytest.mark.parametrize("era", ERAS)
async def test_50_calls_over_stdio(stdio: Connect, tmp_path: Path, era: str) -> None:
    async with stdio(era, **JSON) as client:
        answers = await visit(client, 1, 50)
    assert len(answers) == 50
    assert_good_and_bad_outcomes(answers, tmp_path / "stderr", others=1)


async def light_calls_during_loading(clients: Sequence[Client[Any]], release: Path) -> list[str]:
    """The calls that need the model wait until `release` exists. Meanwhile all other calls are answered.

    Returns:
        The tools that were called without the model.
    """
    level = await own_level(clients[-1], 1)
    found = await jobs(clients[-1], level, 1)
    heavy = [asyncio.create_task(answer(job)) for job in found if job.heavy and not job.bad]
    assert heavy
    while not release.with_name("requested").exists():
        await asyncio.sleep(0.01)
    light = []
    for number, client in enumerate(clients):
        light += [job for job in await jobs(client, level, number) if not job.heavy]
    for one in await asyncio.gather(*(answer(job) for job in light)):
        assert (one.error is not None) == one.job.bad
    assert not any(task.done() for task in heavy)
    release.touch()
    assert [one.error for one in await asyncio.gather(*heavy)] == [None for _ in heavy]
    return [job.name for job in light if job.tool]


def assert_light_calls_came_first(log: Path, light: Sequence[str]) -> None:
    lines = logged(log)
    loaded = next(i for i, line in enumerate(lines) if line["logger"] == "mariogpt_mcp.model.loader")
    before = [line["tool"] for line in lines[:loaded] if "tool" in line]
    assert Counter(before) == Counter(light) + Counter(["check_level"])
    assert "generate_mario_level" in [line["tool"] for line in lines[loaded:] if "tool" in line]


async def test_other_calls_do_not_wait_for_the_model_over_http(environment: dict[str, str], tmp_path: Path) -> None:
    release, log = tmp_path / "release", tmp_path / "stderr"
    module = ("tests.transports.held", str(release), "http", "--port", "0")
    with http_server({**environment, **JSON}, log, module=module) as address:
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(Client(f"{address}/mcp", mode=ERAS[number % 2])) for number in range(8)
            ]
            light = await light_calls_during_loading(clients, release)
    assert_light_calls_came_first(log, light)


@pytest.mark.parametrize("era", ERAS)
async def test_other_calls_do_not_wait_for_the_model_over_stdio(
    environment: dict[str, str], tmp_path: Path, era: str
) -> None:
    release, log = tmp_path / "release", tmp_path / "stderr"
    transport = StdioTransport(
        sys.executable,
        ["-m", "tests.transports.held", str(release)],
        env={**environment, **JSON},
        cwd=str(ROOT),
        keep_alive=False,
        log_file=log,
    )
    async with Client(transport, mode=era) as client:
        light = await light_calls_during_loading([client], release)
    assert_light_calls_came_first(log, light)


def assert_writing_stopped_within_a_column(log: Path) -> None:
    """At most one more column is finished after the log line of the cancelled call."""
    lines = logged(log)
    column = re.compile(r"column (\d+) of (\d+) is finished")
    written = [found and int(found[2]) >= 200 for found in (column.fullmatch(line["message"]) for line in lines)]
    cancelled = next(i for i, line in enumerate(lines) if line.get("outcome") == "cancelled")
    assert sum(map(bool, written[:cancelled])) >= 1
    assert sum(map(bool, written[cancelled:])) <= 1
    # Without the cancellation there would be 20 rounds of 200 columns.
    assert sum(map(bool, written)) < 4000
    [stopped] = [i for i, line in enumerate(lines) if "a level of 200 columns was stopped" in line["message"]]
    assert not any(written[stopped:])


DEBUG = {**JSON, **SLOW, "MARIOGPT_LOG_LEVEL": "debug"}


@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_call_writes_at_most_one_more_column_over_http(
    environment: dict[str, str], tmp_path: Path, era: str
) -> None:
    log = tmp_path / "stderr"
    with http_server({**environment, **DEBUG}, log) as address:
        async with Client(f"{address}/mcp", mode=era) as client:
            await cancel_a_long_call(client)
    assert_writing_stopped_within_a_column(log)


@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_call_writes_at_most_one_more_column_over_stdio(
    stdio: Connect, tmp_path: Path, era: str
) -> None:
    async with stdio(era, **DEBUG) as client:
        await cancel_a_long_call(client)
    assert_writing_stopped_within_a_column(tmp_path / "stderr")
