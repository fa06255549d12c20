"""Sessions of messages in a run: many at once, each turn committed as it ends, every step kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from pydantic import BaseModel

from app.language import LLM, Language
from app.metrics import Coverage, Tally
from app.minds.llm import LlmMind, LlmUser
from app.minds.single import EmbeddedMind
from app.recommenders.given import GivenPlan
from app.recommenders.llm import LlmAgent, LlmRecommender
from app.recommenders.single import SingleRecommender
from app.runner import Step, run_session
from app.store.store import Store
from app.transcript import Transcript
from app.world import Stage
from graphs.messages import Instruct, Leave, Persona, Session, Turn
from graphs.session import VERBS

_HIDDEN_ARRAYS = {"memory"}
SESSIONS_PER_CALL = 4
"""Sessions under way for each call that may be in flight, so that the last ones do not leave places empty."""


@dataclass(frozen=True)
class Seat:
    """One session that is to be played: the user's number and persona, and the session's place in the store."""

    number: int
    persona: Persona
    id: int
    key: str
    scenario_id: int


@dataclass
class Played:
    """What one session came to."""

    tally: Tally
    bits: npt.NDArray[np.uint8]
    """uint8 (1, ...): the items that were shown, as `app.metrics.Coverage` packs them."""
    asked: Counter[str]
    reasons: Counter[str]
    failed: int


@dataclass
class Arm:
    """One arm of sessions of messages: who recommends, who thinks, and where it is written."""

    stage: Stage
    recommender: str
    cohort: Any
    arm_id: int
    store: Store
    language: Language | None
    noun: str = "films"

    def mind(self, seat: Seat) -> Any:
        settings = self.stage.settings
        if settings.mind == LLM:
            return LlmMind(self._user, seat.id, seat.key)
        return EmbeddedMind(self.stage.user, self.stage.users([(seat.number, seat.persona)]))

    def recommends(self, seat: Seat) -> Any:
        (visitor,) = self.stage.visitors([(seat.number, seat.persona)])
        if self.recommender == LLM:
            given = GivenPlan(self.cohort, self.stage.knowledge, visitor.key)
            return LlmRecommender(self._agent, given, seat.id, seat.key)
        return SingleRecommender(self.cohort, self.stage.knowledge, visitor.key)

    @property
    def _user(self) -> LlmUser:
        made: LlmUser | None = self.__dict__.get("_made_user")
        if made is None:
            assert self.language is not None
            model, prompts = self.language.models["user"], self.language.prompts
            per_item = self.stage.settings.per_item
            made = LlmUser(model, prompts, self.stage.catalog, self.noun, per_item)
            self.__dict__["_made_user"] = made
        return made

    @property
    def _agent(self) -> LlmAgent:
        made: LlmAgent | None = self.__dict__.get("_made_agent")
        if made is None:
            assert self.language is not None
            model, prompts = self.language.models["recommender"], self.language.prompts
            made = LlmAgent(model, prompts, self.stage.catalog, self.noun)
            self.__dict__["_made_agent"] = made
        return made


async def play(arm: Arm, seats: Sequence[Seat], done: Callable[[int, Played], None]) -> None:
    """Play all seats, with at most `concurrency` calls in flight; `done` is told of each that ended, by its place.

    After an error that stops the run no further session begins; it is raised when those in flight are at rest.
    """
    free = asyncio.Semaphore(SESSIONS_PER_CALL * arm.stage.settings.concurrency)
    stop = asyncio.Event()

    async def one(place: int, seat: Seat) -> None:
        async with free:
            if stop.is_set():
                return
            try:
                done(place, await _one(arm, seat))
            except BaseException:
                stop.set()
                raise

    ended = await asyncio.gather(*(one(p, s) for p, s in enumerate(seats)), return_exceptions=True)
    errors = [error for error in ended if isinstance(error, BaseException)]
    if errors:
        raise errors[0]


async def _one(arm: Arm, seat: Seat) -> Played:
    """One session from its first row to its last."""
    catalog, settings = arm.stage.catalog, arm.stage.settings
    mind, recommender = arm.mind(seat), arm.recommends(seat)
    mindset = mind.start()
    script = Transcript(seat.id, seat.key, arm.arm_id, seat.scenario_id, catalog.items, catalog.position)
    coverage, asked = Coverage(1, len(catalog)), Counter[str]()
    await arm.store.put(script.begin(mindset))

    async def watch(step: Step) -> None:
        batch: dict[str, Any] = dict(_step_rows(seat.id, step))
        if step.node == VERBS[-1]:
            turn: Turn = step.changed["turns"][-1]
            batch |= script.turn(turn)
            shown = [[catalog.position[item] for item in turn.slate.items]]
            coverage.add(np.array([0]), np.array(shown, np.int32).reshape(1, -1))
            asked.update(_asked(turn))
        await arm.store.put(batch)

    session = await run_session(
        mind, recommender, seat.persona, mindset, catalog, settings.slate_size, settings.max_turns, watch
    )
    await arm.store.put(script.end(session))
    return Played(script.sums, coverage.bits, asked, _reasons(session), int(session.status == "failed"))


def _asked(turn: Turn) -> list[str]:
    """What was asked for in a turn, each in a few words."""
    if not isinstance(turn.decision, Instruct):
        return []
    return [" ".join(filter(None, (d.kind, d.value))) for d in turn.decision.instruction.directives]


def _reasons(session: Session) -> Counter[str]:
    last = session.turns[-1].decision if session.turns else None
    left = session.status == "left" and isinstance(last, Leave)
    return Counter([last.reason] if left and isinstance(last, Leave) else [])


def _step_rows(session_id: int, step: Step) -> dict[str, list[tuple[Any, ...]]]:
    """A step with what it changed, as content-addressed JSON."""
    body = orjson.dumps({name: _plain(value) for name, value in step.changed.items() if name not in _LONG})
    digest = blake2b(body, digest_size=16).hexdigest()
    position = VERBS.index(step.node) + 1
    row = (session_id, step.turn, step.node, position, step.started, round(step.ms, 3), None, digest, None)
    return {"blob": [(digest, body)], "step": [row]}


_LONG = ("turns", "history")
"""Kept turn by turn in tables of their own."""


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude=_HIDDEN_ARRAYS, exclude_defaults=True)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
