"""What an arm may have of its own, as it shows in what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.catalog.embedded import films
from app.errors import UsageError
from app.plans import Plan
from app.store.rows import ArmRow, SessionRow
from app.store.store import Store
from graphs.messages import SOURCES
from tests.batch.running import newest, planned, shown

RANDOM = 1 << SOURCES.index("random")


class Ran:
    """A run of a few users, and what it left behind."""

    def __init__(self, store: Store, plan: Plan) -> None:
        self.store = store
        self.summary = batch.execute_plan(plan, store)
        self.run = newest(store)
        self.arms: list[ArmRow] = store.arms(self.run.id)

    def exposures(self, arm: int) -> list[tuple[Any, ...]]:
        """(user, turn, position, item, source, …) of one arm."""
        return [row[1:] for row in shown(self.store, self.run) if row[0] == arm]

    def sessions(self, arm: int) -> list[SessionRow]:
        return [row for row in self.store.sessions(self.run.id) if row.arm_id == self.arms[arm].id]

    def starts(self, arm: int) -> list[Any]:
        return [self.store.session_rows(row.id).mindsets[0] for row in self.sessions(arm)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "r.db") as opened:
        yield opened


def ran(store: Store, folder: Path, text: str) -> Ran:
    return Ran(store, planned(folder, "sessions: 20\nmax_turns: 4\n" + text))


def test_arms_differ_in_what_they_say_and_in_nothing_else(store: Store, tmp_path: Path) -> None:
    found = ran(
        store,
        tmp_path,
        "arms:\n  a: {recommender: popular}\n  b: {extends: a, slate_size: 4, max_turns: 2}\n",
    )
    assert found.exposures(0) != found.exposures(1)
    assert {row[2] for row in found.exposures(1)} == {1, 2, 3, 4}
    assert max(row.turns for row in found.sessions(1)) <= 2
    assert [len(arm.retention) for arm in found.summary.arms] == [4, 2]
    assert [arm.settings["slate_size"] for arm in found.arms] == [10, 4]


def test_a_replicate_meets_the_same_users_with_other_luck(store: Store, tmp_path: Path) -> None:
    found = ran(store, tmp_path, "replicates: 2\nrecommender: random\n")
    assert found.exposures(0) != found.exposures(1)
    assert [m.mood for m in found.starts(0)] == [m.mood for m in found.starts(1)]
    assert [arm.label for arm in found.summary.arms] == ["random", "random #2"]


def test_another_seed_of_luck_alone_gives_the_same_replicate_again(store: Store, tmp_path: Path) -> None:
    one = ran(store, tmp_path, "seeds: [7, 9]\nrecommender: random\n")
    other = ran(store, tmp_path, "seeds: [7, 5, 9]\nrecommender: random\n")
    assert one.exposures(1) == other.exposures(2) != other.exposures(1)


@pytest.mark.slow
def test_who_stays_long_stays_long_with_other_luck(tmp_path: Path, store: Store) -> None:
    found = Ran(store, planned(tmp_path, "sessions: 300\nreplicates: 2\nrecommender: popular\n"))
    turns = [[row.turns for row in found.sessions(arm)] for arm in (0, 1)]
    mean = [sum(of_arm) / 300 for of_arm in turns]
    together = sum((a - mean[0]) * (b - mean[1]) for a, b in zip(*turns, strict=True)) / 300
    spread = [sum((t - m) ** 2 for t in of_arm) / 300 for of_arm, m in zip(turns, mean, strict=True)]
    assert together / (spread[0] * spread[1]) ** 0.5 > 0.3


def test_users_arrive_as_the_arm_says(store: Store, tmp_path: Path) -> None:
    found = ran(
        store, tmp_path, "recommender: popular\nmindset: {trust: 0.25, mood: -0.5, satisfaction: 0.75}\n"
    )
    assert {(m.trust, m.mood, m.satisfaction) for m in found.starts(0)} == {(0.25, -0.5, 0.75)}


def test_a_goal_changes_what_users_like_but_not_what_recommenders_know(store: Store, tmp_path: Path) -> None:
    text = 'arms:\n  a: {recommender: content}\n  b: {extends: a, goal: {"genre:Horror": 1.0}}\n'
    found = ran(store, tmp_path, text)
    first = [[row for row in found.exposures(arm) if row[1] == 1] for arm in (0, 1)]
    assert [row[:5] for row in first[0]] == [row[:5] for row in first[1]]
    assert [row[-1] for row in first[0]] != [row[-1] for row in first[1]]
    assert "genre:Horror" not in str(found.store.session_rows(found.sessions(1)[0].id).persona.body["tastes"])


def test_without_history_a_recommender_starts_cold(store: Store, tmp_path: Path) -> None:
    found = ran(store, tmp_path, "arms:\n  a: {recommender: content}\n  cold: {extends: a, history: none}\n")
    first = [[row for row in found.exposures(arm) if row[1] == 1] for arm in (0, 1)]
    assert first[0] != first[1]
    assert len({tuple(row[3] for row in first[1] if row[0] == user) for user in range(1, 21)}) == 1


def test_a_bad_slate_is_random_in_its_turn_for_its_share_of_the_users(store: Store, tmp_path: Path) -> None:
    text = "sessions: 200\nmax_turns: 3\nrecommender: popular\nperturbations: {bad_slate: {turn: 2, share: 0.4}}\n"
    found = Ran(store, planned(tmp_path, text))
    drawn = {(row[0], row[1]) for row in found.exposures(0) if row[4] & RANDOM}
    second = {row[0] for row in found.exposures(0) if row[1] == 2}
    assert {turn for _, turn in drawn} == {2}
    assert 0.28 < len(drawn) / len(second) < 0.52


def test_a_bad_slate_shows_nothing_that_was_shown_before(store: Store, tmp_path: Path) -> None:
    found = ran(store, tmp_path, "recommender: popular\nperturbations: {bad_slate: {turn: 2}}\n")
    for user in range(1, 21):
        items = [row[3] for row in found.exposures(0) if row[0] == user]
        assert len(items) == len(set(items))


def test_a_scripted_recommender_shows_its_slates_in_order_and_then_the_last(
    store: Store, tmp_path: Path
) -> None:
    text = "recommender: scripted\nslates: [[ran-1985, alien-1979], [toy-story-1995]]\n"
    rows = ran(store, tmp_path, text).exposures(0)
    seen = {(turn, place, films().ids[item]) for _, turn, place, item, *_ in rows}
    first = {(1, 1, "ran-1985"), (1, 2, "alien-1979")}
    assert first <= seen
    assert seen <= first | {(turn, 1, "toy-story-1995") for turn in (2, 3, 4)}
    assert (3, 1, "toy-story-1995") in seen


def test_dropped_candidates_make_slates_of_popular_shorter_but_never_empty(
    store: Store, tmp_path: Path
) -> None:
    found = ran(store, tmp_path, "recommender: popular\nperturbations: {drop: 0.5}\n")
    slates: dict[tuple[int, int], list[int]] = {}
    for row in found.exposures(0):
        slates.setdefault((row[0], row[1]), []).append(row[2])
    sizes = [len(places) for places in slates.values()]
    assert all(sorted(places) == list(range(1, len(places) + 1)) for places in slates.values())
    assert 4.5 < sum(sizes) / len(sizes) < 6.5
    assert found.summary.failed == 0


def test_an_agent_that_loses_candidates_fills_its_slate_with_others(store: Store, tmp_path: Path) -> None:
    text = "arms:\n  a: {recommender: agent}\n  b: {extends: a, perturbations: {drop: 0.5}}\n"
    found = ran(store, tmp_path, text)
    assert found.exposures(0) != found.exposures(1)
    assert max(row[2] for row in found.exposures(1)) == 10


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'goal: {"genre:Comdy": 1.0}',
            "unknown facet in the goal of the arm 'agent': 'genre:Comdy': did you mean",
        ),
        ("mind: scripted", "has mind: scripted, but no script"),
        ("script: [{say: less horror}]", "has a script; `mind: scripted` and `script:` belong together"),
        (
            "mind: scripted\nslate_size: 5\nscript: [{open: [1]}, {like: [6]}]",
            "turn 2 of its script: like names place 6, but a slate has 5 items",
        ),
        ("recommender: scripted", "has recommender: scripted, but no slates"),
        ("slates: [[alien-1979]]", "has slates; `recommender: scripted` and `slates:` belong together"),
        (
            "recommender: scripted\nslates: [[alien-1979], [alien-1978]]",
            "slate 2: item 'alien-1978': did you mean",
        ),
        (
            "recommender: scripted\nslate_size: 1\nslates: [[alien-1979, ran-1985]]",
            "it has 2 items and slate_size",
        ),
        ("recommender: scripted\nslates: [[ran-1985, ran-1985]]", "it has an item twice"),
        ("slate_size: 900", "is larger than the catalog"),
        ("recommender: popular\nmind: none-such", "unknown mind 'none-such'"),
        ("arms: {a: {recommender: agnt}}", "unknown recommender 'agnt': did you mean 'agent'"),
    ],
)
def test_what_an_arm_cannot_be_is_said_before_anything_is_stored(
    store: Store, tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        ran(store, tmp_path, text + "\n")
    assert says in str(wrong.value)
    assert store.runs() == []


def test_candidates_cannot_be_dropped_of_a_recommender_that_returns_slates(
    store: Store, tmp_path: Path
) -> None:
    mine = tmp_path / "m.py"
    mine.write_text("class Mine:\n    def recommend(self, view):\n        return []\n")
    with pytest.raises(UsageError, match="returns slates and no candidates"):
        ran(store, tmp_path, f"recommender: {mine}:Mine\nperturbations: {{drop: 0.5}}\n")


def test_a_bad_slate_takes_the_place_of_a_plugins_too(store: Store, tmp_path: Path) -> None:
    mine = tmp_path / "p.py"
    mine.write_text(
        "class Mine:\n    def recommend(self, view):\n"
        "        left = [i.id for i in view.catalog if i.id not in view.shown]\n"
        "        return left[: view.slate_size]\n"
    )
    found = ran(store, tmp_path, f"recommender: {mine}:Mine\nperturbations: {{bad_slate: {{turn: 2}}}}\n")
    assert found.summary.failed == 0
    assert {row[1] for row in found.exposures(0) if row[4] & RANDOM} == {2}
