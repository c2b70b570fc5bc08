"""Settings from `MARIOGPT_*` environment variables, checked when they are first read.

`settings()` is called only where a process starts: by a transport, by a command, and by `MarioGPT()` without arguments.
Other modules receive only the part that they need: `ModelSettings`, `SearchSettings`, `StoreSettings`, `WebSettings` or
`LogSettings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, ValidationError, ValidationInfo, field_validator
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
"""The public loader in a fixed version; old versions stay available."""

TEMPERATURE_RANGE = (0.1, 2.0)
DEFAULT_TEMPERATURE = 1.0

LEVEL_SIZE_RANGE = (100, 2799)
"""Tiles, as in the slider of MarioGPT's demo. With the one tile that it starts from, they are 7 to 200 columns."""

DEFAULT_LEVEL_SIZE = 1399
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class ModelSettings:
    """Which model is loaded, and how it runs.

    `bart`, `window` and `precision` apply only to the original MarioGPT. `chosen_by` is the variable or option that set
    `source`; error messages name it.
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
    """How a level is searched: the default temperature, the candidates in a round, and the largest number of rounds."""

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
    """The address at which users reach the server, empty if it is not known, and the loader of CheerpJ."""

    public_url: str = ""
    cheerpj: str = CHEERPJ


@dataclass(frozen=True)
class LogSettings:
    """Which messages go to stderr, and in which format."""

    level: LogLevel = "info"
    format: LogFormat = "text"


SYNONYMS = {
    # Claude Desktop passes the switches of a bundle as true or false.
    **dict.fromkeys(("true", "yes", "1"), "on"),
    **dict.fromkeys(("false", "no", "0"), "off"),
    "warn": "warning",
    **dict.fromkeys(("critical", "fatal"), "error"),
    "gpu": "cuda",
}
"""Other words for the choices of a setting."""

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
        description="the model: bundled, a folder with a checkpoint, or a Hugging Face repository such as "
        "shyamsn97/Mario-GPT2-700-context-length, optionally with @revision",
    )
    bart: str = Field(
        ModelSettings.bart,
        description="the text encoder of the original MarioGPT: a folder or a Hugging Face repository",
    )
    window: WindowName = Field(
        ModelSettings.window,
        description="the context window of the original MarioGPT: exact (as published) or sliding (faster)",
    )
    precision: Precision = Field(
        ModelSettings.precision,
        description="the precision of the original MarioGPT: float32, or bfloat16 (faster on some processors)",
    )
    device: Device = Field(ModelSettings.device, description="where the model runs; auto uses CUDA if it is available")
    threads: int = _number(
        "threads", ModelSettings.threads, "CPU threads for the model; its steps are small, so more threads rarely help"
    )
    temperature: float = _number(
        "temperature",
        SearchSettings.temperature,
        "the default temperature of a request: low values make calm levels, high values wild levels",
    )
    candidates: int = _number(
        "candidates", SearchSettings.candidates, "levels written at once for a request; the best one is returned"
    )
    rounds: int = _number(
        "rounds",
        SearchSettings.rounds,
        "the maximum number of rounds of candidates; a new round starts if none meets the prompt",
    )
    keep: int = _number("keep", StoreSettings.keep, "how many finished levels the server keeps")
    keep_days: int = _number("keep_days", StoreSettings.keep_days, "days after which the server deletes a level")
    store: str = Field(
        "", description="a folder in which levels survive a restart; if empty, levels are only in memory"
    )
    grid: OnOff = Field("on", description="whether the text of a result includes the level's 14 rows")
    pictures: OnOff = Field("on", description="whether results over MCP include a picture of the level")
    preview: OnOff = Field("on", description="over stdio: serve pages on this machine to view and play levels")
    cheerpj: str = Field(CHEERPJ, description="the address of CheerpJ's loader, which runs the Java player in browsers")
    public_url: str = Field("", description="the public https address of the HTTP server, used in links")
    allowed_hosts: str = Field(
        "", description="other host names under which the HTTP server answers, separated by commas"
    )
    allowed_origins: str = Field(
        "", description="sites whose pages may call the HTTP server, separated by commas, as https://chat.example.org"
    )
    log_level: LogLevel = Field(LogSettings.level, description="the lowest level of messages that go to stderr")
    log_format: LogFormat = Field(
        LogSettings.format, description="the format of the log: text, or one JSON object per line"
    )
    _model_chosen_by: str = PrivateAttr(ModelSettings.chosen_by)

    @field_validator("*", mode="before")
    @classmethod
    def _read_text(cls, value: object, info: ValidationInfo) -> object:
        """Read a value as people and clients write it: quoted, in capitals, or with another word for a choice."""
        text = str(value).strip()
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            text = text[1:-1].strip()
        field = cls.model_fields[str(info.field_name)]
        if not text:
            return field.default
        choices = get_args(field.annotation)
        word = SYNONYMS.get(text.lower(), text.lower())
        return word if word in choices or word == field.default else text

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


_EXAMPLES = {"cheerpj": CHEERPJ, "public_url": "https://mario.example.org"}


def _allowed(name: str) -> str:
    if name in _EXAMPLES:
        return f"an address such as {_EXAMPLES[name]}"
    kind = Settings.model_fields[name].annotation
    if choices := get_args(kind):
        return f"{', '.join(choices[:-1])} or {choices[-1]}"
    low, high = RANGES[name]
    return f"a {'whole ' if kind is int else ''}number from {low} to {high}"


@cache
def settings() -> Settings:
    """The settings, read once.

    Raises:
        MarioGPTError: a variable has a value that is not allowed; the message names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).lower().removeprefix(PREFIX.lower())
        default = Settings.model_fields[name].default
        raise MarioGPTError(
            f"{PREFIX}{name.upper()} is {str(first['input'])!r}; it must be {_allowed(name)}, "
            f"for example {PREFIX}{name.upper()}={default or _EXAMPLES[name]}."
        ) from None
