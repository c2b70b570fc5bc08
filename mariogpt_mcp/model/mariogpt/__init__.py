"""MarioGPT: its checkpoint, network, tokenizer, text encoder, context window and decoder."""
