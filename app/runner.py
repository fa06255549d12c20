"""Runs built objects through the compiled graph: a cohort turn by turn, or one session of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from langgraph.graph.state import CompiledStateGraph

from app.minds.embedded import EmbeddedUser
from app.minds.rows import UserRows
from app.rewards import cohort_retention, retention
from graphs.messages import Failure, Mindset, Persona, Session, Status, Turn
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
    user: EmbeddedUser,
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


async def run_session(
    mind: Any,
    recommender: Any,
    persona: Persona,
    mindset: Mindset,
    catalog: Catalog,
    slate_size: int,
    max_turns: int,
) -> Session:
    """One session of messages; an error in a node ends it as `failed`, with the error as data."""
    world = World(
        mind=mind,
        recommender=recommender,
        reward=retention,
        catalog=catalog,
        slate_size=slate_size,
        max_turns=max_turns,
    )
    state = SessionState(persona=persona, public=persona.public(), mindset=mindset)
    config = {"recursion_limit": len(VERBS) * max_turns + 1}
    turns: tuple[Turn, ...] = ()
    status: Status = "running"
    node = VERBS[-1]
    try:
        async for update in message_graph().astream(state, config, context=world, stream_mode="updates"):  # type: ignore[call-overload]
            node, changed = next(iter(update.items()))
            if node == "score":
                turns, status = changed["turns"], changed["status"]
    except Exception as error:  # noqa: BLE001 - the one place where a session's error becomes data
        at = VERBS[(VERBS.index(node) + 1) % len(VERBS)]
        failure = Failure(node=at, kind=type(error).__name__, message=str(error), turn=len(turns) + 1)
        return Session(persona=persona, turns=turns, status="failed", failure=failure)
    return Session(persona=persona, turns=turns, status=status)
