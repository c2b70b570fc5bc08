from mariogpt_mcp.server.links import Links


def test_links_over_stdio_are_resources() -> None:
    assert Links().of("a") == {"picture": "mario://levels/a/picture", "text": "mario://levels/a/text"}


def test_links_over_http_are_absolute() -> None:
    assert Links("https://mario.example.org").of("a") == {
        "picture": "https://mario.example.org/levels/a.png",
        "text": "https://mario.example.org/levels/a.txt",
    }
