"""The bundled network: a GPT-2 over columns around a GPT-2 over tiles."""
