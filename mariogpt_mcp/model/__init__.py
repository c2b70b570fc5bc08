"""The model room: ids in, ids out. Knows no prompt, file format of levels, or HTTP.

Nothing here imports torch until a model is asked for: import its modules late.
"""
