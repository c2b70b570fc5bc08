"""The option `--model`, before or after the name of a command, and the settings with the model that it names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mariogpt_mcp.generation.generator import MarioGPT
    from mariogpt_mcp.settings import Settings

_MODEL = "mariogpt_mcp.model"
"""Key of the model in `Context.meta`, which a command's context shares with its group's."""


def _remember(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_MODEL] = value


model_option = click.option(
    "--model",
    metavar="NAME",
    help="The model: bundled, a checkpoint folder or a name on the Hugging Face hub; the default is MARIOGPT_MODEL.",
    expose_value=False,
    callback=_remember,
)


def named_model() -> str | None:
    """The model that `--model` names; `None` without the option."""
    model: str | None = click.get_current_context().meta.get(_MODEL)
    return model


def chosen_settings() -> Settings:
    """The settings, with the model that `--model` names.

    Raises:
        MarioGPTError: a variable has a value that is not allowed.
    """
    from mariogpt_mcp.settings import BUNDLED, settings

    model = named_model()
    return settings() if model is None else settings().with_model(model or BUNDLED, "--model")


def chosen_generator() -> MarioGPT:
    """A generator with the chosen settings; raises as `chosen_settings` does."""
    from mariogpt_mcp.generation.generator import MarioGPT
    from mariogpt_mcp.model.loader import ModelLoader

    chosen = chosen_settings()
    return MarioGPT(ModelLoader(chosen.for_model()), chosen.for_search())


def model_arguments() -> list[str]:
    """The arguments that pass the model named by `--model` to another command; empty without the option."""
    model = named_model()
    return [] if model is None else ["--model", model]


def server_environment() -> dict[str, str]:
    """The environment for a server in a separate process, with the model that `--model` names."""
    from mariogpt_mcp.settings import PREFIX

    model = named_model()
    return dict(os.environ) if model is None else {**os.environ, f"{PREFIX}MODEL": model}
