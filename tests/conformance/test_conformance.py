"""The official conformance suite against our server over Streamable HTTP, in both eras of the protocol."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.node import MODULES, run_node
from tests.servers import http_server

pytestmark = pytest.mark.slow

SUITE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
EXPECTED_FAILURES = Path(__file__).parent / "expected-failures.yml"

HANDSHAKE, MODERN = "2025-11-25", "2026-07-28"
ERAS = [HANDSHAKE, MODERN]

BOTH = {
    "completion-complete",
    "dns-rebinding-protection",
    "prompts-list",
    "resources-list",
    "server-sse-multiple-streams",
    "tools-list",
    # These two call tools of the suite, and accept the error that there is no such tool.
    "tools-call-error",
    "tools-call-simple-text",
}
PASSED = {
    HANDSHAKE: BOTH | {"logging-set-level", "ping", "server-initialize", "server-session-lifecycle"},
    MODERN: BOTH
    | {
        "caching",
        "http-header-validation",
        "input-required-result-ignore-extra-params",
        "input-required-result-missing-input-response",
        "input-required-result-unsupported-methods",
        "input-required-result-validate-input",
        "sep-2164-resource-not-found",
        "tasks-status-notifications",
    },
}
"""All scenarios that the product can pass.

The others need the tools, resources and prompts of the suite, subscriptions, or the tasks extension.
"""

FIXTURE = {"sep-2575-server-rejects-undeclared-capability", "sep-2575-missing-capability-http-400"}
"""The checks of `server-stateless` that call a tool of the suite. The other 23 apply and pass."""

NOT_SCORED = {
    HANDSHAKE: {"json-schema-2020-12"},
    MODERN: {
        # FastMCP replaces each `$ref` in a schema, for clients that do not support `$ref`.
        "json-schema-2020-12",
        # Long calls report progress and can be cancelled; the tasks extension is not offered.
        "tasks-capability-negotiation",
        "tasks-dispatch-and-envelope",
        "tasks-lifecycle",
        "tasks-mrtr-composition",
        "tasks-mrtr-input",
        "tasks-request-headers",
        "tasks-request-state-removal",
        "tasks-required-task-error",
        "tasks-wire-fields",
    },
}
"""Scenarios that the suite runs but does not count, and that fail even with the suite's fixtures."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the suite found."""

    status: int
    output: str
    failed: Mapping[str, frozenset[str]]
    """Ids of the failed checks, by scenario."""

    @property
    def passed(self) -> set[str]:
        return {scenario for scenario, checks in self.failed.items() if not checks}


def run_suite(address: str, era: str, folder: Path, *options: str) -> Outcome:
    done = run_node(
        SUITE,
        *("server", "--url", f"{address}/mcp", "--requirements", era, "--output-dir", str(folder)),
        *("--timeout", "120000", *options),
        environment={**os.environ, "HOME": str(folder), "NO_COLOR": "1"},
    )
    failed = {}
    for file in folder.glob("server-*/checks.json"):
        found = re.fullmatch(r"server-(.+?)-\d{4}-\d\d-\d\dT.+", file.parent.name)
        assert found
        checks = json.loads(file.read_text())
        failed[found.group(1)] = frozenset(check["id"] for check in checks if check["status"] == "FAILURE")
    return Outcome(done.returncode, done.stdout + done.stderr, failed)


@pytest.fixture(scope="module")
def environment(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("home")
    return {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu", "HOME": str(home)}


@pytest.fixture(scope="module")
def product(environment: dict[str, str]) -> Iterator[str]:
    """The address of the real command."""
    with http_server(environment, Path(environment["HOME"]) / "product") as address:
        yield address


@pytest.fixture(scope="module")
def everything(environment: dict[str, str]) -> Iterator[str]:
    """The address of our server with the suite's fixtures."""
    log = Path(environment["HOME"]) / "everything"
    with http_server({**environment, "PYTHONPATH": str(ROOT)}, log, module=["tests.conformance.everything"]) as address:
        yield address


@pytest.mark.parametrize("era", ERAS)
def test_the_product_passes_every_scenario_that_applies(product: str, era: str, tmp_path: Path) -> None:
    outcome = run_suite(product, era, tmp_path)
    assert outcome.passed == PASSED[era], outcome.output
    assert not [scenario for scenario, checks in outcome.failed.items() if "wire-schema-valid" in checks]
    if era == MODERN:
        assert outcome.failed["server-stateless"] == FIXTURE


@pytest.mark.parametrize("era", ERAS)
def test_with_the_fixtures_of_the_suite_only_expected_scenarios_fail(everything: str, era: str, tmp_path: Path) -> None:
    outcome = run_suite(everything, era, tmp_path, "--expected-failures", str(EXPECTED_FAILURES))
    assert outcome.status == 0, outcome.output
    assert "Baseline check passed" in outcome.output
    expected = set(re.findall(r"^ +- ([\w-]+):", EXPECTED_FAILURES.read_text(), re.MULTILINE))
    failing = set(outcome.failed) - outcome.passed
    assert failing == NOT_SCORED[era] | (expected if era == HANDSHAKE else set()), outcome.output
    assert not [scenario for scenario, checks in outcome.failed.items() if "wire-schema-valid" in checks]
