"""Comparisons of arms in a store: noise and verdicts, segments, flips and gates."""

from __future__ import annotations

from typing import Any

import pytest

from app.comparison import Comparison, Question, compare, parse_gate
from app.comparison.gates import failure
from app.errors import UsageError
from app.store.store import Store
from app.summary import Summary
from tests.comparison.made import play, record, turns_of

# -------------------------------------------------------------------- replicates, verdicts


def test_replicates_are_pooled_and_give_the_noise_floor(store: Store) -> None:
    arms = [
        (name, {"replicate": k}, turns_of(seed=10 * k + at, more=at * 1.5))
        for at, name in enumerate("ab")
        for k in (0, 1)
    ]
    came = compare(store, record(store, arms))
    assert (came.users, came.sessions) == ((40, 40), (80, 80))
    assert came.headline.noise_from == "replicates"
    assert came.headline.noise_floor == pytest.approx(0.19, abs=0.08), "1.96 · 0.6 · √(2 / 40) / √2"
    assert came.headline.verdict == "better"


def test_a_clear_difference_smaller_than_luck_is_below_the_noise_floor(store: Store) -> None:
    base = turns_of(200)
    a_little = [min(t + (u % 12 == 0), 9) for u, t in enumerate(base)]
    arms = [("a", {"replicate": 0}, base), ("b", {"replicate": 0}, a_little)]
    key = record(store, [*arms, ("a", {"replicate": 1}, turns_of(200, 2))])
    effect = compare(store, f"{key}-1", f"{key}-2").headline
    assert effect.low is not None
    assert effect.low > 0
    assert effect.verdict == "below noise floor"


def test_an_arm_against_itself_is_no_clear_difference(store: Store) -> None:
    key = record(store, [("a", {}, turns_of()), ("a", {}, turns_of())])
    came = compare(store, key)
    assert {effect.verdict for effect in came.effects.values()} <= {"no clear difference", "no data"}
    assert any("equal in every metric" in note for note in came.notes)


@pytest.mark.parametrize(("more", "word"), [(2.0, "better"), (-2.0, "worse"), (0.0, "no clear difference")])
def test_the_verdict_is_in_a_word(store: Store, more: float, word: str) -> None:
    key = record(store, [("a", {}, turns_of()), ("b", {}, turns_of(seed=2, more=more))])
    effects = compare(store, key).effects
    assert effects["turns"].verdict == word
    assert effects["leave_by_3"].verdict in (word, "no clear difference")


# ------------------------------------------------------------------------- segments, flips


def test_segments_tell_for_whom_it_is_better(store: Store) -> None:
    n = 60
    helped = [min(t + (3 if u < 20 else 0), 9) for u, t in enumerate(turns_of(n), 1)]
    came = compare(store, record(store, [("a", {}, turns_of(n)), ("b", {}, helped)]))
    low, middle, high = (s for s in came.segments if s.by == "patience")
    assert (low.users, middle.users, high.users) == (20, 20, 20)
    assert low.low is not None
    assert low.low > 1
    assert (middle.difference, high.difference) == (0.0, 0.0)


def test_segments_are_of_all_that_is_known_of_a_user(store: Store) -> None:
    def body(user: int) -> dict[str, Any]:
        history = [{"item": f"i{n}"} for n in range(user % 9)]
        return {"age": 10 + user, "gender": "fm"[user % 2], "occupation": "ab"[user > 20], "history": history}

    came = compare(store, record(store, [("a", {}, turns_of()), ("b", {}, turns_of(seed=2))], body=body))
    ways = dict.fromkeys(segment.by for segment in came.segments)
    assert list(ways) == ["age", "gender", "occupation", "activity"]
    assert [s.segment for s in came.segments if s.by == "age"] == [
        "under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54",
    ]  # fmt: skip


def test_small_segments_have_no_interval(store: Store) -> None:
    key = record(
        store,
        [("a", {}, turns_of()), ("b", {}, turns_of(seed=2))],
        body=lambda user: {"gender": "f" if user < 6 else "m"},
    )
    few, many = compare(store, key).segments
    assert (few.users, few.low) == (5, None)
    assert few.a is not None
    assert many.low is not None


def test_ways_that_divide_users_alike_are_listed_once(store: Store) -> None:
    key = record(
        store,
        [("a", {}, turns_of()), ("b", {}, turns_of(seed=2))],
        body=lambda user: {"traits": {"patience": user / 100, "loyalty": user / 50}},
    )
    came = compare(store, key)
    assert {segment.by for segment in came.segments} == {"patience"}
    assert any("loyalty as patience" in note for note in came.notes)


def test_flips_are_the_pairs_that_differ_most(world: tuple[Store, Summary]) -> None:
    came = compare(world[0], world[1].run, asked=Question(flips=100))
    lengths = [abs(flip.turns) for flip in came.flips]
    assert lengths == sorted(lengths, reverse=True)
    assert came.outcomes is not None
    assert sum(length > 0 for length in lengths) == came.outcomes.longer + came.outcomes.shorter
    assert all(flip.a.session.split("-")[2] == flip.b.session.split("-")[2] for flip in came.flips)


def test_other_recommenders_go_apart_in_the_first_slate(found: Comparison) -> None:
    assert {(flip.diverged, flip.differs) for flip in found.flips} == {(1, "slate")}


def test_users_who_may_not_instruct_go_apart_by_what_they_decide(store: Store) -> None:
    free, mute = (play(store, recommender=("popular",), instruct=i).run for i in (True, False))
    came = compare(store, free, mute, Question(flips=5))
    assert came.flips
    assert {flip.differs for flip in came.flips} == {"decision"}
    assert any("instruct True and False" in note for note in came.notes)


# ----------------------------------------------------------------------------------- gates


def test_a_gate_holds_when_the_whole_interval_does(store: Store) -> None:
    key = record(store, [("a", {}, turns_of()), ("b", {}, turns_of(seed=2, more=1))])
    low, high = (getattr(compare(store, key).headline, end) for end in ("low", "high"))
    gates = [
        "turns > 0",
        f"turns >= {low}",
        f"turns > {low}",
        f"turns < {high}",
        f"turns <= {high}",
        "uptake > 0",
    ]
    came = compare(store, key, asked=Question(gates=tuple(map(parse_gate, gates))))
    assert [judged.passed for judged in came.gates] == [True, True, False, False, True, False]
    error = failure(came.gates)
    assert error is not None
    assert error.exit_code == 4
    assert "3 of 6 gates failed" in str(error)
    assert "uptake > 0: there is no difference to judge" in str(error)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("turns", "write a metric, one of > >= < <=, and a number"),
        ("turns > much", "is no condition"),
        ("turns == 1", "is no condition"),
        ("turn > 0", "or 'turns'"),
    ],
)
def test_a_wrong_gate_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_gate(text)
