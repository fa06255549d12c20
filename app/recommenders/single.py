"""A cohort recommender as a `graphs.ports.Recommender`: one user of messages through the same arrays.

What it remembers is rebuilt from the visible history at every step, so each verb is a pure function of its
view; scores are exact integers where order could matter, so the rebuilt memory equals the kept one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from app.errors import RecoWorldError
from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.messages import from_slate_rows, mask_of, sources_of, to_slate_rows
from app.recommenders.rows import CandidateRows, MemoryRows, PlanRows, SlateRows
from graphs.messages import ACTIONS, SOURCES, Candidate, Plan, Slate, VisibleTurn
from graphs.ports import RecommenderView


class NoSlate(RecoWorldError):
    """A recommender failed or gave no items; ends the session it happened in, as data."""

    stops_run: ClassVar[bool] = False


class SingleRecommender:
    """One user of a cohort recommender: the visitor, by whose key its draws are keyed."""

    def __init__(self, cohort: Any, knowledge: Knowledge, visitor: Visitor) -> None:
        self.cohort, self.knowledge, self.visitor = cohort, knowledge, visitor

    async def reason(self, view: RecommenderView) -> Plan:
        plan: Plan | None = self._plans(view, self._memory(view)).plans[0]
        return plan if plan is not None else Plan(reasoning="Nothing was asked; going by what the user did.")

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        memory = self._memory(view)
        found: CandidateRows = self.cohort.retrieve(memory, self._plans(view, memory), view.turn)
        return self._found(found)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        memory = self._memory(view)
        plans = self._plans(view, memory)
        # Retrieval also settles which filters had to give way; its outcome is the same for the same view.
        settled: CandidateRows = self.cohort.retrieve(memory, plans, view.turn)
        rows = self._candidates(candidates, settled.items.shape[1])
        slates: SlateRows = self.cohort.rerank(memory, plans, rows, view.turn)
        if not (slates.items[0] >= 0).any():
            raise NoSlate(slates.failures[0] if slates.failures else "the recommender returned no items")
        return from_slate_rows(slates, 0, self.knowledge)

    # ------------------------------------------------------------------------------- inside

    def _memory(self, view: RecommenderView) -> MemoryRows:
        memory: MemoryRows = self.cohort.start([self.visitor])
        for turn in view.history:
            plans: PlanRows = self.cohort.reason(memory, [turn.request], turn.number)
            slate = to_slate_rows([turn.slate], [""], self.knowledge)
            reviewed = reviewed_rows(turn, self.knowledge.slate_size)
            # Retrieval settles the filters that had to give way, as it did in the turn itself.
            self.cohort.retrieve(memory, plans, turn.number)
            memory = self.cohort.observe(memory, plans, slate, reviewed, turn.number)
        return memory

    def _found(self, found: CandidateRows) -> tuple[Candidate, ...]:
        """The one row of candidates as messages."""
        ids = self.knowledge.catalog.ids
        return tuple(
            Candidate(
                item=ids[found.items[0, at]],
                score=float(found.score[0, at]),
                sources=sources_of(int(found.source[0, at])),
            )
            for at in np.flatnonzero(found.items[0] >= 0)
        )

    def _plans(self, view: RecommenderView, memory: MemoryRows) -> PlanRows:
        plans: PlanRows = self.cohort.reason(memory, [view.request], view.turn)
        return plans

    def _candidates(self, candidates: tuple[Candidate, ...], width: int) -> CandidateRows:
        width = max(width, len(candidates))
        items, score = np.full((1, width), -1, np.int32), np.zeros((1, width), np.float32)
        source = np.zeros((1, width), np.uint16)
        for at, candidate in enumerate(candidates):
            items[0, at] = self.knowledge.catalog.position[candidate.item]
            score[0, at], source[0, at] = candidate.score, mask_of(candidate.sources, SOURCES)
        return CandidateRows(items, score, source)


@dataclass
class _Reviewed:
    """The visible part of one review as rows."""

    actions: np.ndarray
    watched: np.ndarray
    seconds: np.ndarray
    seen: np.ndarray


def reviewed_rows(turn: VisibleTurn, k: int) -> _Reviewed:
    actions, watched = np.zeros((1, k), np.uint8), np.zeros((1, k), np.float32)
    seconds = np.zeros((1, k), np.float32)
    for slot, reaction in enumerate(turn.review.reactions):
        actions[0, slot] = mask_of(reaction.actions, ACTIONS)
        watched[0, slot], seconds[0, slot] = reaction.watched, reaction.seconds
    return _Reviewed(actions, watched, seconds, np.array([turn.review.seen], np.int32))
