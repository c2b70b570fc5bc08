"""The option `--model`, for every command that has it."""

from __future__ import annotations

import os

import click


def _choose(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        from mariogpt_mcp.settings import PREFIX, settings

        os.environ[f"{PREFIX}MODEL"] = value
        settings.cache_clear()


model_option = click.option(
    "--model",
    metavar="NAME",
    help="bundled, a checkpoint folder or a name on the Hugging Face hub; MARIOGPT_MODEL if left out.",
    expose_value=False,
    callback=_choose,
)
