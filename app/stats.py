"""Bootstrap intervals over users."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

RESAMPLES = 1000
_BLOCK = 64


def bootstrap_ratios(
    parts: Mapping[str, tuple[F64, F64]], seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, dict[str, float | int | None]]:
    """sum(numerator) / sum(denominator) of each entry with its 95 % percentile interval over users.

    All arrays are float64 (n,), one entry a user; users with a denominator of 0 do not count in `n`. A mean
    has denominators of 1. Without any user the values are None.
    """
    names = list(parts)
    if not names:
        return {}
    over = np.stack([parts[name][0] for name in names], axis=1)
    under = np.stack([parts[name][1] for name in names], axis=1)
    ratios = _resampled(over, under, np.random.Generator(np.random.Philox(seed)), resamples)
    low, high = np.nanquantile(ratios, [0.025, 0.975], axis=0) if len(over) else (None, None)
    out: dict[str, dict[str, float | int | None]] = {}
    for i, name in enumerate(names):
        n = int((under[:, i] > 0).sum())
        if n == 0:
            out[name] = {"mean": None, "low": None, "high": None, "n": 0}
            continue
        assert low is not None and high is not None
        mean = float(over[:, i].sum() / under[:, i].sum())
        out[name] = {"mean": mean, "low": float(low[i]), "high": float(high[i]), "n": n}
    return out


def _resampled(over: F64, under: F64, rng: np.random.Generator, resamples: int) -> F64:
    """float64 (resamples, metrics); a resample without any denominator repeats the overall ratio."""
    n = len(over)
    total = np.maximum(under.sum(axis=0), 1e-300)
    blocks = []
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        picks = rng.integers(0, max(n, 1), (size, n))
        counts = np.zeros((size, n))
        for row in range(size):
            counts[row] = np.bincount(picks[row], minlength=n)
        below = counts @ under
        blocks.append(
            np.where(below > 0, (counts @ over) / np.maximum(below, 1e-300), over.sum(axis=0) / total)
        )
    return np.concatenate(blocks)
