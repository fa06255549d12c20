"""The shift between two versions over all inputs of a trial, with intervals, and where they differ most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.replay.measuring import Parts
from app.session_view import DECISIONS
from app.stats import F64, Sums, difference

REACH = 1.96


@dataclass(frozen=True)
class Shift:
    """One measure of A and B. None where it is not known; `n` inputs were answered under both versions.

    `noise_floor` is what A differs from itself by, asked as often with other seeds: 95 of 100 such differences
    are smaller. It is None where each input was asked once.
    """

    name: str
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    noise_floor: float | None
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval holds no zero and the difference passes the noise floor."""
        if self.difference is None or self.low is None or self.high is None:
            return False
        return (self.low > 0 or self.high < 0) and abs(self.difference) > (self.noise_floor or 0.0)

    def data(self) -> dict[str, Any]:
        return asdict(self) | {"clear": self.clear}


@dataclass(frozen=True)
class Flip:
    """One input that the versions answer differently, in words; `size` is by how much."""

    session: str
    turn: int
    a: str
    b: str
    size: float

    def data(self) -> dict[str, Any]:
        return asdict(self)


Answers = Sequence[Sequence[Sequence[Parts]]]
"""Parts by version (A, B), repeat and input."""


def shifts(answers: Answers, seed: int) -> list[Shift]:
    """All measures in the order of the first answers; those that are 0 everywhere of a kind are left out."""
    names = list(dict.fromkeys(name for v in answers for r in v for parts in r for name in parts))
    over, under, known = _arrays(answers, names)
    a, b, n = _averaged(over, under, known)
    found = difference(a, b, paired=True, seed=seed)
    floor = _floor(over[0], under[0])
    columns = (a.ratios(), b.ratios(), found.value, found.low, found.high, floor)
    rows = zip(names, n.tolist(), *(column.tolist() for column in columns), strict=True)
    return [Shift(name, *_finite(numbers), int(count)) for name, count, *numbers in rows]


_Six = tuple[float | None, float | None, float | None, float | None, float | None, float | None]


def _arrays(answers: Answers, names: Sequence[str]) -> tuple[F64, F64, F64]:
    """float64 (2, repeats, n, m) each: numerators, denominators, and 1 where there is an answer."""
    nothing = (np.nan, np.nan)
    values = np.array(
        [[[[parts.get(m, nothing) for m in names] for parts in r] for r in v] for v in answers], np.float64
    )
    known = ~np.isnan(values[..., 0])
    filled = np.where(known[..., None], values, 0.0)
    return filled[..., 0], filled[..., 1], known.astype(np.float64)


def _averaged(over: F64, under: F64, known: F64) -> tuple[Sums, Sums, F64]:
    """Both versions with the repeats of each input as one, as heavy as any other; inputs that one lacks are out."""
    times = known.sum(axis=1)
    both = (times > 0).all(axis=0)
    weight = np.where(both, over.shape[1] / np.maximum(times, 1.0), 0.0)
    a, b = (Sums(over[v].sum(axis=0) * weight[v], under[v].sum(axis=0) * weight[v]) for v in (0, 1))
    return a, b, both.sum(axis=0)


def _floor(over: F64, under: F64) -> F64:
    """float64 (m,), from (repeats, n, m) of A: how far two repeats are apart, for means of all repeats.

    Two means of k answers differ by the root of k less than two answers. NaN where no two repeats are known.
    """
    repeats = len(over)
    ratios = np.stack([Sums(o, u).ratios() for o, u in zip(over, under, strict=True)])
    first, second = np.triu_indices(repeats, 1)
    squares = np.ma.masked_invalid((ratios[first] - ratios[second]) ** 2)
    return np.asarray(REACH * np.sqrt(squares.mean(axis=0).filled(np.nan) / repeats))


def _finite(numbers: Sequence[float]) -> _Six:
    a, b, value, low, high, floor = (number if np.isfinite(number) else None for number in numbers)
    return a, b, value, low, high, floor


# ------------------------------------------------------------------------------------ flips


def flip_of(leading: str, session: str, turn: int, a: Sequence[Parts], b: Sequence[Parts]) -> Flip | None:
    """How the answers to one input differ, repeats together; None where they do not, or there is no answer."""
    if leading == "decision":
        first, second = (Counter(filter(None, map(_decided, side))) for side in (a, b))
        if not (first and second):
            return None
        size = sum(abs(_share(first, kind) - _share(second, kind)) for kind in DECISIONS) / 2
        said = _most(first), _most(second)
    else:
        values = [_ratio(leading, side) for side in (a, b)]
        if values[0] is None or values[1] is None:
            return None
        size = abs(values[1] - values[0])
        said = f"{values[0]:.2f}", f"{values[1]:.2f}"
    return Flip(session, turn, *said, round(size, 4)) if said[0] != said[1] else None


def _decided(parts: Parts) -> str | None:
    return next((kind for kind in DECISIONS if parts.get(kind, (0, 0))[0]), None)


def _share(counts: Counter[str], kind: str) -> float:
    return counts[kind] / counts.total()


def _most(counts: Counter[str]) -> str:
    """The decision made most often, the first of equal ones."""
    return max(DECISIONS, key=lambda kind: counts[kind])


def _ratio(name: str, side: Sequence[Parts]) -> float | None:
    values = [parts[name] for parts in side if name in parts]
    below = sum(under for _, under in values)
    return sum(over for over, _ in values) / below if below else None
