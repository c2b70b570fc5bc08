"""The exceptions whose text is shown to the user."""

from __future__ import annotations

from collections.abc import Callable

Rename = Callable[[str], str]
"""Returns the name by which the user knows an option."""


class MarioGPTError(Exception):
    """Something that the user can correct.

    Its text is one plain sentence: what was wrong, what is allowed, and an example if one helps. The command line, the
    MCP server and the web pages show it unchanged. They never show the text of another error.
    """


class OptionError(MarioGPTError):
    """An error whose text names options: by their Python names, or by other names on request."""

    def __init__(self, text: Callable[[Rename], str]) -> None:
        """Take a function that returns the text; it calls its argument on the Python name of each option.

        >>> str(OptionError(lambda name: f"leave out {name('batch_size')}"))
        'leave out batch_size'
        """
        super().__init__(text(str))
        self.text = text

    def renamed(self, rename: Rename) -> OptionError:
        """The same error with other Python names of the options, such as those of the caller's parameters."""
        return OptionError(lambda name: self.text(lambda option: name(rename(option))))


def error_about(subject: str, error: MarioGPTError) -> MarioGPTError:
    """The error with its subject in front, such as an option or a file: `--corpus: there is no folder 'maps'`."""
    text = str(error)
    word = text.split(" ", 1)[0]
    if word[1:] == word[1:].lower():  # a name such as MarioGPT keeps its capitals
        text = text[:1].lower() + text[1:]
    return MarioGPTError(f"{subject}: {text}")
