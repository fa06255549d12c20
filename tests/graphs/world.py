"""Small minds, recommenders and arrays for the tests of the graphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphs.messages import (
    Candidate,
    Continue,
    Decision,
    Instruct,
    Instruction,
    Item,
    Leave,
    Mindset,
    Plan,
    Reaction,
    Request,
    Review,
    Slate,
    Slot,
    Turn,
)
from graphs.ports import RecommenderView, UserView
from graphs.state import Rows


class Shelf:
    """A catalog of n numbered items."""

    name = "shelf"

    def __init__(self, n: int = 30) -> None:
        self.items = {f"i{k}": Item(id=f"i{k}", title=f"Item {k}") for k in range(n)}

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items.values())

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.items

    def __getitem__(self, item_id: str) -> Item:
        return self.items[item_id]


def ask(words: str = "less horror") -> Instruct:
    return Instruct(instruction=Instruction(words=words, reflection="too much of it"))


@dataclass
class Mind:
    """Opens everything and follows a list of decisions; the last one repeats."""

    decisions: Sequence[Decision] = (Continue(),)
    in_one_breath: bool = False
    views: list[UserView] = field(default_factory=list)

    async def review(self, view: UserView) -> Review:
        self.views.append(view)
        reactions = [
            Reaction(item=item, position=k + 1, actions=("open",), thought="hm", factors={"taste": 1.0})
            for k, item in enumerate(view.slate.items)
        ]
        return Review(reactions=tuple(reactions), seen=len(reactions), summary="fine")

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        mindset = Mindset(satisfaction=min(1.0, 0.1 * view.turn))
        return mindset, self._next(view) if self.in_one_breath else None

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        assert not self.in_one_breath
        return self._next(view)

    def _next(self, view: UserView) -> Decision:
        return self.decisions[min(view.turn, len(self.decisions)) - 1]


@dataclass
class Recommender:
    """Shows the next items of the shelf."""

    views: list[RecommenderView] = field(default_factory=list)

    async def reason(self, view: RecommenderView) -> Plan:
        self.views.append(view)
        return Plan(queries=(view.request.words,) if view.request else ())

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        left = [item.id for item in view.catalog if item.id not in view.shown]
        return tuple(Candidate(item=item, score=1.0) for item in left)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        return Slate(slots=tuple(Slot(item=c.item) for c in candidates[: view.slate_size]))


def stays(turn: Turn) -> float:
    return 0.0 if isinstance(turn.decision, Leave) else 1.0


# ------------------------------------------------------------------------------------ arrays


@dataclass
class Users(Rows):
    leaves_at: Any


@dataclass
class Minds(Rows):
    turn: Any


@dataclass
class Memory(Rows):
    observed: Any


@dataclass
class Slates(Rows):
    items: Any


@dataclass
class Reviews(Rows):
    seen: Any
    secret: Any

    def visible(self) -> Reviews:
        return Reviews(self.seen, None)


@dataclass
class Decisions(Rows):
    kind: Any
    requests: list[Request | None]


class CohortMind:
    """User u leaves at its own turn and asks for something at each odd one before."""

    def review(self, users: Users, minds: Minds, slates: Slates, turn: int) -> Reviews:
        seen = (slates.items >= 0).sum(axis=1)
        return Reviews(seen, seen.copy())

    def update_mindset(self, users: Users, minds: Minds, reviews: Reviews, turn: int) -> Minds:
        return Minds(minds.turn + 1)

    def decide(self, users: Users, minds: Minds, reviews: Reviews, turn: int) -> Decisions:
        kind = np.where(users.leaves_at <= turn, 2, turn % 2).astype(np.int8)
        requests = [Request(words="more") if k == 1 else None for k in kind]
        return Decisions(kind, requests)


class CohortRecommender:
    """Shows item `turn` to everybody; nothing to those in `fails`."""

    def __init__(self, fails: tuple[int, ...] = ()) -> None:
        self.fails, self.heard, self.secrets = fails, [], []  # type: ignore[var-annotated]

    def reason(self, memory: Memory, requests: Sequence[Request | None], turn: int) -> None:
        self.heard.append([request.words if request else None for request in requests])

    def retrieve(self, memory: Memory, plans: None, turn: int) -> None:
        return None

    def rerank(self, memory: Memory, plans: None, candidates: None, turn: int) -> Slates:
        items = np.full((len(memory.observed), 2), turn)
        items[[row for row in self.fails if row < len(items)]] = -1
        return Slates(items)

    def observe(self, memory: Memory, plans: None, slates: Slates, reviews: Reviews, turn: int) -> Memory:
        self.secrets.append(reviews.secret)
        return Memory(memory.observed + 1)


def cohort_reward(slates: Any, reviews: Any, decisions: Decisions) -> Any:
    return np.where(decisions.kind == 2, 0.0, 1.0)
