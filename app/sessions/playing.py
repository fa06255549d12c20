"""The users of one arm, many at once: each plays its session, and comes back on later days where there are any."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from app.casting import Seat, Sides
from app.metrics import Coverage, Tally, Visits
from app.runner import Step, run_session
from app.sessions.journal import Journal, step_rows
from app.store.batches import Batch, merged
from app.store.store import Store
from app.transcript import Transcript
from graphs.messages import Instruct, Leave, Session, Turn

SESSIONS_PER_CALL = 4
"""Users under way for each call that may be in flight, so that the last ones do not leave places empty."""


@dataclass
class Played:
    """What one user came to: of the first session the sums, the items shown and what was asked for."""

    tally: Tally
    bits: npt.NDArray[np.uint8]
    """uint8 (1, ...): the items that were shown, as `app.metrics.Coverage` packs them."""
    asked: Counter[str]
    reasons: Counter[str]
    failed: int
    visits: Visits | None = None


@dataclass
class Table:
    """Where the sessions of one arm are played and kept, over `days` days.

    `known` are ids of later sessions that were begun before, by key; others get new ids.
    """

    sides: Sides
    arm_id: int
    store: Store
    days: int = 1
    known: Mapping[str, int] = field(default_factory=dict)

    def transcript(self, seat: Seat) -> Transcript:
        """The rows of a seat's session in the making."""
        catalog = self.sides.cast.stage.catalog
        return Transcript(seat.id, seat.key, self.arm_id, seat.scenario_id, catalog.items, catalog.position)


async def play(
    table: Table,
    seats: Sequence[Seat],
    at_once: int,
    begun: Callable[[int], None],
    done: Callable[[int, Played], None],
) -> None:
    """Play all seats, with at most `at_once` calls in flight; `begun` and `done` are told of each user, by its place.

    After an error that stops the run no further user begins; it is raised when those in flight are at rest.
    """
    free = asyncio.Semaphore(SESSIONS_PER_CALL * at_once)
    stop = asyncio.Event()

    async def one(place: int, seat: Seat) -> None:
        async with free:
            if stop.is_set():
                return
            begun(place)
            try:
                done(place, await _User(table).play(seat))
            except BaseException:
                stop.set()
                raise

    ended = await asyncio.gather(*(one(p, s) for p, s in enumerate(seats)), return_exceptions=True)
    errors = [error for error in ended if isinstance(error, BaseException)]
    if errors:
        raise errors[0]


class _User:
    """One user through all its days. Its sessions are `running` until it is through, and end together."""

    def __init__(self, table: Table) -> None:
        self.table, self.sides = table, table.sides
        self.ends: list[Batch] = []
        self.days: list[int] = []
        self.minutes: list[float] = []

    async def play(self, seat: Seat) -> Played:
        session, script = await self._session(seat)
        first = _played(self.sides, session, script)
        while (following := await self._following(seat, session)) is not None:
            seat = following
            session, _ = await self._session(seat)
        await self.table.store.put(merged(self.ends))
        if self.table.days > 1:
            who = np.zeros(len(self.days), np.int64)
            first.visits = Visits(who, np.array(self.days, np.int64), np.array(self.minutes))
        return first

    async def _session(self, seat: Seat) -> tuple[Session, Transcript]:
        """One session from its first row to its last step; the row of its end is kept back."""
        sides, arm = self.sides, self.sides.cast.arm
        mind, recommender = sides.mind(seat), sides.recommender(seat)
        journal = Journal(self.table.store, self.table.transcript(seat))
        mindset = mind.start()
        await journal.begin(mindset)
        session = await run_session(
            mind, recommender, seat.persona, mindset, sides.cast.stage.catalog, arm.slate_size, arm.max_turns,
            journal.watch, sides.public(seat),
        )  # fmt: skip
        self._away = sides.days_away(seat, session)
        self._mind = mind
        self.ends.append(journal.ended(session, self._away, seat.carried.day))
        self.days.append(seat.carried.day)
        self.minutes.append(float(journal.script.sums.rounded().minutes[0]))
        return session, journal.script

    async def _following(self, seat: Seat, session: Session) -> Seat | None:
        """The seat of the user's next session; None where there is none within the days."""
        if not seat.carried.day + self._away < self.table.days:
            return None
        memory = await self._remembered(seat, session)
        carried = self.sides.carried(seat, session, self._away, memory)
        key = f"{seat.key.partition('.')[0]}.{carried.visit}"
        known = self.table.known.get(key)
        id_ = self.table.store.new_session_ids(1)[0] if known is None else known
        return replace(seat, id=id_, key=key, carried=carried)

    async def _remembered(self, seat: Seat, session: Session) -> str:
        """What a model's user writes down for the next time, kept as a step of the last turn."""
        remember = getattr(self._mind, "remember", None)
        if remember is None:
            return ""
        started, clock = datetime.now(UTC).isoformat(timespec="milliseconds"), time.perf_counter()
        memory: str = await remember(session)
        took = (time.perf_counter() - clock) * 1000.0
        step = Step(session.turns[-1].number, "remember", {"memory": memory}, started, took)
        await self.table.store.put(step_rows(seat.id, step))
        return memory


def _played(sides: Sides, session: Session, script: Transcript) -> Played:
    """What a session came to."""
    catalog = sides.cast.stage.catalog
    coverage, asked = Coverage(1, len(catalog)), Counter[str]()
    for turn in session.turns:
        shown = [[catalog.position[item] for item in turn.slate.items]]
        coverage.add(np.array([0]), np.array(shown, np.int32).reshape(1, -1))
        asked.update(_asked(turn))
    return Played(script.sums, coverage.bits, asked, _reasons(session), int(session.status == "failed"))


def _asked(turn: Turn) -> list[str]:
    """What was asked for in a turn, each in a few words."""
    if not isinstance(turn.decision, Instruct):
        return []
    return [" ".join(filter(None, (d.kind, d.value))) for d in turn.decision.instruction.directives]


def _reasons(session: Session) -> Counter[str]:
    last: Any = session.turns[-1].decision if session.turns else None
    return Counter([last.reason] if session.status == "left" and isinstance(last, Leave) else [])
