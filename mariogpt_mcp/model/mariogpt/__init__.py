"""The original MarioGPT: its network, tokenizer, text encoder and context window."""
