"""Reads a prompt in everyday English and returns a `PromptSpec`; its words are in `resources/words.json`."""
