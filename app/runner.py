"""Runs built objects: one cohort through the compiled graph, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from langgraph.graph.state import CompiledStateGraph

from app.minds.embedded import EmbeddedUser
from app.minds.rows import UserRows
from app.rewards import cohort_retention
from graphs.session import VERBS, session_graph
from graphs.state import CohortState, CohortTurn, World


@cache
def cohort_graph() -> CompiledStateGraph[Any, World, Any, Any]:
    return session_graph(cohort=True)


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
