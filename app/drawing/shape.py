"""What a compiled graph is made of: its nodes with their side, and its edges with the message that travels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphs import recommender, user
from graphs.session import session_graph

START, END = "__start__", "__end__"
MAKES = {
    "reason": "Plan",
    "retrieve": "Candidates",
    "rerank": "Slate",
    "review": "Review",
    "update_mindset": "Mindset",
    "decide": "Decision",
    "score": "Turn",
}
"""The message that each verb makes."""
GRAPHS: dict[str, Callable[[], Any]] = {
    "session": session_graph,
    "cohort": partial(session_graph, cohort=True),
    "user": user.user_graph,
    "recommender": recommender.recommender_graph,
}
"""The graphs that can be drawn, by name."""
_ENTERS = {"session": "Persona", "cohort": "Personas", "user": "Slate", "recommender": "Request"}


@dataclass(frozen=True)
class Node:
    """A verb, `start` or `end`. `side` is who acts: recommender, user, score or nobody (empty)."""

    name: str
    side: str
    makes: str


@dataclass(frozen=True)
class Edge:
    """What travels from one node to the next; a `conditional` edge is one of several ways out."""

    source: str
    target: str
    carries: str
    conditional: bool


@dataclass(frozen=True)
class Shape:
    """One compiled graph, its nodes and edges in the order in which they run."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def verbs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.side)


def shape_of(name: str) -> Shape:
    """The shape of a graph of `GRAPHS`, read off the compiled graph."""
    drawn = GRAPHS[name]().get_graph()
    nodes = tuple(Node(plain(n), side_of(n), MAKES.get(n, "")) for n in drawn.nodes)
    order = {node.name: at for at, node in enumerate(nodes)}
    edges = [_edge(name, e.source, e.target, e.conditional) for e in drawn.edges]
    return Shape(name, nodes, tuple(sorted(edges, key=lambda e: (order[e.source], order[e.target]))))


def plain(node: str) -> str:
    """A node's name for people."""
    return {START: "start", END: "end"}.get(node, node)


def side_of(node: str) -> str:
    if node in recommender.VERBS:
        return "recommender"
    return "user" if node in user.VERBS else "" if node in (START, END) else node


def _edge(graph: str, source: str, target: str, conditional: bool) -> Edge:
    return Edge(plain(source), plain(target), _carries(graph, source, target, conditional), conditional)


def _carries(graph: str, source: str, target: str, conditional: bool) -> str:
    if source == START:
        return _ENTERS[graph]
    if conditional:
        return "Leave, or turn limit" if target == END else "Continue or Instruct"
    return MAKES[source]
