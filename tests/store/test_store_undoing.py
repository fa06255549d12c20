"""Turns that are taken back: what goes, what stays, and that no call is lost."""

from __future__ import annotations

from typing import Any

from store_rows import begin, exposures, row, session

from app.store.store import Store

PER_TURN = ("turn", "mindset", "exposure_text", "instruction", "step", "call")


def _turn(number: int, turn: int) -> dict[str, Any]:
    """All that is stored of one turn, with steps and calls of two nodes."""
    nodes = [("reason", 1), ("review", 4)]
    return {
        "turn": [row("turn", session_id=number, number=turn)],
        "mindset": [row("mindset", session_id=number, turn=turn)],
        "exposure": exposures({"session_id": number, "turn": turn, "position": 1, "item": turn}),
        "exposure_text": [row("exposure_text", session_id=number, turn=turn, position=1, text="{}")],
        "instruction": [row("instruction", session_id=number, turn=turn)],
        "step": [row("step", session_id=number, turn=turn, node=n, position=p) for n, p in nodes],
        "call": [row("call", session_id=number, turn=turn, node=n, position=p) for n, p in nodes],
    }


def _played(store: Store, turns: int = 3) -> tuple[int, int]:
    """Two sessions of so many turns each."""
    begun = begin(store)
    one, other = store.new_session_ids(2)
    store.put({"session": [session(begun, one), session(begun, other, 2)]})
    for number in (one, other):
        store.put({"mindset": [row("mindset", session_id=number)]})
        for turn in range(1, turns + 1):
            store.put(_turn(number, turn))
    store.flush()
    return one, other


def _calls(store: Store, number: int) -> list[str]:
    return [f"{call.turn}:{call.node}" for call in store.recorded_calls(number)]


def test_a_session_loses_the_turns_and_no_other_does(store: Store) -> None:
    one, other = _played(store)
    before = store.session_rows(other)
    store.take_back(one, 2)
    rows = store.session_rows(one)
    assert [turn.number for turn in rows.turns] == [1]
    assert [mindset.turn for mindset in rows.mindsets] == [0, 1]
    assert [shown.turn for shown in rows.exposures] == [1]
    assert [asked.turn for asked in rows.instructions] == [1]
    assert store.session_rows(other) == before


def test_steps_that_are_kept_are_those_of_the_first_turn_taken_back(store: Store) -> None:
    one, _ = _played(store)
    store.take_back(one, 2, kept=["reason"])
    steps = [(step.turn, step.node) for step in store.session_rows(one).steps]
    assert steps == [(1, "reason"), (1, "review"), (2, "reason")]


def test_calls_are_set_aside_and_not_lost(store: Store) -> None:
    one, other = _played(store)
    store.take_back(one, 2, again=["reason"])
    assert _calls(store, one) == [
        "1:reason", "1:review", "2:reason", "2:review:undone1", "3:reason:undone1", "3:review:undone1",
    ]  # fmt: skip
    assert len(_calls(store, other)) == 6


def test_a_turn_may_be_taken_back_again_and_again(store: Store) -> None:
    one, _ = _played(store, turns=1)
    for _ in range(11):
        store.take_back(one, 1)
        store.put(_turn(one, 1)).wait()
    calls = set(_calls(store, one))
    assert len(calls) == 24
    assert {"1:review", "1:review:undone1", "1:review:undone11"} <= calls


def test_children_are_found_by_where_they_began(store: Store) -> None:
    begun = begin(store)
    first, ghost, fork = store.new_session_ids(3)
    store.put({"session": [session(begun, first)]}).wait()
    store.put({"session": [
        session(begun, ghost, 2, parent_id=first, parent_turn=1, parent_node="ghost"),
        session(begun, fork, 3, parent_id=first, parent_turn=2, parent_node="review"),
    ]}).wait()  # fmt: skip
    assert [row.id for row in store.sessions_from("ghost")] == [ghost]
