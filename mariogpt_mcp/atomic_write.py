"""Files that appear complete or not at all, whatever interrupts the writing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path


def write_atomically(file: Path, content: bytes | str | Callable[[Path], object]) -> None:
    """Write a file under a temporary name beside it, then rename it; an older file stays if this fails.

    Args:
        file: where to write.
        content: bytes, text (encoded as UTF-8), or a function that writes to the path that it receives.

    Raises:
        OSError: the file cannot be written. Errors of the function are raised unchanged.
    """
    part = file.with_name(f"{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        if isinstance(content, (bytes, str)):
            part.write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            content(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
