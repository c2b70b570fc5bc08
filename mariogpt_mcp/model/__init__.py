"""Tile ids in, tile ids out: the networks, the sampler, and the loading of checkpoints.

This room knows no prompts, no level formats and no HTTP. `conditioning`, `decoding`, `batch`, `guidance`, `sampler`,
`files`, `hub`, `device` and `loader` import no torch; import the other modules only when a model is needed.
"""
