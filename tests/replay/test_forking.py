"""A fork repeats its parent to the node and goes on by itself, and can be played again like any session."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.errors import DataError, UsageError
from app.llm.scripted import ScriptedServer
from app.prompts.library import builtin_folder
from app.replay.changing import settings_of
from app.replay.diffing import SessionDiff, diff
from app.replay.forking import Fork, fork
from app.replay.looking import place
from app.replay.restoring import restored
from app.session_view import session_data
from app.store.rows import FoundRun
from app.store.store import Store
from tests.replay.test_verifying import verdicts


def forked(store: Store, key: str, at: str, **change: Any) -> SessionDiff:
    turn, node = place(at)
    found = restored(store, key)
    key = found.key
    made = asyncio.run(fork(store, found, Fork(turn, node, **change)))
    assert [verdict.difference for verdict in verdicts(store, made)] == [None]
    return diff(session_data(store, key), session_data(store, made))


def longest(store: Store, arm: int) -> str:
    """A session of the run of cohorts."""
    found = store.find("latest~1")
    assert isinstance(found, FoundRun)
    rows = [row for row in store.sessions(found.run.id) if f"-{arm}-" in row.key]
    return max(rows, key=lambda row: row.turns).key


def test_a_fork_that_changes_nothing_is_its_parent(store: Store) -> None:
    keys = [restored(store, f"latest-{arm}-1").key for arm in (1, 2, 3, 4)]
    for key in (longest(store, 1), *keys):
        assert forked(store, key, "1:review").parts_at is None


def test_another_recommender_changes_nothing_before_it(store: Store) -> None:
    key = longest(store, 1)
    turns = len(session_data(store, key)["turns"])
    assert turns >= 2
    found = forked(store, key, "2:rerank", recommender="random")
    assert found.parts_at == (2, "rerank")


def test_a_feeling_is_set_where_the_node_finds_it(store: Store) -> None:
    found = forked(store, longest(store, 1), "2:review", set={"mindset.trust": 0.0})
    assert found.other["turns"][0]["after"]["trust"] == 0.0
    assert found.parts_at == (1, "update_mindset")


def test_other_words_are_read_by_the_recommender(store: Store) -> None:
    found = forked(store, longest(store, 1), "2:reason", set={"request.words": "no comedies"})
    (read, *_) = found.other["turns"][1]["plan"]["directives"]
    assert (read["kind"], read["value"]) == ("avoid", "Comedy")


def test_a_model_takes_over_from_the_embedded_user(store: Store, server: ScriptedServer) -> None:
    before = server.counts()["calls"]
    found = forked(store, longest(store, 2), "2:review", mind="llm", model=("scripted",))
    assert found.other["mind"] == "llm"
    assert server.counts()["calls"] > before


def test_an_embedded_user_takes_over_from_a_model_as_it_felt(store: Store) -> None:
    found = forked(store, "latest-1-1", "2:review", mind="embedded")
    assert found.other["status"] != "failed"
    for name in ("satisfaction", "trust"):
        assert found.other["turns"][0]["after"][name] == found.one["turns"][0]["after"][name]
    assert "utility" not in found.other["turns"][0]["review"]["reactions"][0]


def test_another_recommender_takes_over_from_written_slates(store: Store) -> None:
    found = forked(store, "latest-4-1", "2:reason", recommender="random")
    assert found.other["turns"][0]["slate"] == found.one["turns"][0]["slate"]
    assert len(found.other["turns"][1]["slate"]) > 2


def test_where_no_model_goes_on_items_are_not_shown_to_one(store: Store) -> None:
    made = forked(store, "latest-4-1", "2:review", mind="embedded").other["session"]
    assert restored(store, made).cast.arm.representation == "text"


def test_only_what_comes_after_the_fork_is_paid(store: Store, server: ScriptedServer) -> None:
    before = server.counts()["calls"]
    found = forked(store, "latest-1-1", "2:rerank")
    turns = len(found.other["turns"])
    assert server.counts()["calls"] - before <= 1 + 3 + 4 * (turns - 2)


def test_a_later_session_is_forked_with_what_it_carries(store: Store) -> None:
    found = store.find("latest")
    assert isinstance(found, FoundRun)
    key = next(row.key for row in store.sessions(found.run.id, visits=True) if ".2" in row.key)
    assert forked(store, key, "1:decide").parts_at is None


def test_a_fork_can_be_forked(store: Store) -> None:
    one = forked(store, longest(store, 1), "2:rerank", recommender="random").other["session"]
    assert forked(store, one, "2:review").parts_at is None


def test_a_prompt_of_ones_own_is_asked_from_the_fork_on(store: Store, tmp_path: Path) -> None:
    text = (builtin_folder() / "user/decide.md").read_text().replace("Your step:", "Your one step:")
    mine = tmp_path / "decide.md"
    mine.write_text(text)
    found = forked(store, "latest-1-1", "2:decide", prompts=(mine,))
    asked = {step["turn"]: step["calls"] for step in found.other["trace"] if step["node"] == "update_mindset"}
    old = {call["prompt_hash"] for step in found.one["trace"] for call in step["calls"]}
    assert asked[1] == []
    assert asked[2][0]["prompt_hash"] not in old


def test_the_parent_is_kept_with_the_fork(store: Store) -> None:
    key = longest(store, 1)
    made = restored(
        store, forked(store, key, "2:decide", recommender="popular").other["session"]
    ).rows.session
    assert (made.parent_id, made.parent_turn, made.parent_node) == (restored(store, key).seat.id, 2, "decide")


@pytest.mark.parametrize(
    ("at", "change", "says"),
    [
        ("99:decide", {}, "does not come to 99:decide; it has"),
        ("1:review", {"mind": "lm"}, "unknown mind 'lm'"),
        ("1:review", {"recommender": "agnt"}, "did you mean 'agent'"),
        ("1:review", {"model": ("m",)}, "none plays here"),
        ("1:review", {"set": {"request.words": "x"}}, "before the first turn nothing is said"),
    ],
)
def test_a_wrong_change_is_said_before_anything_is_stored(
    store: Store, at: str, change: Mapping[str, Any], says: str
) -> None:
    runs = len(store.runs())
    with pytest.raises(UsageError) as wrong:
        forked(store, longest(store, 1), at, **change)
    assert says in str(wrong.value)
    assert len(store.runs()) == runs


@pytest.mark.parametrize(
    ("key", "at", "recommender", "says"),
    [
        ("latest-4-1", "2:rerank", "random", "no candidates that random could rerank; fork at 2:reason"),
        ("latest-1-1", "2:reason", "mine.py:Mine", "returns slates and no candidates"),
    ],
)
def test_a_recommender_that_cannot_go_on_there_is_said(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    at: str,
    recommender: str,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("class Mine:\n    def recommend(self, view):\n        return []\n")
    runs = len(store.runs())
    with pytest.raises(UsageError) as wrong:
        forked(store, key, at, recommender=recommender)
    assert says in str(wrong.value)
    assert len(store.runs()) == runs


def test_a_prompt_with_an_unknown_variable_names_its_line(store: Store, tmp_path: Path) -> None:
    text = (
        (builtin_folder() / "user/decide.md").read_text().replace("Your step:", "{{ horoscope }} Your step:")
    )
    mine = tmp_path / "decide.md"
    mine.write_text(text)
    with pytest.raises(DataError, match=r"decide\.md:\d+: 'horoscope' is not among the inputs"):
        forked(store, "latest-1-1", "1:decide", prompts=(mine,))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mindset.fatige=1", "did you mean 'mindset.fatigue'.*the fields are"),
        ("mindset.fatigue=2", "a number from 0 to 1"),
        ("mindset.mood=-2", "a number from -1 to 1"),
        ("mindset.fatigue", "write FIELD=VALUE; the fields are"),
        ("request.words=", "what should the user have said"),
    ],
)
def test_a_wrong_field_is_said(given: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        settings_of([given])


@pytest.mark.parametrize("text", ["3", "decide", "0:decide", "3:"])
def test_a_place_is_a_turn_and_a_node(text: str) -> None:
    with pytest.raises(UsageError, match="write TURN:NODE"):
        place(text)


def test_a_node_that_does_not_exist_lists_the_nodes() -> None:
    with pytest.raises(UsageError, match="reason, retrieve, rerank, review, update_mindset, decide"):
        place("3:score")
