"""How the verbs of both sides become a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from langgraph.graph import START, StateGraph

from graphs.state import World

Node = Callable[..., Any]


def bare(verb: str, node: Node) -> Node:
    """The node itself."""
    return node


@dataclass(frozen=True)
class Setup:
    """What surrounds the nodes; as it is, they run in a `World` on states that somebody has filled.

    `state` and `input` are schemas in the place of the graph's own; `around` makes, of a verb and its node, the
    node that runs.
    """

    context: type[Any] = World
    state: type[Any] | None = None
    input: type[Any] | None = None
    around: Callable[[str, Node], Node] = bare


PLAIN = Setup()


def chained(state: type[Any], nodes: Mapping[str, Node], setup: Setup) -> StateGraph[Any, Any, Any, Any]:
    """A graph of these nodes, one after the other; the last has no edge yet."""
    graph = StateGraph(setup.state or state, context_schema=setup.context, input_schema=setup.input)
    for verb, node in nodes.items():
        graph.add_node(verb, setup.around(verb, node))
    verbs = list(nodes)
    graph.add_edge(START, verbs[0])
    for one, next_one in pairwise(verbs):
        graph.add_edge(one, next_one)
    return graph


def nodes_of(side: Any, verbs: tuple[str, ...]) -> dict[str, Node]:
    """The methods of a side by verb."""
    return {verb: getattr(side, verb) for verb in verbs}
