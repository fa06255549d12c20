"""A simulated user who silently meets what a person is shown, and decides beside the person."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from app.llm.errors import ModelError
from app.rewards import retention
from app.runner import Step
from app.sessions.journal import Journal
from app.store.store import Store
from app.transcript import Transcript
from graphs.messages import Failure, Leave, Mindset, Persona, Session, Turn
from graphs.ports import Catalog
from graphs.session import VERBS
from graphs.state import UserState, World
from graphs.user import user_graph


@cache
def _graph() -> CompiledStateGraph[Any, World, Any, Any]:
    return user_graph()


@dataclass
class Ghost:
    """Its mindset goes on from its own reviews, and it remembers its own turns; slates and requests are the person's.

    What it would say is never said, and where it would leave it meets the next slate all the same. When its
    model fails it is gone from that turn on, and the person plays on.
    """

    mind: Any
    persona: Persona
    catalog: Catalog
    journal: Journal
    turns: tuple[Turn, ...] = ()
    failure: Failure | None = None

    @classmethod
    async def come(
        cls, mind: Any, persona: Persona, catalog: Catalog, store: Store, script: Transcript
    ) -> Ghost:
        """A ghost that has arrived, stored as such."""
        journal = Journal(store, script)
        await journal.begin(mind.start())
        return cls(mind, persona, catalog, journal)

    async def meet(self, turn: Turn) -> None:
        """Review the slate of a turn that the person is through with, and decide on its own."""
        if self.failure is not None:
            return
        node = "review"
        before = self.turns[-1].after if self.turns else self.mind.start()
        said: dict[str, Any] = {}
        try:
            clock, started = time.perf_counter(), _now()
            world = World(mind=self.mind, recommender=None, reward=retention, catalog=self.catalog)
            state = self._state(turn, before)
            async for update in _graph().astream(state, context=world, stream_mode="updates"):
                node, changed = next(iter(update.items()))
                said |= changed
                await self.journal.watch(Step(turn.number, node, changed, started, _since(clock)))
                clock, started = time.perf_counter(), _now()
        except ModelError as error:
            self.failure = Failure(node=node, kind=type(error).__name__, message=str(error), turn=turn.number)
            return
        await self._score(turn, before, said)

    def _state(self, turn: Turn, before: Mindset) -> UserState:
        return UserState(
            persona=self.persona,
            mindset=before,
            number=turn.number,
            instruction=turn.request,
            turns=self.turns,
            slate=turn.slate,
        )

    async def _score(self, turn: Turn, before: Mindset, said: dict[str, Any]) -> None:
        own = {
            "before": before, "after": said["updated"], "review": said["reviewed"], "decision": said["decision"],
        }  # fmt: skip
        own_turn = turn.model_copy(update=own)
        own_turn = own_turn.model_copy(update={"reward": float(retention(own_turn))})
        self.turns = (*self.turns, own_turn)
        await self.journal.watch(Step(turn.number, VERBS[-1], {"turns": self.turns}, _now(), 0.0))

    def take_back(self, turns: int, script: Transcript) -> None:
        """Only the first `turns` turns were."""
        self.turns, self.failure = self.turns[:turns], None
        self.journal = Journal(self.journal.store, retold(script, self.turns))

    def session(self) -> Session:
        """How it ended: as the person's session does, or left where its last word was to leave."""
        if self.failure is not None:
            return Session(persona=self.persona, turns=self.turns, status="failed", failure=self.failure)
        left = bool(self.turns) and isinstance(self.turns[-1].decision, Leave)
        return Session(persona=self.persona, turns=self.turns, status="left" if left else "truncated")


def retold(script: Transcript, turns: Sequence[Turn]) -> Transcript:
    """A transcript that has these turns behind it, which are stored already."""
    for turn in turns:
        script.turn(turn)
    return script


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _since(clock: float) -> float:
    return (time.perf_counter() - clock) * 1000.0
