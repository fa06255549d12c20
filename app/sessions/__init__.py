"""Sessions of messages: many at once, each turn committed as it ends, every step kept."""

from __future__ import annotations

from app.sessions.journal import Journal
from app.sessions.playing import Played, Table, play

__all__ = ["Journal", "Played", "Table", "play"]
