"""The world's one state machine: recommend -> respond -> score -> again?, over messages or arrays."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs import recommender as recommender_side
from graphs import user as user_side
from graphs.messages import Instruct, Leave, Status, Turn
from graphs.state import CohortState, CohortTurn, SessionState, World
from graphs.wiring import PLAIN, Setup, chained, nodes_of

VERBS = (*recommender_side.VERBS, *user_side.VERBS, "score")
Next = Literal["reason", "__end__"]
CONTINUE, INSTRUCT, LEAVE = 0, 1, 2
GOES_ON, LEFT, TRUNCATED, FAILED = 0, 1, 2, 3


class Score:
    """Closes a turn of messages and routes: again, or the end."""

    async def score(self, state: SessionState, runtime: Runtime[World]) -> Command[Next]:
        world = runtime.context
        turn = _turn(state)
        turn = turn.model_copy(update={"reward": float(world.reward(turn))})
        status = _status(turn, world)
        asked = turn.decision.instruction if isinstance(turn.decision, Instruct) else None
        update = {
            "turns": (*state.turns, turn),
            "history": (*state.history, turn.visible()),
            "mindset": turn.after,
            "instruction": asked,
            "request": asked.visible() if asked else None,
            "decision": None,
            "status": status,
        }
        if status != "running":
            return Command(update=update, goto="__end__")
        return Command(update=update | {"number": state.number + 1}, goto="reason")


def _turn(state: SessionState) -> Turn:
    missing = [
        name for name in ("plan", "slate", "reviewed", "updated", "decision") if getattr(state, name) is None
    ]
    if missing:
        raise ValueError(f"turn {state.number} cannot be scored without {', '.join(missing)}")
    return Turn.model_validate(
        {
            "number": state.number,
            "request": state.instruction,
            "plan": state.plan,
            "slate": state.slate,
            "review": state.reviewed,
            "before": state.mindset,
            "after": state.updated,
            "decision": state.decision,
        }
    )


def _status(turn: Turn, world: World) -> Status:
    if isinstance(turn.decision, Leave):
        return "left"
    return "truncated" if turn.number >= world.max_turns else "running"


class CohortScore:
    """Closes a turn of arrays: emits its rows, drops finished sessions, routes."""

    def score(self, state: CohortState, runtime: Runtime[World]) -> Command[Next]:
        world = runtime.context
        rewards = world.reward(state.slate, state.reviewed, state.decision)
        ended = _ended(state, world)
        finished = CohortTurn(
            number=state.number,
            sessions=state.sessions,
            requests=state.requests,
            plans=state.plan,
            slates=state.slate,
            reviews=state.reviewed,
            minds=state.updated,
            decisions=state.decision,
            rewards=rewards,
            ended=ended,
        )
        stay = np.flatnonzero(ended == GOES_ON)
        if stay.size == 0:
            return Command(update={"finished": finished}, goto="__end__")
        visible = state.reviewed.visible()
        memory = world.recommender.observe(state.memory, state.plan, state.slate, visible, state.number)
        update: dict[str, Any] = {
            "finished": finished,
            "number": state.number + 1,
            "sessions": state.sessions[stay],
            "users": state.users.take(stay),
            "minds": state.updated.take(stay),
            "memory": memory.take(stay),
            "requests": [state.decision.requests[i] for i in stay],
        }
        return Command(update=update, goto="reason")


def _ended(state: CohortState, world: World) -> npt.NDArray[np.int8]:
    """int8 (n,): a session without a slate failed; else the user's decision or the turn limit ends it."""
    limit = TRUNCATED if state.number >= world.max_turns else GOES_ON
    ended = np.where(state.decision.kind == LEAVE, LEFT, limit)
    return np.where((state.slate.items >= 0).any(axis=1), ended, FAILED).astype(np.int8)


def session_graph(cohort: bool = False, setup: Setup = PLAIN) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The compiled world: seven verbs in a ring, over `SessionState` or `CohortState`."""
    recommender = recommender_side.CohortRecommender() if cohort else recommender_side.Recommender()
    user = user_side.CohortUser() if cohort else user_side.User()
    score = CohortScore() if cohort else Score()
    nodes = nodes_of(recommender, recommender_side.VERBS) | nodes_of(user, user_side.VERBS)
    nodes |= nodes_of(score, VERBS[-1:])
    graph = chained(CohortState if cohort else SessionState, nodes, setup)
    return graph.compile(name="cohort" if cohort else "session")
