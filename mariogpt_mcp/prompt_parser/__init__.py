"""Words become a `PromptSpec`."""
