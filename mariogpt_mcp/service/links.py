"""Where a level can be read and played: over HTTP where there is an address, else as MCP resources."""

from __future__ import annotations

from collections.abc import Callable

LEGEND_URI = "mario://legend"
TEXT_URI = "mario://levels/{id}/text"
PICTURE_URI = "mario://levels/{id}/picture"
PATH_URI = "mario://levels/{id}/path"
EXPORT_URI = "mario://levels/{id}/export/{format}"


class Links:
    """Makes a level's links."""

    def __init__(self, base: str | Callable[[], str] = "") -> None:
        """`base` is the server's address without a slash at its end, or what tells it when a link is first needed.

        It is empty where there is none.
        """
        self._base = base

    @property
    def base(self) -> str:
        """The address, empty where there is none."""
        return self._base if isinstance(self._base, str) else self._base()

    def of(self, level_id: str) -> dict[str, str]:
        """Name and link of everything that shows this level."""
        base = self.base
        if base:
            address = f"{base}/levels/{level_id}"
            return {
                "play": address,
                "picture": f"{address}.png",
                "picture with path": f"{address}/path.png",
                "text": f"{address}.txt",
            }
        uris = {"picture": PICTURE_URI, "picture with path": PATH_URI, "text": TEXT_URI}
        return {name: uri.format(id=level_id) for name, uri in uris.items()}

    def export(self, level_id: str, format: str) -> str:
        """The link to a level in the format of another program."""
        base = self.base
        return (f"{base}/levels/{{id}}/export/{{format}}" if base else EXPORT_URI).format(id=level_id, format=format)
