"""Runs and sessions: what is stored is read back, and found by what a person types."""

from __future__ import annotations

import re

import numpy as np
import pytest
from store_rows import Begun, begin, exposures, one_session, row, session

from app.errors import StoreError, UsageError
from app.store import runs
from app.store.rows import FoundRun, FoundSession
from app.store.store import Store


def test_a_run_begins_running_with_a_short_key(store: Store) -> None:
    run = store.start_run("trial", -3, {"slate": 10, "arms": ["a"]}, 100, "0.1.0")
    assert re.fullmatch("[a-z2-7]{6}", run.key)
    assert store.runs() == [run]
    assert (run.status, run.finished, run.plan) == ("running", None, {"slate": 10, "arms": ["a"]})
    assert run.started.endswith("+00:00")


def test_a_key_is_never_the_word_latest_and_never_taken(store: Store, monkeypatch) -> None:
    letters = iter("latest" + "aaaaaa" + "aaaaaa" + "bbbbbb")
    monkeypatch.setattr(runs.secrets, "choice", lambda alphabet: next(letters))
    assert [store.start_run("", 1, {}, 1, "").key for _ in range(2)] == ["aaaaaa", "bbbbbb"]


def test_a_finished_run_says_how_it_ended(store: Store) -> None:
    run = store.start_run("trial", 1, {}, 100, "0.1.0")
    store.finish_run(run.id, "interrupted", 2.5, {"calls": 3})
    (found,) = store.runs()
    assert (found.status, found.seconds, found.usage) == ("interrupted", 2.5, {"calls": 3})
    assert found.finished >= found.started


def test_a_run_cannot_end_in_an_unknown_way(store: Store) -> None:
    with pytest.raises(ValueError, match="cannot be 'finished'; it is running, done"):
        store.finish_run(begin(store).run.id, "finished", 1.0)  # type: ignore[arg-type]


def test_a_run_that_is_not_there_cannot_be_finished(store: Store) -> None:
    with pytest.raises(StoreError, match="no run number 12"):
        store.finish_run(12, "done", 1.0)


def test_the_newest_runs_come_first(store: Store) -> None:
    keys = [begin(store).run.key for _ in range(3)]
    assert [run.key for run in store.runs(limit=2)] == keys[:0:-1]


def test_arms_are_listed_by_position(store: Store) -> None:
    begun = begin(store, position=2)
    catalog = begun.arm.catalog_id
    store.add_arm(begun.run.id, 1, "b", recommender="x", mind="y", catalog_id=catalog, settings={"k": 1})
    assert [(arm.name, arm.settings) for arm in store.arms(begun.run.id)] == [
        ("b", {"k": 1}),
        ("popular", {}),
    ]


def test_personas_are_stored_once(store: Store) -> None:
    first = store.save_personas([("h1", "Ana", "{}"), ("h2", "Bo", "{}")])
    assert store.save_personas([("h2", "another", "{}"), ("h1", "another", "{}")]) == first


def test_more_personas_than_a_statement_takes_are_stored(store: Store) -> None:
    ids = store.save_personas([(f"h{n}", "", "{}") for n in range(2000)])
    assert len(set(ids.values())) == 2000


def test_a_scenario_needs_its_persona(store: Store) -> None:
    with pytest.raises(StoreError, match="persona h9 is not stored; save the personas before"):
        store.add_scenarios(begin(store).run.id, [(9, "h9", 0)])


@pytest.mark.parametrize("draw_key", [-(2**63), 2**63 - 1])
def test_a_draw_key_has_64_bits(store: Store, draw_key: int) -> None:
    begun = begin(store)
    scenarios = store.add_scenarios(begun.run.id, [(9, "p1", draw_key)])
    assert list(scenarios) == [1, 2, 3, 9]
    store.put({"session": [session(begun, 1, scenario_id=scenarios[9])]}).wait()
    assert store.session_rows(1).scenario.draw_key == draw_key


