"""Links to a level: web addresses if the server has pages, otherwise MCP resources."""

from __future__ import annotations

from dataclasses import dataclass

LEGEND_URI = "mario://legend"
TEXT_URI = "mario://levels/{id}/text"
PICTURE_URI = "mario://levels/{id}/picture"
PATH_URI = "mario://levels/{id}/path"
EXPORT_URI = "mario://levels/{id}/export/{format}"


@dataclass(frozen=True)
class Links:
    """Makes the links to a level. `base` is the address of the pages without a final slash; empty if there are none."""

    base: str = ""

    def of(self, level_id: str) -> dict[str, str]:
        """The links to the level, by name."""
        if self.base:
            address = f"{self.base}/levels/{level_id}"
            return {
                "play": address,
                "picture": f"{address}.png",
                "picture with path": f"{address}/path.png",
                "text": f"{address}.txt",
            }
        uris = {"picture": PICTURE_URI, "picture with path": PATH_URI, "text": TEXT_URI}
        return {name: uri.format(id=level_id) for name, uri in uris.items()}

    def export(self, level_id: str, format: str) -> str:
        """The link to a level as a file in the given format."""
        if self.base:
            return f"{self.base}/levels/{level_id}/export/{format}"
        return EXPORT_URI.format(id=level_id, format=format)
