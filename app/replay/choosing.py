"""Which stored turns a trial looks at: those of some arms for which all conditions hold, and a sample of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from app.errors import UsageError, unknown
from app.minds.behavior import OPEN
from app.session_view import DECISIONS
from app.store.reading import Columns
from app.store.rows import ArmRow, RunRow
from app.store.store import Store

Flags = npt.NDArray[np.bool_]

NUMBERS = ("turn", "seen", "opened", "reward", "satisfaction", "boredom", "fatigue", "trust", "mood")
WORDS = ("decision", "ended", "arm")
FIELDS = (*WORDS, *NUMBERS)
"""What a condition may be about. Feelings are those after the turn, `ended` is how its session ended."""
SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">=": operator.ge, "!=": operator.ne,
    "=": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_CONDITION = re.compile(r"\s*(\w+)\s*([<>=!~]+)\s*(.*?)\s*")


class Spot(NamedTuple):
    """One turn of a session, by the session's row id."""

    session: int
    turn: int


@dataclass(frozen=True)
class Condition:
    """One condition on a turn, as in `satisfaction<0.4`."""

    field: str
    sign: str
    value: float | str

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, str) else f"{self.value:g}"
        return f"{self.field}{self.sign}{value}"

    def holds(self, columns: Mapping[str, npt.NDArray[Any]]) -> Flags:
        """bool (m,), for the m turns of the columns; what is not known fulfills nothing."""
        values = columns[self.field]
        known = np.ones(len(values), bool) if values.dtype.kind == "U" else ~np.isnan(values)
        return np.asarray(known & SIGNS[self.sign](values, self.value))


def conditions(given: Sequence[str]) -> tuple[Condition, ...]:
    """`decision=leave`, `turn>=3` and the like; a UsageError lists the fields or the signs."""
    return tuple(map(_condition, given))


def _condition(text: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--where {text!r}: write FIELD, a sign and a value, as in decision=leave or turn>=3\n"
            f"fields: {', '.join(FIELDS)}; signs: {' '.join(SIGNS)}"
        )
    field, sign, value = match.groups()
    if field not in FIELDS:
        raise unknown("field of --where", field, FIELDS, f"(the fields are {', '.join(FIELDS)})")
    signs = ("=", "!=") if field in WORDS else tuple(SIGNS)
    if sign not in signs:
        raise UsageError(f"--where {text!r}: {field} goes with the signs {' '.join(signs)}, not {sign}")
    return Condition(field, sign, _value(text, field, value))


def _value(text: str, field: str, value: str) -> float | str:
    if field == "decision" and value not in DECISIONS:
        raise unknown("decision", value, DECISIONS, f"(the decisions are {', '.join(DECISIONS)})")
    if field in WORDS:
        return value
    try:
        return float(value)
    except ValueError as error:
        raise UsageError(f"--where {text!r}: {field} is a number, and {value!r} is none") from error


@dataclass(frozen=True)
class Found:
    """The turns that fulfill all conditions, by session and turn, of `turns` turns in all."""

    spots: Sequence[Spot]
    turns: int


def matching(store: Store, run: RunRow, arms: Sequence[ArmRow], where: Sequence[Condition]) -> Found:
    """The completed turns of the arms for which all conditions hold; a UsageError where there is none."""
    read = _Reading.of(store, run, arms, {one.field for one in where})
    spots: list[Spot] = []
    turns = 0
    for chunk in store.turn_table(run_id=run.id):
        columns = read.columns(chunk)
        kept = np.isin(np.array(chunk["arm"]), [arm.id for arm in arms])
        turns += int(kept.sum())
        for condition in where:
            kept &= condition.holds(columns)
        spots += [Spot(chunk["session"][i], chunk["turn"][i]) for i in np.flatnonzero(kept).tolist()]
    if not spots:
        said = f" with {' and '.join(map(str, where))}" if where else ""
        raise UsageError(
            f"run {run.key} has no turn{said} among the {turns:,} turns of {', '.join(a.name for a in arms)}"
        )
    return Found(spots, turns)


def sampled(spots: Sequence[Spot], n: int, seed: int) -> list[Spot]:
    """At most n of them, each as likely as any other, in their order; the same for the same seed."""
    if len(spots) <= n:
        return list(spots)
    rng = np.random.Generator(np.random.Philox(seed))
    return [spots[i] for i in np.sort(rng.choice(len(spots), n, replace=False)).tolist()]


@dataclass(frozen=True)
class _Reading:
    """Makes columns of a chunk of turns that conditions can be held against."""

    fields: set[str]
    arms: Mapping[int, str]
    ended: Mapping[int, str]
    opened: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, store: Store, run: RunRow, arms: Sequence[ArmRow], fields: set[str]) -> _Reading:
        ended = {}
        if "ended" in fields:
            ended = {row.id: row.leave_reason or row.status for row in store.sessions(run.id)}
        opened = _opened(store, run) if "opened" in fields else {}
        return cls(fields, {arm.id: arm.name for arm in arms}, ended, opened)

    def columns(self, chunk: Columns) -> dict[str, npt.NDArray[Any]]:
        made: dict[str, npt.NDArray[Any]] = {}
        for field in self.fields:
            if field == "arm":
                made[field] = np.array([self.arms.get(arm, "") for arm in chunk["arm"]])
            elif field == "ended":
                made[field] = np.array([self.ended.get(session, "") for session in chunk["session"]])
            elif field == "decision":
                made[field] = np.array([DECISIONS[code] for code in chunk["decision"]])
            elif field == "opened":
                spots = zip(chunk["session"], chunk["turn"], strict=True)
                made[field] = np.array([self.opened.get(spot, 0) for spot in spots], np.float64)
            else:
                made[field] = np.array(chunk[field], np.float64)
        return made


def _opened(store: Store, run: RunRow) -> dict[tuple[int, int], int]:
    """How many items were opened, by session and turn."""
    counts: dict[tuple[int, int], int] = {}
    for chunk in store.exposure_table(run_id=run.id):
        acted = np.array(chunk["actions"], np.int64) & int(OPEN)
        for i in np.flatnonzero(acted).tolist():
            spot = chunk["session"][i], chunk["turn"][i]
            counts[spot] = counts.get(spot, 0) + 1
    return counts
