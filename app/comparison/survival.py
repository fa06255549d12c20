"""Tests of who stays longer: the log-rank test, with a stratum per pair where sessions are paired."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import CensoredData, binomtest, chi2, logrank

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class LogRank(NamedTuple):
    """`z` is positive where A leaves earlier than B. Paired: who left first; `exact` is the sign test's p."""

    z: float
    p: float
    a_first: int | None = None
    b_first: int | None = None
    exact: float | None = None


def unpaired_logrank(times: tuple[F64, F64], left: tuple[Bools, Bools]) -> LogRank | None:
    """The log-rank test of two samples, those who have not `left` censored; None where nobody leaves."""
    if not (left[0].any() or left[1].any()) or not (len(times[0]) and len(times[1])):
        return None
    a, b = (CensoredData(uncensored=t[e], right=t[~e]) for t, e in zip(times, left, strict=True))
    with np.errstate(all="ignore"):
        found = logrank(a, b)
    return LogRank(float(found.statistic), float(found.pvalue)) if np.isfinite(found.statistic) else None


def paired_logrank(
    times: tuple[F64, F64], left: tuple[Bools, Bools], users: npt.NDArray[np.int64]
) -> LogRank | None:
    """The log-rank test with a stratum per pair: in which arm of a pair the user left while the other went on.

    float64 (n,) turns, bool (n,) whether the user left then (else censored), and who the user is: pairs of one
    user count as one (a robust variance). None where no pair tells. With one pair a user it is McNemar's test.
    """
    a_first = left[0] & ((times[0] < times[1]) | ((times[0] == times[1]) & ~left[1]))
    b_first = left[1] & ((times[1] < times[0]) | ((times[0] == times[1]) & ~left[0]))
    _, user = np.unique(users, return_inverse=True)
    signs = np.bincount(user, weights=a_first.astype(float) - b_first)
    if not signs.any():
        return None
    z = float(signs.sum() / np.sqrt((signs**2).sum()))
    n, m = int(a_first.sum()), int(b_first.sum())
    exact = float(binomtest(n, n + m).pvalue) if len(signs) == len(users) else None
    return LogRank(z, float(chi2.sf(z**2, 1)), n, m, exact)
