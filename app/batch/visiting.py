"""Users who come back: their later sessions over the days of a run, each starting from where the last one ended.

A cohort is played through all its days before it is stored, so its users are there with all their sessions or
not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app import draws
from app.batch.casting import Cast
from app.metrics import Visits
from app.minds import endings, returning
from app.minds.rows import MindRows, UserRows
from app.minds.situated import SituatedUser
from app.recommenders.knowledge import Visitor
from app.recommenders.profile import OPEN, weights_of
from app.recorder import Recorder
from app.runner import run_cohort
from app.store.batches import Batch
from app.store.store import Store
from graphs.messages import Past, Persona
from graphs.session import GOES_ON, LEFT, TRUNCATED
from graphs.state import CohortTurn

I64 = npt.NDArray[np.int64]

_TURNS_A_DAY = 1 << 14
"""By how many turns the draws of one day are away from those of the day before; no session is so long."""
_LIKED = 3


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
    luck = cast.user.luck if isinstance(cast.user, SituatedUser) else 0
    return _played(party, ids, 0, cast.user, users, visitors, trail, np.arange(len(ids)), luck), trail


def later_visits(party: Party, trail: Trail, days: int, store: Store) -> Iterator[tuple[Batch, Visits]]:
    """All further sessions, day by day: their rows, and who was there for how long."""
    cast = party.cast
    everyone = cast.users(party.people)
    ids = _Ids(store, len(trail.day))
    while (day := trail.due.min()) < days:
        who = np.flatnonzero(trail.due == day)
        since = trail.come(who, int(day))
        luck = int(day) * _TURNS_A_DAY + (cast.user.luck if isinstance(cast.user, SituatedUser) else 0)
        users = returning.arriving(trail.user.parameters, everyone.take(who), luck)
        minds = returning.carried(trail.user.parameters, users, trail.minds.take(who), since)
        user = SituatedUser(trail.user, {}, luck, minds)
        some = party.take(who, trail.visits)
        visitors = _visitors(cast, some, [trail.past[at] for at in who], int(day))
        recorder = _played(some, ids.take(len(who)), int(day), user, users, visitors, trail, who, luck)
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
    luck: int,
) -> Recorder:
    """The sessions of a party on one day."""
    cast = party.cast
    stage, arm = cast.stage, cast.arm
    recorder = Recorder(stage.user, stage.knowledge, ids, party.keys, party.arm_id, party.scenarios, day)
    recorder.start(user.start(users))
    for turn in run_cohort(user, cast.recommender, users, visitors, arm.slate_size, arm.max_turns):
        recorder.add(turn)
        if trail is not None:
            trail.add(turn, who, users, luck)
    return recorder


def _visitors(
    cast: Cast, party: Party, pasts: Sequence[Sequence[tuple[int, int]]], day: int
) -> list[Visitor]:
    """The users as the recommender knows them by now: with what it saw them open."""
    ids = cast.stage.catalog.ids
    met = cast.visitors(party.people, draws.key("day", cast.arm.seed, day) >> 1)
    return [_known(visitor, past, ids) for visitor, past in zip(met, pasts, strict=True)]


def _known(visitor: Visitor, past: Sequence[tuple[int, int]], ids: Sequence[str]) -> Visitor:
    items = np.array([item for item, _ in past], np.int32)
    weights = np.array([weight for _, weight in past], np.int32)
    told = tuple(Past(item=ids[item], rating=_rating(weight)) for item, weight in past)
    return replace(
        visitor,
        persona=visitor.persona.model_copy(update={"history": (*visitor.persona.history, *told)}),
        items=np.concatenate([visitor.items, items]),
        weights=np.concatenate([visitor.weights, weights]),
    )


def _rating(weight: int) -> float | None:
    """What a liked or disliked item would be rated; None where nothing was said."""
    return {_LIKED: 1.0, -_LIKED: 0.0}.get(weight)


class _Ids:
    """Session ids, taken from the store some at a time."""

    def __init__(self, store: Store, at_once: int) -> None:
        self.store, self.at_once = store, at_once
        self.left: list[int] = []

    def take(self, n: int) -> I64:
        if len(self.left) < n:
            self.left += self.store.new_session_ids(max(n, self.at_once))
        taken, self.left = self.left[:n], self.left[n:]
        return np.array(taken, np.int64)


def merged(batches: Sequence[Batch]) -> Batch:
    """All rows of some batches, table by table."""
    if len(batches) == 1:
        return batches[0]
    tables = dict.fromkeys(name for batch in batches for name in batch)
    return {name: _rows([batch[name] for batch in batches if name in batch]) for name in tables}


def _rows(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return [row for part in parts for row in part]
