"""What happened in a session as a list of events that can be compared, and the first difference of two lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from app.store.batches import Batch
from app.store.packing import decoded
from app.store.tables import COLUMNS
from graphs.session import VERBS

Event = tuple[int, int, str, int]
"""Turn, order within the turn, what it is, and the place in the slate (0 where that means nothing)."""
Events = Mapping[Event, Mapping[str, Any]]

_KINDS = {
    "exposure": "slate",
    "exposure_text": "words",
    "turn": "turn",
    "mindset": "mindset",
    "instruction": "instruction",
}
_OWN = ("id", "session_id")
"""Columns that only say which session it is."""
_MISSING = "nothing"


@dataclass(frozen=True)
class Difference:
    """The first thing that is not as it was: where, in words, and both values."""

    turn: int
    where: str
    stored: Any
    now: Any

    def __str__(self) -> str:
        return f"turn {self.turn}, {self.where}: {_short(self.stored)} on record, {_short(self.now)} now"


def events_of(batch: Batch) -> dict[Event, dict[str, Any]]:
    """The rows of a session as events."""
    found: dict[Event, dict[str, Any]] = {}
    for order, (table, kind) in enumerate(_KINDS.items(), len(VERBS)):
        for row in _rows(table, batch.get(table, ())):
            turn = row.pop("number", None) if table == "turn" else row.pop("turn", None)
            event = int(turn or 0), order, kind, int(row.pop("position", 0))
            found[event] = {name: _plain(value) for name, value in row.items() if name not in _OWN}
    return found


def _rows(table: str, rows: Any) -> list[dict[str, Any]]:
    if table == "exposure":
        columns = decoded(np.asarray(rows, np.int64).reshape(-1, len(COLUMNS[table])))
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows]


def _plain(value: Any) -> Any:
    """A value as it compares: JSON text decoded, numbers as they are."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def step_event(turn: int, node: str) -> Event:
    """The event of a node that ran."""
    return turn, VERBS.index(node), node, 0


def first_difference(stored: Events, now: Events) -> Difference | None:
    """In the order in which things happen; None where all is equal."""
    for event in sorted({*stored, *now}):
        one, other = stored.get(event), now.get(event)
        if one != other:
            return _difference(event, one, other)
    return None


def _difference(event: Event, one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Difference:
    turn, _, what, position = event
    where = f"{what} {position}" if position else what
    if one is None or other is None:
        return Difference(turn, where, _MISSING if one is None else one, _MISSING if other is None else other)
    path, old, new = _within(one, other)
    return Difference(turn, " ".join([where, *path]), old, new)


def _within(one: Any, other: Any) -> tuple[list[str], Any, Any]:
    """The way to the first value in two structures that is not the same."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in dict.fromkeys((*one, *other)):
            if one.get(name, _MISSING) != other.get(name, _MISSING):
                path, old, new = _within(one.get(name, _MISSING), other.get(name, _MISSING))
                return [str(name), *path], old, new
    if _lists(one, other):
        for at, (old, new) in enumerate(zip(one, other, strict=False), 1):
            if old != new:
                path, old, new = _within(old, new)
                return [str(at), *path], old, new
    return [], one, other


def _lists(one: Any, other: Any) -> bool:
    both = isinstance(one, Sequence) and isinstance(other, Sequence)
    return both and not isinstance(one, str) and not isinstance(other, str) and len(one) == len(other)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text if len(text) <= 60 else text[:59] + "…"
