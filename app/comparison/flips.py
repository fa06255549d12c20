"""Flips: pairs of sessions whose outcomes differ most, and the turn in which they first went apart."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal

import numpy as np

from app.comparison.results import End, Flip, Outcomes
from app.comparison.samples import Pairing, Sample
from app.store.rows import ExposureRow, SessionRows
from app.store.store import Store

Differs = Literal["slate", "reactions", "decision"]


def outcomes(found: Pairing) -> Outcomes:
    """How many pairs came out which way."""
    turns = found.b.tally.turns - found.a.tally.turns
    left_a, left_b = found.a.tally.left > 0, found.b.tally.left > 0
    return Outcomes(
        longer=int((turns > 0).sum()),
        shorter=int((turns < 0).sum()),
        same=int((turns == 0).sum()),
        stays_in_b=int((left_a & ~left_b).sum()),
        stays_in_a=int((left_b & ~left_a).sum()),
    )


def flips(store: Store, found: Pairing, most: int) -> list[Flip]:
    """At most `most` pairs: by turns, then by who left in one arm only, then by satisfaction."""
    a, b = found.a.tally, found.b.tally
    turns, stays = np.abs(b.turns - a.turns), a.left != b.left
    order = np.lexsort((found.a.users, -np.abs(b.satisfaction - a.satisfaction), ~stays, -turns))
    different = [at for at in order.tolist() if turns[at] > 0 or stays[at]]
    return [_flip(store, found, at) for at in different[:most]]


def _flip(store: Store, found: Pairing, at: int) -> Flip:
    user = int(found.a.users[at])
    turn, differs = first_divergence(*(store.session_rows(s.rows[at].id) for s in (found.a, found.b)))
    return Flip(
        user=user,
        persona=found.a.persona[user].name.partition("#")[0],
        a=_end(found.a, at),
        b=_end(found.b, at),
        turns=found.b.rows[at].turns - found.a.rows[at].turns,
        diverged=turn,
        differs=differs,
    )


def _end(sample: Sample, at: int) -> End:
    row = sample.rows[at]
    satisfaction = float(sample.tally.satisfaction[at])
    return End(row.key, row.turns, row.status, row.leave_reason, satisfaction)


def first_divergence(a: SessionRows, b: SessionRows) -> tuple[int | None, Differs | None]:
    """The first turn in which two sessions differ and in what: what was shown, what was done, or decided."""
    shown = [_by_turn(rows.exposures) for rows in (a, b)]
    decided = [{turn.number: turn.decision for turn in rows.turns} for rows in (a, b)]
    for number in range(1, max(len(a.turns), len(b.turns)) + 1):
        slates = [[row.item for row in side[number]] for side in shown]
        if slates[0] != slates[1]:
            return number, "slate"
        if _done(shown[0][number]) != _done(shown[1][number]):
            return number, "reactions"
        if decided[0].get(number) != decided[1].get(number):
            return number, "decision"
    return None, None


def _by_turn(rows: list[ExposureRow]) -> defaultdict[int, list[ExposureRow]]:
    turns: defaultdict[int, list[ExposureRow]] = defaultdict(list)
    for row in rows:
        turns[row.turn].append(row)
    return turns


def _done(rows: list[ExposureRow]) -> list[tuple[Any, ...]]:
    return [(row.seen, row.actions, row.watched) for row in rows]
