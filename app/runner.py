"""Runs built objects through the compiled graph: a cohort turn by turn, or one session of messages."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from langgraph.graph.state import CompiledStateGraph

from app.errors import RecoWorldError
from app.minds.embedded import EmbeddedUser
from app.minds.rows import UserRows
from app.minds.situated import SituatedUser
from app.rewards import cohort_retention, retention
from graphs.messages import Failure, Mindset, Persona, PublicPersona, Session, Status, Turn
from graphs.ports import Catalog
from graphs.session import VERBS, session_graph
from graphs.state import CohortState, CohortTurn, SessionState, World


@cache
def cohort_graph() -> CompiledStateGraph[Any, World, Any, Any]:
    return session_graph(cohort=True)


@cache
def message_graph() -> CompiledStateGraph[Any, World, Any, Any]:
    return session_graph()


def run_cohort(
    user: EmbeddedUser | SituatedUser,
    recommender: Any,
    users: UserRows,
    visitors: Sequence[Any],
    slate_size: int,
    max_turns: int,
) -> Iterator[CohortTurn]:
    """The turns of n sessions in lock-step; finished sessions drop out."""
    n = len(visitors)
    state = CohortState(
        sessions=np.arange(n, dtype=np.int64),
        users=users,
        minds=user.start(users),
        memory=recommender.start(visitors),
        requests=[None] * n,
    )
    world = World(
        mind=user,
        recommender=recommender,
        reward=cohort_retention,
        catalog=user.catalog,
        slate_size=slate_size,
        max_turns=max_turns,
    )
    config = {"recursion_limit": len(VERBS) * max_turns + 1}
    for update in cohort_graph().stream(state, config, context=world, stream_mode="updates"):  # type: ignore[call-overload]
        finished = update.get("score")
        if finished is not None:
            yield finished["finished"]


@dataclass(frozen=True)
class Step:
    """One node that ran: what it changed, when it began (UTC, ISO) and for how long."""

    turn: int
    node: str
    changed: Mapping[str, Any]
    started: str
    ms: float


Watch = Callable[[Step], Awaitable[None]]


async def run_session(
    mind: Any,
    recommender: Any,
    persona: Persona,
    mindset: Mindset,
    catalog: Catalog,
    slate_size: int,
    max_turns: int,
    watch: Watch | None = None,
    public: PublicPersona | None = None,
) -> Session:
    """One session of messages, told node by node to `watch`. `public` is what the recommender knows of the user,
    where that is not the public part of the persona.

    An error in a node ends it as `failed`, with the error as data; an error with an exit code of its own
    (a wrong key, a spent budget) concerns the whole run and is raised.
    """
    world = World(
        mind=mind,
        recommender=recommender,
        reward=retention,
        catalog=catalog,
        slate_size=slate_size,
        max_turns=max_turns,
    )
    state = SessionState(persona=persona, public=public or persona.public(), mindset=mindset)
    config = {"recursion_limit": len(VERBS) * max_turns + 1}
    turns: tuple[Turn, ...] = ()
    status: Status = "running"
    at, started, clock = VERBS[0], _now(), time.perf_counter()
    try:
        updates = message_graph().astream(state, config, context=world, stream_mode="updates")  # type: ignore[call-overload]
        async for update in updates:
            node, changed = next(iter(update.items()))
            step = Step(len(turns) + 1, node, changed, started, (time.perf_counter() - clock) * 1000.0)
            if node == VERBS[-1]:
                turns, status = changed["turns"], changed["status"]
            at = VERBS[(VERBS.index(node) + 1) % len(VERBS)]
            if watch is not None:
                await watch(step)
            started, clock = _now(), time.perf_counter()
    except RecoWorldError as error:
        if error.stops_run:
            raise
        return _failed(persona, turns, at, error)
    except Exception as error:  # noqa: BLE001 - the one place where a session's error becomes data
        return _failed(persona, turns, at, error)
    return Session(persona=persona, turns=turns, status=status)


def _failed(persona: Persona, turns: tuple[Turn, ...], node: str, error: Exception) -> Session:
    failure = Failure(node=node, kind=type(error).__name__, message=str(error), turn=len(turns) + 1)
    return Session(persona=persona, turns=turns, status="failed", failure=failure)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
