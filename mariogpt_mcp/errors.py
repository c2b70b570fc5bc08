"""The exception whose text is shown to the user."""


class MarioGPTError(Exception):
    """Something that the user can correct.

    Its text is one plain sentence: what was wrong, what is allowed, and an example if one helps. The command line, the
    MCP server and the web pages show it as it is, and show nothing of any other error.
    """
