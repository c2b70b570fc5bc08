from __future__ import annotations

import io

from PIL import Image

from mariogpt_mcp.release.icon import SIZE, icon_png


def test_it_is_a_square_of_whole_pixels_of_the_art() -> None:
    icon = Image.open(io.BytesIO(icon_png()))
    assert (icon.format, icon.size) == ("PNG", (SIZE, SIZE))
    small = icon.resize((64, 64), Image.Resampling.NEAREST)
    assert small.resize(icon.size, Image.Resampling.NEAREST).tobytes() == icon.tobytes()
    assert len(small.convert("RGB").getcolors() or []) > 12
