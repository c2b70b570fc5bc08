"""Settings from `MARIOGPT_*` environment variables, checked when they are first read.

`settings()` is called where a process begins: by a transport, a command, and by `MarioGPT()` without arguments. What
lies deeper gets the part it needs as a value: `ModelSettings`, `SearchSettings`, `StoreSettings`, `WebSettings` or
`LogSettings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, ValidationError, field_validator
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
"""The public loader, by version; older versions stay available."""

TEMPERATURE_RANGE = (0.1, 2.0)
DEFAULT_TEMPERATURE = 1.0

LEVEL_SIZE_RANGE = (100, 2799)
"""Tiles, as the slider of MarioGPT's demo has it: with the one tile it starts from, 7 to 200 columns."""

DEFAULT_LEVEL_SIZE = 1399
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class ModelSettings:
    """Which model is loaded, and how it runs.

    `bart`, `window` and `precision` are for the original MarioGPT. `chosen_by` is the variable or option that named the
    source; error messages name it.
    """

    source: str = BUNDLED
    device: Device = "auto"
    threads: int = 1
    bart: str = "facebook/bart-base"
    window: WindowName = "exact"
    precision: Precision = "float32"
    chosen_by: str = f"{PREFIX}MODEL"


@dataclass(frozen=True)
class SearchSettings:
    """How a level is searched for: the temperature if a call names none, candidates a round, and rounds."""

    temperature: float = DEFAULT_TEMPERATURE
    candidates: int = 7
    rounds: int = 3


@dataclass(frozen=True)
class StoreSettings:
    """Where levels are kept (a folder; only in memory if empty), how many, and for how many days."""

    folder: str = ""
    keep: int = 200
    keep_days: int = 30


@dataclass(frozen=True)
class WebSettings:
    """The address under which the server is reached, empty if it is not known, and the loader of CheerpJ."""

    public_url: str = ""
    cheerpj: str = CHEERPJ


@dataclass(frozen=True)
class LogSettings:
    """What goes to stderr, and in which format."""

    level: LogLevel = "info"
    format: LogFormat = "text"


RANGES: dict[str, tuple[float, float]] = {
    "threads": (1, 64),
    "temperature": TEMPERATURE_RANGE,
    "candidates": (1, 32),
    "rounds": (1, 20),
    "keep": (1, 10_000),
    "keep_days": (1, 3650),
}
"""Smallest and largest value of each setting that is a number."""


def _number(name: str, default: float, description: str) -> Any:
    low, high = RANGES[name]
    return Field(default, ge=low, le=high, description=description)


class Settings(BaseSettings):
    """Every setting, its default and its range; the variable is `MARIOGPT_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    model: str = Field(
        BUNDLED,
        description="the checkpoint: bundled, a folder, or a name on the Hugging Face hub such as "
        "shyamsn97/Mario-GPT2-700-context-length, optionally with @revision",
    )
    bart: str = Field(
        ModelSettings.bart, description="what reads prompts for the original MarioGPT: a folder or a hub name"
    )
    window: WindowName = Field(
        ModelSettings.window,
        description="what the original sees of a long level: its own window, or sliding, which is faster",
    )
    precision: Precision = Field(
        ModelSettings.precision,
        description="of the original's weights: bfloat16 is faster on processors that support it",
    )
    device: Device = Field(ModelSettings.device, description="where the model runs: auto takes CUDA if there is one")
    threads: int = _number(
        "threads", ModelSettings.threads, "CPU threads of the model; its steps are too small to share among more"
    )
    temperature: float = _number(
        "temperature", SearchSettings.temperature, "how freely tiles are chosen if a call does not say, calm to wild"
    )
    candidates: int = _number(
        "candidates", SearchSettings.candidates, "levels written at once for a prompt; the best is kept"
    )
    rounds: int = _number(
        "rounds", SearchSettings.rounds, "how often new candidates are tried while none meets the prompt"
    )
    keep: int = _number("keep", StoreSettings.keep, "finished levels the server keeps to be read by id")
    keep_days: int = _number("keep_days", StoreSettings.keep_days, "days after which a kept level is deleted")
    store: str = Field(
        "", description="a folder that keeps levels when the server ends; if empty, levels are only in memory"
    )
    grid: OnOff = Field("on", description="whether the text of results spells out the level's 14 rows")
    preview: OnOff = Field("on", description="over stdio: show and play levels at an address of this machine")
    cheerpj: str = Field(CHEERPJ, description="the loader of CheerpJ, which runs the Java player in browsers")
    public_url: str = Field("", description="https address under which the HTTP server is reached, for links")
    log_level: LogLevel = Field(LogSettings.level, description="what goes to stderr")
    log_format: LogFormat = Field(LogSettings.format, description="lines of the log: text, or a JSON object each")
    _model_chosen_by: str = PrivateAttr(ModelSettings.chosen_by)

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
            raise ValueError("not the address of a server")
        return value.rstrip("/")

    def for_model(self) -> ModelSettings:
        """The part that a model loader needs."""
        return ModelSettings(
            self.model, self.device, self.threads, self.bart, self.window, self.precision, self._model_chosen_by
        )

    def with_model(self, model: str, chosen_by: str) -> Settings:
        """The settings with another model; `chosen_by` is the option that named it."""
        other = self.model_copy(update={"model": model})
        other._model_chosen_by = chosen_by
        return other

    def for_search(self) -> SearchSettings:
        """The part that the generator needs."""
        return SearchSettings(self.temperature, self.candidates, self.rounds)

    def for_store(self) -> StoreSettings:
        """The part that the store needs."""
        return StoreSettings(self.store, self.keep, self.keep_days)

    def for_web(self) -> WebSettings:
        """The part that pages and files need."""
        return WebSettings(self.public_url, self.cheerpj)

    def for_logs(self) -> LogSettings:
        """The part that logging needs."""
        return LogSettings(self.log_level, self.log_format)


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
    low, high = RANGES[name]
    return f"a {'whole ' if Settings.model_fields[name].annotation is int else ''}number from {low} to {high}"


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
