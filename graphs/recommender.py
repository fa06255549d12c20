"""The recommender's verbs: reason -> retrieve -> rerank. A node's body is one call on a port."""

from __future__ import annotations

from typing import Any

from langgraph.graph import END
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graphs.ports import RecommenderView
from graphs.state import CohortRecommenderState, RecommenderState, World
from graphs.wiring import PLAIN, Setup, chained, nodes_of

VERBS = ("reason", "retrieve", "rerank")


def recommender_view(state: RecommenderState, world: World) -> RecommenderView:
    return RecommenderView(
        persona=state.public,
        turn=state.number,
        slate_size=world.slate_size,
        request=state.request,
        history=state.history,
        catalog=world.catalog,
    )


class Recommender:
    """The three nodes over messages."""

    state: type[RecommenderState] = RecommenderState

    async def reason(self, state: RecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        return {"plan": await runtime.context.recommender.reason(recommender_view(state, runtime.context))}

    async def retrieve(self, state: RecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        view = recommender_view(state, runtime.context)
        return {"candidates": await runtime.context.recommender.retrieve(view, state.plan)}

    async def rerank(self, state: RecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        view = recommender_view(state, runtime.context)
        return {"slate": await runtime.context.recommender.rerank(view, state.plan, state.candidates)}


class CohortRecommender:
    """The same three nodes over arrays."""

    state: type[CohortRecommenderState] = CohortRecommenderState

    def reason(self, state: CohortRecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        return {"plan": runtime.context.recommender.reason(state.memory, state.requests, state.number)}

    def retrieve(self, state: CohortRecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        return {"candidates": runtime.context.recommender.retrieve(state.memory, state.plan, state.number)}

    def rerank(self, state: CohortRecommenderState, runtime: Runtime[World]) -> dict[str, Any]:
        recommender = runtime.context.recommender
        return {"slate": recommender.rerank(state.memory, state.plan, state.candidates, state.number)}


def recommender_graph(setup: Setup = PLAIN) -> CompiledStateGraph[Any, Any, Any, Any]:
    """The recommender alone, for Studio and for reading: from a request to a slate."""
    graph = chained(RecommenderState, nodes_of(Recommender(), VERBS), setup)
    graph.add_edge(VERBS[-1], END)
    return graph.compile(name="recommender")
