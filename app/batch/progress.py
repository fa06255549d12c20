"""Where a batch tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Where progress is shown: sessions stored of all that are to be played, over all arms."""

    def total(self, n: int) -> None: ...

    def advance(self, n: int, text: str) -> None: ...


class Silent:
    """Shows nothing."""

    def total(self, n: int) -> None:
        """Nothing."""

    def advance(self, n: int, text: str) -> None:
        """Nothing."""
