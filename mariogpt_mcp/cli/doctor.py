"""`mariogpt-mcp doctor`: checks an installation, and says how to fix what does not work."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from mariogpt_mcp.cli.options.model import chosen_generator, chosen_settings
from mariogpt_mcp.errors import MarioGPTError

PACKAGES = ["mariogpt-mcp", "fastmcp", "mcp", "torch", "transformers", "safetensors", "pillow", "pydantic"]


@click.command("doctor")
def doctor() -> None:
    """Check the installation, the settings and the model, and say how to fix what does not work."""
    click.echo(f"python {platform.python_version()} on {platform.system()} {platform.machine()}: {sys.executable}")
    problems = sum([_check_packages(), _check_settings(), _check_cache(), _check_model()])
    if problems:
        found, them = ("1 problem", "it") if problems == 1 else (f"{problems} problems", "them")
        raise MarioGPTError(f"{found} found; the lines above that begin with WRONG say how to fix {them}.")
    click.echo("Everything works. Connect a client, or try: mariogpt-mcp generate 'many pipes, few enemies'")


def _report_problem(what: str) -> int:
    click.echo(f"WRONG: {what}")
    return 1


def _check_packages() -> int:
    problems = 0
    for package in PACKAGES:
        try:
            click.echo(f"{package} {version(package)}")
        except PackageNotFoundError:
            problems += _report_problem(f"{package} is missing; install it with: pip install {package}")
    return problems


def _check_settings() -> int:
    from mariogpt_mcp.settings import PREFIX

    try:
        for name, value in chosen_settings().model_dump().items():
            click.echo(f"{PREFIX}{name.upper()} = {value if value != '' else '(not set)'}")
    except MarioGPTError as error:
        return _report_problem(str(error))
    return 0


def _check_cache() -> int:
    try:
        from huggingface_hub.constants import HF_HUB_CACHE
    except ImportError:
        return 0  # `_check_packages` reports the package that needs it
    folder = Path(HF_HUB_CACHE)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    click.echo(f"cache of downloaded models: {folder}, {size / 1e6:.0f} MB (the bundled model is not downloaded)")
    return 0


def _check_model() -> int:
    try:
        import torch

        if torch.cuda.is_available():
            click.echo(f"CUDA: {torch.cuda.get_device_name(0)}")
        else:
            click.echo("CUDA: none; the model runs on the CPU, which is fast enough for the bundled model")
        generator = chosen_generator()
        model = generator.loader.model()
        click.echo(f"weights: {generator.loader.name}, {model.parameters:,} parameters, on {model.device}")
        made = generator.generate("some pipes, some enemies", level_size=350, seed=0)
        click.echo(f"a level of {made.report.columns} columns in {made.report.seconds:.1f} s")
    except MarioGPTError as error:
        return _report_problem(str(error))
    except ImportError as error:
        return _report_problem(f"{error.name or 'a package'} cannot be imported ({error}); reinstall mariogpt-mcp")
    return 0
