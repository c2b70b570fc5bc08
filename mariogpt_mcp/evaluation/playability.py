"""Judges whether levels can be beaten: by the built-in solver, and by Robin Baumgarten's agent, a Java program.

The agent is independent of the solver. It won the Mario AI competition 2009 (Togelius, Karakovskiy and Baumgarten 2010)
and is in the package mario-gpt as `PlayAstar.jar`. There it plans for 40 ms before each decision.
`resources/judge/Judge.java` limits the number of node expansions instead, so that a level gets the same verdict on
every machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.metrics import Share
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.physics import PHYSICS
from mariogpt_mcp.play.replay import digest
from mariogpt_mcp.play.solver import THOROUGH, solve

EXPANSIONS = 2000
"""Node expansions for a decision: enough for the verdicts that the agent reaches in real time."""

UPDATES_WITHOUT_PROGRESS = 300
"""A run ends after this many updates (ten seconds) in which Mario gets no further to the right."""

JAR = "PlayAstar.jar"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a level was beaten; if not, `where` says how far the run got, or what is in the way."""

    won: bool
    where: str


Judge = Callable[[Sequence[Level]], Iterator[Verdict]]
"""Yields a verdict for each level, in order."""


def our_verdicts(levels: Sequence[Level]) -> Iterator[Verdict]:
    """Verdicts of the built-in solver."""
    for level in levels:
        run = solve(level.ids)
        yield Verdict(True, "") if isinstance(run, Beaten) else Verdict(False, f"column {run.column}, {run.reason}")


def agent_verdicts(levels: Sequence[Level]) -> Iterator[Verdict]:
    """Verdicts of Baumgarten's agent.

    Raises:
        MarioGPTError: Java or the package mario-gpt is not installed, or the Java process failed.
    """
    java, jar = find_java(), java_file(JAR)
    with as_file(files("mariogpt_mcp.resources").joinpath("judge")) as classes:
        path = os.pathsep.join((str(jar), str(classes)))
        options = (EXPANSIONS, UPDATES_WITHOUT_PROGRESS, os.cpu_count() or 1)
        command = [java, "-Djava.awt.headless=true", "-cp", path, "Judge", *map(str, options)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            feed = threading.Thread(target=_feed, args=(process.stdin, levels), daemon=True)
            feed.start()
            try:
                for _ in levels:
                    outcome, _, progress = process.stdout.readline().partition(" ")
                    if not progress:
                        raise MarioGPTError("The Java process stopped before all levels were judged; try again.")
                    yield Verdict(outcome == "WIN", f"{100 * float(progress):.0f} % of the way")
            finally:
                process.kill()


def find_java() -> str:
    """Return the path of the program `java`.

    Raises:
        MarioGPTError: Java is not installed.
    """
    java = shutil.which("java")
    if java is None:
        raise MarioGPTError(
            "Baumgarten's agent needs Java, which is not installed; install a Java runtime, such as Debian's "
            "default-jre-headless."
        )
    return java


def _feed(pipe: IO[str], levels: Sequence[Level]) -> None:
    try:
        with pipe:
            for level in levels:
                pipe.write(f"{level.text()}\n\n")
    except OSError:  # the process was killed; `agent_verdicts` raises the error
        return


@dataclass(frozen=True, slots=True)
class PlayabilityTest:
    """Lets the solver play levels, and on request the agent too.

    Their verdicts are kept in `folder`, so that an interrupted evaluation can continue.
    """

    folder: Path
    with_agent: bool = False

    def check_requirements(self) -> None:
        """Raise `MarioGPTError` if the agent is requested and cannot run here."""
        if self.with_agent:
            find_java()
            java_file(JAR)

    def figures(self, levels: Sequence[Level]) -> dict[str, Share]:
        """Shares of levels that are beaten: by the solver, and on request by the agent.

        The agent's shares are of all levels, of those that the solver beats, and of those that it does not beat.
        """
        ours = judged(levels, our_verdicts, self.folder / f"solver-{_budget()}.jsonl")
        figures = {"beaten by our solver": Share(sum(v.won for v in ours), len(ours))}
        if self.with_agent:
            theirs = judged(levels, agent_verdicts, self.folder / f"agent-{EXPANSIONS}.jsonl")
            both = sum(a.won and b.won for a, b in zip(ours, theirs, strict=True))
            figures["won by Baumgarten's agent"] = Share(sum(v.won for v in theirs), len(theirs))
            beaten = sum(v.won for v in ours)
            if beaten:
                figures["won by the agent, of those beaten"] = Share(both, beaten)
            if beaten < len(ours):
                lost = sum(b.won and not a.won for a, b in zip(ours, theirs, strict=True))
                figures["won by the agent, of those not beaten"] = Share(lost, len(ours) - beaten)
        return figures


def _budget() -> str:
    """Eight hexadecimal digits that change if the solver's physics or search budgets change."""
    return hashlib.sha256(repr((PHYSICS, THOROUGH)).encode()).hexdigest()[:8]


def judged(levels: Sequence[Level], judge: Judge, path: Path) -> list[Verdict]:
    """A judge's verdicts on levels; known ones are read from the file at `path`, new ones are appended to it."""
    known: dict[str, Verdict] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                known[entry["level"]] = Verdict(entry["won"], entry["where"])
            except (ValueError, KeyError):  # an interrupted run has left an incomplete line
                continue
    names = [digest(level) for level in levels]
    new = {name: level for name, level in zip(names, levels, strict=True) if name not in known}
    with path.open("a", encoding="utf-8") as file:
        for name, verdict in zip(new, judge(list(new.values())) if new else (), strict=True):
            known[name] = verdict
            file.write(json.dumps({"level": name, **asdict(verdict)}) + "\n")
            file.flush()
    return [known[name] for name in names]
