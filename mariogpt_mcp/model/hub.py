"""Where a checkpoint lies: a folder here, or a name on the Hugging Face hub, whose files are fetched once.

Where they are kept, whether the network may be used, tokens and mirrors are `huggingface_hub`'s own
settings: HF_HOME, HF_HUB_OFFLINE, HF_TOKEN, HF_ENDPOINT. A revision follows the name: `owner/name@revision`.
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

Told = Callable[[int, int], None]
"""Called with (bytes there, bytes in all) while something is fetched."""


def is_hub_name(source: str) -> bool:
    """Whether it names a model on the hub: `owner/name`, and no folder here is called that."""
    return _NAME.fullmatch(source) is not None and not Path(source).exists()


def fetch(source: str, files: Sequence[str], either: Sequence[str], told: Told, chosen_by: str) -> Path:
    """The folder with a hub model's files, fetched if they are not here yet.

    Args:
        source: `owner/name` or `owner/name@revision`.
        files: those it may have.
        either: files of which the first that it has is enough.
        told: called as the fetch goes on; the log gets a line for each tenth.
        chosen_by: the variable or option that names it, for the message.

    Raises:
        MarioGPTError: no such model or revision, or the network does not lead there.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    match = _NAME.fullmatch(source)
    assert match is not None, "no name of a model on the hub"
    log.debug("looking for %s on the Hugging Face hub", source)
    try:
        for needed in either:
            folder = Path(
                snapshot_download(
                    match["name"],
                    revision=match["revision"],
                    allow_patterns=[*files, needed],
                    tqdm_class=_bar(_saying(source, told)),
                )
            )
            if (folder / needed).is_file():
                break
    except GatedRepoError as error:
        reason = "asks for an account: set HF_TOKEN to a token that may read it"
        raise _refusal(source, reason, chosen_by) from error
    except RevisionNotFoundError as error:
        raise _refusal(source, "does not have that revision", chosen_by) from error
    except RepositoryNotFoundError as error:
        raise _refusal(source, "is neither a folder here nor a model on the Hugging Face hub", chosen_by) from error
    except Exception as error:  # what the network does is no promise of any library
        log.debug("%s could not be fetched", source, exc_info=True)
        reason = "is not here yet and could not be fetched from the Hugging Face hub; check the network"
        raise _refusal(source, reason, chosen_by) from error
    return folder


def progress_line(source: str, done: int, total: int) -> str:
    """How far a fetch is, in words; `done` and `total` are bytes."""
    return f"downloading {source}: {done / 1e6:.0f} of {total / 1e6:.0f} MB"


def _saying(source: str, told: Told) -> Told:
    """Puts a line into the log where there is a tenth more. What is to come is known file by file, so it grows."""
    said = known = 0

    def tell(done: int, total: int) -> None:
        nonlocal said, known
        told(done, total)
        if total > known or done - said >= total / 10 or said < done == total:
            said, known = done, total
            if total >= 1e6:  # of small files there is nothing to tell
                log.info("%s", progress_line(source, done, total))

    return tell


def _refusal(source: str, reason: str, chosen_by: str) -> MarioGPTError:
    ways_out = {
        "MARIOGPT_MODEL": "set MARIOGPT_MODEL=bundled, which needs nothing else",
        "--init": "give --init bundled, which needs nothing else",
    }
    way_out = ways_out.get(chosen_by, f"set {chosen_by} to a folder that has it")
    return MarioGPTError(f"The model {source!r} {reason}, or {way_out}.")


def _bar(tell: Told) -> type:
    """A progress bar as the hub's client wants one, that draws nothing and tells how far it is."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: object, **options: object) -> None:
            options.pop("name", None)
            super().__init__(*args, **{**options, "file": io.StringIO(), "disable": False})

        def update(self, n: float | None = 1) -> bool | None:
            moved: bool | None = super().update(n)
            if self.unit == "B" and self.total:
                tell(int(self.n), int(self.total))
            return moved

    return Bar
