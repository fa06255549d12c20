"""The rows of the call tape, written one by one and read back."""

from __future__ import annotations

from typing import Any

import pytest
from store_rows import begin, one_session, session

from app.errors import StoreError
from app.llm.tape import Call, TapeStore
from app.store.store import Store
from app.store.tables import COLUMNS


def call(session: int | None, **values: Any) -> Call:
    """A call with usual values."""
    usual: dict[str, Any] = {name: None for name in COLUMNS["call"] if name != "reply_blob"}
    usual |= {"turn": 2, "node": "review", "attempt": 1, "position": 1, "request_hash": "r2", "model": "m"}
    usual |= {
        "reply": "grüß",
        "accepted": True,
        "latency_ms": 1.5,
        "prompt_tokens": 10,
        "completion_tokens": 5,
    }
    return Call(**usual | {"session_id": session} | values)


def test_a_call_is_read_back_with_its_reply(store: Store) -> None:
    _, number = one_session(store)
    store.put_call(call(number, accepted=False, error="invalid: no", finish_reason="stop")).wait()
    row = store.recorded_calls(number)[-1]
    assert (row.turn, row.node, row.attempt, row.reply) == (2, "review", 1, "grüß")
    assert (row.accepted, row.error, row.finish_reason) == (False, "invalid: no", "stop")


def test_a_call_without_text_has_no_reply(store: Store) -> None:
    _, number = one_session(store)
    store.put_call(call(number, reply=None)).wait()
    assert store.recorded_calls(number)[-1].reply is None


def test_any_text_survives(store: Store) -> None:
    _, number = one_session(store)
    text = "\x00 lone \ud800 surrogate \U0001f600"
    store.put_call(call(number, reply=text)).wait()
    assert store.recorded_calls(number)[-1].reply == text


def test_calls_come_in_the_order_of_turn_and_position(store: Store) -> None:
    _, number = one_session(store)
    for turn, position, node in ((3, 2, "b"), (3, 1, "a"), (2, 1, "c")):
        store.put_call(call(number, turn=turn, position=position, node=node)).wait()
    assert [row.node for row in store.recorded_calls(number)] == ["decide", "c", "a", "b"]


def test_a_session_without_calls_has_an_empty_tape(store: Store) -> None:
    begun = begin(store)
    (number,) = store.new_session_ids(1)
    store.put({"session": [session(begun, number)]}).wait()
    assert store.recorded_calls(number) == []
    with pytest.raises(StoreError, match="no session number 999 for calls to belong to"):
        store.recorded_calls(999)


def test_the_same_attempt_twice_is_refused(store: Store) -> None:
    _, number = one_session(store)
    store.put_call(call(number)).wait()
    with pytest.raises(StoreError, match="UNIQUE"):
        store.put_call(call(number)).wait()


def test_an_accepted_reply_is_found_by_request(store: Store) -> None:
    _, number = one_session(store)
    store.put_call(call(number, request_hash="same", reply="old")).wait()
    newest = store.last_call()
    store.put_call(call(None, request_hash="same", reply="new")).wait()
    store.put_call(call(None, request_hash="same", reply="bad", accepted=False)).wait()
    assert store.accepted_reply("same") == "new"
    assert store.accepted_reply("same", newest) == "old"
    assert store.accepted_reply("other") is None


def test_a_new_store_has_no_call(store: Store) -> None:
    assert store.last_call() == 0


def test_totals_count_what_was_sent_and_what_was_not(store: Store) -> None:
    begun, number = one_session(store)
    silent: dict[str, Any] = {"prompt_tokens": None, "completion_tokens": None, "latency_ms": None}
    rows = [
        call(number, turn=3, usd=0.5, cached_tokens=4),
        call(number, turn=4, usd=None),
        call(number, turn=5, finish_reason="cache", usd=0.0, **silent),
        call(number, turn=6, reply=None, accepted=False, **silent),
        call(number, turn=7, usd=0.25, completion_tokens=None),
        call(None, usd=9.0),
    ]
    for row in rows:
        store.put_call(row).wait()
    totals = store.call_totals(begun.run.id)
    assert (totals.calls, totals.cached) == (5, 1)
    assert (totals.prompt_tokens, totals.completion_tokens, totals.cached_tokens) == (30, 10, 4)
    assert (totals.unmetered, totals.unpriced, totals.priced_usd) == (1, 1, 0.75)


def test_a_run_without_calls_has_used_nothing(store: Store) -> None:
    assert sum(store.call_totals(store.start_run("n", 1, {}, 1, "0").id)) == 0


def test_prompts_are_stored_once(store: Store) -> None:
    begun, number = one_session(store)
    for _ in range(2):
        store.put_prompts([("h9", "user/review", "Look.")]).wait()
    store.put_call(call(number, prompt_hash="h9")).wait()
    assert store.call_totals(begun.run.id).calls == 2


def test_the_store_is_a_tape_store(store: Store) -> None:
    tape: TapeStore = store
    assert tape.last_call() == 0


def test_calls_are_summed_by_node_and_prompt(store: Store) -> None:
    begun, number = one_session(store)
    store.put_prompts([("h1", "user/review", "Look."), ("h2", "user/review", "Look!")]).wait()
    rows = [
        call(number, turn=3, prompt_hash="h1", usd=0.5, accepted=False, error="invalid: no"),
        call(number, turn=3, prompt_hash="h1", usd=0.25, attempt=2),
        call(number, turn=4, prompt_hash="h2"),
        call(number, turn=5, prompt_hash="h2", finish_reason="cache", usd=0.0, latency_ms=None, attempt=2),
    ]
    for row in rows:
        store.put_call(row).wait()
    first, second = (sums for sums in store.node_calls(begun.run.id) if sums.node == "review")
    assert (first.node, first.prompt, first.prompt_hash) == ("review", "user/review", "h1")
    assert (first.calls, first.retries, first.unpriced, first.priced_usd) == (2, 1, 0, 0.75)
    assert (second.calls, second.cached, second.retries, second.unpriced) == (1, 1, 0, 1)
    assert store.call_errors(begun.run.id) == [("review", "invalid")]
