"""`mariogpt-mcp check`: checks levels in text files, and repairs them on request."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.cli.options.formats import FORMAT_OPTION, save_formats
from mariogpt_mcp.cli.options.naming import naming
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.store.records import CheckedLevel


@click.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--repair", is_flag=True, help="Repair the structure and make the level beatable; prints each change.")
@click.option("--out", help="Folder for a .txt and a .png file of each level; the picture shows the path.")
@click.option("--format", "formats", **FORMAT_OPTION)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each level instead of text.")
def check(files: tuple[str, ...], repair: bool, out: str | None, formats: tuple[str, ...], as_json: bool) -> None:
    """Check whether levels in text FILES are valid and can be beaten.

    The exit code is 1 if a level has structural faults or an unsafe start, or cannot be beaten.
    """
    if formats and out is None:
        raise MarioGPTError("--format needs --out, the folder to write to, for example --out levels.")
    folder = None if out is None else out_folder(out)
    all_good = True
    for file in files:
        text = _read(file)
        with naming(file):
            checked = check_level(text, repair=repair)
        all_good = all_good and checked.report.good
        if folder is not None:
            _save(checked, folder, Path(file).stem, formats)
        click.echo(_json_line(file, checked) if as_json else _text(file, checked))
    if not all_good:
        raise click.exceptions.Exit(1)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MarioGPTError(f"{file!r} cannot be read as text; give the .txt file of a level.") from None


def _save(checked: CheckedLevel, folder: Path, stem: str, formats: tuple[str, ...]) -> None:
    checked.save(folder / f"{stem}.txt")
    checked.save(folder / f"{stem}.png", path=True)
    save_formats(checked, folder, stem, formats)


def _json_line(file: str, checked: CheckedLevel) -> str:
    return json.dumps({"file": file, "level": checked.text, "report": checked.report.model_dump(mode="json")})


def _text(file: str, checked: CheckedLevel) -> str:
    level = f"\n{checked.text}" if checked.report.changes else ""
    return f"{file}\n{checked.report.text()}{level}\n"
