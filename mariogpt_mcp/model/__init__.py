"""The model room: ids in, ids out. Knows no prompt, file format of levels, or HTTP.

`conditions`, `guidance`, `sampler` and `loader` import no torch; import the others only where a model is needed.
"""
