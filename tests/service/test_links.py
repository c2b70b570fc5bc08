from mariogpt_mcp.service.links import Links


def test_links_over_stdio_are_resources() -> None:
    assert Links().of("a") == {
        "picture": "mario://levels/a/picture",
        "picture with path": "mario://levels/a/path",
        "text": "mario://levels/a/text",
    }


def test_links_over_http_are_absolute() -> None:
    assert Links("https://mario.example.org").of("a") == {
        "play": "https://mario.example.org/levels/a",
        "picture": "https://mario.example.org/levels/a.png",
        "picture with path": "https://mario.example.org/levels/a/path.png",
        "text": "https://mario.example.org/levels/a.txt",
    }


def test_what_tells_the_address_is_asked_when_a_link_is_needed() -> None:
    asked: list[str] = []

    def base() -> str:
        asked.append("")
        return "http://127.0.0.1:5"

    links = Links(base)
    assert not asked
    assert links.of("a")["play"] == "http://127.0.0.1:5/levels/a"
    assert asked
