from __future__ import annotations

from tests.server.conftest import environment, server

__all__ = ["environment", "server"]
