"""The path of a session in words: lines of text, Mermaid, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from app.drawing.formats import ascii_only, mermaid_text
from app.drawing.lettering import clipped
from app.drawing.path import Path, PathTurn, Stop
from graphs.session import VERBS

_NODE = max(map(len, VERBS))
_ROOM, _SIZE = 210.0, 12.0
"""Pixels that a line of a Mermaid node may take, and the size of its letters."""


def path_text(path: Path, fancy: bool = True) -> Iterator[str]:
    """One block a turn, one line a node; `fancy`: beyond ASCII."""
    yield from _lines(path) if fancy else map(ascii_only, _lines(path))


def _lines(path: Path) -> Iterator[str]:
    wide = max(len(_measures(stop)) for turn in path.turns for stop in turn.stops)
    yield f"{path.title()}: {path.about()}"
    for node in VERBS:
        yield from (f"  {node:<{_NODE}}  {said}" for said in path.asking.sentences(node))
    for turn in path.turns:
        yield ""
        yield f"turn {turn.number}"
        for stop in turn.stops:
            measures = f"{_measures(stop):<{wide}}  " if wide else ""
            yield f"  {stop.node:<{_NODE}}  {measures}{_facts(stop)}".rstrip()
    yield ""
    yield " · ".join([path.end(), *path.total()])


def _measures(stop: Stop) -> str:
    return " · ".join(stop.measures())


def _facts(stop: Stop) -> str:
    return f"FAILED {one_line(stop.failed)}" if stop.failed else " · ".join(map(one_line, stop.facts))


def one_line(text: str) -> str:
    return " ".join(text.split())


def path_mermaid(path: Path) -> Iterator[str]:
    """A flowchart with one subgraph a turn, from left to right; the turns follow each other downward."""
    yield "flowchart TB"
    yield f"  begin([{mermaid_text([path.title(), path.about()])}]) --> turn{path.turns[0].number}"
    for turn in path.turns:
        yield from _subgraph(turn)
    numbers = [turn.number for turn in path.turns]
    for one, following in pairwise(numbers):
        yield f"  turn{one} --> turn{following}"
    yield f"  turn{numbers[-1]} --> finish([{mermaid_text([path.end()])}])"
    yield "  classDef failed fill:#fdecea,stroke:#b3261e,color:#b3261e"
    for turn in path.turns:
        for stop in (stop for stop in turn.stops if stop.failed):
            yield f"  class t{turn.number}_{stop.node} failed"


def _subgraph(turn: PathTurn) -> Iterator[str]:
    yield f'  subgraph turn{turn.number}["turn {turn.number}"]'
    yield "    direction LR"
    ids = [f"t{turn.number}_{stop.node}" for stop in turn.stops]
    for name, stop in zip(ids, turn.stops, strict=True):
        facts = [stop.failed] if stop.failed else list(stop.facts)
        lines = [stop.node, *(clipped(one_line(fact), _ROOM, _SIZE) for fact in facts)]
        yield f"    {name}[{mermaid_text([*lines, *filter(None, [_measures(stop)])])}]"
    if len(ids) > 1:
        yield f"    {' --> '.join(ids)}"
    yield "  end"


def path_data(path: Path) -> dict[str, Any]:
    """The path as JSON values; `ms` and `calls` are null where none were kept or made."""
    d = path.data
    told = {
        name: d[name] for name in ("session", "run", "arm", "recommender", "mind", "status", "leave_reason")
    }
    told |= {"persona": d["persona"]["name"], "failure": d["failure"], "satisfaction": path.began}
    return told | {"turns": [_turn_data(turn) for turn in path.turns]}


def _turn_data(turn: PathTurn) -> dict[str, Any]:
    nodes = [_stop_data(stop) for stop in turn.stops]
    return {"number": turn.number, "satisfaction": turn.satisfaction, "nodes": nodes}


def _stop_data(stop: Stop) -> dict[str, Any]:
    return {
        "node": stop.node,
        "facts": list(stop.facts),
        "ms": stop.ms,
        "calls": stop.calls.data() if stop.calls else None,
        "prompts": [asked.data() for asked in stop.prompts],
        "failed": stop.failed,
    }
