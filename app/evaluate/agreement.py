"""How far two judges agree beyond chance, with intervals over sessions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.stats import RESAMPLES

F64 = npt.NDArray[np.float64]

Interval = tuple[float, float]


@dataclass(frozen=True)
class Agreement:
    """What two judges said of `n` things: the share said alike and Cohen's kappa, each with its 95 % interval.

    `table` counts what the first said (rows) against the second (columns). None is what cannot be told: kappa
    where both said the same of everything, intervals of fewer than two sessions.
    """

    n: int
    table: list[list[int]]
    agreement: float | None
    agreement_interval: Interval | None
    kappa: float | None
    kappa_interval: Interval | None

    def data(self) -> dict[str, Any]:
        return asdict(self)


def agreement(tables: F64, seed: int = 0, resamples: int = RESAMPLES) -> Agreement:
    """Of float64 (n, k, k): one table a session, what one judge said against what the other said.

    Intervals are percentiles of a bootstrap that draws whole sessions; resamples that tell nothing are left out.
    """
    n = len(tables)
    whole = tables.sum(axis=0)
    rng = np.random.Generator(np.random.Philox(seed))
    counts = rng.multinomial(n, np.full(n, 1 / n), resamples) if n > 1 else np.zeros((0, n))
    drawn = np.tensordot(counts.astype(np.float64), tables, axes=1)
    return Agreement(
        n=int(whole.sum()),
        table=whole.astype(int).tolist(),
        agreement=_known(shares(whole[None])[0]),
        agreement_interval=_interval(shares(drawn)),
        kappa=_known(kappas(whole[None])[0]),
        kappa_interval=_interval(kappas(drawn)),
    )


def shares(tables: F64) -> F64:
    """float64 (R,): the share on the diagonal of (R, k, k) tables; NaN for an empty one."""
    return _ratio(np.trace(tables, axis1=1, axis2=2), tables.sum(axis=(1, 2)))


def kappas(tables: F64) -> F64:
    """float64 (R,): Cohen's kappa (1960) of (R, k, k) tables; NaN where chance alone would agree on everything."""
    total = tables.sum(axis=(1, 2))
    by_chance = _ratio((tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1), total**2)
    return _ratio(shares(tables) - by_chance, 1.0 - by_chance)


def _ratio(over: F64, under: F64) -> F64:
    some = under > 1e-12
    return np.asarray(np.where(some, over / np.where(some, under, 1.0), np.nan))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _interval(values: F64) -> Interval | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
