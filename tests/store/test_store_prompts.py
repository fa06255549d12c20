"""Prompts and their uses, read back by version and run."""

from __future__ import annotations

from store_rows import one_session
from test_store_calls import call

from app.store.prompts import PromptUse, StoredPrompt
from app.store.store import Store


def test_prompts_are_read_back_by_name(store: Store) -> None:
    store.put_prompts([("h2", "user/review", "b"), ("h1", "user/decide", "a")]).wait()
    assert StoredPrompt("h1", "user/decide", "a") in store.prompts()
    assert [row.name for row in store.prompts()] == sorted(row.name for row in store.prompts())


def test_uses_are_counted_by_version_and_run(store: Store) -> None:
    _, number = one_session(store)
    store.put_prompts([("h1", "user/decide", "a"), ("h2", "user/decide", "b")]).wait()
    for turn, accepted, tokens in ((2, False, 10), (3, True, 20), (4, True, None)):
        store.put_call(
            call(number, turn=turn, node="x", prompt_hash="h1", accepted=accepted, prompt_tokens=tokens)
        ).wait()
    (use,) = [use for use in store.prompt_uses() if use.hash == "h1"]
    assert use == PromptUse("h1", use.run, 1, 3, 2, 15.0, use.last)
    assert use.run == store.runs()[0].key
    assert not any(use.hash == "h2" for use in store.prompt_uses())


def test_a_call_outside_of_a_session_is_no_use(store: Store) -> None:
    store.put_prompts([("h1", "user/decide", "a")]).wait()
    store.put_call(call(None, prompt_hash="h1")).wait()
    assert not any(use.hash == "h1" for use in store.prompt_uses())
