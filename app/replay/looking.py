"""What a node of a stored session is given: the session is played again, and looked at just before the node runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.errors import UsageError, unknown
from graphs.messages import Candidate, Decision, Mindset, Plan, Review, Slate
from graphs.ports import RecommenderView, UserView
from graphs.session import VERBS

NODES = VERBS[:-1]
"""The nodes that a port stands behind; `score` only closes the turn."""


@dataclass(frozen=True)
class Given:
    """What a node was about to be called with: its view, and what the nodes before it in the turn made."""

    turn: int
    node: str
    view: Any
    more: tuple[Any, ...] = ()


@dataclass
class Watching:
    """Both sides of a session; `seen` is told what each node is given before it runs."""

    mind: Any
    recommender: Any
    seen: Callable[[Given], None]

    async def reason(self, view: RecommenderView) -> Plan:
        return await self._call("reason", self.recommender, view)  # type: ignore[no-any-return]

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        return await self._call("retrieve", self.recommender, view, plan)  # type: ignore[no-any-return]

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        return await self._call("rerank", self.recommender, view, plan, candidates)  # type: ignore[no-any-return]

    async def review(self, view: UserView) -> Review:
        return await self._call("review", self.mind, view)  # type: ignore[no-any-return]

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        return await self._call("update_mindset", self.mind, view, review)  # type: ignore[no-any-return]

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        return await self._call("decide", self.mind, view, review, mindset)  # type: ignore[no-any-return]

    async def _call(self, node: str, side: Any, view: UserView | RecommenderView, *more: Any) -> Any:
        self.seen(Given(view.turn, node, view, more))
        method: Callable[..., Awaitable[Any]] = getattr(side, node)
        return await method(view, *more)


def place(text: str) -> tuple[int, str]:
    """`3:decide` as turn and node; a UsageError names what is wrong."""
    number, _, node = text.partition(":")
    if not number.isdecimal() or int(number) < 1 or not node:
        raise UsageError(f"{text!r} is no place in a session; write TURN:NODE, as in 3:decide")
    return int(number), checked_node(node)


def checked_node(node: str) -> str:
    """The node; a UsageError lists the nodes where there is none of the name."""
    if node not in NODES:
        raise unknown("node", node, NODES, f"(the nodes are {', '.join(NODES)})")
    return node
