"""Answers that cannot be used: each of its own kind, repaired once, kept as it came."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from llm_stub import GOOD, Canned, Desk, Pick, Stub, completion, said, with_desk

from app.llm.errors import AnswerError
from app.llm.scripted import ScriptedServer
from app.store.store import Store

Serve = Callable[..., Stub]

NO_CHOICE = Canned(completion("") | {"choices": []})
NULL_CHOICES = Canned(completion("") | {"choices": None})
UNUSABLE = [
    (said(None, refusal="I cannot help with that."), "refusal", "the model refused: I cannot help"),
    (said("", finish="content_filter"), "refusal", "its answer was filtered"),
    (said(GOOD[:20], finish="length"), "truncated", "cut off at the limit"),
    (said(GOOD, finish="length"), "truncated", "cut off at the limit"),
    (NO_CHOICE, "empty", "the reply holds no answer"),
    (NULL_CHOICES, "empty", "the reply holds no answer"),
    (said(" \n"), "empty", "the answer is empty"),
    (said(None), "empty", "the answer is empty"),
    (said("{not json"), "invalid", "not valid JSON"),
    (said(GOOD.replace("i1", "i9")), "invalid", "item 'i9' was not shown"),
    (said('{"item": "i1"}'), "invalid", "mood: Field required"),
    (said(GOOD.replace("0.5", "NaN")), "invalid", "NaN is not a JSON number"),
    (said(GOOD.replace('"mood"', '"item": "i2", "mood"')), "invalid", "the key 'item' stands twice"),
]


async def ask(desk: Desk) -> Pick:
    return await desk.ask()


@pytest.mark.parametrize(("canned", "kind", "message"), UNUSABLE)
def test_an_unusable_answer_is_repaired_once(serve: Serve, canned: Canned, kind: str, message: str) -> None:
    server = serve(canned, said(GOOD))

    async def work(desk: Desk) -> dict[str, int]:
        assert await desk.ask() == Pick(item="i1", mood="good", score=0.5)
        return dict(desk.caller.usage.failures)

    assert with_desk(server.base_url, work) == {kind: 1}
    assert message in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize(("canned", "kind", "message"), UNUSABLE)
def test_a_second_unusable_answer_is_an_error_of_its_kind(
    serve: Serve, canned: Canned, kind: str, message: str
) -> None:
    server = serve(canned)
    with pytest.raises(AnswerError, match=message[:20]) as caught:
        with_desk(server.base_url, ask)
    assert (caught.value.kind, len(server.requests)) == (kind, 2)
    assert not caught.value.stops_run


def test_the_repair_shows_the_reply_and_the_error_after_the_same_prefix(serve: Serve) -> None:
    bad = GOOD.replace("i1", "i9")
    server = serve(said(bad), said(GOOD))
    with_desk(server.base_url, ask)
    first, second = (request["messages"] for request in server.requests)
    assert second[:2] == first
    assert second[2] == {"role": "assistant", "content": bad}
    assert second[3]["content"].startswith("That answer cannot be used: item 'i9' was not shown")


def test_the_raw_reply_is_in_the_error_and_on_the_tape(serve: Serve, store: Store, session: int) -> None:
    server = serve(said("I would rather talk."))
    with pytest.raises(AnswerError) as caught:
        with_desk(server.base_url, ask, store=store, session=session)
    assert caught.value.reply == "I would rather talk."
    rows = store.recorded_calls(session)
    assert [(r.attempt, r.reply, r.accepted) for r in rows] == [
        (1, "I would rather talk.", False),
        (2, "I would rather talk.", False),
    ]
    assert rows[0].error == "invalid: the answer holds no JSON object"


def test_a_long_rejected_reply_is_shown_in_part(serve: Serve) -> None:
    server = serve(said("x" * 100_000), said(GOOD))
    with_desk(server.base_url, ask)
    assert len(server.requests[1]["messages"][2]["content"]) < 9_000


def test_an_answer_in_blocks_of_text_is_read(serve: Serve) -> None:
    server = serve(said(None, content=[{"type": "text", "text": GOOD}]))
    assert with_desk(server.base_url, ask).item == "i1"


@pytest.mark.parametrize(
    "fault", ["refusal", "truncation", "empty_choices", "invalid_json", "wrong_ids", "nan", "duplicate_keys"]
)
def test_the_faults_of_the_scripted_server_are_repaired(fault: str) -> None:
    async def work(desk: Desk) -> str:
        return (await desk.ask(user='<items><item id="i1">One</item><item id="i2">Two</item></items>')).item

    with ScriptedServer(first=[fault, "ok"]) as server:
        assert with_desk(server.base_url, work) in ("i1", "i2")
        assert server.counts()["outcomes"] == {fault: 1, "ok": 1}
