from __future__ import annotations

import pytest

from mariogpt_mcp.cli.generate import generate
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import BUNDLED, Settings, settings
from mariogpt_mcp.web.api import NewLevel


def test_defaults() -> None:
    assert settings().model == BUNDLED
    assert settings().device == "auto"


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARIOGPT_KEEP", "7")
    monkeypatch.setenv("MARIOGPT_PUBLIC_URL", "https://mario.example.org/")
    assert settings().keep == 7
    assert settings().public_url == "https://mario.example.org"


def test_calls_that_name_no_temperature_take_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARIOGPT_TEMPERATURE", "0.4")
    assert NewLevel().request(settings().temperature).temperature == 0.4
    assert generate.make_context("generate", ["some pipes"]).params["temperature"] == 0.4
    assert generate.make_context("generate", ["some pipes", "--temperature", "2"]).params["temperature"] == 2


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("preview", "true", "on"),
        ("preview", "False", "off"),
        ("preview", "OFF", "off"),
        ("preview", "0", "off"),
        ("preview", "no", "off"),
        ("preview", " yes ", "on"),
        ("grid", "'off'", "off"),
        ("log_level", "INFO", "info"),
        ("log_level", "warn", "warning"),
        ("log_level", '"Warning"', "warning"),
        ("log_level", "CRITICAL", "error"),
        ("log_format", "JSON", "json"),
        ("device", "CPU", "cpu"),
        ("device", "gpu", "cuda"),
        ("precision", "BFloat16", "bfloat16"),
        ("window", "Sliding", "sliding"),
        ("model", "Bundled", BUNDLED),
        ("model", '"a/B"', "a/B"),
        ("model", '""', BUNDLED),
        ("keep", '"7"', 7),
        ("temperature", " 0.5 ", 0.5),
        ("public_url", "'https://mario.example.org/'", "https://mario.example.org"),
        ("store", '"My Levels"', "My Levels"),
    ],
)
def test_values_are_read_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, meant: object
) -> None:
    monkeypatch.setenv(f"MARIOGPT_{name.upper()}", value)
    assert getattr(settings(), name) == meant


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("MARIOGPT_DEVICE", "tpu", "auto, cpu or cuda"),
        ("MARIOGPT_WINDOW", "wide", "exact or sliding"),
        ("MARIOGPT_PRECISION", "int8", "float32 or bfloat16"),
        ("MARIOGPT_THREADS", "0", "a whole number from 1 to 64"),
        ("MARIOGPT_TEMPERATURE", "0", "a number from 0.1 to 2.0"),
        ("MARIOGPT_TEMPERATURE", "nan", "a number from 0.1 to 2.0"),
        ("MARIOGPT_TEMPERATURE", "hot", "a number from 0.1 to 2.0"),
        ("MARIOGPT_PREVIEW", "maybe", "on or off"),
        ("MARIOGPT_CANDIDATES", "many", "a whole number from 1 to 32"),
        ("MARIOGPT_ROUNDS", "21", "a whole number from 1 to 20"),
        ("MARIOGPT_KEEP", "-1", "a whole number from 1 to 10000"),
        ("MARIOGPT_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("MARIOGPT_LOG_FORMAT", "xml", "text or json"),
        ("MARIOGPT_PUBLIC_URL", "mario", "an address such as"),
        ("MARIOGPT_PUBLIC_URL", "https://", "an address such as"),
        ("MARIOGPT_PUBLIC_URL", "https://mario.example.org/?x=1", "an address such as"),
    ],
)
def test_bad_values_name_the_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(MarioGPTError) as caught:
        settings()
    message = str(caught.value)
    assert message.startswith(f"{name} is {value!r}; it must be {allowed}")
    assert "pydantic" not in message
    assert "\n" not in message


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
