"""Structure is asked for in the best way the server can do, and that is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from llm_stub import GOOD, Canned, Desk, Stub, completion, refused, said, with_desk

from app.llm.ability import Ability
from app.llm.errors import AnswerError, RequestError
from app.llm.request import Mode
from app.llm.scripted import ScriptedServer

Serve = Callable[..., Stub]
USER = '<items><item id="i1">One</item><item id="i2">Two</item></items>'


def way(request: dict[str, Any]) -> str:
    """How a request asked for structure."""
    if "tools" in request:
        return "tools"
    return request.get("response_format", {}).get("type", "text")


async def twice(desk: Desk) -> Mode:
    await desk.ask(1, user=USER)
    await desk.ask(2, user=USER)
    return desk.caller.endpoint.ability("m").mode


def ways(server: ScriptedServer) -> list[str]:
    return [way(request) for request in server.requests()]


@pytest.mark.parametrize("unsupported", ["400", "500"])
@pytest.mark.parametrize(
    ("capabilities", "tried"),
    [
        (["json_schema"], ["json_schema", "json_schema"]),
        (["json_object", "tools"], ["json_schema", "json_object", "json_object"]),
        (["tools"], ["json_schema", "json_object", "tools", "tools"]),
        (["images"], ["json_schema", "json_object", "tools", "text", "text"]),
    ],
)
def test_a_refused_way_is_left_at_once_and_for_good(
    capabilities: list[str], tried: list[str], unsupported: Any
) -> None:
    with ScriptedServer(capabilities=capabilities, unsupported=unsupported, reply=lambda _: GOOD) as server:
        with_desk(server.base_url, twice)
        assert ways(server) == tried


def test_a_server_that_ignores_the_schema_is_shown_it(serve: Serve) -> None:
    server = serve(said("The first."), said(GOOD), said("The first."), said(GOOD))
    assert with_desk(server.base_url, twice) is Mode.OBJECT
    assert [way(r) for r in server.requests] == ["json_schema", "json_object"] * 2
    assert '"mood"' in server.requests[1]["messages"][0]["content"]
    assert '"mood"' not in server.requests[0]["messages"][0]["content"]


def test_a_doubled_key_is_no_sign_that_the_way_works(serve: Serve) -> None:
    doubled = said(GOOD.replace('"mood"', '"item": "i1", "mood"'))
    server = serve(doubled, said(GOOD), doubled, said(GOOD))
    assert with_desk(server.base_url, twice) is Mode.OBJECT


def test_one_bad_reply_does_not_leave_a_way_that_works(serve: Serve) -> None:
    server = serve(said(GOOD), said("{oops"), said("{oops"))

    async def work(desk: Desk) -> Mode:
        await desk.ask(1)
        for turn in (2, 3):
            with pytest.raises(AnswerError):
                await desk.ask(turn)
        return desk.caller.endpoint.ability("m").mode

    assert with_desk(server.base_url, work) is Mode.SCHEMA
    assert {way(r) for r in server.requests} == {"json_schema"}


def test_a_wrong_id_says_nothing_about_the_way(serve: Serve) -> None:
    server = serve(said(GOOD.replace("i1", "i9")), said(GOOD))
    with_desk(server.base_url, twice)
    assert {way(r) for r in server.requests} == {"json_schema"}


def test_the_arguments_of_a_tool_call_are_the_answer(serve: Serve) -> None:
    call = {"id": "t1", "type": "function", "function": {"name": "Pick", "arguments": GOOD}}
    unsupported = refused(400, "response_format is not supported")
    server = serve(unsupported, unsupported, said(None, tool_calls=[call]))
    with_desk(server.base_url, twice)
    assert server.requests[2]["tool_choice"]["function"]["name"] == "Pick"


def test_a_refusal_that_quotes_the_request_is_not_taken_for_one_of_the_way(serve: Serve) -> None:
    detail = [{"loc": ["body", "messages"], "msg": "too long", "input": "which tools? response_format!"}]
    server = serve(Canned({"detail": detail}, 422))
    with pytest.raises(RequestError, match=r"body\.messages: too long"):
        with_desk(server.base_url, twice)


def test_a_server_without_seeds_is_asked_without_one(serve: Serve) -> None:
    server = serve(refused(422, "body.seed: extra fields not permitted"), said(GOOD))
    with_desk(server.base_url, twice)
    assert ["seed" in r for r in server.requests] == [True, False, False]


def test_what_no_step_down_cures_is_a_refused_request(serve: Serve) -> None:
    server = serve(refused(400, "tools are out of order"))
    with pytest.raises(RequestError, match="tools are out of order"):
        with_desk(server.base_url, twice)
    assert [way(r) for r in server.requests] == ["json_schema", "json_object", "tools", "text"]


def test_each_model_of_an_endpoint_has_its_own_way(serve: Serve) -> None:
    server = serve(refused(400, "response_format"), said(GOOD))

    async def modes(desk: Desk) -> tuple[Mode, Mode]:
        await desk.ask()
        endpoint = desk.caller.endpoint
        return endpoint.ability("m").mode, endpoint.ability("other").mode

    assert with_desk(server.base_url, modes) == (Mode.OBJECT, Mode.SCHEMA)


def test_calls_in_flight_step_down_only_once() -> None:
    ability = Ability()
    assert all(ability.refused(Mode.SCHEMA) for _ in range(5))
    assert ability.mode is Mode.OBJECT
    assert Ability(mode=Mode.TEXT).refused(Mode.TEXT) is False


def test_content_is_read_where_a_tool_call_was_wanted(serve: Serve) -> None:
    unsupported = refused(400, "response_format is not supported")
    server = serve(unsupported, unsupported, Canned(completion(f"Sure: {GOOD}")))
    assert with_desk(server.base_url, twice) is Mode.TOOLS
