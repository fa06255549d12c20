"""For whom B is better: the headline metric among users of one persona, temper, age, activity, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.comparison.results import SegmentEffect
from app.comparison.samples import Sample
from app.stats import Sums, difference
from app.store.rows import PersonaRow

Bools = npt.NDArray[np.bool_]
Label = Callable[[PersonaRow], str | None]

FEWEST = 8
"""Users that a segment needs on each side for an interval."""
_MOST_VALUES = 40
_AGES = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 120))
_TRAITS = ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty", "minutes")
_THIRDS = ("low", "middle", "high")


def segments(
    samples: tuple[Sample, Sample], sums: tuple[Sums, Sums], *, paired: bool, seed: int
) -> tuple[list[SegmentEffect], list[str]]:
    """Every segment of every way to divide the users, and the ways that divide them as another one does.

    `sums` have the one column of the headline metric. A way that gives a single segment, or nearly as many as
    there are users, tells nothing and is left out.
    """
    found: list[SegmentEffect] = []
    seen: dict[tuple[tuple[int, ...], ...], str] = {}
    same: list[str] = []
    for by, labels in _ways(samples):
        names = _in_order(labels)
        if not 1 < len(names) <= _MOST_VALUES:
            continue
        cut = tuple(tuple(-1 if x is None else names.index(x) for x in side) for side in labels)
        if cut in seen:
            same.append(f"{by} as {seen[cut]}")
            continue
        seen[cut] = by
        found += [_effect(by, name, sums, _masks(labels, name), paired, seed) for name in names]
    return found, same


def _masks(labels: Sequence[Sequence[str | None]], name: str) -> list[Bools]:
    return [np.array([label == name for label in side], bool) for side in labels]


def _in_order(labels: Sequence[Sequence[str | None]]) -> list[str]:
    """Labels in an order to read them in: thirds from low to high, ages upward, others by name."""
    present = {label for side in labels for label in side if label is not None}
    rank = {first: at for at, first in enumerate(("under", *_THIRDS))}
    return sorted(present, key=lambda label: (rank.get(label.partition(" ")[0], len(rank)), label))


def _effect(
    by: str, name: str, sums: tuple[Sums, Sums], masks: Sequence[Bools], paired: bool, seed: int
) -> SegmentEffect:
    a, b = (side.of(mask) for side, mask in zip(sums, masks, strict=True))
    here, there = (int(mask.sum()) for mask in masks)
    users = here if paired else here + there
    means = [float(x) if np.isfinite(x) else None for x in (a.ratios()[0], b.ratios()[0])]
    if None in means or min(here, there) < FEWEST:
        return SegmentEffect(by, name, users, means[0], means[1], None, None, None)
    d = difference(a, b, paired=paired, seed=seed)
    return SegmentEffect(
        by, name, users, means[0], means[1], float(d.value[0]), float(d.low[0]), float(d.high[0])
    )


def _ways(samples: tuple[Sample, Sample]) -> Iterator[tuple[str, list[list[str | None]]]]:
    """Each way to divide the users, with the labels of both sides' users by number."""
    people = [[s.persona[user] for user in np.unique(s.users).tolist()] for s in samples]
    plain: dict[str, Label] = {
        "persona": lambda row: row.name.partition("#")[0],
        "age": _age,
        "gender": lambda row: row.body.get("gender"),
        "occupation": lambda row: row.body.get("occupation"),
    }
    for by, label in plain.items():
        yield by, [[label(row) for row in side] for side in people]
    yield "activity", _thirds([[float(len(row.body.get("history", ()))) for row in s] for s in people])
    for trait in _TRAITS:
        yield trait, _thirds([[_trait(row.body, trait) for row in side] for side in people])


def _age(row: PersonaRow) -> str | None:
    age = row.body.get("age")
    if age is None:
        return None
    low, high = next(band for band in _AGES if age <= band[1])
    return f"{low} to {high}" if low and high < 120 else f"{low} or more" if low else f"under {high + 1}"


def _trait(body: Any, name: str) -> float:
    return float(body.get("traits", {}).get(name, np.nan))


def _thirds(values: Sequence[Sequence[float]]) -> list[list[str | None]]:
    """Labels of the thirds that the users of both sides fall into, with their bounds; none without a spread."""
    both = np.concatenate([np.asarray(side, np.float64) for side in values])
    known = both[np.isfinite(both)]
    if not len(known) or known.min() == known.max():
        return [[None] * len(side) for side in values]
    low, high = np.quantile(known, [1 / 3, 2 / 3])
    names = (f"low (to {low:.3g})", f"middle (to {high:.3g})", f"high (above {high:.3g})")
    return [
        [None if not np.isfinite(x) else names[int(x > low) + int(x > high)] for x in side] for side in values
    ]
