"""The column model, of the bundled kind: a GPT-2 over columns around a GPT-2 over tiles."""
