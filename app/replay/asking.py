"""One node asked again: by the sides of a stored session's arm, with another model, prompts or seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from app.casting import Seat, Sides
from app.language import LLM, Language
from app.llm.caller import Caller
from app.llm.errors import ModelError
from app.llm.model import Model
from app.llm.tape import Call, Recorded
from app.plans.arms import Perturbations
from app.prompts import Prompts
from app.replay.looking import Given
from app.replay.restoring import Restored
from app.store.store import Store

_NOTED: ContextVar[list[Call]] = ContextVar("_NOTED")


@dataclass(frozen=True)
class Noting:
    """A store for a tape that notes the calls written by each task; of `noting`."""

    store: Store

    async def put_call(self, call: Call) -> None:
        if (noted := _NOTED.get(None)) is not None:
            noted.append(call)
        await self.store.put_call(call)

    async def put_prompts(self, prompts: Sequence[tuple[str, str, str]]) -> None:
        await self.store.put_prompts(prompts)

    def recorded_calls(self, session_id: int) -> Sequence[Recorded]:
        return self.store.recorded_calls(session_id)

    def accepted_reply(self, request_hash: str, newest: int | None) -> str | None:
        return self.store.accepted_reply(request_hash, newest)

    def last_call(self) -> int:
        return self.store.last_call()


@dataclass(frozen=True)
class Input:
    """What a node of a stored session was called with."""

    found: Restored
    seat: Seat
    given: Given

    @property
    def place(self) -> str:
        return f"{self.found.key}:{self.given.turn}"


@dataclass(frozen=True)
class Answer:
    """What came of one question: a value or the kind of error, the calls, and what a recommender counted."""

    value: Any
    error: str | None
    calls: Sequence[Call]
    counts: Mapping[str, int]


@dataclass
class Asker:
    """Asks a node with a model; sides are made once for each arm, version of the prompts and repeat.

    A repeat asks with a seed of its own, the first with that of the run.
    """

    node: str
    caller: Caller
    model: str
    temperature: float | None
    per_item: bool
    _made: dict[tuple[int, str, int], Sides] = field(default_factory=dict)

    async def ask(self, one: Input, prompts: Prompts, version: str, repeat: int) -> Answer:
        """To be run as a task of its own. An error that no other question would be spared is raised."""
        side = self._side(one, prompts, version, repeat)
        calls: list[Call] = []
        _NOTED.set(calls)
        value, error = None, None
        try:
            value = await getattr(side, self.node)(one.given.view, *one.given.more)
        except ModelError as failure:
            if failure.stops_run:
                raise
            error = failure.kind
        return Answer(value, error, calls, getattr(side, "counts", {}))

    def _side(self, one: Input, prompts: Prompts, version: str, repeat: int) -> Any:
        """The mind or the recommender, in no session, so that the tape of the stored one stays as it is."""
        sides = self._sides(one, prompts, version, repeat)
        if self.node in ("review", "update_mindset"):
            return replace(sides.mind(one.seat), session=None)
        return replace(sides.recommender(one.seat), session=None, counts=Counter())

    def _sides(self, one: Input, prompts: Prompts, version: str, repeat: int) -> Sides:
        key = one.found.rows.arm.id, version, repeat
        if key not in self._made:
            cast = one.found.cast
            changes = {"mind": LLM, "recommender": LLM, "per_item": self.per_item}
            arm = cast.arm.model_copy(update={**changes, "perturbations": Perturbations()})
            seed = cast.arm.seed + repeat
            model = Model(self.caller, self.model, seed=seed, temperature=self.temperature)
            spoken = Language({"user": model, "recommender": model}, prompts)
            self._made[key] = Sides(replace(cast, arm=arm), spoken)
        return self._made[key]
