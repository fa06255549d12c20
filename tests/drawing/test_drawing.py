"""The compiled graphs drawn: what is in every format, and the visits of a run."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from app.drawing import GRAPHS, as_mermaid, as_svg, as_text, shape_of
from app.drawing.shape import MAKES
from graphs.session import VERBS


def test_every_verb_makes_a_message() -> None:
    assert tuple(MAKES) == VERBS


@pytest.mark.parametrize("name", GRAPHS)
def test_a_shape_has_the_edges_of_the_compiled_graph(name: str) -> None:
    compiled = GRAPHS[name]().get_graph()
    assert len(shape_of(name).edges) == len(compiled.edges)
    assert {node.name for node in shape_of(name).verbs} == set(compiled.nodes) - {"__start__", "__end__"}


def test_only_the_score_has_two_ways_out() -> None:
    ways = [(e.source, e.target) for e in shape_of("session").edges if e.conditional]
    assert ways == [("score", "reason"), ("score", "end")] or ways == [("score", "end"), ("score", "reason")]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_svg_is_one_document_that_names_every_node_and_message(name: str) -> None:
    shape = shape_of(name)
    texts = {element.text for element in ET.fromstring(as_svg(shape)).iter() if element.text}
    assert {node.name for node in shape.nodes} <= texts
    assert {edge.carries for edge in shape.edges} <= texts


def test_the_svg_points_nowhere_outside() -> None:
    assert "http" not in as_svg(shape_of("session")).replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_mermaid_has_one_line_an_edge_and_no_reserved_id() -> None:
    lines = list(as_mermaid(shape_of("session")))
    assert sum("-->" in line or ".->" in line for line in lines) == 9
    assert not any(line.split()[0] == "end" and "(" in line for line in lines)


def test_a_plain_terminal_gets_ascii() -> None:
    assert "\n".join(as_text(shape_of("session"), None, fancy=False)).isascii()
