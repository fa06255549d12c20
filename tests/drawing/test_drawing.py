"""The compiled graphs drawn: what is in every format."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app.drawing import (
    GRAPHS,
    Drawing,
    as_data,
    as_mermaid,
    as_svg,
    as_text,
    asking_nothing,
    asking_now,
    shape_of,
)
from app.drawing.formats import mermaid_text
from app.drawing.shape import MAKES
from app.prompts import Prompts
from graphs.session import VERBS


def drawn(name: str) -> Drawing:
    return Drawing(shape_of(name), asking_now(Prompts()))


def test_every_verb_makes_a_message() -> None:
    assert tuple(MAKES) == VERBS


@pytest.mark.parametrize("name", GRAPHS)
def test_a_shape_has_the_edges_of_the_compiled_graph(name: str) -> None:
    compiled = GRAPHS[name]().get_graph()
    assert len(shape_of(name).edges) == len(compiled.edges)
    assert {node.name for node in shape_of(name).verbs} == set(compiled.nodes) - {"__start__", "__end__"}


def test_only_the_score_has_two_ways_out() -> None:
    ways = {(e.source, e.target) for e in shape_of("session").edges if e.conditional}
    assert ways == {("score", "reason"), ("score", "end")}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_svg_is_one_document_that_names_every_node_and_message(name: str) -> None:
    drawing = drawn(name)
    texts = {element.text for element in ET.fromstring(as_svg(drawing)).iter() if element.text}
    assert {node.name for node in drawing.shape.nodes} <= texts
    assert {edge.carries for edge in drawing.shape.edges} <= texts


@pytest.mark.parametrize("name", GRAPHS)
def test_the_svg_holds_all_its_parts(name: str) -> None:
    root = ET.fromstring(as_svg(drawn(name)))
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    boxes = [e.attrib for e in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert all(float(b["x"]) >= 0 and float(b["x"]) + float(b["width"]) <= wide for b in boxes)
    assert all(float(b["y"]) >= 0 and float(b["y"]) + float(b["height"]) <= high for b in boxes)


def test_the_svg_points_nowhere_outside() -> None:
    assert "http" not in as_svg(drawn("session")).replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_mermaid_has_one_line_an_edge_and_no_reserved_id() -> None:
    lines = list(as_mermaid(drawn("session")))
    assert sum("-->" in line or ".->" in line for line in lines) == 9
    assert not any(line.split()[0] == "end" and "(" in line for line in lines)


def test_a_mermaid_label_cannot_end_its_quotes() -> None:
    assert mermaid_text(['say "no" <b>', "a\n#1;"]) == '"say #34;no#34; #60;b#62;<br/>a #35;1;"'


def test_a_plain_terminal_gets_ascii() -> None:
    assert "\n".join(as_text(drawn("session"), fancy=False)).isascii()


def test_every_format_names_each_prompt_with_its_version() -> None:
    drawing, prompts = drawn("session"), Prompts()
    forms = ["\n".join(as_text(drawing)), "\n".join(as_mermaid(drawing)), as_svg(drawing)]
    for name in (
        "recommender/reason",
        "recommender/rerank",
        "user/review",
        "user/review_item",
        "user/decide",
    ):
        assert all(f"{name} {prompts[name].hash[:8]}" in form for form in forms), name


def test_an_overlaid_prompt_has_a_version_of_its_own(tmp_path: Path) -> None:
    builtin = Prompts()
    (tmp_path / "user").mkdir()
    (tmp_path / "user/review.md").write_text(builtin["user/review"].path.read_text() + "\n")
    data = as_data(Drawing(shape_of("user"), asking_now(Prompts(tmp_path))))
    versions = {p["name"]: p["version"] for node in data["nodes"] for p in node.get("prompts", ())}
    assert versions["user/review"] != builtin["user/review"].hash
    assert versions["user/decide"] == builtin["user/decide"].hash


def test_a_cohort_says_that_it_asks_no_prompt() -> None:
    drawing = Drawing(shape_of("cohort"), asking_nothing())
    assert "no prompt: embedded" in as_svg(drawing)
    nodes = {node["name"]: node for node in as_data(drawing)["nodes"]}
    assert (nodes["review"]["prompts"], nodes["review"]["without_prompt"]) == ([], ["embedded"])
