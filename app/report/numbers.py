"""Numbers as the page shows them, and the few that nothing else has measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

SHARES = frozenset(
    {
        "open_rate",
        "watch_fraction",
        "like_rate",
        "save_rate",
        "share_rate",
        "instruct_rate",
        "uptake",
        "recovery",
    }
    | {"leave_by_3", "return_rate", "coverage"}
)
"""Metrics that are shown in percent."""
_Z = 1.959964


def percent(value: float | None, digits: int | None = None) -> str:
    """`12 %`; a decimal more below ten percent."""
    if value is None or not np.isfinite(value):
        return "–"
    places = digits if digits is not None else 1 if 0 < abs(value) < 0.0995 else 0
    return f"{100 * value:.{places}f} %"


def plain(value: float | None) -> str:
    """At most four digits, or as many as a large number has."""
    if value is None or not np.isfinite(value):
        return "–"
    size = abs(value)
    return f"{value:,.0f}" if size >= 1000 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def metric(name: str, value: float | None) -> str:
    """A metric's value in its unit."""
    return percent(value) if name in SHARES else plain(value)


def signed(name: str, value: float | None) -> str:
    """A difference of a metric with its sign; those of shares are in percentage points."""
    if value is None or not np.isfinite(value):
        return "–"
    scale, digits = (100, 1) if name in SHARES else (1, 3 if abs(value) < 1 else 2)
    text = f"{scale * value:+.{digits}f}"
    return text.replace("-", "−") if text.strip("+-0.") else text[1:]


def gini(counts: F64) -> float:
    """Inequality of counts (n,) in [0, 1): 0 where all are the same, near 1 where one has everything; 0 for none."""
    total, n = counts.sum(), len(counts)
    if not total:
        return 0.0
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * np.sort(counts)).sum() / (n * total) - (n + 1) / n)


def lorenz(counts: F64, points: int = 101) -> F64:
    """Share of all exposures that the least shown share of items has, at `points` even shares from 0 to 1."""
    if not counts.sum():
        return np.linspace(0, 1, points)
    running = np.concatenate([[0.0], np.cumsum(np.sort(counts))]) / counts.sum()
    even = np.linspace(0, 1, points)
    return np.asarray(np.interp(even, np.linspace(0, 1, len(running)), running), np.float64)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n > 0."""
    share = hits / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def half_width(values: Sequence[float] | F64) -> float | None:
    """Half the 95 % interval of a mean; None for fewer than eight values."""
    n = len(values)
    return float(_Z * np.std(values, ddof=1) / np.sqrt(n)) if n >= 8 else None
