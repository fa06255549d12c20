"""Both sides of a session that say again what they said before, and then go on by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphs.messages import Candidate, Decision, Mindset, Plan, Review, Slate, Turn
from graphs.ports import RecommenderView, UserView


@dataclass
class Retold:
    """A mind and a recommender: they repeat the turns `past`, and of the next turn what `present` holds.

    `present` has the channels that nodes of that turn had written: plan, candidates, slate, reviewed, updated,
    decision. With `at_once` False a decision is told by `decide` alone, as by a person.
    """

    mind: Any
    recommender: Any
    past: Sequence[Turn] = ()
    present: Mapping[str, Any] = field(default_factory=dict)
    at_once: bool = True

    async def reason(self, view: RecommenderView) -> Plan:
        told: Plan | None = self._told(view, "plan")
        return told if told is not None else await self.recommender.reason(view)

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        told: tuple[Candidate, ...] | None = self._told(view, "candidates")
        return told if told is not None else await self.recommender.retrieve(view, plan)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        told: Slate | None = self._told(view, "slate")
        return told if told is not None else await self.recommender.rerank(view, plan, candidates)

    async def review(self, view: UserView) -> Review:
        told: Review | None = self._told(view, "reviewed")
        return told if told is not None else await self.mind.review(view)

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        told: Mindset | None = self._told(view, "updated")
        if told is not None:
            return told, self._told(view, "decision") if self.at_once else None
        updated: tuple[Mindset, Decision | None] = await self.mind.update_mindset(view, review)
        return updated

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        told: Decision | None = self._told(view, "decision")
        return told if told is not None else await self.mind.decide(view, review, mindset)

    def _told(self, view: UserView | RecommenderView, channel: str) -> Any:
        """What was written to a channel in the turn of the view; None where that is still to be said."""
        if view.turn <= len(self.past):
            return _channel(self.past[view.turn - 1], channel)
        return self.present.get(channel) if view.turn == len(self.past) + 1 else None


def _channel(turn: Turn, channel: str) -> Any:
    if channel == "candidates":
        return ()
    field_ = {"reviewed": "review", "updated": "after"}.get(channel, channel)
    return getattr(turn, field_)
