"""Models on the Hugging Face hub: recognises their names and downloads their files once.

The cache, offline mode, tokens and mirrors are settings of `huggingface_hub`: HF_HOME, HF_HUB_OFFLINE, HF_TOKEN,
HF_ENDPOINT. A revision follows the name: `owner/name@revision`.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError

log = logging.getLogger(__name__)

_NAME = re.compile(r"(?P<name>\w[\w.-]*/\w[\w.-]*)(@(?P<revision>\S+))?")

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in total) during a download."""

_LEAST_LOGGED = 1_000_000
"""Smallest download that gets log lines, in bytes."""


def is_hub_name(source: str) -> bool:
    """Whether a source names a model on the hub: it looks like `owner/name`, and no path of that name exists."""
    return _NAME.fullmatch(source) is not None and not Path(source).exists()


def fetch(
    source: str, patterns: Sequence[str], alternatives: Sequence[str], progress: Progress, chosen_by: str
) -> Path:
    """Return the folder with the files of a model on the hub; downloads the files that are not in the cache.

    Args:
        source: `owner/name` or `owner/name@revision`.
        patterns: all files that match one of these are downloaded.
        alternatives: only the first of these files that the model has is downloaded.
        progress: called as the download proceeds; the log gets a line for each tenth.
        chosen_by: the variable or option that named the model, for error messages.

    Raises:
        MarioGPTError: there is no such model or revision, or the hub cannot be reached.
    """
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    match = _NAME.fullmatch(source)
    assert match is not None, "not a name on the hub"
    log.debug("looking for %s on the Hugging Face hub", source)
    try:
        return _download(match, patterns, alternatives, progress)
    except GatedRepoError as error:
        reason = "needs a Hugging Face account; set HF_TOKEN to a token that may read it"
        raise _refusal(source, reason, chosen_by) from error
    except RevisionNotFoundError as error:
        reason = "does not have that revision; correct the part after the @"
        raise _refusal(source, reason, chosen_by) from error
    except RepositoryNotFoundError as error:
        reason = "is neither a folder here nor a model on the Hugging Face hub; correct the name"
        raise _refusal(source, reason, chosen_by) from error
    except Exception as error:  # which errors a failing network raises is not documented
        log.debug("%s could not be downloaded", source, exc_info=True)
        reason = "is not on this machine and could not be downloaded from the Hugging Face hub; check the network"
        raise _refusal(source, reason, chosen_by) from error


def _download(match: re.Match[str], patterns: Sequence[str], alternatives: Sequence[str], progress: Progress) -> Path:
    from huggingface_hub import snapshot_download

    for alternative in alternatives:
        folder = snapshot_download(
            match["name"],
            revision=match["revision"],
            allow_patterns=[*patterns, alternative],
            tqdm_class=_progress_bar(_logged(match[0], progress)),
        )
        if (Path(folder) / alternative).is_file():
            break
    return Path(folder)


def progress_line(source: str, done: int, total: int) -> str:
    """The progress of a download in words; `done` and `total` are bytes."""
    return f"downloading {source}: {done / 1e6:.0f} of {total / 1e6:.0f} MB"


def _logged(source: str, progress: Progress) -> Progress:
    """The same callback, with a log line for every tenth. The total grows as the sizes of more files become known."""
    logged = known = 0

    def update(done: int, total: int) -> None:
        nonlocal logged, known
        progress(done, total)
        if total > known or done - logged >= total / 10 or logged < done == total:
            logged, known = done, total
            if total >= _LEAST_LOGGED:
                log.info("%s", progress_line(source, done, total))

    return update


def _refusal(source: str, reason: str, chosen_by: str) -> MarioGPTError:
    """The error for a model that cannot be downloaded; `reason` says what is wrong and what to do."""
    remedies = {
        "MARIOGPT_MODEL": "set MARIOGPT_MODEL=bundled, which needs no download",
        "--init": "give --init bundled, which needs no download",
        "--model": "give --model bundled, which needs no download",
    }
    remedy = remedies.get(chosen_by, f"set {chosen_by} to a folder that has it")
    return MarioGPTError(f"The model {source!r} {reason}, or {remedy}.")


def _progress_bar(progress: Progress) -> type:
    """A progress bar class for the hub's client that draws nothing and calls `progress`."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class ProgressBar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: object, **options: object) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "file": io.StringIO(), "disable": False})

        def update(self, n: float | None = 1) -> bool | None:
            moved: bool | None = super().update(n)
            if self.unit == "B" and self.total:
                progress(int(self.n), int(self.total))
            return moved

    return ProgressBar
