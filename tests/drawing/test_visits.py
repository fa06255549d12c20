"""The visits of a run in which sessions fail: what went in comes out, or is counted as failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.batch import execute
from app.drawing import Visits, as_data, shape_of, visits_of
from app.settings import Settings
from app.store.store import Store
from graphs.session import VERBS

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
    assert failing.errors["rerank"] > 0
    assert set(failing.errors) == {"rerank"}
    assert f"{failing.errors['rerank']:,} failed" in failing.of("rerank")


def test_what_goes_into_a_node_comes_out_or_fails(failing: Visits) -> None:
    for verb in VERBS:
        into = sum(times for (_, target), times in failing.edges.items() if target == verb)
        out = sum(times for (source, _), times in failing.edges.items() if source == verb)
        assert into == failing.nodes[verb] == out + failing.errors[verb], verb


def test_every_session_began_and_ended(failing: Visits) -> None:
    assert failing.edges["start", "reason"] == failing.sessions == 6
    assert failing.edges["score", "end"] + sum(failing.errors.values()) == 6


def test_the_data_has_figures_for_every_node_and_edge(failing: Visits) -> None:
    data = as_data(shape_of("session"), failing)
    assert all("visits" in edge for edge in data["edges"])
    assert all("visits" in node for node in data["nodes"] if node["side"])


def test_a_graph_without_a_run_has_no_figures() -> None:
    assert all("visits" not in node for node in as_data(shape_of("session"))["nodes"])
