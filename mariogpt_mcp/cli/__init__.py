"""The command line: a function for each command."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from mariogpt_mcp.cli.options.model import chosen_settings, model_option
from mariogpt_mcp.errors import MarioGPTError

COMMANDS = ["http", "generate", "check", "evaluate", "train", "doctor", "benchmark", "demo"]


class _Commands(click.Group):
    """Imports a command's module when the command is called, so that serving imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return COMMANDS

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"mariogpt_mcp.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mariogpt-mcp", message="mariogpt-mcp %(version)s")
@model_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Super Mario levels from prompts.

    Without a command, it serves MCP over stdio, for Claude Desktop and other local clients.
    """
    if ctx.invoked_subcommand is None:
        from mariogpt_mcp.transports.stdio import serve_stdio

        serve_stdio(chosen_settings())
    elif ctx.invoked_subcommand != "http":  # the command http sets up logging itself, as a server does
        downloads = logging.getLogger("mariogpt_mcp.model.hub")
        downloads.setLevel(logging.INFO)
        downloads.addHandler(logging.StreamHandler())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error is one sentence on stderr and exit code 1."""
    _ignore_fastmcp_settings()
    _replace_unknown_characters()
    try:
        code = cli.main(arguments, prog_name="mariogpt-mcp", standalone_mode=False)
    except MarioGPTError as error:
        _fail(str(error), 1)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _fail("Stopped.", 130)
    except BrokenPipeError:  # the program that reads the output has ended, as in `... | head`
        sys.stdout = None
        sys.exit(1)
    except Exception:
        logging.getLogger(__name__).debug("the command failed", exc_info=True)
        _fail("An internal error occurred; run mariogpt-mcp doctor to check the installation.", 1)
    if code:
        sys.exit(code)


def _ignore_fastmcp_settings() -> None:
    """Keep FastMCP from reading its own settings: from the environment, or from the file `.env` of the current folder.

    A client may start the server in any folder, whose `.env` belongs to another program.
    """
    for name in [name for name in os.environ if name.upper().startswith("FASTMCP_")]:
        del os.environ[name]
    os.environ["FASTMCP_ENV_FILE"] = os.devnull


def _replace_unknown_characters() -> None:
    """Write `?` for characters that the encoding of the terminal does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fail(sentence: str, code: int) -> None:
    click.echo(f"mariogpt-mcp: {sentence}", err=True)
    sys.exit(code)
