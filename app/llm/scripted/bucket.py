"""A token bucket: so many calls a minute, a second's worth of them at once."""

from __future__ import annotations

from collections.abc import Callable


class Bucket:
    """Lets calls through at a rate. `clock` gives seconds that never run back."""

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self._rate = per_minute / 60.0
        self._most = max(1.0, self._rate)
        self._left, self._clock, self._at = self._most, clock, clock()

    def wait(self) -> float:
        """Takes one call and returns 0; or takes none and returns the seconds until there is one."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1.0:
            return (1.0 - self._left) / self._rate
        self._left -= 1.0
        return 0.0
