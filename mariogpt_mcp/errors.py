"""The one exception whose text is meant for the person who asked."""


class MarioGPTError(Exception):
    """Something the user can mend.

    Its text is one plain sentence: what was wrong, what is allowed, and an example where one helps.
    The CLI, the MCP server and the web pages print it as it is and print nothing of any other error.
    """
