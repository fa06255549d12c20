"""The embedded agent's retrieval from a plan that somebody else made."""

from __future__ import annotations

import numpy as np

from app.recommenders.messages import sources_of
from app.recommenders.rows import CandidateRows, PlanRows
from app.recommenders.single import SingleRecommender
from graphs.messages import Candidate, Plan
from graphs.ports import RecommenderView


class GivenPlan(SingleRecommender):
    """One user of the embedded agent whose retrieval follows the plan alone, not its own reading of the words."""

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        """The candidates by fused rank. Nothing stands from earlier turns but what the plan says."""
        plans = PlanRows([plan], self.cohort.planner.fold(self._nothing_asked(view), [plan]))
        found: CandidateRows = self.cohort.retrieve(self._memory(view), plans, view.turn)
        ids = self.knowledge.catalog.ids
        return tuple(
            Candidate(
                item=ids[found.items[0, at]],
                score=float(found.score[0, at]),
                sources=sources_of(int(found.source[0, at])),
            )
            for at in np.flatnonzero(found.items[0] >= 0)
        )

    def _nothing_asked(self, view: RecommenderView) -> object:
        return self.cohort.start([self.knowledge.visitor(self.key, view.persona)]).own.standing
