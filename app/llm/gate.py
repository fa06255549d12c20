"""How many calls are in flight at once: additive increase, multiplicative decrease."""

from __future__ import annotations

import asyncio
from collections import deque


class Gate:
    """Places for calls in flight, in order of asking.

    `cap` is the most there are, and where it starts. A rate limit halves them, once for all calls that were
    sent before the last halving; a whole round of successes adds one.
    """

    def __init__(self, cap: int) -> None:
        if cap < 1:
            raise ValueError(f"concurrency is {cap}; it must be 1 or more")
        self.cap = cap
        self.limit = float(cap)
        self.active = 0
        self.peak = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._closed_until = 0.0
        self._cut = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self) -> float:
        """Wait for a place; returns when it was given, in the loop's time. `leave` must follow."""
        loop = asyncio.get_running_loop()
        if self._waiting or not self._open(loop):
            await self._queue(loop)
        else:
            self._admit()
        return loop.time()

    def leave(self) -> None:
        """Give the place back."""
        self.active -= 1
        self._wake(asyncio.get_running_loop())

    def succeeded(self) -> None:
        """A call went through: a little more room."""
        self.limit = min(float(self.cap), self.limit + 1.0 / self.limit)

    def limited(self, sent: float, seconds: float | None) -> None:
        """A call that was sent at `sent` met a rate limit; nobody goes before `seconds` are over."""
        now = asyncio.get_running_loop().time()
        if sent >= self._cut:
            self.limit = max(1.0, self.limit / 2.0)
            self._cut = now
        if seconds:
            self._closed_until = max(self._closed_until, now + seconds)

    def _open(self, loop: asyncio.AbstractEventLoop) -> bool:
        return self.active < int(self.limit) and loop.time() >= self._closed_until

    def _admit(self) -> None:
        self.active += 1
        self.peak = max(self.peak, self.active)

    async def _queue(self, loop: asyncio.AbstractEventLoop) -> None:
        place: asyncio.Future[None] = loop.create_future()
        self._waiting.append(place)
        self._wake(loop)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                self.leave()
            elif place in self._waiting:
                self._waiting.remove(place)
            raise

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting and self._open(loop):
            place = self._waiting.popleft()
            if not place.done():
                self._admit()
                place.set_result(None)
        if self._waiting and loop.time() < self._closed_until and self._timer is None:
            self._timer = loop.call_at(self._closed_until, self._reopen, loop)

    def _reopen(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._wake(loop)
