"""The embedded agent's retrieval from a plan that somebody else made."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.recommenders.knowledge import Knowledge
from app.recommenders.messages import sources_of, to_slate_rows
from app.recommenders.rows import CandidateRows, MemoryRows, PlanRows
from app.recommenders.single import SingleRecommender, reviewed_rows
from graphs.messages import Candidate, Plan, PublicPersona, VisibleTurn
from graphs.ports import RecommenderView


class GivenPlan(SingleRecommender):
    """One user of the embedded agent whose retrieval follows the plan alone, not its own reading of the words.

    What it has taken in of a session is kept, so that each turn is taken in once; what it returns depends on
    the view and the plan alone.
    """

    def __init__(self, cohort: Any, knowledge: Knowledge, key: int) -> None:
        super().__init__(cohort, knowledge, key)
        self._known: tuple[PublicPersona | None, tuple[VisibleTurn, ...]] = (None, ())
        self._kept: MemoryRows | None = None

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        """The candidates by fused rank. Nothing stands from earlier turns but what the plan says."""
        memory = self._memory(view)
        plans = PlanRows([plan], self.cohort.planner.fold(memory.own.standing, [plan]))
        found: CandidateRows = self.cohort.retrieve(memory, plans, view.turn)
        ids = self.knowledge.catalog.ids
        return tuple(
            Candidate(
                item=ids[found.items[0, at]],
                score=float(found.score[0, at]),
                sources=sources_of(int(found.source[0, at])),
            )
            for at in np.flatnonzero(found.items[0] >= 0)
        )

    # ------------------------------------------------------------------------------- inside

    def _memory(self, view: RecommenderView) -> MemoryRows:
        """What was shown and visibly done in the turns of the view; no wish stands in it."""
        persona, turns = self._known
        memory = self._kept
        if memory is None or persona != view.persona or turns != view.history[: len(turns)]:
            memory, turns = self._fresh(view), ()
        nothing = PlanRows([None], memory.own.standing)
        for turn in view.history[len(turns) :]:
            slate = to_slate_rows([turn.slate], [""], self.knowledge)
            reviewed = reviewed_rows(turn, self.knowledge.slate_size)
            memory = self.cohort.observe(memory, nothing, slate, reviewed, turn.number)
        self._known, self._kept = (view.persona, view.history), memory
        return memory

    def _fresh(self, view: RecommenderView) -> MemoryRows:
        memory: MemoryRows = self.cohort.start([self.knowledge.visitor(self.key, view.persona)])
        return memory
