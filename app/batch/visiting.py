"""Users who come back: their later sessions over the days of a run, each starting from where the last one ended.

A cohort is played through all its days before it is stored, so its users are there with all their sessions or
not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from app.casting import Cast
from app.metrics import Visits
from app.minds import endings
from app.minds.rows import MindRows, UserRows
from app.recommenders.knowledge import Visitor
from app.recommenders.profile import OPEN, weights_of
from app.recorder import Recorder
from app.runner import run_cohort
from app.store.batches import Batch
from graphs.messages import Persona
from graphs.session import GOES_ON, LEFT, TRUNCATED
from graphs.state import CohortTurn

I64 = npt.NDArray[np.int64]
NewIds = Callable[[int], Sequence[int]]
"""Gives so many ids of sessions that are not there yet."""


@dataclass
class Party:
    """The users of one cohort: who they are, and what is stored of them by. `keys` are of first sessions."""

    cast: Cast
    arm_id: int
    people: Sequence[tuple[int, Persona]]
    keys: Sequence[str]
    scenarios: Sequence[int]

    def take(self, who: I64, visits: I64) -> Party:
        """Some of them when they come for the so-manieth time."""
        chosen = who.tolist()
        return Party(
            self.cast,
            self.arm_id,
            [self.people[at] for at in chosen],
            [self.keys[at] + (f".{visits[at]}" if visits[at] > 1 else "") for at in chosen],
            [self.scenarios[at] for at in chosen],
        )


class Trail:
    """What sessions leave behind for the next ones of the same n users."""

    def __init__(self, cast: Cast, users: UserRows) -> None:
        self.user = cast.stage.user
        self.minds: MindRows = self.user.start(users)
        self.day = np.zeros(len(users.key), np.int64)
        self.visits = np.ones(len(users.key), np.int64)
        self.due = np.full(len(users.key), np.inf)
        """float64 (n,): the day of the next session, inf where there is none."""
        self.past: list[list[tuple[int, int]]] = [[] for _ in users.key]
        """Items that were opened, and what the visible reactions said of each."""

    def add(self, turn: CohortTurn, who: I64, users: UserRows, luck: int) -> None:
        """One turn of the users `who`; `users` are their rows."""
        at = who[turn.sessions]
        weights = weights_of(turn.slates.items, turn.reviews.visible())
        for row, slot in zip(*np.nonzero(turn.reviews.actions & OPEN), strict=True):
            self.past[at[row]].append((int(turn.slates.items[row, slot]), int(weights[row, slot])))
        over = np.flatnonzero((turn.ended == LEFT) | (turn.ended == TRUNCATED))
        _put(self.minds, at[over], turn.minds.take(over))
        self.due[at[turn.ended != GOES_ON]] = np.inf
        # The turn limit is the experiment's, not the user's: who is cut off comes back by how it felt.
        ended = users.take(turn.sessions[over])
        days = endings.return_days(self.user.parameters, ended, turn.minds.take(over), turn.number + luck)
        self.due[at[over]] = self.day[at[over]] + days

    def come(self, who: I64, day: int) -> npt.NDArray[np.float64]:
        """The users `who` are there again; the days since they were."""
        since = (day - self.day[who]).astype(np.float64)
        self.day[who], self.due[who] = day, np.inf
        self.visits[who] += 1
        return since


def _put(whole: MindRows, at: I64, part: MindRows) -> None:
    for f in fields(whole):
        values = getattr(whole, f.name)
        if isinstance(values, np.ndarray):
            values[at] = getattr(part, f.name)


def first_visit(party: Party, ids: I64, days: int) -> tuple[Recorder, Trail | None]:
    """The first sessions; a trail where there are further days."""
    cast = party.cast
    users = cast.users(party.people)
    trail = Trail(cast, users) if days > 1 else None
    visitors = cast.visitors(party.people)
    return _played(party, ids, 0, cast.user, users, visitors, trail, np.arange(len(ids))), trail


def later_visits(party: Party, trail: Trail, days: int, new_ids: NewIds) -> Iterator[tuple[Batch, Visits]]:
    """All further sessions, day by day: their rows, and who was there for how long."""
    cast = party.cast
    everyone = cast.users(party.people)
    ids = _Ids(new_ids, len(trail.day))
    while (day := trail.due.min()) < days:
        who = np.flatnonzero(trail.due == day)
        since = trail.come(who, int(day))
        users, user = cast.back(everyone.take(who), trail.minds.take(who), since, int(day))
        some = party.take(who, trail.visits)
        visitors = cast.visitors(some.people, int(day), [trail.past[at] for at in who])
        recorder = _played(some, ids.take(len(who)), int(day), user, users, visitors, trail, who)
        yield recorder.batch(), Visits(who, trail.day[who], recorder.tally.rounded().minutes)


def _played(
    party: Party,
    ids: I64,
    day: int,
    user: Any,
    users: UserRows,
    visitors: Sequence[Visitor],
    trail: Trail | None,
    who: I64,
) -> Recorder:
    """The sessions of a party on one day."""
    cast = party.cast
    stage, arm = cast.stage, cast.arm
    recorder = Recorder(stage.user, stage.knowledge, ids, party.keys, party.arm_id, party.scenarios, day)
    recorder.start(user.start(users))
    for turn in run_cohort(user, cast.recommender, users, visitors, arm.slate_size, arm.max_turns):
        recorder.add(turn)
        if trail is not None:
            trail.add(turn, who, users, cast.luck_on(day))
    return recorder


class _Ids:
    """Session ids, taken some at a time."""

    def __init__(self, new: NewIds, at_once: int) -> None:
        self.new, self.at_once = new, at_once
        self.left: list[int] = []

    def take(self, n: int) -> I64:
        if len(self.left) < n:
            self.left += self.new(max(n, self.at_once))
        taken, self.left = self.left[:n], self.left[n:]
        return np.array(taken, np.int64)
