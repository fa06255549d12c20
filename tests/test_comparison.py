"""Comparisons of arms in a store: what is paired, what is measured, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import batch
from app.comparison import Comparison, Question, compare, parse_gate
from app.comparison.gates import failure
from app.comparison.measures import NAMES, parts
from app.comparison.samples import load
from app.errors import UsageError
from app.metrics import METRICS, Tally, measure
from app.settings import Settings
from app.store.store import Store
from app.store.tables import COLUMNS
from app.summary import Summary

ITEMS = [(f"i{n}", f"Film {n}", f'{{"id":"i{n}"}}') for n in range(20)]


def play(store: Store, **settings: Any) -> Summary:
    given = {"sessions": 30, "recommender": ("popular", "random"), "max_turns": 6} | settings
    return batch.execute(Settings(**given), store)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Summary]]:
    """A store with one real run of two arms."""
    with Store.open(tmp_path_factory.mktemp("world") / "w.db") as store:
        yield store, play(store)


@pytest.fixture(scope="module")
def found(world: tuple[Store, Summary]) -> Comparison:
    return compare(world[0], world[1].run)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as opened:
        yield opened


def record(store: Store, arms: list[tuple[str, dict[str, Any], list[int]]], **more: Any) -> str:
    """A run made by hand: arms with (name, settings, turns of each user); who lasts 9 turns has stayed."""
    body = more.get("body", lambda user: {"traits": {"patience": user / 100}})
    run = store.start_run("made", more.get("seed", 7), {"max_turns": 9}, 99, "0.1.0")
    catalog = store.save_catalog(more.get("catalog", "films"), "f1", "embedded", ITEMS, {})
    users = range(1, len(arms[0][2]) + 1)
    store.save_personas([(f"p{u}", f"kind#{u}", json.dumps(body(u))) for u in users])
    scenarios = store.add_scenarios(run.id, [(u, f"p{u}", u + more.get("seed", 7)) for u in users])
    for position, (name, settings, turns) in enumerate(arms, 1):
        arm = store.add_arm(
            run.id, position, name, recommender=name, mind="embedded", catalog_id=catalog, settings=settings
        )
        ids = store.new_session_ids(len(turns))
        rows = [
            _session(f"{run.key}-{position}-{u}", i, arm.id, scenarios[u], t, more.get("failed", ()))
            for u, i, t in zip(users, ids, turns, strict=True)
        ]
        store.put({"session": rows})
    store.finish_run(run.id, more.get("status", "done"), 1.0)
    store.flush()
    return run.key


def _session(
    key: str, number: int, arm: int, scenario: int, turns: int, failed: tuple[str, ...]
) -> tuple[Any, ...]:
    left = float(turns < 9)
    tally = {name: 0.0 for name in Tally.zeros(1).columns() if name != "return_days"}
    tally |= {"turns": turns, "items_seen": 3 * turns, "left": left, "satisfaction": 0.5}
    wrong = key.partition("-")[2] in failed
    values = {
        "id": number, "key": key, "arm_id": arm, "scenario_id": scenario, "turns": turns, "items_seen": 3,
        "status": "failed" if wrong else "left" if left else "truncated", "minutes": 1.0, "reward": 0.5,
        "sums": json.dumps(tally),
    }  # fmt: skip
    return tuple(values.get(name) for name in COLUMNS["session"])


def turns_of(n: int = 40, seed: int = 1, more: float = 0.0) -> list[int]:
    own = np.random.default_rng(0).gamma(4.0, 1.0, n)
    luck = np.random.default_rng(seed).normal(0.0, 0.6, n)
    return np.clip(np.rint(own + luck + more), 1, 9).astype(int).tolist()


# ----------------------------------------------------------------------------------- measures


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


# ------------------------------------------------------------------------------------ pairing


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


# ---------------------------------------------------------------------- replicates, verdicts


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


# --------------------------------------------------------------------------- segments, flips


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


# -------------------------------------------------------------------------------------- gates


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


# ------------------------------------------------------------------------------------- errors


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
