"""Cuts processes off from the network, in one of two ways, and proves it."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_WATCH = """\
import os, sys

def _watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1][0] if isinstance(arguments[1], tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[0] or ""
    else:
        return
    if address not in ("", "127.0.0.1", "::1", "localhost"):
        with open(os.environ["WATCHED_ATTEMPTS"], "a") as attempts:
            attempts.write(f"{event} {address}\\n")
        raise OSError("the network is cut")

sys.addaudithook(_watch)
"""


class Cut(ABC):
    """A way to keep a process and all that it starts from the network."""

    def prefix(self) -> Sequence[str]:
        """What stands before its command."""
        return ()

    def variables(self) -> Mapping[str, str]:
        """What it needs in its environment."""
        return {}

    @abstractmethod
    def prove(self, child: int) -> None:
        """Assert that the running child process was cut off, and so what it started."""


class Namespace(Cut):
    """A separate network namespace without a connection."""

    def __init__(self) -> None:
        tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, text=True, check=False)
        if tried.returncode:
            pytest.skip(f"this machine permits no network namespace: {tried.stderr.strip()}")

    def prefix(self) -> Sequence[str]:
        return ("unshare", "-rn")

    def prove(self, child: int) -> None:
        devices = Path(f"/proc/{child}/net/dev").read_text(encoding="utf-8").splitlines()[2:]
        assert [line.split(":")[0].strip() for line in devices] == ["lo"]
        routes = Path(f"/proc/{child}/net/route").read_text(encoding="utf-8").splitlines()[1:]
        assert routes == []


class Watch(Cut):
    """A hook in the interpreter that refuses every other machine's address, and keeps which were tried."""

    def __init__(self, folder: Path, python: Sequence[str], environment: Mapping[str, str]) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
        self._folder, self._attempts = folder, folder / "attempts"
        self._attempts.touch()
        code = "import socket, sys; sys.audit('socket.connect', None, ('192.0.2.1', 9))"
        tried = subprocess.run(
            [*python, "-c", code], env={**environment, **self.variables()}, capture_output=True, text=True, check=False
        )
        assert "the network is cut" in tried.stderr
        assert self._attempts.read_text(encoding="utf-8") == "socket.connect 192.0.2.1\n"
        self._attempts.write_text("", encoding="utf-8")

    def variables(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(self._folder), "WATCHED_ATTEMPTS": str(self._attempts)}

    def prove(self, child: int) -> None:
        assert self._attempts.read_text(encoding="utf-8") == "", "nothing even tries to reach another machine"
