"""The formats that a level is exported to, and the files of an export."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export import ldtk, mario_ai_framework, tiled, vglc
from mariogpt_mcp.export.tileset import TILESET_FILE, tileset_png
from mariogpt_mcp.level.grid import Level

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP entry can have: a fixed time makes the same level the same bytes."""


@dataclass(frozen=True, slots=True)
class Format:
    """One export format.

    Attributes:
        name: how tools, addresses and commands name it.
        title: the name of the program or corpus that it belongs to.
        ending: its files' extension, with the dot.
        about: what its files contain.
        media_type: of the main file.
        write: makes the main file's text from a level and a name.
        has_tileset: whether the tileset's picture is a second file.
    """

    name: str
    title: str
    ending: str
    about: str
    media_type: str
    write: Callable[[Level, str], str]
    has_tileset: bool = False


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "vglc",
            "Video Game Level Corpus",
            ".txt",
            "14 rows of text in the legend of the Video Game Level Corpus",
            "text/plain",
            lambda level, _: vglc.write(level),
        ),
        Format(
            "framework",
            "Mario AI Framework",
            ".framework.txt",
            "16 rows of text in the legend of the Mario AI Framework, with M where Mario starts and F at the flag",
            "text/plain",
            lambda level, _: mario_ai_framework.write(level),
        ),
        Format(
            "tiled",
            "Tiled",
            ".tmj",
            "a map of the editor Tiled, with its tileset picture, the start, the goal and the run's path",
            "application/json",
            lambda level, _: tiled.write(level),
            has_tileset=True,
        ),
        Format(
            "ldtk",
            "LDtk",
            ".ldtk",
            "a project of the editor LDtk, with its tileset picture, the start and the goal",
            "application/json",
            ldtk.write,
            has_tileset=True,
        ),
    )
}
"""All formats by name."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The files of one exported level by name; `main` names the level's own file, the others are those it refers to."""

    files: Mapping[str, bytes]
    main: str
    media_type: str

    @property
    def content(self) -> bytes:
        """The bytes of the main file."""
        return self.files[self.main]

    def packed(self) -> Exported:
        """The same export as one file: a ZIP archive, with reproducible bytes, if there are several files."""
        if len(self.files) == 1:
            return self
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                archive.writestr(entry, data)
        name = f"{self.main}.zip"
        return Exported({name: buffer.getvalue()}, name, "application/zip")


def export(level: Level, format: str, name: str = "level") -> Exported:
    """Export a level; the main file is called `name` with the format's ending.

    Raises:
        MarioGPTError: there is no such format, or `name` cannot be the name of a file.
    """
    if format not in FORMATS:
        raise MarioGPTError(
            f"There is no format {format[:40]!r}; the formats are {_listed(FORMATS)}, for example tiled."
        )
    if not name.isprintable() or set(name) & set("/\\") or not name:
        raise MarioGPTError(
            f"{name[:40]!r} cannot be the name of a file; use letters, digits and '-', for example my-level."
        )
    chosen = FORMATS[format]
    files = {f"{name}{chosen.ending}": chosen.write(level, name).encode()}
    if chosen.has_tileset:
        files[TILESET_FILE] = tileset_png()
    return Exported(files, next(iter(files)), chosen.media_type)


def format_of(file: str) -> Format | None:
    """The format with the longest ending that a file's name has; `None` if no format has such an ending."""
    found = [one for one in FORMATS.values() if file.endswith(one.ending) and file != one.ending]
    return max(found, key=lambda one: len(one.ending), default=None)


def _listed(names: Mapping[str, Format]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"
