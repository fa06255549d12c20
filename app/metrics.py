"""What is measured of sessions: sums per session while they run, and the named metrics made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from app.stats import bootstrap_ratios

F64 = npt.NDArray[np.float64]
RETURN_WITHIN_DAYS = 7.0
DIGITS = 6
"""Sums are stored so exact, and measured as they are stored."""

METRICS: dict[str, str] = {
    "turns": "turns a session lasted",
    "items_seen": "items examined in a session",
    "minutes": "simulated minutes spent",
    "open_rate": "share of examined items that were opened",
    "watch_fraction": "mean watched fraction of examined items",
    "like_rate": "likes per examined item",
    "save_rate": "saves per examined item",
    "share_rate": "shares per examined item",
    "instruct_rate": "share of turns that ended in an instruction",
    "uptake": "share of instructions the next slate honors better than the slate before",
    "recovery": "share of instructed sessions that lasted at least two more turns",
    "satisfaction": "satisfaction at the session's end, 0 to 1",
    "leave_by_3": "share of users who left within three turns",
    "return_rate": "share of users who come back within seven days",
    "diversity": "mean distance (1 - cosine) of the items within a slate",
    "novelty": "mean of 1 - popularity over shown items",
    "coverage": "share of the catalog shown to anybody",
    "reward": "reward summed over a session",
}
"""Every metric by name, in order, with its definition."""

DAY_METRICS: dict[str, str] = {
    "d1_return": "share of users with a session one day after their first",
    "d7_return": "share of users with a session seven days after their first",
    "total_minutes": "minutes of a user over all its sessions",
}
"""The metrics of a run of several days; all others are of first sessions."""


@dataclass
class Tally:
    """Sums per session, float64 (n,) each; the columns of the same names are in the store."""

    turns: F64
    items_seen: F64
    minutes: F64
    opens: F64
    watched: F64
    likes: F64
    saves: F64
    shares: F64
    instructs: F64
    judged: F64
    """Instructions that a further slate followed, and `kept` those it honored better."""
    kept: F64
    first_instruct: F64
    """Turn of the first instruction, 0 for none."""
    satisfaction: F64
    reward: F64
    diversity: F64
    """Summed over turns, like `novelty`."""
    novelty: F64
    left: F64
    return_days: F64
    """inf for never; NaN where the session did not end by leaving."""

    @classmethod
    def zeros(cls, n: int) -> Tally:
        tally = cls(**{f.name: np.zeros(n) for f in fields(cls)})
        tally.return_days[:] = np.nan
        return tally

    @classmethod
    def stored(cls, sums: Sequence[Mapping[str, float]]) -> Tally:
        """From the sums kept with sessions, where what is not finite was left out."""
        tally = cls(
            **{f.name: np.array([row.get(f.name, np.nan) for row in sums], float) for f in fields(cls)}
        )
        never = np.isnan(tally.return_days) & (tally.left > 0)
        tally.return_days[never] = np.inf
        return tally

    def columns(self) -> dict[str, F64]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def take(self, places: npt.NDArray[np.int64]) -> Tally:
        """The sums of some sessions, in this order."""
        return Tally(**{name: values[places] for name, values in self.columns().items()})

    def rounded(self) -> Tally:
        """As it is kept with the sessions: to six digits."""
        return Tally(**{name: np.round(values, DIGITS) for name, values in self.columns().items()})


@dataclass
class Visits:
    """Every session of n users over several days, m of them: int64 (m,) user and day, float64 (m,) minutes."""

    user: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]
    minutes: F64

    def ordered(self) -> Visits:
        """By user, then by day."""
        order = np.lexsort((self.day, self.user))
        return Visits(self.user[order], self.day[order], self.minutes[order])


def measure_days(
    visits: Visits, n: int, days: int, seed: int = 0
) -> tuple[dict[str, dict[str, float | int | None]], list[float]]:
    """`DAY_METRICS` of n users over `days` days, and the share of them who were there on day 0, 1, …"""
    came = np.zeros((days, n))
    came[visits.day, visits.user] = 1.0
    one, none = np.ones(n), np.zeros(n)
    parts = {f"d{day}_return": (came[day], one) if day < days else (none, none) for day in (1, 7)}
    parts["total_minutes"] = (np.bincount(visits.user, visits.minutes, n), one)
    return bootstrap_ratios(parts, seed), [round(float(share), 6) for share in came.mean(axis=1)]


def join(tallies: list[Tally]) -> Tally:
    """One tally of many."""
    return Tally(**{f.name: np.concatenate([getattr(t, f.name) for t in tallies]) for f in fields(Tally)})


def measure(
    tally: Tally, coverage: Mapping[str, float | int | None], seed: int = 0
) -> dict[str, dict[str, float | int | None]]:
    """All metrics as {"mean", "low", "high", "n"} with 95 % bootstrap intervals over users."""
    one = np.ones_like(tally.turns)
    seen = np.maximum(tally.items_seen, 1.0)
    turns = np.maximum(tally.turns, 1.0)
    lasted = (tally.turns - tally.first_instruct >= 2).astype(float)
    instructed = (tally.first_instruct > 0) & ((lasted > 0) | (tally.left > 0))
    returned = np.isfinite(tally.return_days)
    parts = {
        "turns": (tally.turns, one),
        "items_seen": (tally.items_seen, one),
        "minutes": (tally.minutes, one),
        "open_rate": (tally.opens / seen, one),
        "watch_fraction": (tally.watched / seen, one),
        "like_rate": (tally.likes / seen, one),
        "save_rate": (tally.saves / seen, one),
        "share_rate": (tally.shares / seen, one),
        "instruct_rate": (tally.instructs / turns, one),
        "uptake": (tally.kept, tally.judged),
        "recovery": (lasted * instructed, instructed.astype(float)),
        "satisfaction": (tally.satisfaction, one),
        "leave_by_3": (((tally.left > 0) & (tally.turns <= 3)).astype(float), one),
        "return_rate": (
            (returned & (np.nan_to_num(tally.return_days, nan=np.inf) <= RETURN_WITHIN_DAYS)).astype(float),
            (~np.isnan(tally.return_days)).astype(float),
        ),
        "diversity": (tally.diversity / turns, one),
        "novelty": (tally.novelty / turns, one),
        "reward": (tally.reward, one),
    }
    measured = bootstrap_ratios(parts, seed)
    measured["coverage"] = dict(coverage)
    return {name: measured[name] for name in METRICS}


def retention_curve(turns: F64, left: F64, max_turns: int) -> list[float]:
    """Share of users still there after turn 1, 2, … `max_turns`; a truncated session is there to the end."""
    if not len(turns):
        return []
    ends = np.where(left > 0, turns, max_turns + 1)
    return [round(float((ends > t).mean()), 6) for t in range(1, max_turns + 1)]


class Coverage:
    """Which items were shown to which session, as packed bits, for the share of the catalog shown to anybody."""

    def __init__(self, n: int, n_items: int) -> None:
        self.bits = np.zeros((n, (n_items + 7) // 8), np.uint8)
        self.n_items = n_items

    def add(self, sessions: npt.NDArray[np.int64], items: npt.NDArray[np.int32]) -> None:
        rows, slots = np.nonzero(items >= 0)
        shown = items[rows, slots]
        np.bitwise_or.at(self.bits, (sessions[rows], shown >> 3), (1 << (shown & 7)).astype(np.uint8))

    def measure(self, seed: int = 0, resamples: int = 200) -> dict[str, float | int | None]:
        """The coverage with an interval: the bootstrap's spread over users, centered on what was shown."""
        n = len(self.bits)
        if n == 0:
            return {"mean": None, "low": None, "high": None, "n": 0}
        mean = self._share(self.bits)
        rng = np.random.Generator(np.random.Philox(seed))
        shares = np.array([self._share(self.bits[rng.integers(0, n, n)]) for _ in range(resamples)])
        low, high = np.quantile(shares - shares.mean(), [0.025, 0.975])
        return {
            "mean": mean,
            "low": float(max(0.0, mean + low)),
            "high": float(min(1.0, mean + high)),
            "n": n,
        }

    def _share(self, bits: npt.NDArray[np.uint8]) -> float:
        return float(np.unpackbits(np.bitwise_or.reduce(bits, axis=0)).sum() / self.n_items)
