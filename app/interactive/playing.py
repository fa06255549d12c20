"""Plays one session live, stores each turn as it ends, and takes a turn back when the person says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from app.errors import Interrupted, RecoWorldError
from app.interactive.sitting import Sitting
from app.runner import Step, run_session
from app.transcript import Transcript
from graphs.messages import Candidate, Decision, Mindset, Plan, Review, Session, Slate, Turn
from graphs.ports import RecommenderView, UserView
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
class Retold:
    """A mind and a recommender that say again what they said in the turns `past`, and then go on by themselves."""

    mind: Any
    recommender: Any
    past: Sequence[Turn]

    async def review(self, view: UserView) -> Review:
        return self._of(view).review if self._again(view) else await self.mind.review(view)

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        if self._again(view):
            return self._of(view).after, self._of(view).decision
        updated: tuple[Mindset, Decision | None] = await self.mind.update_mindset(view, review)
        return updated

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        decided: Decision = await self.mind.decide(view, review, mindset)
        return decided

    async def reason(self, view: RecommenderView) -> Plan:
        return self._of(view).plan if self._again(view) else await self.recommender.reason(view)

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        return () if self._again(view) else await self.recommender.retrieve(view, plan)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        if self._again(view):
            return self._of(view).slate
        slate: Slate = await self.recommender.rerank(view, plan, candidates)
        return slate

    def _again(self, view: UserView | RecommenderView) -> bool:
        return view.turn <= len(self.past)

    def _of(self, view: UserView | RecommenderView) -> Turn:
        return self.past[view.turn - 1]


@dataclass
class Game:
    """One session as it is played. `told` hears of every step that is new."""

    sitting: Sitting
    mind: Any
    recommender: Any
    told: Told
    turns: tuple[Turn, ...] = ()
    script: Transcript = field(init=False)

    def play(self) -> Session:
        """The session at its end. Ctrl-C is an Interrupted, after what was played is stored as truncated."""
        began = time.monotonic()
        try:
            session = self._played()
        except (KeyboardInterrupt, Interrupted) as error:
            self._close("truncated", "interrupted", began)
            raise Interrupted(_kept(len(self.turns), self.sitting.key)) from error
        except BaseException:
            self._close("truncated", "failed", began)
            raise
        self._end(session, "failed" if session.status == "failed" else "done", began)
        return session

    def _played(self) -> Session:
        past: tuple[Turn, ...] = ()
        while True:
            try:
                return _run(self._once(past))
            except Stopped:
                return Session(persona=self.sitting.persona, turns=self.turns, status="truncated")
            except Undone as undone:
                past = self.turns[: max(0, len(self.turns) - undone.turns)]
                self._take_back()

    async def _once(self, past: tuple[Turn, ...]) -> Session:
        sitting, settings = self.sitting, self.sitting.stage.settings
        both, mindset = Retold(self.mind, self.recommender, past), self.mind.start()
        self.turns, self.script = (), sitting.transcript()
        await sitting.store.put(self.script.begin(mindset))

        async def watch(step: Step) -> None:
            if step.turn > len(past):
                self.told(step)
            if step.node == VERBS[-1]:
                self.turns = step.changed["turns"]
                await sitting.store.put(self.script.turn(self.turns[-1]))

        return await run_session(
            both, both, sitting.persona, mindset, sitting.stage.catalog, settings.slate_size, settings.max_turns,
            watch,
        )  # fmt: skip

    def _take_back(self) -> None:
        """The stored session is emptied; the turns that remain are written again."""
        self.sitting.store.flush()
        self.sitting.store.reopen_run(self.sitting.run.id, [self.sitting.id])

    def _close(
        self, status: Literal["truncated"], run: Literal["interrupted", "failed"], began: float
    ) -> None:
        self._end(Session(persona=self.sitting.persona, turns=self.turns, status=status), run, began)

    def _end(self, session: Session, run: Literal["done", "interrupted", "failed"], began: float) -> None:
        store = self.sitting.store
        if hasattr(self, "script"):
            store.put(self.script.end(session))
        store.flush()
        store.finish_run(self.sitting.run.id, run, time.monotonic() - began)


def _run(work: Coroutine[Any, Any, Session]) -> Session:
    """Runs in a loop of its own: `asyncio.run` would keep Ctrl-C from a person who is being asked."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    except KeyboardInterrupt:
        loop.set_exception_handler(_quiet)
        rest = asyncio.all_tasks(loop)
        for task in rest:
            task.cancel()
        if rest:
            loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        raise
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _quiet(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ctrl-C is told once, by who catches it, not by the tasks that it ended as well."""
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)


def _kept(turns: int, key: str) -> str:
    if not turns:
        return f"interrupted before the first turn was over; the session {key} is stored without turns"
    return f"interrupted; {turns} turn{'s' * (turns != 1)} kept\nlook: recoworld show {key}"
