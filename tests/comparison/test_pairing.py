"""Comparisons of arms in a store: what is measured, what is paired, what is refused."""

from __future__ import annotations

import json

import pytest

from app.comparison import Comparison, Question, compare
from app.comparison.measures import NAMES, parts
from app.comparison.samples import load
from app.errors import UsageError
from app.metrics import METRICS, measure
from app.store.store import Store
from app.summary import Summary
from tests.comparison.made import play, record, turns_of

# -------------------------------------------------------------------------------- measures


def test_means_are_those_of_the_run(world: tuple[Store, Summary], found: Comparison) -> None:
    assert list(found.effects) == list(METRICS)
    for name, effect in found.effects.items():
        means = [arm.metrics[name]["mean"] for arm in world[1].arms]
        assert [effect.a, effect.b] == pytest.approx(means, abs=1e-5), name


def test_parts_are_those_of_the_metrics(world: tuple[Store, Summary]) -> None:
    store, summary = world
    run = store.runs(1)[0]
    tally = load(store, run, store.arms(run.id)[:1]).tally
    ours = parts(tally, summary.max_turns)
    theirs = measure(tally, {"mean": None})
    for name in NAMES:
        over, under = ours[name]
        assert int((under > 0).sum()) == theirs[name]["n"], name
        if under.any():
            assert over.sum() / under.sum() == pytest.approx(theirs[name]["mean"]), name


def test_retention_is_that_of_the_run(world: tuple[Store, Summary], found: Comparison) -> None:
    assert [found.retention.a, found.retention.b] == [arm.retention for arm in world[1].arms]


def test_the_other_way_round_every_difference_changes_its_sign(
    world: tuple[Store, Summary], found: Comparison
) -> None:
    key = world[1].run
    back = compare(world[0], f"{key}:random", f"{key}-1")
    for name, effect in back.effects.items():
        there = found.effects[name]
        assert (effect.difference is None) == (there.difference is None)
        if effect.difference is not None and there.difference is not None:
            assert effect.difference == pytest.approx(-there.difference)


def test_every_interval_holds_its_difference_and_json_takes_all(found: Comparison) -> None:
    json.dumps(found.data(), allow_nan=False)
    for effect in found.effects.values():
        if effect.difference is not None and effect.low is not None and effect.high is not None:
            assert effect.low <= effect.difference <= effect.high


def test_session_length_is_restricted_to_the_shorter_limit(store: Store) -> None:
    key = record(store, [("a", {"max_turns": 9}, [9] * 20), ("b", {"max_turns": 5}, [5] * 20)])
    came = compare(store, key)
    assert (came.horizon, came.effects["turns"].a, came.effects["turns"].b) == (5, 5.0, 5.0)
    assert any("turn limits differ (9 and 5)" in note for note in came.notes)


def test_the_same_question_has_the_same_answer(world: tuple[Store, Summary], found: Comparison) -> None:
    assert compare(world[0], world[1].run).data() == found.data()


# --------------------------------------------------------------------------------- pairing


def test_two_runs_of_one_seed_are_paired_as_two_arms_are(store: Store) -> None:
    first, second = (play(store, recommender=(name,)).run for name in ("popular", "random"))
    both = play(store)
    apart, together = compare(store, first, second), compare(store, both.run)
    assert apart.paired
    assert apart.effects == together.effects


def test_runs_of_other_seeds_are_not_paired_and_it_says_why(store: Store) -> None:
    first, second = (record(store, [("a", {}, turns_of())], seed=seed) for seed in (7, 8))
    came = compare(store, first, second)
    assert not came.paired
    assert came.outcomes is None
    assert "the seeds differ (7 and 8)" in came.pairing
    assert came.effects["turns"].gain == 1.0


def test_runs_of_other_personas_are_not_paired(store: Store) -> None:
    first, second = (play(store, recommender=("random",), personas=p).run for p in ("everyone", "night-owls"))
    assert "the personas (everyone and night-owls)" in compare(store, first, second).pairing


def test_users_of_one_run_only_are_left_out(store: Store) -> None:
    first, second = (record(store, [("a", {}, turns_of(n))]) for n in (40, 30))
    came = compare(store, first, second)
    assert came.users == (30, 30)
    assert any("10 users are in one of the runs only" in note for note in came.notes)


def test_a_failed_session_is_left_out_with_its_partner(store: Store) -> None:
    key = record(store, [("a", {}, turns_of()), ("b", {}, turns_of(seed=2))], failed=("2-5", "1-7"))
    came = compare(store, key)
    assert came.sessions == (38, 38)
    assert any("1 of 40 in A, 1 of 40 in B" in note for note in came.notes)


def test_pairing_gains_precision_where_users_differ(store: Store) -> None:
    key = record(store, [("a", {}, turns_of()), ("b", {}, turns_of(seed=2, more=1))])
    gain = compare(store, key).headline.gain
    assert gain is not None
    assert gain > 3


def test_another_setting_than_the_recommender_is_told(store: Store) -> None:
    key = record(store, [("a", {"coupling": "weak"}, turns_of()), ("b", {}, turns_of(seed=2))])
    assert any("coupling weak and None" in note for note in compare(store, key).notes)


# ---------------------------------------------------------------------------------- errors


def test_what_cannot_be_compared_is_refused(world: tuple[Store, Summary]) -> None:
    store, key = world[0], world[1].run
    for wanted, says in {
        (f"{key}:popular", f"{key}-1"): "are the same arm",
        (f"{key}:popluar", f"{key}:random"): r"did you mean 'popular'\?(.|\n)*random \(\w+-2\)",
        (f"{key}-3", f"{key}-1"): r"unknown arm of run \w+ '3'",
        (f"{key}-1-2", f"{key}-1"): "is a session",
        (key, f"{key}-1"): rf"has 2 arms; say which: {key}:popular, {key}:random",
        (f"{key}:popular", None): f"{key}:popular is one arm; give another, such as {key}:random",
        (f"{key}-2", None): f"{key}-2 is one arm; give another, such as {key}:popular",
        ("zzz", key): "unknown run 'zzz'",
    }.items():
        with pytest.raises(UsageError, match=says):
            compare(store, *wanted)


def test_a_run_of_one_arm_needs_another(store: Store) -> None:
    with pytest.raises(UsageError, match="has one arm, a; give two"):
        compare(store, record(store, [("a", {}, turns_of())]))


def test_three_arms_need_two_names(store: Store) -> None:
    key = record(store, [(name, {}, turns_of()) for name in "abc"])
    with pytest.raises(UsageError, match=f"has 3 arms; say which: {key}:a, {key}:b, {key}:c"):
        compare(store, key)


def test_different_catalogs_are_refused(store: Store) -> None:
    first, second = (record(store, [("a", {}, turns_of())], catalog=name) for name in ("films", "books"))
    with pytest.raises(UsageError, match=r"different catalogs, films \(20 items\) and books \(20 items\)"):
        compare(store, first, second)


@pytest.mark.parametrize("status", ["interrupted", "failed"])
def test_unfinished_runs_are_refused(store: Store, status: str) -> None:
    key = record(store, [("a", {}, turns_of())], status=status)
    whole = record(store, [("a", {}, turns_of())])
    if status == "failed":
        assert compare(store, key, whole).paired, "all its sessions are there"
    else:
        with pytest.raises(UsageError, match=r"is unfinished \(interrupted\): 40 of 99 sessions"):
            compare(store, key, whole)


def test_an_unknown_metric_names_the_near_ones() -> None:
    with pytest.raises(UsageError, match="or 'turns'"):
        Question(metric="turn")
