"""The graph states and the run-scoped context.

Two states go through one topology: `SessionState` holds messages of one session, `CohortState` holds
arrays of many. The recommender's nodes read the narrow `Recommender*State`s, which have no field for
what is hidden from them. Channels are named by what they hold, nodes by verbs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from graphs.messages import (
    Candidate,
    Decision,
    Instruction,
    Mindset,
    Persona,
    Plan,
    PublicPersona,
    Request,
    Review,
    Slate,
    Status,
    Turn,
    VisibleTurn,
)

Array = npt.NDArray[Any]


@dataclass(kw_only=True)
class RecommenderState:
    """What the recommender's nodes read of a session."""

    public: PublicPersona
    number: int = 1
    request: Request | None = None
    history: tuple[VisibleTurn, ...] = ()
    plan: Plan | None = None
    candidates: tuple[Candidate, ...] = ()
    slate: Slate | None = None


@dataclass(kw_only=True)
class UserState:
    """What the user's nodes read of a session."""

    persona: Persona
    mindset: Mindset = field(default_factory=Mindset)
    number: int = 1
    instruction: Instruction | None = None
    turns: tuple[Turn, ...] = ()
    slate: Slate | None = None
    reviewed: Review | None = None
    updated: Mindset | None = None
    decision: Decision | None = None


@dataclass(kw_only=True)
class SessionState(UserState, RecommenderState):
    """One session of messages."""

    status: Status = "running"


class Rows:
    """A dataclass of arrays (or lists) with one entry a user each; None stays None."""

    def take(self, index: Array) -> Self:
        """The rows of `index` (int64 positions), in its order."""
        taken = {f.name: _take(getattr(self, f.name), index) for f in fields(self)}  # type: ignore[arg-type]
        return type(self)(**taken)


def _take(value: Any, index: Array) -> Any:
    if isinstance(value, Rows):
        return value.take(index)
    if isinstance(value, np.ndarray):
        return value[index]
    if isinstance(value, list):
        return [value[i] for i in index]
    return value


@dataclass(kw_only=True)
class CohortRecommenderState:
    """What the recommender's nodes read of a cohort."""

    number: int = 1
    memory: Any = None
    requests: Sequence[Request | None] = ()
    plan: Any = None
    candidates: Any = None
    slate: Any = None


@dataclass(kw_only=True)
class CohortUserState:
    """What the user's nodes read of a cohort. `sessions` int64 (n,) names each row's session."""

    sessions: Array
    users: Any = None
    minds: Any = None
    number: int = 1
    slate: Any = None
    reviewed: Any = None
    updated: Any = None
    decision: Any = None


@dataclass(kw_only=True)
class CohortState(CohortUserState, CohortRecommenderState):
    """Many sessions in lock-step; finished ones are dropped at the end of each turn."""

    finished: CohortTurn | None = None


@dataclass(frozen=True)
class CohortTurn:
    """One turn of n sessions, as `score` emits it: the rows of `sessions` int64 (n,) before any is dropped.

    `ended` int8 (n,): 0 goes on, 1 left, 2 truncated, 3 failed. `rewards` float64 (n,).
    """

    number: int
    sessions: Array
    requests: Sequence[Request | None]
    plans: Any
    slates: Any
    reviews: Any
    minds: Any
    decisions: Any
    rewards: Array
    ended: Array


@dataclass(frozen=True, kw_only=True)
class World:
    """Run-scoped ports and limits; never part of a state. Minds and recommenders are of the state's size."""

    mind: Any
    recommender: Any
    reward: Any
    catalog: Any = None
    slate_size: int = 10
    max_turns: int = 20
