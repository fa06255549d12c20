"""Plays one session live, stores each step as it ends, and takes a turn back when the person says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

from app.casting import Retold
from app.errors import Interrupted, RecoWorldError
from app.interactive.ghost import Ghost, retold
from app.interactive.sitting import GHOST, Placed, Sitting
from app.language import Language
from app.llm.errors import BudgetError
from app.recommenders.human import HumanRecommender, Picker
from app.runner import Step, run_session
from app.sessions.journal import Journal
from app.store.rows import RunStatus
from graphs.messages import Mindset, Session, Turn
from graphs.recommender import VERBS as RECOMMENDING
from graphs.session import VERBS

Told = Callable[[Step], None]


class Undone(RecoWorldError):
    """The person takes back so many whole turns, and what was begun of the present one."""

    stops_run: ClassVar[bool] = True

    def __init__(self, turns: int) -> None:
        super().__init__("taken back")
        self.turns = turns


class Stopped(RecoWorldError):
    """Who watches has seen enough: the session ends here, truncated."""

    stops_run: ClassVar[bool] = True


@dataclass
class Game:
    """One session as it is played. `told` hears of every step that is new.

    `mind` is a person who is the user, `picker` one who recommends; whoever is missing is played as the
    sitting's cast says.
    """

    sitting: Sitting
    told: Told
    mind: Any = None
    picker: Picker | None = None
    turns: tuple[Turn, ...] = ()
    ghost: Ghost | None = field(default=None, init=False)
    journal: Journal | None = field(default=None, init=False)
    _steps: dict[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict, init=False)
    """What was written before the person has a say, by turn and node."""
    _spoken: Mapping[str, Language] = field(default_factory=dict, init=False)

    def play(self) -> Session:
        """The session at its end. Ctrl-C is an Interrupted, after what was played is stored as truncated."""
        began = time.monotonic()
        try:
            session = _run(self._played())
        except (KeyboardInterrupt, Interrupted) as error:
            self._close("interrupted", began)
            raise Interrupted(self._kept()) from error
        except BaseException as error:
            self._close("interrupted" if isinstance(error, BudgetError) else "failed", began)
            raise
        self._end(session, "failed" if session.status == "failed" else "done", began)
        return session

    def sums(self) -> dict[str, float]:
        """What the session came to, as it is kept with it."""
        if self.journal is None:
            return {}
        return {name: float(column[0]) for name, column in self.journal.script.sums.columns().items()}

    # -------------------------------------------------------------------------- the session

    async def _played(self) -> Session:
        """Models are opened and closed in one event loop, however often turns are taken back."""
        async with self.sitting.speaking() as self._spoken:
            past: tuple[Turn, ...] = ()
            while True:
                try:
                    return await self._once(past)
                except Stopped:
                    return self._cut()
                except Undone as undone:
                    past = self.turns[: max(0, len(self.turns) - undone.turns)]
                    self._take_back(past)

    async def _once(self, past: tuple[Turn, ...]) -> Session:
        """The session, of which the turns `past` and the steps kept of the next one were before."""
        placed = self.sitting.played
        sides, seat, arm = placed.sides(self._spoken.get("played")), placed.seat, placed.cast.arm
        mind, recommender = self.mind or sides.mind(seat), sides.recommender(seat)
        if self.picker is not None:
            recommender = HumanRecommender(self.picker, recommender)
        again = frozenset(node for turn, node in self._steps if turn == len(past) + 1)
        both, mindset = Retold(mind, recommender, past, self._present(len(past) + 1)), mind.start()
        await self._begin(mindset)

        async def watch(step: Step) -> None:
            if step.turn > len(past):
                await self._hear(step, again=step.turn == len(past) + 1 and step.node in again)

        return await run_session(
            both, both, seat.persona, mindset, placed.cast.stage.catalog, arm.slate_size, arm.max_turns, watch,
            sides.public(seat),
        )  # fmt: skip

    def _present(self, number: int) -> dict[str, Any]:
        """The channels of a turn that were written before the person had a say."""
        written = [changed for (turn, _), changed in self._steps.items() if turn == number]
        return {channel: value for changed in written for channel, value in changed.items()}

    async def _begin(self, mindset: Mindset) -> None:
        """The first rows, of the session and of its ghost's."""
        if self.journal is not None:
            return
        sitting = self.sitting
        self.journal = Journal(sitting.store, sitting.played.transcript())
        await self.journal.begin(mindset)
        if (placed := sitting.ghost) is not None:
            mind = placed.sides(self._spoken.get(GHOST)).mind(placed.seat)
            catalog, script = placed.cast.stage.catalog, placed.transcript(self._parent)
            self.ghost = await Ghost.come(mind, placed.seat.persona, catalog, sitting.store, script)

    async def _hear(self, step: Step, again: bool) -> None:
        """A step that is told `again` is stored already."""
        assert self.journal is not None
        self.told(step)
        if step.node in _BEFORE[self.sitting.role]:
            self._steps[step.turn, step.node] = step.changed
        if not again:
            await self.journal.watch(step)
        if step.node == VERBS[-1]:
            self.turns = step.changed["turns"]
            if self.ghost is not None:
                await self.ghost.meet(self.turns[-1])

    def _take_back(self, past: tuple[Turn, ...]) -> None:
        """The store forgets what came after `past`, but not the calls that were paid."""
        sitting, number = self.sitting, len(past) + 1
        self.turns = past
        self._steps = {(turn, node): c for (turn, node), c in self._steps.items() if turn <= number}
        kept = [node for turn, node in self._steps if turn == number]
        sitting.store.flush()
        sitting.store.take_back(sitting.played.seat.id, number, kept, RECOMMENDING)
        self.journal = Journal(sitting.store, retold(sitting.played.transcript(), past))
        if self.ghost is not None and sitting.ghost is not None:
            sitting.store.take_back(sitting.ghost.seat.id, number)
            self.ghost.take_back(len(past), sitting.ghost.transcript(self._parent))
        self._forget()

    def _forget(self) -> None:
        """The tapes read again what the store has."""
        placed = [one for one in (self.sitting.played, self.sitting.ghost) if one is not None]
        for model in (model for spoken in self._spoken.values() for model in spoken.models.values()):
            for one in placed:
                model.caller.tape.forget(one.seat.id)

    @property
    def _parent(self) -> tuple[int, int, str]:
        return self.sitting.played.seat.id, 1, GHOST

    # ------------------------------------------------------------------------------ its end

    def _cut(self) -> Session:
        return Session(persona=self.sitting.played.seat.persona, turns=self.turns, status="truncated")

    def _close(self, run: RunStatus, began: float) -> None:
        self._end(self._cut(), run, began)

    def _end(self, session: Session, run: RunStatus, began: float) -> None:
        sitting, store = self.sitting, self.sitting.store
        if self.journal is not None:
            store.put(self.journal.ended(session, self._away(session, sitting.played)))
        if self.ghost is not None and sitting.ghost is not None:
            ended = self.ghost.session()
            store.put(self.ghost.journal.ended(ended, self._away(ended, sitting.ghost)))
        store.flush()
        store.finish_run(sitting.run.id, run, time.monotonic() - began)

    def _away(self, session: Session, placed: Placed) -> float | None:
        """Days until a simulated user comes back; nobody knows it of a person."""
        if self.mind is not None and placed is self.sitting.played:
            return None
        return placed.sides(None).days_away(placed.seat, session)

    def _kept(self) -> str:
        turns, key = len(self.turns), self.sitting.key
        if self.journal is None:
            return "interrupted before the session began"
        if not turns:
            return f"interrupted before the first turn was over; the session {key} is stored without turns"
        return f"interrupted; {turns} turn{'s' * (turns != 1)} kept\nlook: recoworld show {key}"


_BEFORE: Mapping[str, tuple[str, ...]] = {"user": RECOMMENDING, "recommender": RECOMMENDING[:-1], "watch": ()}
"""The nodes of a turn before the person's first say."""


def _run(work: Coroutine[Any, Any, Session]) -> Session:
    """Runs in a loop of its own: `asyncio.run` would keep Ctrl-C from a person who is being asked.

    After Ctrl-C the work is canceled and awaited: it closes its models, with the calls that it waited for on the
    tape; one that was just being sent ends there and then. A second Ctrl-C ends the rest as well.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(work)
    try:
        return loop.run_until_complete(task)
    except KeyboardInterrupt:
        loop.set_exception_handler(_quiet)
        while not task.done():
            task.cancel()
            with suppress(KeyboardInterrupt, asyncio.CancelledError):
                loop.run_until_complete(task)
        raise
    finally:
        _close(loop)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    rest = asyncio.all_tasks(loop)
    for task in rest:
        task.cancel()
    if rest:
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ctrl-C is told once, by who catches it, not by the tasks that it ended as well."""
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)
