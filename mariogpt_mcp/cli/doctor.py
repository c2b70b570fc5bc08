"""`mariogpt-mcp doctor`."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import click

PACKAGES = ["mariogpt-mcp", "fastmcp", "mcp", "torch", "transformers", "pillow", "pydantic"]


@click.command("doctor")
def command() -> None:
    """Say what is installed, where the model runs and whether it works; what is wrong and how to mend it."""
    from mariogpt_mcp.errors import MarioGPTError
    from mariogpt_mcp.generator import MarioGPT
    from mariogpt_mcp.settings import PREFIX, settings

    click.echo(f"python {platform.python_version()} on {platform.system()} {platform.machine()}: {sys.executable}")
    for package in PACKAGES:
        click.echo(f"{package} {version(package)}")
    chosen = settings()
    for name, value in chosen.model_dump().items():
        click.echo(f"{PREFIX}{name.upper()} = {value if value != '' else '(not set)'}")

    import torch

    if torch.cuda.is_available():
        click.echo(f"CUDA: {torch.cuda.get_device_name(0)}")
    else:
        click.echo("CUDA: none, the CPU is used (that is fine: the bundled model is made for it)")
    try:
        generator = MarioGPT()
        network = generator.host.network()
        count = sum(parameter.numel() for parameter in network.parameters())
        click.echo(f"weights: {generator.host.name}, {count:,} parameters, on {network.head.weight.device}")
        made = generator.generate("some pipes, some enemies", level_size=350, seed=0)
        click.echo(f"a level of {made.report.columns} columns in {made.report.seconds:.1f} s")
    except MarioGPTError as error:
        raise MarioGPTError(f"Not all is well. {error}") from None
    click.echo("All is well. Next: connect a client, or try: mariogpt-mcp generate 'many pipes, few enemies'")
