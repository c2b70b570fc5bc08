"""Names the option or file that an error is about, because the message itself is for users of the Python API too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mariogpt_mcp.errors import MarioGPTError


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Put an option or a file, such as `--corpus`, before the message of a `MarioGPTError` that is raised inside."""
    try:
        yield
    except MarioGPTError as error:
        raise MarioGPTError(f"{what}: {error}") from None
