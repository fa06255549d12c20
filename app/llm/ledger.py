"""What a run has spent and what is under way, told by all processes that play it in one place."""

from __future__ import annotations

import threading
from collections.abc import MutableSequence
from contextlib import AbstractContextManager
from multiprocessing import get_context
from typing import NamedTuple


class Spent(NamedTuple):
    """Sums over a run so far. `usd` is of the replies with a known price, `unpriced` ones have none.

    `asking` calls and `playing` sessions are under way at this moment; `failed` sessions ended in an error.
    """

    calls: float = 0.0
    tokens: float = 0.0
    usd: float = 0.0
    unpriced: float = 0.0
    asking: float = 0.0
    playing: float = 0.0
    failed: float = 0.0


class Ledger:
    """Counts that threads change one at a time; `shared` ones also processes, which get it as they start.

    Inside `with` nobody else changes them.
    """

    def __init__(self, spent: Spent = Spent(), shared: bool = False) -> None:  # noqa: B008 - immutable
        context = get_context("spawn")
        self._lock: AbstractContextManager[bool] = context.RLock() if shared else threading.RLock()
        self._counts: MutableSequence[float] = context.RawArray("d", list(spent)) if shared else list(spent)

    def __enter__(self) -> Ledger:
        self._lock.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.__exit__(*error)  # type: ignore[arg-type]

    def spent(self) -> Spent:
        """What there is by now."""
        return Spent(*self._counts)

    def add(self, change: Spent) -> None:
        """Count something more, or less where it is negative."""
        with self:
            for at, more in enumerate(change):
                self._counts[at] += more
