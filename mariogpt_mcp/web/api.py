"""The JSON API: make a level, check one, read one by its id."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator
from starlette.responses import Response

from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.generation.request import RANDOM_SEED, Request, seed_of_call
from mariogpt_mcp.service.arguments import read_arguments
from mariogpt_mcp.service.schema import CheckResult, LevelResult, result_of
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, DEFAULT_TEMPERATURE, MAX_SEED
from mariogpt_mcp.web.dependencies import Context, StoredLevelById
from mariogpt_mcp.web.error_responses import NOT_FOUND, REFUSED
from mariogpt_mcp.web.level_events import level_events

router = APIRouter(prefix="/api/levels")


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    _notes: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        """Read the fields as clients write them, as over MCP."""
        if not isinstance(data, dict):
            return handler(data)
        arguments = read_arguments(data, cls.model_json_schema())
        body = handler(arguments.values)
        body._notes = arguments.notes
        return body

    @property
    def notes(self) -> tuple[str, ...]:
        """What the response says about fields that were ignored."""
        return self._notes


class NewLevel(_Body):
    """A request for a new level."""

    prompt: str = Field("", description="pipes, enemies, blocks, elevation, style, or everyday English")
    # A running application may have another default; `WebApp.openapi` documents it.
    temperature: float = Field(DEFAULT_TEMPERATURE, description="0.1 (calm, regular) to 2.0 (wild)")
    level_size: int = Field(
        DEFAULT_LEVEL_SIZE, description="tiles, 14 in each column, 100 to 2799; 1399 tiles are 100 columns"
    )
    seed: int = Field(
        RANDOM_SEED,
        description="0 to 4294967295; -1 for a random one",
        # Documented here; `Request.check` checks it and words the error as over MCP.
        json_schema_extra={"minimum": RANDOM_SEED, "maximum": MAX_SEED},
    )

    def request(self, default_temperature: float) -> Request:
        """The checked and clamped request.

        Raises:
            MarioGPTError: a value cannot be used.
        """
        temperature = self.temperature if "temperature" in self.model_fields_set else default_temperature
        return Request.check(self.prompt, self.level_size, temperature, seed_of_call(self.seed))


class OwnLevel(_Body):
    """A level to check."""

    level: str = Field(
        description="14 rows of tiles of equal length, top row first, separated by line breaks; or the content of a "
        "file of Tiled (.tmj) or LDtk"
    )
    repair: bool = Field(False, description="fix structural faults and impassable places with few changed tiles")
    legend: Legend = Field("auto", description="the symbols of the rows: vglc, or framework (Mario AI Framework)")


@router.post("", operation_id="make_level", response_model=LevelResult, responses=REFUSED)
async def make_level(new: NewLevel, context: Context) -> LevelResult | CheckResult:
    """Make a level, in about a second; the same body with the same seed returns the same level."""
    made, cached = await context.service.make(new.request(context.temperature))
    return result_of(made, context.links.of(made.id), cached=cached, notes=new.notes)


@router.post("/check", operation_id="check_level", response_model=CheckResult, responses=REFUSED)
async def check_level(own: OwnLevel, context: Context) -> LevelResult | CheckResult:
    """Check any level: is its structure valid, and can it be beaten?"""
    checked = await context.service.check(own.level, repair=own.repair, legend=own.legend)
    return result_of(checked, context.links.of(checked.id), notes=own.notes)


@router.post("/stream", include_in_schema=False)
async def stream_level(new: NewLevel, context: Context) -> Response:
    """Make a level and report on it as server-sent events."""
    return level_events(context.service, new.request(context.temperature))


@router.get("/{id}", operation_id="read_level", responses=NOT_FOUND)
def read_level(level: StoredLevelById, context: Context) -> LevelResult | CheckResult:
    """A stored level."""
    return result_of(level, context.links.of(level.id))
