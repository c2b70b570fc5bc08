"""The Mario AI Framework's Java game, played on a separate virtual screen."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageGrab

from mariogpt_mcp.mario_gpt_package import java_file

T = TypeVar("T")


def window_with(level: str, folder: Path, look: Callable[[Image.Image], T | None]) -> tuple[Image.Image, T]:
    """The game's screen, and what `look` sees on it, as soon as it sees something; the picture stays in the folder."""
    for program in ("Xvfb", "java"):
        assert shutil.which(program), f"the test of the Java game needs {program}"
    (folder / "level.txt").write_text(level)
    read_end, write_end = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "800x600x24"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    display = ":" + os.read(read_end, 20).decode().strip()
    pictures = f"{java_file('img/mapsheet.png').parent}/"
    game = subprocess.Popen(
        ["java", "-cp", str(java_file("PlayLevel.jar")), "PlayLevel", str(folder / "level.txt"), pictures],
        env={**os.environ, "DISPLAY": display},
        cwd=folder,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while (seen := look(picture := ImageGrab.grab(xdisplay=display))) is None:
            assert game.poll() is None, "the game ended"
            assert time.monotonic() < end, f"not in the window: {picture.getcolors(1 << 24)[:9]}"  # type: ignore[index]
            time.sleep(0.5)
    finally:
        for process in (game, screen):
            process.terminate()
            process.wait()
        os.close(read_end)
        os.close(write_end)
    picture.save(folder / "window.png")
    return picture, seen


def pipe_pixels(picture: Image.Image) -> npt.NDArray[np.bool_] | None:
    """Where a pipe's green is, (height, width); `None` if there are not a good many such pixels."""
    red, green, blue = np.asarray(picture.convert("RGB"), dtype=int).transpose(2, 0, 1)
    is_pipe: npt.NDArray[np.bool_] = (green > 120) & (green > red + 40) & (green > blue + 40)
    return is_pipe if is_pipe.sum() > 1000 else None