def test_sessions_are_counted_by_arm_and_status(store: Store) -> None:
    begun = begin(store)
    assert store.session_counts(begun.run.id) == {begun.arm.id: {}}
    rows = [session(begun, n, n, status="failed" if n == 1 else "left") for n in (1, 2, 3)]
    store.put({"session": rows}).wait()
    assert store.session_counts(begun.run.id) == {begun.arm.id: {"failed": 1, "left": 2}}


# ------------------------------------------------------------------------------ one session


def test_a_session_is_read_whole(store: Store) -> None:
    begun, number = one_session(store)
    rows = store.session_rows(number)
    assert (rows.run, rows.arm, rows.catalog.name) == (begun.run, begun.arm, "films")
    assert (rows.scenario.number, rows.persona.body) == (1, {"name": "Ana"})
    assert (rows.session.key, rows.session.leave_reason) == (f"{begun.run.key}-1-1", "bored")
    assert [(t.decision, t.plan) for t in rows.turns] == [(1, {"reasoning": "asked"})]
    assert [(m.turn, m.satisfaction) for m in rows.mindsets] == [(0, 0.5), (1, 0.75)]
    assert [(i.words, i.directives) for i in rows.instructions] == [("less horror", [{"kind": "less"}])]
    assert [step.output_blob for step in rows.steps] == ["b"]
    assert [(call.prompt_hash, call.accepted) for call in rows.calls] == [("h", True)]


def test_the_exposures_of_a_session_have_the_names_of_their_items(store: Store) -> None:
    _, number = one_session(store)
    shown = store.session_rows(number).exposures
    assert [(e.position, e.item_id, e.title, e.seen, e.text) for e in shown] == [
        (1, "i19", "Film 19", True, None),
        (2, "i1", "Film 1", False, {"thought": "no"}),
    ]


def test_a_session_without_exposures_is_read(store: Store) -> None:
    store.put({"session": [session(begin(store), 1)]}).wait()
    assert store.session_rows(1).exposures == []


def test_a_session_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="no session number 5"):
        store.session_rows(5)


# ------------------------------------------------------------------------------ for numpy


@pytest.fixture
def two_arms(store: Store) -> Begun:
    begun = begin(store)
    other = store.add_arm(begun.run.id, 2, "b", recommender="x", mind="y", catalog_id=begun.arm.catalog_id)
    store.put(
        {
            "session": [
                session(begun, 1, 2),
                session(begun, 2, 1, arm_id=other.id, key="k"),
                session(begun, 3),
            ],
            "turn": [row("turn", session_id=s, number=n, reward=n / 2) for s in (3, 2, 1) for n in (2, 1)],
            "mindset": [row("mindset", session_id=1, turn=n, mood=n / 4) for n in (0, 1, 2)],
            "exposure": exposures(*({"session_id": s, "position": p} for s in (1, 2) for p in (2, 1))),
        }
    ).wait()
    return begun


def test_turns_come_as_columns_by_arm_session_and_turn(store: Store, two_arms: Begun) -> None:
    (table,) = store.turn_table(run_id=two_arms.run.id)
    assert list(table["session"]) == [1, 1, 3, 3, 2, 2]
    assert list(table["scenario"]) == [2, 2, 1, 1, 1, 1]
    assert np.array(table["reward"]).tolist() == [0.5, 1.0] * 3
    assert list(table["mood"]) == [0.25, 0.5, None, None, None, None]


def test_turns_of_one_arm_come_in_chunks(store: Store, two_arms: Begun) -> None:
    chunks = list(store.turn_table(arm_id=two_arms.arm.id, chunk=3))
    assert [list(chunk["turn"]) for chunk in chunks] == [[1, 2, 1], [2]]


def test_exposures_come_as_columns(store: Store, two_arms: Begun) -> None:
    (table,) = store.exposure_table(run_id=two_arms.run.id)
    assert list(zip(table["session"], table["position"], strict=True)) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert set(table) >= {"arm", "scenario", "turn", "item", "seen", "actions", "watched", "utility"}


