"""`mariogpt-mcp check`: checks levels in text files, and repairs them on request."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import get_args

import click

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.cli.options.formats import FORMAT_OPTION, save_formats
from mariogpt_mcp.cli.options.naming import naming
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import format_of
from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.store.records import CheckedLevel

STDIN = "-"


@click.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--repair", is_flag=True, help="Repair the structure and make the level beatable; prints each change.")
@click.option(
    "--legend",
    type=click.Choice(get_args(Legend)),
    default="auto",
    help="Symbols of the rows: ours (vglc) or those of the Mario AI Framework; auto recognises them.",
)
@click.option("--out", help="Folder for a .txt and a .png file of each level; the picture shows the path.")
@click.option("--format", "formats", **FORMAT_OPTION)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each level instead of text.")
def check(
    files: tuple[str, ...], repair: bool, legend: Legend, out: str | None, formats: tuple[str, ...], as_json: bool
) -> None:
    """Check whether the levels in FILES are valid and can be beaten; - is the standard input.

    A file has the rows of a level as text, or is a map of Tiled (.tmj) or LDtk.

    The exit code is 1 if a level has structural faults or an unsafe start, or cannot be beaten.
    """
    if formats and out is None:
        raise MarioGPTError("--format needs --out, the folder to write to, for example --out levels.")
    folder = None if out is None else out_folder(out)
    all_good = True
    for file in files:
        content, name = _read(file)
        with naming(name):
            checked = check_level(content, repair=repair, legend=_legend_of(file) if legend == "auto" else legend)
        all_good = all_good and checked.report.good
        if folder is not None:
            _save(checked, folder, "level" if file == STDIN else _stem(file), formats)
        click.echo(_json_line(name, checked) if as_json else _text(name, checked))
    if not all_good:
        raise click.exceptions.Exit(1)


def _read(file: str) -> tuple[bytes, str]:
    """The content of a file or of the standard input, and its name in messages."""
    if file == STDIN:
        return sys.stdin.buffer.read(), "standard input"
    try:
        return Path(file).read_bytes(), file
    except (OSError, ValueError):
        raise MarioGPTError(f"{file!r} cannot be read; give the file of a level, for example level.txt.") from None


def _legend_of(file: str) -> Legend:
    """The legend that the extension of a file names, as in `level.framework.txt`."""
    exported = format_of(Path(file).name)
    return "framework" if exported is not None and exported.name == "framework" else "auto"


def _stem(file: str) -> str:
    """The name of a file without the extension, which may have two parts, as in `level.framework.txt`."""
    exported = format_of(Path(file).name)
    return Path(file).stem if exported is None else Path(file).name.removesuffix(exported.ending)


def _save(checked: CheckedLevel, folder: Path, stem: str, formats: tuple[str, ...]) -> None:
    checked.save(folder / f"{stem}.txt")
    checked.save(folder / f"{stem}.png", path=True)
    save_formats(checked, folder, stem, formats)


def _json_line(file: str, checked: CheckedLevel) -> str:
    return json.dumps({"file": file, "level": checked.text, "report": checked.report.model_dump(mode="json")})


def _text(file: str, checked: CheckedLevel) -> str:
    level = f"\n{checked.text}" if checked.report.changes else ""
    return f"{file}\n{checked.report.text()}{level}\n"
