"""Exposures as rows of six whole numbers, the layout of the table `exposure`: packed, unpacked, read.

One exposure is some 15 values; as 64-bit numbers it is written four times as fast as column by column. From
the lowest bit on, with the bits that a field has:

    id     position 10 | turn 14 | session_id 39      rows sort by session, turn and position
    item   item 31
    score  score × 10^4                               to ± 9 · 10^14
    how    source 12 | reason 31 | propensity × 10^6 + 1, 20
    did    seen 1 | actions 12 | factor + 1, 6 | whether the utility is known 1 | facet + 1, 31
    felt   watched × 10^3, 14 | seconds × 10, 20 | utility × 10^3 with its sign, 30

So there are positions to 1,023, turns to 16,383, sessions to 5 · 10^11, 12 sources and 12 actions, watched
fractions to 16.383, seconds to 104,857.5 (29 hours) and utilities to ± 536,870. Where a field is stored plus
one, 0 is null. Measured values are rounded to the digits kept and limited to their range; a code or a number
out of range is a ValueError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
I64 = npt.NDArray[np.int64]

PACKED = ("id", "item", "score", "how", "did", "felt")
"""The columns of the table, in order."""
EXPOSURE = (
    "session_id", "turn", "position", "item", "score", "source", "propensity", "reason", "seen", "actions",
    "watched", "seconds", "utility", "factor", "facet",
)  # fmt: skip
"""What they hold, in the order of `ExposureRow`."""

SESSION_SHIFT = 24
_TURN, _POSITION = 14, 10
_SOURCE, _REASON, _PROPENSITY = 12, 31, 20
_ACTIONS, _FACTOR, _FACET = 12, 6, 31
_ITEM, _WATCHED, _SECONDS, _UTILITY = 31, 14, 20, 30
_MOST_SCORE = 9 * 10**18


def first_id(session_id: int, turn: int = 0) -> int:
    """The least id that an exposure of the session may have from a turn on; the next session's is the end."""
    return session_id << SESSION_SHIFT | turn << _POSITION


def pack(columns: Mapping[str, Array]) -> I64:
    """int64 (m, 6): rows of PACKED from the columns of EXPOSURE, each (m,).

    Unknown propensities and utilities are NaN, no factor or facet is -1.
    """
    item = _whole(columns, "item", _ITEM)
    score = _scaled(columns, "score", 10_000, -_MOST_SCORE, _MOST_SCORE)
    return np.stack([_id(columns), item, score, _how(columns), _did(columns), _felt(columns)], axis=1)


def _id(columns: Mapping[str, Array]) -> I64:
    bits = {"position": _POSITION, "turn": _TURN, "session_id": 63 - SESSION_SHIFT}
    return _together(*((_whole(columns, name, width), width) for name, width in bits.items()))


def _how(columns: Mapping[str, Array]) -> I64:
    return _together(
        (_whole(columns, "source", _SOURCE), _SOURCE),
        (_whole(columns, "reason", _REASON), _REASON),
        (_propensity(columns["propensity"]), _PROPENSITY),
    )


def _did(columns: Mapping[str, Array]) -> I64:
    return _together(
        (_whole(columns, "seen", 1), 1),
        (_whole(columns, "actions", _ACTIONS), _ACTIONS),
        (_whole(columns, "factor", _FACTOR, plus=1), _FACTOR),
        (~np.isnan(columns["utility"]), 1),
        (_whole(columns, "facet", _FACET, plus=1), _FACET),
    )


def _felt(columns: Mapping[str, Array]) -> I64:
    known = {"utility": np.nan_to_num(columns["utility"], nan=0.0)}
    return _together(
        (_scaled(columns, "watched", 1_000, 0, (1 << _WATCHED) - 1), _WATCHED),
        (_scaled(columns, "seconds", 10, 0, (1 << _SECONDS) - 1), _SECONDS),
        (_scaled(known, "utility", 1_000, -(1 << _UTILITY - 1), (1 << _UTILITY - 1) - 1), _UTILITY),
    )


def unpack(rows: I64) -> dict[str, Array]:
    """The columns of EXPOSURE, each (m,), from int64 (m, 6) rows of PACKED; nulls as `pack` takes them."""
    key, item, score, how, did, felt = rows.T
    position, turn, session = _apart(key, _POSITION, _TURN)
    source, reason, propensity = _apart(how, _SOURCE, _REASON)
    seen, actions, factor, valued, facet = _apart(did, 1, _ACTIONS, _FACTOR, 1)
    watched, seconds, utility = _apart(felt, _WATCHED, _SECONDS)
    return {
        "session_id": session,
        "turn": turn,
        "position": position,
        "item": item,
        "score": score / 10_000,
        "source": source,
        "propensity": np.where(propensity > 0, (propensity - 1) / 1_000_000, np.nan),
        "reason": reason,
        "seen": seen.astype(bool),
        "actions": actions,
        "watched": watched / 1_000,
        "seconds": seconds / 10,
        "utility": np.where(valued > 0, utility / 1_000, np.nan),
        "factor": factor - 1,
        "facet": facet - 1,
    }


def decoded(rows: I64) -> dict[str, list[Any]]:
    """The columns of EXPOSURE as plain Python values, None for null."""
    columns = unpack(rows)
    null = {name: np.isnan(columns[name]) for name in ("propensity", "utility")}
    null |= {name: columns[name] < 0 for name in ("factor", "facet")}
    return {name: _plain(column, null.get(name)) for name, column in columns.items()}


def _plain(column: Array, null: npt.NDArray[np.bool_] | None) -> list[Any]:
    plain: list[Any] = column.tolist()
    if null is not None:
        for at in np.flatnonzero(null).tolist():
            plain[at] = None
    return plain


def _whole(columns: Mapping[str, Array], name: str, bits: int, plus: int = 0) -> I64:
    numbers = columns[name].astype(np.int64) + plus
    if numbers.size and (numbers.min() < 0 or numbers.max() >> bits):
        wrong = numbers[(numbers < 0) | (numbers >> bits != 0)][0] - plus
        raise ValueError(
            f"exposure.{name} cannot be {wrong}; it goes from {-plus} to {(1 << bits) - 1 - plus}"
        )
    return numbers


def _scaled(columns: Mapping[str, Array], name: str, steps: int, low: int, high: int) -> I64:
    measured = columns[name].astype(np.float64)
    if np.isnan(measured).any():
        raise ValueError(f"exposure.{name} cannot be NaN; give a number")
    return np.rint(np.clip(measured, low / steps, high / steps) * steps).astype(np.int64)


def _propensity(chances: Array) -> I64:
    known = ~np.isnan(chances)
    columns = {"propensity": np.where(known, chances, 0.0)}
    return (_scaled(columns, "propensity", 1_000_000, 0, 1_000_000) + 1) * known


def _together(*fields: tuple[Array, int]) -> I64:
    """One number of (values, bits) fields, the first in the lowest bits."""
    packed = np.zeros(len(fields[0][0]), np.int64)
    shift = 0
    for numbers, bits in fields:
        packed |= numbers.astype(np.int64) << shift
        shift += bits
    return packed


def _apart(packed: I64, *bits: int) -> list[I64]:
    """The fields of `bits` each from the lowest on, and what is left above them with its sign."""
    fields = []
    for width in bits:
        fields.append(packed & ((1 << width) - 1))
        packed = packed >> width
    return [*fields, packed]
