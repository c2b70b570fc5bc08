"""Settings from `MARIOGPT_*` environment variables, checked when they are first read."""

from __future__ import annotations

from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mariogpt_mcp.errors import MarioGPTError

PREFIX = "MARIOGPT_"
BUNDLED = "bundled"

LogLevel = Literal["debug", "info", "warning", "error"]
Device = Literal["auto", "cpu", "cuda"]
OnOff = Literal["on", "off"]

CHEERPJ = "https://cjrtnc.leaningtech.com/4.3/loader.js"
"""The public loader, by version; others than the newest stay available."""


class Settings(BaseSettings):
    """Every setting, its default and its range; the variable is `MARIOGPT_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    model: str = Field(BUNDLED, description="the checkpoint: bundled, or a folder that train wrote")
    device: Device = Field("auto", description="where the model runs: auto takes CUDA if there is one")
    threads: int = Field(
        1, ge=1, le=64, description="CPU threads of the model; its steps are too small to share among more"
    )
    candidates: int = Field(7, ge=1, le=32, description="levels written at once for a prompt; the best is kept")
    rounds: int = Field(3, ge=1, le=20, description="how often new candidates are tried while none meets the prompt")
    keep: int = Field(200, ge=1, le=10_000, description="finished levels the server keeps to be read by id")
    keep_days: int = Field(30, ge=1, le=3650, description="days after which a kept level goes")
    store: str = Field("", description="a folder that keeps levels when the server ends; empty: memory alone")
    preview: OnOff = Field("on", description="over stdio: show and play levels at an address of this machine")
    cheerpj: str = Field(CHEERPJ, description="the loader of CheerpJ, which runs the Java player in browsers")
    public_url: str = Field("", description="https address under which the HTTP server is reached, for links")
    log_level: LogLevel = Field("info", description="what goes to stderr")

    @field_validator("public_url", "cheerpj")
    @classmethod
    def _check_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("no address of a server")
        return value.rstrip("/")


_ALLOWED = {
    "device": "auto, cpu or cuda",
    "log_level": "debug, info, warning or error",
    "preview": "on or off",
    "cheerpj": f"an address such as {CHEERPJ}",
    "public_url": "an address such as https://mario.example.org",
}


def _allowed(name: str) -> str:
    if name in _ALLOWED:
        return _ALLOWED[name]
    bounds = {type(m).__name__: m for m in Settings.model_fields[name].metadata}
    return f"a whole number from {bounds['Ge'].ge} to {bounds['Le'].le}"


@cache
def settings() -> Settings:
    """The settings, read once.

    Raises:
        MarioGPTError: a variable has a value that is not allowed; names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).lower().removeprefix(PREFIX.lower())
        default = Settings.model_fields[name].default
        raise MarioGPTError(
            f"{PREFIX}{name.upper()} is {str(first['input'])!r}; it takes {_allowed(name)}, "
            f"for example {PREFIX}{name.upper()}={default or 'https://mario.example.org'}."
        ) from None
