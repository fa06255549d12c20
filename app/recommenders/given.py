"""The embedded agent's retrieval from a plan that somebody else made."""

from __future__ import annotations

from typing import Any

from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.messages import to_slate_rows
from app.recommenders.rows import CandidateRows, MemoryRows, PlanRows
from app.recommenders.single import SingleRecommender, reviewed_rows
from graphs.messages import Candidate, Plan, VisibleTurn
from graphs.ports import RecommenderView


class GivenPlan(SingleRecommender):
    """One user of the embedded agent whose retrieval follows the plan alone, not its own reading of the words.

    What it has taken in of a session is kept, so that each turn is taken in once; what it returns depends on
    the view and the plan alone.
    """

    def __init__(self, cohort: Any, knowledge: Knowledge, visitor: Visitor) -> None:
        super().__init__(cohort, knowledge, visitor)
        self._known: tuple[VisibleTurn, ...] = ()
        self._kept: MemoryRows | None = None

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        """The candidates by fused rank. Nothing stands from earlier turns but what the plan says."""
        memory = self._memory(view)
        plans = PlanRows([plan], self.cohort.planner.fold(memory.own.standing, [plan]))
        found: CandidateRows = self.cohort.retrieve(memory, plans, view.turn)
        return self._found(found)

    # ------------------------------------------------------------------------------- inside

    def _memory(self, view: RecommenderView) -> MemoryRows:
        """What was shown and visibly done in the turns of the view; no wish stands in it."""
        turns, memory = self._known, self._kept
        if memory is None or turns != view.history[: len(turns)]:
            memory, turns = self.cohort.start([self.visitor]), ()
        nothing = PlanRows([None], memory.own.standing)
        for turn in view.history[len(turns) :]:
            slate = to_slate_rows([turn.slate], [""], self.knowledge)
            reviewed = reviewed_rows(turn, self.knowledge.slate_size)
            memory = self.cohort.observe(memory, nothing, slate, reviewed, turn.number)
        self._known, self._kept = view.history, memory
        return memory
