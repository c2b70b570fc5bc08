"""`mariogpt-mcp doctor`."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from mariogpt_mcp.errors import MarioGPTError

PACKAGES = ["mariogpt-mcp", "fastmcp", "mcp", "torch", "transformers", "safetensors", "pillow", "pydantic"]


@click.command("doctor")
def command() -> None:
    """Say what is installed, where the model runs and whether it works; what is wrong and how to mend it."""
    click.echo(f"python {platform.python_version()} on {platform.system()} {platform.machine()}: {sys.executable}")
    problems = sum([_packages(), _settings(), _cache(), _model()])
    if problems:
        raise MarioGPTError(
            f"Not all is well: {problems} thing{'s' if problems > 1 else ''} above {'have' if problems > 1 else 'has'} "
            "to be mended."
        )
    click.echo("All is well. Next: connect a client, or try: mariogpt-mcp generate 'many pipes, few enemies'")


def _wrong(what: str) -> int:
    click.echo(f"WRONG: {what}")
    return 1


def _packages() -> int:
    problems = 0
    for package in PACKAGES:
        try:
            click.echo(f"{package} {version(package)}")
        except PackageNotFoundError:
            problems += _wrong(f"{package} is missing; install it with: pip install {package}")
    return problems


def _settings() -> int:
    from mariogpt_mcp.settings import PREFIX, settings

    try:
        for name, value in settings().model_dump().items():
            click.echo(f"{PREFIX}{name.upper()} = {value if value != '' else '(not set)'}")
    except MarioGPTError as error:
        return _wrong(str(error))
    return 0


def _cache() -> int:
    try:
        from huggingface_hub.constants import HF_HUB_CACHE
    except ImportError:
        return 0  # a missing package is told already
    folder = Path(HF_HUB_CACHE)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    click.echo(f"cache of downloaded models: {folder}, {size / 1e6:.0f} MB (the bundled model needs none)")
    return 0


def _model() -> int:
    try:
        import torch

        if torch.cuda.is_available():
            click.echo(f"CUDA: {torch.cuda.get_device_name(0)}")
        else:
            click.echo("CUDA: none, the CPU is used (that is fine: the bundled model is made for it)")

        from mariogpt_mcp.generation.generator import MarioGPT

        generator = MarioGPT()
        model = generator.loader.model()
        click.echo(f"weights: {generator.loader.name}, {model.parameters:,} parameters, on {model.device}")
        made = generator.generate("some pipes, some enemies", level_size=350, seed=0)
        click.echo(f"a level of {made.report.columns} columns in {made.report.seconds:.1f} s")
    except MarioGPTError as error:
        return _wrong(str(error))
    except ImportError as error:
        return _wrong(f"{error.name or 'a package'} cannot be imported ({error}); install mariogpt-mcp anew")
    return 0
