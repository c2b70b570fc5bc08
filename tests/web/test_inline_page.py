from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mariogpt_mcp.web.inline_page import app_page, bundle

STATIC = files("mariogpt_mcp.resources").joinpath("web/static")
MODULES = sorted(
    f"{folder}/{file.name}"
    for folder in ("pages", "player")
    for file in STATIC.joinpath(folder).iterdir()
    if file.name.endswith(".js")
)


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_written_so_that_they_can_be_put_together(name: str) -> None:
    text = STATIC.joinpath(name).read_text(encoding="utf-8")
    assert len(re.findall(r"\bimport\b[^\n]*from", text)) == len(
        re.findall(r'^import \{[^}\n]*\} from "(?:\.|\.\./player)/\w+\.js";$', text, re.MULTILINE)
    )
    assert len(re.findall(r"^export", text, re.MULTILINE)) <= 1
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write|</script|https?://", text)


def test_a_bundle_has_each_module_once_and_what_it_imports_first() -> None:
    text = bundle("pages/mcp_app.js")
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    assert text.count("function advance(") == text.count("class Player ") == text.count("class World ") == 1
    assert text.index("class World ") < text.index("function advance(") < text.index("class Player ")


def test_no_name_is_used_twice_at_the_top_of_a_bundle() -> None:
    names = re.findall(r"^(?:async )?(?:const|let|class|function\*?) (\w+)", bundle("pages/mcp_app.js"), re.MULTILINE)
    assert len(names) > 40
    assert sorted(names) == sorted(set(names))


def test_the_view_is_light() -> None:
    assert 10_000 < len(app_page()) < 150_000