@pytest.mark.parametrize("chosen", [{}, {"run_id": 1, "arm_id": 1}])
def test_a_table_is_of_a_run_or_of_an_arm(store: Store, chosen: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="either a run or an arm"):
        list(store.turn_table(**chosen))


def test_sessions_are_listed_by_arm_and_id(store: Store, two_arms: Begun) -> None:
    assert [s.id for s in store.sessions(two_arms.run.id)] == [1, 3, 2]


# ------------------------------------------------------------------------------ finding


@pytest.fixture
def named(store: Store, monkeypatch) -> list[Begun]:
    """The runs q7m2kd, q7xxxx and zzzzzz, in this order, each with one session of user 2."""
    letters = iter("q7m2kdq7xxxxzzzzzz")
    monkeypatch.setattr(runs.secrets, "choice", lambda alphabet: next(letters))
    begun = [begin(store) for _ in range(3)]
    for number, one in enumerate(begun, 1):
        store.put({"session": [session(one, number, 2)]}).wait()
    return begun


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("q7m2kd", "q7m2kd"),
        ("Q7M", "q7m2kd"),
        ("z", "zzzzzz"),
        ("latest", "zzzzzz"),
        (" latest~0 ", "zzzzzz"),
        ("latest~1", "q7xxxx"),
        ("latest~2", "q7m2kd"),
    ],
)
def test_a_run_is_found(store: Store, named: list[Begun], text: str, key: str) -> None:
    found = store.find(text)
    assert isinstance(found, FoundRun)
    assert found.run.key == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("q7m2kd-1-2", "q7m2kd-1-2"), ("q7m-1-2", "q7m2kd-1-2"), ("latest~1-1-2", "q7xxxx-1-2")],
)
def test_a_session_is_found(store: Store, named: list[Begun], text: str, key: str) -> None:
    found = store.find(text)
    assert isinstance(found, FoundSession)
    assert (found.session.key, found.run.key) == (key, key[:6])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q7", "run 'q7' is ambiguous: it may be q7xxxx, q7m2kd; type more"),
        ("q7m2kk", "unknown run 'q7m2kk': did you mean 'q7m2kd'"),
        ("", "unknown run ''"),
        ("%", "unknown run '%'"),
        ("latest~3", "no run latest~3: there are only 3 runs"),
        ("latest~99999999999999999999", "there are only 3 runs"),
        ("q7m2kd-1-3", "unknown session 'q7m2kd-1-3': did you mean 'q7m2kd-1-2'"),
        ("latest-4-2", r"the arms 1 and the users 1 to 3"),
        ("latest-1-99999999999999999999", "unknown session"),
        ("nope77-1-2", "unknown run 'nope77'"),
    ],
)
def test_what_is_not_there_is_said_with_near_names(
    store: Store, named: list[Begun], text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        store.find(text)


@pytest.mark.parametrize("text", ["latest", "latest~2", "latest-1-1"])
def test_the_latest_of_no_runs_says_how_to_make_one(store: Store, text: str) -> None:
    with pytest.raises(UsageError, match="no runs yet; `recoworld run` makes one"):
        store.find(text)


def test_the_run_before_the_only_one_is_said_to_be_missing(store: Store) -> None:
    begin(store)
    with pytest.raises(UsageError, match="there is only one run"):
        store.find("latest~1")


def test_steps_are_read_as_columns_and_with_what_they_changed(store: Store) -> None:
    begun = begin(store)
    (number,) = store.new_session_ids(1)
    steps = [row("step", session_id=number, node=node, position=at, ms=2.5 * at, output_blob=blob)
             for at, (node, blob) in enumerate([("reason", None), ("retrieve", "b1")], 1)]  # fmt: skip
    store.put(
        {"session": [session(begun, number)], "blob": [("b1", b'{"candidates":[]}')], "step": steps}
    ).wait()
    (chunk,) = store.step_table(begun.run.id)
    assert (list(chunk["node"]), list(chunk["ms"])) == (["reason", "retrieve"], [2.5, 5.0])
    assert store.step_outputs(number) == {(1, "retrieve"): {"candidates": []}}
