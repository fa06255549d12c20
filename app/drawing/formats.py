"""A graph in words: lines of text, Mermaid, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.drawing.asking import Asking
from app.drawing.shape import Edge, Node, Shape
from app.drawing.visits import Visits


@dataclass(frozen=True)
class Drawing:
    """A graph with the prompts that its nodes ask, and with the figures of a run where there are any."""

    shape: Shape
    asking: Asking = field(default_factory=Asking)
    visits: Visits | None = None

    def times(self, edge: Edge) -> str:
        """How often an edge was taken, as a number and as a share of its source's visits."""
        if self.visits is None:
            return ""
        share = self.visits.share(edge.source, edge.target)
        return f"{self.visits.edges[edge.source, edge.target]:,}" + (
            "" if share is None else f" · {share:.0%}"
        )

    def facts(self, node: Node) -> list[str]:
        return self.visits.of(node.name) if self.visits and node.side else []

    def prompts(self, node: Node) -> list[str]:
        return self.asking.of(node.name)


def as_text(drawing: Drawing, fancy: bool = True) -> Iterator[str]:
    """One line an edge, grouped by who acts, with what is known of each node below; `fancy`: beyond ASCII."""
    lines = _lines(drawing)
    yield from lines if fancy else map(ascii_only, lines)


_ASCII = {"─": "-", "→": "->", "·": "|", "…": "...", "“": '"', "”": '"', "×": "x"}


def ascii_only(text: str) -> str:
    """For terminals that cannot show more; letters beyond ASCII become question marks."""
    for mark, plain in _ASCII.items():
        text = text.replace(mark, plain)
    return text.encode("ascii", "replace").decode()


def _lines(drawing: Drawing) -> Iterator[str]:
    shape = drawing.shape
    yield _title(shape, drawing.visits)
    side = None
    for node in shape.nodes:
        if node.side != side and node.side:
            side = node.side
            yield side
        for edge in (edge for edge in shape.edges if edge.source == node.name):
            yield "  " + _edge_line(drawing, edge)
        yield from (f"      {line}" for line in drawing.facts(node))
        yield from (f"      {line}" for line in drawing.asking.sentences(node.name))


def _title(shape: Shape, visits: Visits | None) -> str:
    title = f"{shape.name} graph: {len(shape.verbs)} nodes, {len(shape.edges)} edges"
    return title + (
        f"; run {visits.run}: {visits.sessions:,} sessions, {visits.turns:,} turns" if visits else ""
    )


def _edge_line(drawing: Drawing, edge: Edge) -> str:
    wide = max(len(e.source) for e in drawing.shape.edges)
    return f"{edge.source:<{wide}} ─ {edge.carries} → {edge.target}  {drawing.times(edge)}".rstrip()


def as_mermaid(drawing: Drawing) -> Iterator[str]:
    """A flowchart with one subgraph a side."""
    shape = drawing.shape
    yield "flowchart LR"
    yield from (f"  {_id(n.name)}(({n.name}))" for n in shape.nodes if not n.side)
    for side in dict.fromkeys(node.side for node in shape.verbs):
        yield f"  subgraph {_id(side + ' side')}[{side}]"
        for node in shape.verbs:
            if node.side == side:
                lines = [node.name, *drawing.facts(node), *drawing.prompts(node)]
                yield f"    {_id(node.name)}[{mermaid_text(lines)}]"
        yield "  end"
    for edge in shape.edges:
        times = drawing.times(edge)
        arrow, tail = ("-.", ".->") if edge.conditional else ("--", "-->")
        words = mermaid_text([edge.carries, times] if times else [edge.carries])
        yield f"  {_id(edge.source)} {arrow} {words} {tail} {_id(edge.target)}"


_SPECIAL = {mark: f"#{ord(mark)};" for mark in '"<>&`\\'}


def mermaid_text(lines: list[str]) -> str:
    """A quoted label; marks that Mermaid or HTML would read become character codes."""
    words = [line.replace("#", "#35;") for line in lines]
    for mark, code in _SPECIAL.items():
        words = [line.replace(mark, code) for line in words]
    return '"' + "<br/>".join(" ".join(line.split()) for line in words) + '"'


def _id(name: str) -> str:
    """`end` is a word of Mermaid's own, so every id has a prefix."""
    return "n_" + name.replace(" ", "_")


def as_data(drawing: Drawing) -> dict[str, Any]:
    """Nodes and edges, each with its figures where there are any."""
    shape, visits = drawing.shape, drawing.visits
    data: dict[str, Any] = {
        "graph": shape.name,
        "nodes": [_node_data(drawing, node) for node in shape.nodes],
        "edges": [_edge_data(drawing, edge) for edge in shape.edges],
    }
    if visits is None:
        return data
    whole = {"run": visits.run, "sessions": visits.sessions, "turns": visits.turns}
    return data | whole | {"decisions": dict(visits.decisions)}


def _node_data(drawing: Drawing, node: Node) -> dict[str, Any]:
    asking, visits = drawing.asking, drawing.visits
    data: dict[str, Any] = {"name": node.name, "side": node.side or None, "makes": node.makes or None}
    if node.side:
        data["prompts"] = [asked.data() for asked in asking.prompts.get(node.name, ())]
        data["without_prompt"] = list(asking.without.get(node.name, ()))
    if visits is None or not node.side:
        return data
    times, calls = visits.times.get(node.name), visits.calls.get(node.name)
    data |= {"visits": visits.nodes[node.name], "failed": visits.failed(node.name)}
    return data | {"ms": times.data() if times else None, "calls": calls.data() if calls else None}


def _edge_data(drawing: Drawing, edge: Edge) -> dict[str, Any]:
    data = {
        "from": edge.source, "to": edge.target, "carries": edge.carries, "conditional": edge.conditional,
    }  # fmt: skip
    if drawing.visits is None:
        return data
    share = drawing.visits.share(edge.source, edge.target)
    taken = drawing.visits.edges[edge.source, edge.target]
    return data | {"visits": taken, "share": None if share is None else round(share, 4)}
