"""Calls over real HTTP: what is sent again, what never is, and what is said of a failure."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
from llm_stub import GOOD, QUICK, Canned, Desk, Pick, Stub, completion, refused, said, with_desk

from app.llm.endpoint import Endpoint
from app.llm.errors import (
    CredentialsError,
    EndpointError,
    ModelError,
    RequestError,
    TransportError,
    UnknownModelError,
)
from app.llm.retrying import Retries
from app.prompts import Image

Serve = Callable[..., Stub]
KEY = "sk-very-secret-0123456789"


async def ask(desk: Desk) -> Pick:
    return await desk.ask()


async def usage(desk: Desk) -> dict[str, object]:
    await desk.ask()
    return desk.caller.usage.as_dict()


def failing(server: Stub, kind: type[ModelError] = ModelError, **options: object) -> ModelError:
    with pytest.raises(kind) as caught:
        with_desk(server.base_url, ask, **options)
    return caught.value


# ------------------------------------------------------------------------------ sent again


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(serve: Serve, status: int) -> None:
    server = serve(refused(status, "not now"), said(GOOD))
    used = with_desk(server.base_url, usage)
    assert (used["calls"], used["retries"], len(server.requests)) == (2, 1, 2)
    assert server.requests[0] == server.requests[1]


@pytest.mark.parametrize(
    ("canned", "kind"),
    [
        (Canned(cut=True), "connection"),
        (Canned(completion(GOOD), wait=1.0), "timeout"),
        (Canned(b"<html>Bad gateway</html>"), "malformed"),
        (Canned(b'{"choices": [{"message": 5}]}'), "malformed"),
        (Canned({"error": {"message": "the upstream is away", "code": 502}}), "malformed"),
        (Canned(b"[]"), "malformed"),
    ],
)  # fmt: skip
def test_a_reply_that_is_no_completion_is_asked_for_again(serve: Serve, canned: Canned, kind: str) -> None:
    server = serve(canned, said(GOOD))
    assert with_desk(server.base_url, usage, timeout=0.3)["failures"] == {kind: 1}


def test_a_reply_that_trickles_in_is_cut_off_at_the_timeout(serve: Serve) -> None:
    server = serve(Canned(completion(GOOD), trickle=0.02))
    start = time.perf_counter()
    assert failing(server, TransportError, timeout=0.1, retries=Retries(times=0)).kind == "timeout"
    assert time.perf_counter() - start < 2.0


def test_a_lasting_fault_is_given_up(serve: Serve) -> None:
    server = serve(refused(503, "overloaded"))
    error = failing(server, TransportError)
    assert (error.kind, str(error)) == ("server_error", "503: overloaded")
    assert len(server.requests) == 1 + QUICK.times


@pytest.mark.parametrize("late", ["0.4", "next year"])
def test_retry_after_is_kept_and_too_long_a_one_ends_the_question(serve: Serve, late: str) -> None:
    after = late if late == "0.4" else formatdate(time.time() + 3600 * 24 * 365, usegmt=True)
    server = serve(refused(429, "slow down", retry_after=after), said(GOOD))
    start = time.perf_counter()
    if late == "0.4":
        with_desk(server.base_url, ask)
        assert time.perf_counter() - start >= 0.4
    else:
        assert failing(server, TransportError).kind == "rate_limit"
        assert len(server.requests) == 1


def test_a_rate_limit_halves_the_calls_in_flight(serve: Serve) -> None:
    server = serve(refused(429, "slow down"), said(GOOD))

    async def limit(desk: Desk) -> float:
        await desk.ask()
        return desk.caller.endpoint.gate.limit

    assert 8 <= with_desk(server.base_url, limit, concurrency=16) < 9


# ------------------------------------------------------------------------------ never again


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, RequestError, 1),
        (401, CredentialsError, 2),
        (402, CredentialsError, 2),
        (403, CredentialsError, 2),
        (404, UnknownModelError, 2),
        (413, RequestError, 1),
        (422, RequestError, 1),
    ],
)
def test_a_refusal_for_good_is_never_tried_again(
    serve: Serve, status: int, kind: type[ModelError], code: int
) -> None:
    server = serve(refused(status, "that will not do"))
    error = failing(server, kind)
    assert error.exit_code == code
    assert f"{status}: that will not do" in str(error)
    assert len(server.requests) == 1


def test_only_errors_of_the_endpoint_stop_a_run(serve: Serve) -> None:
    assert failing(serve(refused(401, "no"))).stops_run
    assert not failing(serve(refused(400, "no"))).stops_run
    assert issubclass(CredentialsError, EndpointError)


def test_an_empty_account_is_no_rate_limit(serve: Serve) -> None:
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    assert "insufficient_quota" in str(failing(serve(Canned(body, 429)), CredentialsError))


def test_openai_without_a_key_is_refused_before_any_call() -> None:
    with pytest.raises(CredentialsError, match="set OPENAI_API_KEY"):
        Endpoint(None, None)


def test_errors_are_one_line_and_never_show_the_key(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = failing(serve(refused(401, f"Incorrect API key\nprovided: {KEY}.")), CredentialsError, key=KEY)
    assert "Incorrect API key provided: [key]." in str(error)
    assert KEY not in caplog.text
    assert KEY not in repr(error.__dict__)
    assert error.__cause__ is None


def test_a_password_in_the_address_is_not_shown() -> None:
    assert Endpoint("http://ana:hidden@127.0.0.1:9/v1").shown == "http://127.0.0.1:9/v1"


# ------------------------------------------------------------------------------ what is sent


def test_seed_temperature_and_schema_are_sent(serve: Serve) -> None:
    server = serve()
    with_desk(server.base_url, ask, model={"temperature": 0.5, "max_tokens": 300})
    (sent,) = server.requests
    assert 0 <= sent["seed"] < 2**31
    assert (sent["temperature"], sent["max_completion_tokens"]) == (0.5, 300)
    assert sent["response_format"]["json_schema"]["strict"] is True
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]


def test_without_a_seed_none_is_sent(serve: Serve) -> None:
    server = serve()
    with_desk(server.base_url, ask, model={"seed": None})
    assert "seed" not in server.requests[0]
    assert "temperature" not in server.requests[0]


def test_the_seed_is_of_the_user_the_turn_and_the_node(serve: Serve) -> None:
    server = serve()

    async def several(desk: Desk) -> None:
        for turn, node in ((1, "review"), (1, "review"), (2, "review"), (1, "decide")):
            await desk.ask(turn, node)

    with_desk(server.base_url, several)
    first, again, *others = [sent["seed"] for sent in server.requests]
    assert first == again
    assert len({first, *others}) == 3


def test_images_go_as_content_blocks_after_the_text(serve: Serve) -> None:
    server = serve()

    async def look(desk: Desk) -> None:
        await desk.ask(images=(Image("AAAA", "image/png"),))

    with_desk(server.base_url, look)
    text, image = server.requests[0]["messages"][1]["content"]
    assert text == {"type": "text", "text": "Which one?"}
    assert image == {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def test_one_connection_serves_calls_one_after_the_other(serve: Serve) -> None:
    server = serve()

    async def three(desk: Desk) -> int:
        for turn in (1, 2, 3):
            await desk.ask(turn)
        return len(server._open)

    assert with_desk(server.base_url, three) == 1
