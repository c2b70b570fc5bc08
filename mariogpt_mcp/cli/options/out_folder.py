"""The folder that `--out` names."""

from __future__ import annotations

from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError


def out_folder(out: str) -> Path:
    """Return the folder, made if it does not exist; raises `MarioGPTError` if it cannot be used."""
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MarioGPTError(
            f"--out {out!r} cannot be used as a folder ({error.strerror}); give another, for example --out levels."
        ) from None
    return folder
