"""The visits of a run in which sessions fail: what went in comes out, or is counted as failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.batch import execute
from app.drawing import Drawing, Visits, as_data, shape_of, visits_of
from app.prompts import Prompts
from app.settings import Settings
from app.store.store import Store
from graphs.session import VERBS
from tests.drawing.conftest import Kept

FAILS_LATER = """
class Sometimes:
    def recommend(self, view):
        if view.turn == 2:
            raise ValueError("no slate today")
        return [item.id for item in view.catalog if item.id not in view.shown][: view.slate_size]
"""


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Visits]:
    plugin = tmp_path / "sometimes.py"
    plugin.write_text(FAILS_LATER)
    with Store.open(tmp_path / "world.db") as store:
        settings = Settings(sessions=6, recommender=(f"{plugin}:Sometimes",), failure_limit=1.0)
        execute(settings, store)
        yield visits_of(store, store.runs()[0])


def test_failures_are_counted_at_the_node_where_they_happened(failing: Visits) -> None:
    assert {node for node, _ in failing.failures} == {"rerank"}
    ((kind, times),) = failing.failed("rerank").items()
    assert times > 0
    assert failing.of("rerank")[0].endswith(f" · {times:,} failed")
    assert failing.of("rerank")[-1] == f"failed: {kind} {times:,}"


def test_what_goes_into_a_node_comes_out_or_fails(failing: Visits) -> None:
    for verb in VERBS:
        into = sum(times for (_, target), times in failing.edges.items() if target == verb)
        out = sum(times for (source, _), times in failing.edges.items() if source == verb)
        assert into == failing.nodes[verb] == out + sum(failing.failed(verb).values()), verb


def test_every_session_began_and_ended(failing: Visits) -> None:
    assert failing.edges["start", "reason"] == failing.sessions == 6
    assert failing.edges["score", "end"] + sum(failing.failures.values()) == 6


def test_the_data_has_figures_for_every_node_and_edge(failing: Visits) -> None:
    data = as_data(Drawing(shape_of("session"), visits=failing))
    assert all("visits" in edge for edge in data["edges"])
    assert all("visits" in node for node in data["nodes"] if node["side"])


def test_the_shares_out_of_a_node_are_those_of_its_visits(failing: Visits) -> None:
    out = [failing.share("score", target) or 0 for target in ("reason", "end")]
    assert sum(out) == pytest.approx(1)
    assert failing.share("rerank", "review") == failing.nodes["review"] / failing.nodes["rerank"] < 1


def test_a_graph_without_a_run_has_no_figures() -> None:
    assert all("visits" not in node for node in as_data(Drawing(shape_of("session")))["nodes"])


def test_the_times_of_a_node_are_those_of_its_steps(faulty: Kept) -> None:
    steps = [
        step.ms
        for row in faulty.store.sessions(faulty.run.id)
        for step in faulty.store.session_rows(row.id).steps
        if step.node == "rerank"
    ]
    times = visits_of(faulty.store, faulty.run).times["rerank"]
    assert times.steps == len(steps)
    assert (times.median, times.mean) == (pytest.approx(np.median(steps)), pytest.approx(np.mean(steps)))
    assert times.p95 == pytest.approx(np.quantile(steps, 0.95))


def test_calls_retries_and_rejections_are_those_of_the_tape(faulty: Kept) -> None:
    rows = [
        c for row in faulty.store.sessions(faulty.run.id) for c in faulty.store.session_rows(row.id).calls
    ]
    for node, calls in visits_of(faulty.store, faulty.run).calls.items():
        mine = [call for call in rows if call.node == node]
        assert calls.calls == len(mine)
        assert calls.retries == sum(call.attempt > 1 for call in mine)
        assert calls.rejected == ({"invalid": bad} if (bad := sum(not c.accepted for c in mine)) else {})
        assert calls.prompt_tokens == sum(call.prompt_tokens or 0 for call in mine)


def test_a_cost_is_unknown_where_a_price_is(faulty: Kept) -> None:
    data = as_data(faulty.drawing())
    (review,) = (node for node in data["nodes"] if node["name"] == "review")
    assert review["calls"]["usd"] is None
    assert any("cost unknown" in said for said in visits_of(faulty.store, faulty.run).of("review"))


def test_calls_about_single_items_are_calls_of_the_review(by_item: Kept) -> None:
    visits = visits_of(by_item.store, by_item.run)
    assert set(visits.calls) == {"review", "update_mindset"}
    assert visits.calls["review"].calls > visits.nodes["review"]


def test_a_run_names_the_prompts_that_its_calls_asked(by_item: Kept) -> None:
    nodes = {node["name"]: node for node in as_data(by_item.drawing())["nodes"]}
    (asked,) = nodes["review"]["prompts"]
    assert (asked["name"], asked["current"]) == ("user/review_item", True)
    assert asked["calls"] == nodes["review"]["calls"]["calls"]
    assert (nodes["reason"]["prompts"], nodes["reason"]["without_prompt"]) == ([], ["agent"])


def test_a_prompt_whose_file_is_another_now_is_told(faulty: Kept, tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    text = Prompts()["user/review"].path.read_text()
    (tmp_path / "user/review.md").write_text(text + "\n")
    asked = faulty.drawing(Prompts(tmp_path)).asking.of("review")
    assert [said.endswith(", file changed since") for said in asked] == [True]
