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
LogFormat = Literal["text", "json"]
OnOff = Literal["on", "off"]
WindowName = Literal["exact", "sliding"]
Precision = Literal["float32", "bfloat16"]

CHEERPJ = "https://cjrtnc.leaningtech.com/4.3/loader.js"
"""The public loader, by version; others than the newest stay available."""


class Settings(BaseSettings):
    """Every setting, its default and its range; the variable is `MARIOGPT_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    model: str = Field(
        BUNDLED,
        description="the checkpoint: bundled, a folder, or a name on the Hugging Face hub such as "
        "shyamsn97/Mario-GPT2-700-context-length, with @revision if need be",
    )
    bart: str = Field(
        "facebook/bart-base", description="what reads prompts for the original MarioGPT: a folder or a hub name"
    )
    window: WindowName = Field(
        "exact", description="what the original sees of a long level: its own window, or sliding, which is faster"
    )
    precision: Precision = Field(
        "float32", description="of the original's weights: bfloat16 is faster where there is it"
    )
    device: Device = Field("auto", description="where the model runs: auto takes CUDA if there is one")
    threads: int = Field(
        1, ge=1, le=64, description="CPU threads of the model; its steps are too small to share among more"
    )
    temperature: float = Field(
        1.0, ge=0.1, le=2.0, description="how freely tiles are chosen where a call does not say, calm to wild"
    )
    candidates: int = Field(7, ge=1, le=32, description="levels written at once for a prompt; the best is kept")
    rounds: int = Field(3, ge=1, le=20, description="how often new candidates are tried while none meets the prompt")
    keep: int = Field(200, ge=1, le=10_000, description="finished levels the server keeps to be read by id")
    keep_days: int = Field(30, ge=1, le=3650, description="days after which a kept level goes")
    store: str = Field("", description="a folder that keeps levels when the server ends; empty: memory alone")
    grid: OnOff = Field("on", description="whether the text of results spells out the level's 14 rows")
    preview: OnOff = Field("on", description="over stdio: show and play levels at an address of this machine")
    cheerpj: str = Field(CHEERPJ, description="the loader of CheerpJ, which runs the Java player in browsers")
    public_url: str = Field("", description="https address under which the HTTP server is reached, for links")
    log_level: LogLevel = Field("info", description="what goes to stderr")
    log_format: LogFormat = Field("text", description="lines of the log: text, or a JSON object each")

    @field_validator("preview", "grid", mode="before")
    @classmethod
    def _read_switch(cls, value: object) -> object:
        # A bundle's switch in Claude Desktop arrives as one of these.
        return {"true": "on", "false": "off"}.get(str(value).lower(), value)

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
    "log_format": "text or json",
    "window": "exact or sliding",
    "precision": "float32 or bfloat16",
    "grid": "on or off",
    "preview": "on or off",
    "cheerpj": f"an address such as {CHEERPJ}",
    "public_url": "an address such as https://mario.example.org",
}


def _allowed(name: str) -> str:
    if name in _ALLOWED:
        return _ALLOWED[name]
    low, high = bounds(name)
    return f"a {'whole ' if Settings.model_fields[name].annotation is int else ''}number from {low} to {high}"


def bounds(name: str) -> tuple[float, float]:
    """The smallest and the largest value of a setting that is a number."""
    limits = {type(m).__name__: m for m in Settings.model_fields[name].metadata}
    return limits["Ge"].ge, limits["Le"].le


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
