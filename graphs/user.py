"""The user's verbs: review -> update_mindset -> decide. A node's body is one call on a port."""

from __future__ import annotations

from typing import Any

from langgraph.graph import END
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graphs.ports import UserView
from graphs.state import CohortUserState, UserState, World
from graphs.wiring import PLAIN, Setup, chained, nodes_of

VERBS = ("review", "update_mindset", "decide")


def user_view(state: UserState, world: World) -> UserView:
    if state.slate is None:
        raise ValueError("the user has no slate to look at; run `rerank` first or give `slate`")
    return UserView(
        persona=state.persona,
        mindset=state.mindset,
        turn=state.number,
        slate=state.slate,
        request=state.instruction,
        turns=state.turns,
        catalog=world.catalog,
    )


class User:
    """The three nodes over messages."""

    state: type[UserState] = UserState

    async def review(self, state: UserState, runtime: Runtime[World]) -> dict[str, Any]:
        return {"reviewed": await runtime.context.mind.review(user_view(state, runtime.context))}

    async def update_mindset(self, state: UserState, runtime: Runtime[World]) -> dict[str, Any]:
        mindset, decision = await runtime.context.mind.update_mindset(
            user_view(state, runtime.context), state.reviewed
        )
        return {"updated": mindset, "decision": decision}

    async def decide(self, state: UserState, runtime: Runtime[World]) -> dict[str, Any]:
        if state.decision is not None:
            return {"decision": state.decision}
        view = user_view(state, runtime.context)
        return {"decision": await runtime.context.mind.decide(view, state.reviewed, state.updated)}


class CohortUser:
    """The same three nodes over arrays."""

    state: type[CohortUserState] = CohortUserState

    def review(self, state: CohortUserState, runtime: Runtime[World]) -> dict[str, Any]:
        return {"reviewed": runtime.context.mind.review(state.users, state.minds, state.slate, state.number)}

    def update_mindset(self, state: CohortUserState, runtime: Runtime[World]) -> dict[str, Any]:
        mind = runtime.context.mind
        return {"updated": mind.update_mindset(state.users, state.minds, state.reviewed, state.number)}

    def decide(self, state: CohortUserState, runtime: Runtime[World]) -> dict[str, Any]:
        mind = runtime.context.mind
        return {"decision": mind.decide(state.users, state.updated, state.reviewed, state.number)}


def user_graph(setup: Setup = PLAIN) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The user alone, for Studio and for reading: from a slate to a decision."""
    graph = chained(UserState, nodes_of(User(), VERBS), setup)
    graph.add_edge(VERBS[-1], END)
    return graph.compile(name="user")
