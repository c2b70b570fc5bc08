from mariogpt_mcp.service.links import Links


def test_links_over_stdio_are_resources() -> None:
    assert Links().of("a") == {
        "picture": "mario://levels/a/picture",
        "picture with path": "mario://levels/a/path",
        "text": "mario://levels/a/text",
    }
    assert Links().export("a", "tiled") == "mario://levels/a/export/tiled"


def test_links_over_http_are_absolute() -> None:
    links = Links("https://mario.example.org")
    assert links.of("a") == {
        "play": "https://mario.example.org/levels/a",
        "picture": "https://mario.example.org/levels/a.png",
        "picture with path": "https://mario.example.org/levels/a/path.png",
        "text": "https://mario.example.org/levels/a.txt",
    }
    assert links.export("a", "tiled") == "https://mario.example.org/levels/a/export/tiled"
