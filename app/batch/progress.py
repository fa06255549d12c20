"""Where a batch tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.llm.ledger import Spent


class Progress(Protocol):
    """Where progress is shown: sessions stored of all that are to be played, over all arms."""

    def total(self, n: int) -> None: ...

    def advance(self, n: int, text: str) -> None: ...

    def watch(self, spent: Callable[[], Spent]) -> None:
        """The sessions are played by models; `spent` tells at any time, from any thread, what they have used."""


class Silent:
    """Shows nothing."""

    def total(self, n: int) -> None:
        """Nothing."""

    def advance(self, n: int, text: str) -> None:
        """Nothing."""

    def watch(self, spent: Callable[[], Spent]) -> None:
        """Nothing."""
