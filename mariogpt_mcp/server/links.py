"""Where a level can be read again: as MCP resources, and over HTTP where there is an address."""

from __future__ import annotations

from dataclasses import dataclass

LEGEND_URI = "mario://legend"
TEXT_URI = "mario://levels/{id}/text"
PICTURE_URI = "mario://levels/{id}/picture"
PATH_URI = "mario://levels/{id}/path"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes a level's links; `base` is the server's address without a slash at its end, empty over stdio."""

    base: str = ""

    def of(self, level_id: str) -> dict[str, str]:
        """Name and link of everything that shows this level."""
        if self.base:
            address = f"{self.base}/levels/{level_id}"
            return {"picture": f"{address}.png", "picture with path": f"{address}/path.png", "text": f"{address}.txt"}
        uris = {"picture": PICTURE_URI, "picture with path": PATH_URI, "text": TEXT_URI}
        return {name: uri.format(id=level_id) for name, uri in uris.items()}
