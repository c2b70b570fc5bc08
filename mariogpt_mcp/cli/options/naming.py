"""Adds the names of options and files to errors, whose messages are for users of the Python API too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from mariogpt_mcp.errors import MarioGPTError, OptionError, error_about


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Put an option or a file, such as `--corpus`, before the message of a `MarioGPTError` that is raised inside."""
    try:
        yield
    except MarioGPTError as error:
        raise error_about(what, error) from None


@contextmanager
def naming_options() -> Iterator[None]:
    """Write options as in a shell, such as `--batch-size`, in the message of an `OptionError` that is raised inside."""
    try:
        yield
    except OptionError as error:
        raise MarioGPTError(error.text(_shell_name)) from None


def _shell_name(name: str) -> str:
    """The option of the current command with this Python name; the name itself if there is none."""
    options = click.get_current_context().command.params
    return next((option.opts[0] for option in options if option.name == name), name)
