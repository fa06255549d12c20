"""The path of one session: what each node of each turn made and took, in every format."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from app.drawing import Path, path_data, path_mermaid, path_of, path_svg, path_text
from app.drawing.facts import facts_of
from app.errors import UsageError
from app.session_view import open_session
from app.store.rows import FoundSession
from graphs.session import VERBS
from tests.drawing.conftest import Kept


def paths(kept: Kept, only: int | None = None) -> Iterator[Path]:
    for row in kept.store.sessions(kept.run.id):
        view = open_session(kept.store, FoundSession(kept.run, row))
        outputs = kept.store.step_outputs(row.id)
        titles = {item.id: item.title for item in view.catalog}
        yield path_of(view.data(), view.rows, outputs, titles.__getitem__, "films", only)


@pytest.fixture
def failed(faulty: Kept) -> Path:
    return next(path for path in paths(faulty) if path.data["status"] == "failed")


def test_each_whole_turn_goes_through_every_node(by_item: Kept) -> None:
    for path in paths(by_item):
        assert [turn.number for turn in path.turns] == [turn["number"] for turn in path.data["turns"]]
        assert all(tuple(stop.node for stop in turn.stops) == VERBS for turn in path.turns)
        assert all(stop.facts and stop.ms is not None for turn in path.turns for stop in turn.stops)


def test_calls_about_items_are_those_of_the_review(by_item: Kept) -> None:
    for path in paths(by_item):
        for turn, stored in zip(path.turns, path.data["turns"], strict=True):
            review = turn.stops[VERBS.index("review")]
            assert review.calls is not None
            assert review.calls.calls == stored["review"]["seen"]
            assert {asked.name for asked in review.prompts} == {"user/review_item"}


def test_a_turn_that_an_error_ended_is_told_as_far_as_it_came(failed: Path) -> None:
    last = failed.turns[-1]
    assert last.number == failed.data["failure"]["turn"]
    assert [stop.failed is not None for stop in last.stops] == [False] * (len(last.stops) - 1) + [True]
    assert last.stops[-1].node == failed.data["failure"]["node"]
    assert last.stops[-1].calls is not None
    assert last.stops[-1].calls.retries == 1


def test_every_format_marks_the_failure(failed: Path) -> None:
    number, node = failed.turns[-1].number, failed.turns[-1].stops[-1].node
    assert any(f"FAILED {failed.data['failure']['kind']}" in line for line in path_text(failed))
    assert f"  class t{number}_{node} failed" in list(path_mermaid(failed))
    assert 'stroke="#b3261e"' in path_svg(failed)
    assert path_data(failed)["turns"][-1]["nodes"][-1]["failed"].startswith(failed.data["failure"]["kind"])


def test_the_svg_names_every_node_once_and_every_turn(by_item: Kept) -> None:
    for path in paths(by_item):
        texts = [e.text for e in ET.fromstring(path_svg(path)).iter() if e.text]
        assert all(texts.count(verb) == 1 for verb in VERBS)
        assert {str(turn.number) for turn in path.turns} <= set(texts)


def test_the_text_says_who_asks_no_prompt(by_item: Kept) -> None:
    lines = list(path_text(next(paths(by_item))))
    assert "  reason          no prompt: agent" in lines
    assert any(line.startswith("  review          asks user/review_item ") for line in lines)


def test_a_plain_terminal_gets_ascii(failed: Path) -> None:
    assert "\n".join(path_text(failed, fancy=False)).isascii()


def test_one_turn_alone(by_item: Kept) -> None:
    assert [turn.number for turn in next(paths(by_item, 1)).turns] == [1]
    with pytest.raises(UsageError, match=r"has no turn 9; it has turns 1 to \d"):
        next(paths(by_item, 9))


def test_the_facts_of_a_turn_are_the_telling_ones() -> None:
    feelings = {"satisfaction": 0.62, "boredom": 0.1, "fatigue": 0.2, "trust": 0.6, "mood": -0.2}
    wish = {"kind": "avoid", "facet": "genre", "value": "Horror"}
    turn = {
        "request": {"words": "no horror"}, "plan": None, "reward": 1.0,
        "slate": [{"title": f"Film {n}", "sources": ["dense"]} for n in range(5)],
        "review": {"reactions": [{"actions": ["open", "like"]}, {"actions": ["skip"]}]},
        "before": feelings, "after": feelings | {"satisfaction": 0.55, "trust": 0.9},
        "decision": {"kind": "leave", "reason": "time", "words": "Bye."},
    }  # fmt: skip
    facts = facts_of(turn, [wish], {"candidates": [{}] * 60}, "films")
    assert facts == {
        "reason": ["asked “no horror”", "understood: no horror"],
        "retrieve": ["60 candidates", "from dense"],
        "rerank": ["1 Film 0", "2 Film 1", "3 Film 2", "and 2 more"],
        "review": ["seen 2 of 5", "opened 1, liked 1"],
        "update_mindset": ["satisfaction .62 → .55", "trust .60 → .90"],
        "decide": ["leave: time", "“Bye.”"],
        "score": ["reward 1"],
    }
