"""Ids in, ids out (torch): sampler, guidance, `column/` (the bundled two-level GPT-2), `mariogpt/` (MarioGPT).

This room knows no prompts, no level formats and no HTTP. `conditioning`, `decoding`, `batch`, `guidance`, `sampler`,
`files`, `hub`, `device` and `loader` import no torch; import the other modules only when a model is needed.
"""
