"""The graphs that langgraph.json names: drawn from the same nodes as all others; no key is needed to load them."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any, get_type_hints

from langgraph.runtime import Runtime

from app.studio import choices
from app.studio.choices import SessionChoices
from app.studio.setting import world
from app.studio.states import Asker, Guest, Visit
from graphs.recommender import recommender_graph
from graphs.session import session_graph
from graphs.user import user_graph
from graphs.wiring import Node, Setup


def _setup(state: type[Any], input: type[Any], context: type[Any], first: str) -> Setup:
    """Nodes in the world of what was chosen; the first also writes down who is there."""

    def around(verb: str, node: Node) -> Node:
        @wraps(node)
        async def run(state: Any, runtime: Runtime[Any]) -> Any:
            chosen = SessionChoices(**(runtime.context or context()).model_dump())
            async with world(chosen, state.who, state.max_turns) as (scene, made):
                begun = await state.begin(scene, made) if verb == first and state.begins else {}
                changed = await node(replace(state, **begun), runtime.override(context=made))
                return begun | changed if begun else changed

        run.__annotations__ = get_type_hints(node) | {"state": state}
        return run

    return Setup(context, state, input, around)


session = session_graph(setup=_setup(Visit, choices.SessionInput, choices.SessionChoices, "reason"))
user = user_graph(_setup(Guest, choices.UserInput, choices.UserChoices, "review"))
recommender = recommender_graph(_setup(Asker, choices.RecommenderInput, choices.RecommenderChoices, "reason"))
