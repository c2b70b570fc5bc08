"""Small levels as text."""

from __future__ import annotations

FLAT = "\n".join(["-" * 30] * 12 + ["X" * 30] * 2)
"""Ground, 30 columns wide."""

PIPE = "\n".join(["-" * 30] * 10 + ["-" * 10 + "<>" + "-" * 18, "-" * 10 + "[]" + "-" * 18] + ["X" * 30] * 2)
"""Ground with one pipe at columns 11 and 12."""

PIT = "\n".join(["-" * 40] * 12 + ["X" * 12 + "-" * 15 + "X" * 13] * 2)
"""A gap of 15 columns, too wide to jump."""
