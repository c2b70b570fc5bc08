"""`mariogpt-mcp check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.cli.options.formats import FORMAT_OPTION, save_formats
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError


@click.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--repair", is_flag=True, help="Mend what is broken or impossible; every change is listed.")
@click.option("--out", help="Folder for a .txt and a .png, with the path, of each level.")
@click.option("--format", "formats", **FORMAT_OPTION)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line instead of text.")
def command(files: tuple[str, ...], repair: bool, out: str | None, formats: tuple[str, ...], as_json: bool) -> None:
    """Check levels in text FILES: are they whole, and can they be beaten? Exit code 1 if not all are."""
    if formats and out is None:
        raise MarioGPTError("--format needs --out, the folder to write to; give for example --out levels.")
    folder = None if out is None else out_folder(out)
    bad = 0
    for name in files:
        try:
            checked = check_level(Path(name).read_text(encoding="utf-8"), repair=repair)
        except (OSError, UnicodeDecodeError):
            raise MarioGPTError(f"{name!r} cannot be read as text; give a level's .txt file.") from None
        except MarioGPTError as error:
            raise MarioGPTError(f"{name}: {error}") from None
        bad += not checked.report.good
        if folder is not None:
            checked.save(folder / f"{Path(name).stem}.txt")
            checked.save(folder / f"{Path(name).stem}.png", path=True)
            save_formats(checked, folder, Path(name).stem, formats)
        if as_json:
            click.echo(
                json.dumps({"file": name, "level": checked.text, "report": checked.report.model_dump(mode="json")})
            )
        else:
            text = f"\n{checked.text}" if checked.report.changes else ""
            click.echo(f"{name}\n{checked.report.text()}{text}\n")
    if bad:
        raise click.exceptions.Exit(1)
