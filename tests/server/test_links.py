from mariogpt_mcp.server.links import Links


def test_links_over_stdio_are_resources() -> None:
    assert Links().of("a") == {
        "picture": "mario://levels/a/picture",
        "picture with path": "mario://levels/a/path",
        "text": "mario://levels/a/text",
    }


def test_links_over_http_are_absolute() -> None:
    assert Links("https://mario.example.org").of("a") == {
        "picture": "https://mario.example.org/levels/a.png",
        "picture with path": "https://mario.example.org/levels/a/path.png",
        "text": "https://mario.example.org/levels/a.txt",
    }
