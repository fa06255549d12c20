"""A recommender with something wrong on purpose: candidates that get lost, and one slate drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from app import draws
from app.draws import What
from app.recommenders.baselines import Random
from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.rows import Bool, CandidateRows, MemoryRows, PlanRows, SlateRows
from app.recommenders.single import SingleRecommender
from graphs.messages import Candidate, Plan, Request, Slate
from graphs.ports import RecommenderView


class Perturbed:
    """`inner` with the share `drop` of its candidates lost, and in turn `turn` random slates for `share` users.

    Implements `graphs.ports.CohortRecommender`. A user's best candidate is never lost, so that there is
    always something to show. With `turn` 0 no slate is replaced.
    """

    def __init__(
        self, inner: Any, knowledge: Knowledge, drop: float, turn: int = 0, share: float = 1.0
    ) -> None:
        self.inner, self.drop, self.turn, self.share = inner, drop, turn, share
        self.random = Random(knowledge)

    @property
    def planner(self) -> Any:
        """How the inner one, where it is the embedded agent, reads a plan that is given to it."""
        return self.inner.planner

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory: MemoryRows = self.inner.start(visitors)
        return memory

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        plans: PlanRows = self.inner.reason(memory, requests, turn)
        return plans

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        found: CandidateRows = self.inner.retrieve(memory, plans, turn)
        if not self.drop or not found.items.shape[1]:
            return found
        lost = draws.uniform(memory.key, turn, What.DROP, found.items.shape[1]) < self.drop
        lost[:, 0] = False
        order = np.argsort(lost, axis=1, kind="stable")
        columns = {f.name: np.take_along_axis(getattr(found, f.name), order, axis=1) for f in fields(found)}
        gone = np.take_along_axis(lost, order, axis=1)
        return CandidateRows(**columns | {"items": np.where(gone, np.int32(-1), columns["items"])})

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        slates: SlateRows = self.inner.rerank(memory, plans, candidates, turn)
        chosen = self.replaces(memory.key, turn)
        if not chosen.any():
            return slates
        drawn = self.random.rerank(memory, plans, self.random.retrieve(memory, plans, turn), turn)
        return _replaced(slates, drawn, chosen)

    def replaces(self, keys: draws.Keys, turn: int) -> Bool:
        """bool (n,): whose slate of this turn is drawn at random."""
        if turn != self.turn:
            return np.zeros(len(keys), bool)
        return np.asarray(draws.uniform(keys, turn, What.DISTURB) < self.share)

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        after: MemoryRows = self.inner.observe(memory, plans, slates, reviews, turn)
        return after


@dataclass(frozen=True)
class PerturbedSession:
    """A recommender of one session whose slates are replaced as `perturbed` says; what it retrieves, it retrieves
    through `perturbed` anyway. Implements `graphs.ports.Recommender`.
    """

    inner: Any
    perturbed: Perturbed
    visitor: Visitor

    async def reason(self, view: RecommenderView) -> Plan:
        plan: Plan = await self.inner.reason(view)
        return plan

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        found: tuple[Candidate, ...] = await self.inner.retrieve(view, plan)
        return found

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        if not self.perturbed.replaces(np.array([self.visitor.key], np.uint64), view.turn)[0]:
            slate: Slate = await self.inner.rerank(view, plan, candidates)
            return slate
        drawn = SingleRecommender(self.perturbed.random, self.perturbed.random.knowledge, self.visitor)
        return await drawn.rerank(view, plan, await drawn.retrieve(view, plan))


def _replaced(slates: SlateRows, drawn: SlateRows, chosen: Bool) -> SlateRows:
    """`slates` with the `chosen` rows from `drawn`, which comes without any words."""
    values: dict[str, Any] = {}
    for f in fields(slates):
        old, new = getattr(slates, f.name), getattr(drawn, f.name)
        if isinstance(old, np.ndarray):
            values[f.name] = np.where(chosen[:, None], _as_wide(new, old), old)
        else:
            values[f.name] = [
                _blank(words) if row else words for row, words in zip(chosen, old, strict=False)
            ]
    return SlateRows(**values)


def _blank(words: str | list[str]) -> str | list[str]:
    return "" if isinstance(words, str) else [""] * len(words)


def _as_wide(new: npt.NDArray[Any], old: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The first columns of `new`, as many as `old` has; a slate holds no more than its recommender returns."""
    room = old.shape[1] - new.shape[1]
    return new[:, : old.shape[1]] if room <= 0 else np.pad(new, ((0, 0), (0, room)), constant_values=-1)
