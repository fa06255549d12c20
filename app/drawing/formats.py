"""A graph in words: lines of text, Mermaid, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.drawing.shape import Edge, Shape
from app.drawing.visits import Visits


def as_text(shape: Shape, visits: Visits | None = None, fancy: bool = True) -> Iterator[str]:
    """One line an edge, grouped by who acts; with `visits` how often each was taken."""
    yield _title(shape, visits)
    side = None
    for node in shape.nodes:
        if node.side != side and node.side:
            side = node.side
            yield side
        for edge in (edge for edge in shape.edges if edge.source == node.name):
            yield "  " + _edge_line(shape, edge, visits, fancy)
        if visits and node.side:
            yield " " * 6 + (" · " if fancy else ", ").join(visits.of(node.name))


def _title(shape: Shape, visits: Visits | None) -> str:
    title = f"{shape.name} graph: {len(shape.verbs)} nodes, {len(shape.edges)} edges"
    return title + (
        f"; run {visits.run}: {visits.sessions:,} sessions, {visits.turns:,} turns" if visits else ""
    )


def _edge_line(shape: Shape, edge: Edge, visits: Visits | None, fancy: bool) -> str:
    wide = max(len(e.source) for e in shape.edges)
    line, head = ("─", "→") if fancy else ("-", "->")
    times = f"  {visits.edges[edge.source, edge.target]:,}" if visits else ""
    return f"{edge.source:<{wide}} {line} {edge.carries} {head} {edge.target}{times}"


def as_mermaid(shape: Shape, visits: Visits | None = None) -> Iterator[str]:
    """A flowchart with one subgraph a side."""
    yield "flowchart LR"
    yield from (f"  {_id(n.name)}(({n.name}))" for n in shape.nodes if not n.side)
    for side in dict.fromkeys(node.side for node in shape.verbs):
        yield f"  subgraph {_id(side + ' side')}[{side}]"
        for node in shape.verbs:
            if node.side == side:
                facts = "<br/>" + "<br/>".join(visits.of(node.name)) if visits else ""
                yield f'    {_id(node.name)}["{node.name}{facts}"]'
        yield "  end"
    for edge in shape.edges:
        times = f" ({visits.edges[edge.source, edge.target]:,})" if visits else ""
        arrow = "-." if edge.conditional else "--"
        tail = ".->" if edge.conditional else "-->"
        yield f'  {_id(edge.source)} {arrow} "{edge.carries}{times}" {tail} {_id(edge.target)}'


def _id(name: str) -> str:
    """`end` is a word of Mermaid's own, so every id has a prefix."""
    return "n_" + name.replace(" ", "_")


def as_data(shape: Shape, visits: Visits | None = None) -> dict[str, Any]:
    """Nodes and edges, each with its figures where there are any."""
    nodes: list[dict[str, Any]] = [
        {"name": n.name, "side": n.side or None, "makes": n.makes or None} for n in shape.nodes
    ]
    edges: list[dict[str, Any]] = [
        {"from": e.source, "to": e.target, "carries": e.carries, "conditional": e.conditional}
        for e in shape.edges
    ]
    data: dict[str, Any] = {"graph": shape.name, "nodes": nodes, "edges": edges}
    if visits is None:
        return data
    for node in nodes:
        name = str(node["name"])
        if node["side"]:
            node |= {"visits": visits.nodes[name], "failed": visits.errors[name], "ms": visits.ms.get(name)}
            node |= {"calls": visits.calls[name], "usd": visits.usd.get(name)}
    for edge in edges:
        edge["visits"] = visits.edges[str(edge["from"]), str(edge["to"])]
    whole = {"run": visits.run, "sessions": visits.sessions, "turns": visits.turns}
    return data | whole | {"decisions": dict(visits.decisions)}
