"""When to try a call again, and how long to wait before it."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Retries:
    """How often a call is repeated: `limited` times after rate limits, `times` after anything else.

    The wait doubles from `first` to at most `longest` seconds, less up to half of it by chance; a
    `Retry-After` of at most `patience` seconds is kept, a longer one is a failure at once.
    """

    times: int = 5
    limited: int = 30
    first: float = 0.5
    longest: float = 30.0
    patience: float = 120.0
    chance: random.Random = field(default_factory=random.Random, compare=False)

    def wait(self, failures: int, kind: str, retry_after: float | None) -> float | None:
        """Seconds before the next try after `failures` failures in a row; None: give up."""
        allowed = self.limited if kind == "rate_limit" else self.times
        if failures > allowed or (retry_after or 0.0) > self.patience:
            return None
        backoff = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        jittered = backoff * (1.0 - 0.5 * self.chance.random())
        return jittered if retry_after is None else retry_after + 0.1 * jittered


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000.0
    given = headers.get("retry-after")
    seconds = _seconds(given)
    return seconds if seconds is not None or given is None else _until(given, now or datetime.now(UTC))


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())
