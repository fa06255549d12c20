"""The Protocols a plug-in author reads: what the world asks of a mind, a recommender and a reward.

Two sizes of the same thing. `Mind` and `Recommender` serve one session of messages; `CohortMind` and
`CohortRecommender` serve many users in lock-step, as numpy arrays with one row a user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

from graphs.messages import (
    Candidate,
    Decision,
    Instruction,
    Item,
    Mindset,
    Persona,
    Plan,
    PublicPersona,
    Request,
    Review,
    Slate,
    Turn,
    VisibleTurn,
)

Answer = TypeVar("Answer")

# ---------------------------------------------------------------------------- one session


@runtime_checkable
class Catalog(Protocol):
    """The items by id, in a fixed order."""

    name: str

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Item]: ...

    def __contains__(self, item_id: object) -> bool: ...

    def __getitem__(self, item_id: str) -> Item:
        """The item; KeyError names an unknown id."""


@dataclass(frozen=True, slots=True)
class UserView:
    """What the user knows when it looks at a slate. `request` is what it asked for just before."""

    persona: Persona
    mindset: Mindset
    turn: int
    slate: Slate
    request: Instruction | None
    turns: tuple[Turn, ...]
    catalog: Catalog

    @property
    def items(self) -> tuple[Item, ...]:
        """The shown items in slate order."""
        return tuple(self.catalog[item] for item in self.slate.items)


@dataclass(frozen=True, slots=True)
class RecommenderView:
    """What a recommender may see: never a mindset, a hidden directive, a trait or a thought."""

    persona: PublicPersona
    turn: int
    slate_size: int
    request: Request | None
    history: tuple[VisibleTurn, ...]
    catalog: Catalog

    @property
    def shown(self) -> frozenset[str]:
        """Ids of all items shown in this session."""
        return frozenset(item for turn in self.history for item in turn.slate.items)


@runtime_checkable
class Mind(Protocol):
    """A simulated, scripted or human user. Every method is a pure function of its arguments."""

    async def review(self, view: UserView) -> Review:
        """Examine the slate in order, item by item; stop early when the user has had enough."""

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        """The mindset after the review; a mind that decides in the same breath returns that too."""

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        """Carry on, instruct or leave; not called where `update_mindset` decided."""


@runtime_checkable
class Recommender(Protocol):
    """The three steps of a recommender agent."""

    async def reason(self, view: RecommenderView) -> Plan:
        """Read the request and the history into a plan."""

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        """Candidates for the plan, best first; none that was shown in this session."""

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        """The next slate, `view.slate_size` items, out of the candidates."""


@runtime_checkable
class SimpleRecommender(Protocol):
    """The least a user's own recommender must have. A list of item ids, best first, is a slate too."""

    def recommend(self, view: RecommenderView) -> Slate | Sequence[str]:
        """The next slate: `view.slate_size` distinct item ids of `view.catalog`."""


@runtime_checkable
class Reward(Protocol):
    """The reward of one turn, for learning."""

    def __call__(self, turn: Turn) -> float: ...


# --------------------------------------------------------------------------- many sessions

Rows: TypeAlias = Any
"""Arrays with one row a user; each cohort mind and recommender knows its own."""


class CohortMind(Protocol):
    """The embedded user over n users at once; the same three verbs as `Mind`."""

    def review(self, users: Rows, minds: Rows, slates: Rows, turn: int) -> Rows: ...

    def update_mindset(self, users: Rows, minds: Rows, reviews: Rows, turn: int) -> Rows: ...

    def decide(self, users: Rows, minds: Rows, reviews: Rows, turn: int) -> Rows: ...


class CohortRecommender(Protocol):
    """A recommender over n users at once; `memory` is its own and never holds what is hidden."""

    def reason(self, memory: Rows, requests: Sequence[Request | None], turn: int) -> Rows: ...

    def retrieve(self, memory: Rows, plans: Rows, turn: int) -> Rows: ...

    def rerank(self, memory: Rows, plans: Rows, candidates: Rows, turn: int) -> Rows: ...

    def observe(self, memory: Rows, plans: Rows, slates: Rows, reviews: Rows, turn: int) -> Rows:
        """Take in what was asked and shown in a turn, and its visible outcome."""


class CohortReward(Protocol):
    """Rewards of n turns, float64 (n,)."""

    def __call__(self, slates: Rows, reviews: Rows, decisions: Rows) -> Any: ...


class Model(Protocol):
    """A chat model that answers a rendered prompt as a value of a class. Implemented by `app.llm`."""

    async def ask(
        self, at: Any, prompt: Any, output: type[Answer], check: Callable[[Answer], None] | None = None
    ) -> Answer:
        """The answer to `prompt`, asked at a place in a session; `check` raises ValueError for a wrong one."""
