from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from mariogpt_mcp.web.inline_page import app_page, inline_script
from tests.node import run_node

STATIC = files("mariogpt_mcp.resources").joinpath("web/static")
MODULES = sorted(
    f"{folder}/{file.name}"
    for folder in ("pages", "player")
    for file in STATIC.joinpath(folder).iterdir()
    if file.name.endswith(".js")
)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_joined(name: str) -> None:
    text = STATIC.joinpath(name).read_text(encoding="utf-8")
    assert len(re.findall(r"\bimport\b[^\n]*from", text)) == len(
        re.findall(r'^import \{[^}\n]*\} from "(?:\.|\.\./player)/\w+\.js";$', text, re.MULTILINE)
    )
    assert len(re.findall(r"^export", text, re.MULTILINE)) <= 1
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write|</script|https?://", text)


def test_a_script_has_each_module_once_and_what_it_imports_first() -> None:
    text = inline_script(STATIC, "pages/mcp_app.js")
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert text.count("function advance(") == text.count("class Player ") == text.count("class World ") == 1
    assert text.index("class World ") < text.index("function advance(") < text.index("class Player ")


def written(folder: Path, modules: dict[str, str]) -> Path:
    for name, text in modules.items():
        folder.joinpath(name).parent.mkdir(exist_ok=True)
        folder.joinpath(name).write_text(text)
    return folder


def test_a_script_does_what_its_modules_do(tmp_path: Path, environment: dict[str, str]) -> None:
    """Each module has its own names, runs once and before what imports it."""
    modules = {
        "player/one.js": 'const name = "one";\nconsole.log("ran", name);\nexport { name };\n',
        "player/two.js": '// A comment.\n\nimport { name } from "./one.js";\n\nconst other = `${name} and two`;\n'
        "export { name, other };\n",
        "pages/entry.js": 'import { name, other } from "../player/two.js";\n'
        "const modules = [name, other, this === undefined];\nconsole.log(modules.join());\n",
    }
    script = tmp_path / "script.js"
    script.write_text(inline_script(written(tmp_path, modules), "pages/entry.js"))
    run = run_node(script, environment=environment)
    assert (run.stdout, run.stderr) == ("ran one\none,one and two,true\n", "")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('import other from "./other.js";\n', "pages/entry.js has a form of import or export that cannot be joined"),
        ('import * as other from "./other.js";\n', "cannot be joined: import \\* as other"),
        ('import { one as two } from "./other.js";\n', "cannot be joined: import { one as two }"),
        ('import {\n  one,\n} from "./other.js";\n', "cannot be joined: import {"),
        ("import { one } from './other.js';\n", "cannot be joined"),
        ('import { one } from "package";\n', "cannot be joined"),
        ('import "./other.js";\n', "cannot be joined"),
        ('const other = await import("./other.js");\n', "cannot be joined: import\\("),
        ("const here = import.meta.url;\n", "cannot be joined: import.meta"),
        ('const a = 1;\nimport { one } from "./other.js";\n', "cannot be joined"),
        ("export const a = 1;\n", "cannot be joined: export const a"),
        ("const a = 1;\nexport default a;\n", "cannot be joined: export default"),
        ("const a = 1;\nexport { a };\nconst b = 2;\n", "cannot be joined: export { a }"),
        ('export { one } from "./other.js";\n', "cannot be joined: export { one } from"),
        ('import { two } from "./other.js";\n', "imports two, which pages/other.js does not export"),
        ('import { two } from "./circle.js";\n', "pages/entry.js -> pages/circle.js -> pages/entry.js"),
        ('document.title = "</SCRIPT>";\n', "pages/entry.js contains </script"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, text: str, error: str) -> None:
    modules = {
        "pages/entry.js": text,
        "pages/other.js": "const one = 1;\nexport { one };\n",
        "pages/circle.js": 'import { one } from "./entry.js";\nconst two = one;\nexport { two };\n',
    }
    with pytest.raises(ValueError, match=error):
        inline_script(written(tmp_path, modules), "pages/entry.js")


def test_the_page_is_light() -> None:
    assert 10_000 < len(app_page()) < 150_000
