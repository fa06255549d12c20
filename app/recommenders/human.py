"""A person as a `graphs.ports.Recommender`: sees what a recommender sees, and picks the slate; does no I/O itself."""

from __future__ import annotations

from typing import Protocol

from graphs.messages import Candidate, Plan, Slate, Slot
from graphs.ports import Recommender, RecommenderView


class Picker(Protocol):
    """The port through which the person picks."""

    def pick(self, view: RecommenderView, plan: Plan, suggested: Slate) -> tuple[str, ...]:
        """Distinct item ids, at least one and at most `view.slate_size`, none that was shown before.

        `plan` and `suggested` are how `inner` reads the request and what it would show.
        """


class HumanRecommender:
    """A person who picks; `inner` reads the request and suggests."""

    def __init__(self, picker: Picker, inner: Recommender) -> None:
        self.picker, self.inner = picker, inner

    async def reason(self, view: RecommenderView) -> Plan:
        return await self.inner.reason(view)

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        return await self.inner.retrieve(view, plan)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        suggested = await self.inner.rerank(view, plan, candidates)
        picked = self.picker.pick(view, plan, suggested)
        return Slate(slots=tuple(Slot(item=item, sources=("human",)) for item in picked))
