"""The call tape and the cache: what is paid once is never paid again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from llm_stub import (
    GOOD,
    PROMPT,
    Canned,
    Desk,
    Pick,
    Stub,
    begin_session,
    completion,
    refused,
    said,
    with_desk,
)

from app.errors import StoreError
from app.llm.errors import AnswerError, CredentialsError, DriftError, MissingCallError, TransportError
from app.llm.prices import Price, Prices
from app.llm.tape import Place
from app.prompts import Rendered
from app.store.store import Store

Serve = Callable[..., Stub]


async def ask(desk: Desk) -> Pick:
    return await desk.ask()


def columns(db: Path, names: str) -> list[Any]:
    with closing(sqlite3.connect(db)) as connection, connection:
        found = connection.execute(f"SELECT {names} FROM v_calls ORDER BY call").fetchall()
    connection.close()
    return found


def test_an_answer_is_on_disk_when_it_is_returned(serve: Serve, store: Store, session: int, db: Path) -> None:
    server = serve()

    async def work(desk: Desk) -> list[Any]:
        await desk.ask()
        return columns(db, "turn, node, attempt, position, model, prompt, reply, accepted, error")

    rows = with_desk(server.base_url, work, store=store, session=session)
    assert rows == [(1, "review", 1, 1, "m", "user/review", GOOD, 1, None)]


def test_tokens_latency_seed_and_price_are_recorded(
    serve: Serve, store: Store, session: int, db: Path
) -> None:
    server = serve(Canned(completion(GOOD, usage=(1000, 500)), wait=0.02))
    prices = Prices({"m": Price(input=1.0, output=2.0)})
    with_desk(server.base_url, ask, store=store, session=session, prices=prices)
    ((prompt, completed, latency, usd, seed),) = columns(
        db, "prompt_tokens, completion_tokens, latency_ms, usd, seed"
    )
    assert (prompt, completed, usd, seed) == (1000, 500, 0.002, server.requests[0]["seed"])
    assert 20 <= latency < 2000


def test_an_unknown_price_is_null_and_never_0(serve: Serve, store: Store, session: int, db: Path) -> None:
    async def work(desk: Desk) -> Any:
        await desk.ask()
        return desk.caller.usage.usd

    assert with_desk(serve().base_url, work, store=store, session=session) is None
    assert columns(db, "usd") == [(None,)]


# ------------------------------------------------------------------------------ resume


def test_a_recorded_answer_is_not_paid_again(serve: Serve, store: Store, session: int) -> None:
    server = serve()
    first = with_desk(server.base_url, ask, store=store, session=session)

    async def again(desk: Desk) -> dict[str, Any]:
        assert await desk.ask() == first
        return desk.caller.usage.as_dict()

    used = with_desk(server.base_url, again, store=store, session=session)
    assert (used["calls"], used["recalled"], len(server.requests)) == (0, 1, 1)


def test_a_repair_goes_on_where_it_was_broken_off(serve: Serve, store: Store, session: int) -> None:
    server = serve(said("{"), refused(401, "revoked"), said(GOOD))
    with pytest.raises(CredentialsError):
        with_desk(server.base_url, ask, store=store, session=session)
    assert with_desk(server.base_url, ask, store=store, session=session).item == "i1"
    assert len(server.requests) == 3
    assert [len(r["messages"]) for r in server.requests] == [2, 4, 4]


def test_a_rejected_answer_is_rejected_again_for_nothing(serve: Serve, store: Store, session: int) -> None:
    server = serve(said("{"))
    for _ in range(2):
        with pytest.raises(AnswerError, match="not valid JSON"):
            with_desk(server.base_url, ask, store=store, session=session)
    assert len(server.requests) == 2


def test_every_request_has_its_row(serve: Serve, store: Store, session: int, db: Path) -> None:
    server = serve(
        refused(429, "slow"), Canned(cut=True), refused(400, "response_format"), said("{"), said(GOOD)
    )
    with_desk(server.base_url, ask, store=store, session=session)
    rows = columns(db, "attempt, accepted, error")
    assert [(row[0], row[1]) for row in rows] == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1)]
    kinds = [error.partition(":")[0] for *_, error in rows if error]
    assert kinds == ["rate_limit", "connection", "unsupported_format", "invalid"]
    assert len(server.requests) == 5


def test_what_is_no_completion_is_kept_too(serve: Serve, store: Store, session: int, db: Path) -> None:
    server = serve(Canned(b"<html>Sorry</html>"), said(GOOD))
    with_desk(server.base_url, ask, store=store, session=session)
    assert columns(db, "reply")[0] == ("<html>Sorry</html>",)


def test_a_resume_after_a_lasting_fault_tries_afresh(serve: Serve, store: Store, session: int) -> None:
    server = serve(*[refused(500, "down")] * 4, said(GOOD))
    with pytest.raises(TransportError):
        with_desk(server.base_url, ask, store=store, session=session)
    assert with_desk(server.base_url, ask, store=store, session=session).item == "i1"


def test_calls_of_a_turn_are_numbered_in_order(serve: Serve, store: Store, session: int, db: Path) -> None:
    async def work(desk: Desk) -> None:
        await desk.ask(1, "review")
        await desk.ask(1, "decide")
        await desk.ask(2, "review")

    with_desk(serve().base_url, work, store=store, session=session)
    assert columns(db, "turn, node, position") == [(1, "review", 1), (1, "decide", 2), (2, "review", 1)]


def test_a_call_in_flight_is_recorded_though_its_asker_is_canceled(
    serve: Serve, store: Store, session: int
) -> None:
    server = serve(Canned(completion(GOOD), wait=0.3))

    async def work(desk: Desk) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(desk.ask(), 0.1)
        with pytest.raises(ValueError, match="is being asked here already"):
            await desk.ask()

    with_desk(server.base_url, work, store=store, session=session)
    assert with_desk(server.base_url, ask, store=store, session=session).item == "i1"
    assert len(server.requests) == 1


# ------------------------------------------------------------------------------ drift and replay


async def ask_otherwise(desk: Desk) -> Pick:
    return await desk.ask(user="Which one is it?")


def test_another_request_at_a_recorded_place_is_drift(serve: Serve, store: Store, session: int) -> None:
    server = serve()
    with_desk(server.base_url, ask, store=store, session=session)
    with pytest.raises(DriftError, match=r"run-1-7:1:review: the tape holds the answer to another request"):
        with_desk(server.base_url, ask_otherwise, store=store, session=session)
    assert len(server.requests) == 1


@pytest.mark.parametrize("model", [{"name": "n"}, {"seed": 8}, {"temperature": 0.1}, {"max_tokens": 5}])
def test_model_seed_and_temperature_belong_to_the_request(
    serve: Serve, store: Store, session: int, model: Any
) -> None:
    server = serve()
    with_desk(server.base_url, ask, store=store, session=session)
    with pytest.raises(DriftError):
        with_desk(server.base_url, ask, store=store, session=session, model=model)


def test_drift_may_be_allowed(serve: Serve, store: Store, session: int) -> None:
    server = serve()
    with_desk(server.base_url, ask, store=store, session=session)
    allowed = {"allow_drift": True}
    assert with_desk(server.base_url, ask_otherwise, store=store, session=session, tape=allowed).item == "i1"
    assert len(server.requests) == 1


def test_a_recorded_answer_that_fits_no_more_is_drift(serve: Serve, store: Store, session: int) -> None:
    server = serve()
    with_desk(server.base_url, ask, store=store, session=session)

    async def stricter(desk: Desk) -> Any:
        def refuse(pick: Pick) -> None:
            raise ValueError("it must be i2")

        return await desk.model.ask(
            desk.place(), Rendered(PROMPT[1], PROMPT[0], "You are a user.", "Which one?"), Pick, refuse
        )

    with pytest.raises(DriftError, match="does not fit the question any more: it must be i2"):
        with_desk(server.base_url, stricter, store=store, session=session)


REPLAY = {"live": False}


def test_a_replay_makes_no_call(serve: Serve, store: Store, session: int) -> None:
    server = serve(refused(500, "down"), said("{"), said(GOOD))
    with_desk(server.base_url, ask, store=store, session=session)
    replayed = with_desk("http://127.0.0.1:9/v1", ask, store=store, session=session, tape=REPLAY)
    assert replayed.item == "i1"


def test_a_replay_of_what_is_not_recorded_says_where(store: Store, session: int) -> None:
    with pytest.raises(MissingCallError, match=r"run-1-7:1:review: the tape holds no attempt 1"):
        with_desk("http://127.0.0.1:9/v1", ask, store=store, session=session, tape=REPLAY)


@pytest.mark.parametrize(
    ("canned", "kind"),
    [
        (refused(500, "down"), TransportError),
        (refused(401, "no"), CredentialsError),
        (said("{"), AnswerError),
    ],
)
def test_a_replay_fails_as_the_run_failed(
    serve: Serve, store: Store, session: int, canned: Canned, kind: type[Exception]
) -> None:
    server = serve(canned)
    with pytest.raises(kind) as live:
        with_desk(server.base_url, ask, store=store, session=session)
    with pytest.raises(kind) as replayed:
        with_desk(server.base_url, ask, store=store, session=session, tape=REPLAY)
    assert str(replayed.value) == str(live.value)


# ------------------------------------------------------------------------------ wrong use


def test_a_prompt_that_is_not_stored_is_refused_before_it_is_paid(
    serve: Serve, store: Store, session: int
) -> None:
    server = serve()

    async def work(desk: Desk) -> None:
        await desk.model.ask(desk.place(), Rendered("user/other", "h2", "s", "u"), Pick)

    with pytest.raises(ValueError, match=r"prompt h2 is not stored; give it to `Tape.add_prompts` first"):
        with_desk(server.base_url, work, store=store, session=session)
    assert server.requests == []


def test_a_session_that_is_not_stored_is_refused_before_it_is_paid(serve: Serve, store: Store) -> None:
    server = serve()
    with pytest.raises(StoreError, match="no session number 5"):
        with_desk(server.base_url, ask, store=store, session=5)
    assert server.requests == []


def test_two_questions_at_one_place_are_refused(serve: Serve, store: Store, session: int) -> None:
    async def work(desk: Desk) -> list[Any]:
        return await asyncio.gather(desk.ask(), desk.ask(), return_exceptions=True)

    first, second = with_desk(serve().base_url, work, store=store, session=session)
    assert first.item == "i1"
    assert "give each its own node" in str(second)


def test_a_place_without_a_session_is_asked_every_time(serve: Serve, store: Store, db: Path) -> None:
    server = serve()
    for _ in range(2):
        with_desk(server.base_url, ask, store=store)
    assert len(server.requests) == 2
    assert columns(db, "session, accepted") == [(None, 1), (None, 1)]


# ------------------------------------------------------------------------------ the cache


def ask_in(desk: Desk, session: int, user: str = "Which one?") -> Any:
    at = Place(session, "run-1-7", 1, "review")
    return desk.model.ask(at, Rendered(PROMPT[1], PROMPT[0], "You are a user.", user), Pick)


@pytest.mark.parametrize(("cache", "answered"), [("off", 0), ("read", 1), ("readwrite", 3)])
def test_the_cache_answers_identical_requests(serve: Serve, store: Store, cache: str, answered: int) -> None:
    server = serve()
    before, *sessions = begin_session(store, 5)
    with_desk(server.base_url, lambda desk: ask_in(desk, before), store=store)

    async def four(desk: Desk) -> int:
        for session, user in zip(sessions, ("Which one?", "New?", "New?", "New?"), strict=True):
            await ask_in(desk, session, user)
        return desk.caller.usage.cached

    assert with_desk(server.base_url, four, store=store, tape={"cache": cache}) == answered
    assert len(server.requests) == 5 - answered


def test_a_cached_answer_is_on_the_tape_and_costs_nothing(serve: Serve, store: Store, db: Path) -> None:
    server = serve()
    one, two = begin_session(store, 2)
    for session in (one, two):
        with_desk(
            server.base_url, lambda desk, s=session: ask_in(desk, s), store=store, tape={"cache": "read"}
        )
    assert len(server.requests) == 1
    assert columns(db, "finish_reason, usd, prompt_tokens, latency_ms, reply")[1] == (
        "cache",
        0.0,
        None,
        None,
        GOOD,
    )


def test_a_rejected_answer_is_never_served_from_the_cache(serve: Serve, store: Store) -> None:
    server = serve(said("{"), said("{"), said(GOOD))
    one, two = begin_session(store, 2)
    cached = {"cache": "readwrite"}
    with pytest.raises(AnswerError):
        with_desk(server.base_url, ask, store=store, session=one, tape=cached)
    assert with_desk(server.base_url, ask, store=store, session=two, tape=cached).item == "i1"
