"""The protocol of the scripted server: routes, errors in OpenAI's shape, limits, usage and counts."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from scripted_asking import Choice, Review, ask, chat, request_bytes, schema_of

from app.llm.scripted import ScriptedServer
from app.llm.scripted.bucket import Bucket

KEY = "sk-secret-and-long"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def strict(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = {"name": "x", "strict": True, "schema": schema} | more
    return {"type": "json_schema", "json_schema": named}


def with_part(part: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": part}, "required": ["a"], "additionalProperties": False}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": ""}, "must provide a model"),
        ({"messages": None}, "Missing required parameter: 'messages'"),
        ({"messages": []}, "at least one message"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "x", "id": "1"}]}, "Unknown parameter: 'messages[0].id'"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x", "id": "1"}]}]},
            "Unknown parameter: 'messages[0].content[0].id'",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "text or image_url"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "image_url.url",
        ),
        ({"messages": [{"role": "tool", "content": "x"}]}, "tool_call_id"),
        ({"n": 2}, "'n'"),
        ({"temperature": 3}, "'temperature'"),
        ({"seed": 1.5}, "'seed'"),
        ({"max_tokens": 0}, "'max_tokens'"),
        ({"response_format": {"type": "xml"}}, "'xml'"),
        ({"response_format": "json_object"}, "json_object"),
        ({"response_format": {"type": "json_object"}}, "contain the word 'json'"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.schema"),
        ({"response_format": strict({"type": "object"}, name="a b")}, "response_format.json_schema.name"),
        ({"response_format": strict({"type": "array"})}, 'type: "object"'),
        ({"response_format": strict({"type": "object"})}, "'additionalProperties' is required"),
        ({"response_format": strict(with_part({"type": "string", "default": "x"}))}, "'default'"),
        ({"response_format": strict(with_part({"$ref": "#", "description": "x"}))}, "$ref cannot have"),
        ({"response_format": strict(with_part({"type": "string"}) | {"required": []})}, "Missing 'a'"),
        ({"response_format": strict({"$ref": "#/no"}, strict=False)}, "Invalid schema"),
        ({"tools": [{"type": "function"}]}, "'tools'"),
        ({"tool_choice": "required"}, "'tool_choice' is only allowed"),
        (
            {
                "tools": [{"type": "function", "function": {"name": "f"}}],
                "tool_choice": {"type": "function", "function": {"name": "g"}},
            },
            "no tool is called 'g'",
        ),
    ],
)
def test_a_wrong_request_is_400_and_says_what(
    server: ScriptedServer, change: dict[str, Any], says: str
) -> None:
    answer = ask(server, chat("Hello.") | change)
    assert answer.status == 400
    assert says in answer.error["message"]
    assert answer.error["type"] == "invalid_request_error"
    assert answer.error.keys() == {"message", "type", "param", "code"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'{"a": NaN}', b"\xff"])
def test_a_body_that_is_no_json_object_is_400(server: ScriptedServer, raw: bytes) -> None:
    assert ask(server, raw).status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"input": []},
        {"input": [""]},
        {"input": [1.5]},
        {"input": "x", "dimensions": 0},
        {"input": "x", "encoding_format": "hex"},
    ],
)
def test_a_wrong_embedding_is_400(server: ScriptedServer, body: dict[str, Any]) -> None:
    assert ask(server, {"model": "m", **body}, "/v1/embeddings").status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/completions", 404),
        ("GET", "/", 404),
        ("GET", "/v1/models/other", 404),
        ("GET", "/v1/chat/completions", 405),
        ("GET", "/v1/models?limit=5", 200),
        ("GET", "/health", 200),
    ],
)
def test_each_path_has_its_methods(server: ScriptedServer, method: str, path: str, status: int) -> None:
    answer = ask(server, {}, path, method)
    assert answer.status == status
    assert status == 200 or answer.error["message"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong-key"}, {"Authorization": KEY}])
def test_without_the_key_there_is_401_and_no_key_is_repeated(header: dict[str, str]) -> None:
    with ScriptedServer(key=KEY) as server:
        answer = ask(server, chat(), headers=header)
        assert (answer.status, answer.error["code"]) == (401, "invalid_api_key")
        assert b"wrong-key" not in answer.raw
        assert KEY.encode() not in answer.raw + repr(server.options).encode()
        assert ask(server, chat(), headers={"Authorization": f"Bearer {KEY}"}).status == 200
        assert server.counts()["outcomes"] == {"ok": 1, "unauthorized": 1}


def test_another_model_than_the_known_ones_is_404() -> None:
    with ScriptedServer(models=["small", "big"]) as server:
        assert ask(server, chat(model="big")).status == 200
        answer = ask(server, chat(model="huge"))
        assert (answer.status, answer.error["code"]) == (404, "model_not_found")
        assert [one["id"] for one in ask(server, {}, "/v1/models", "GET").data["data"]] == ["small", "big"]


LACKING = [
    ({"response_format": schema_of(Choice)}, "json_object,tools", "response_format"),
    ({"response_format": {"type": "json_object"}}, "json_schema", "response_format"),
    ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "json_schema", "tools"),
    (
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}
            ]
        },
        "tools",
        "image_url",
    ),
]


@pytest.mark.parametrize(("change", "capabilities", "names"), LACKING)
@pytest.mark.parametrize("unsupported", ["400", "500", "ignore"])
def test_what_the_server_lacks_is_an_error_that_names_it_or_ignored(
    change: dict[str, Any], capabilities: str, names: str, unsupported: Any
) -> None:
    with ScriptedServer(capabilities=capabilities, unsupported=unsupported) as server:
        answer = ask(server, chat("Say json.") | change)
        assert answer.status == (200 if unsupported == "ignore" else int(unsupported))
        if unsupported == "ignore":
            assert answer.text.endswith(".")
        else:
            assert names in answer.error["message"]
            assert server.counts()["outcomes"] == {"unsupported": 1}


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_max_tokens_cuts_the_answer_and_says_length(server: ScriptedServer, name: str) -> None:
    whole = ask(server, chat(output=Review)).text
    answer = ask(server, chat(output=Review, **{name: 5}))
    assert answer.text == whole[:20]
    assert answer.data["choices"][0]["finish_reason"] == "length"
    assert answer.data["usage"]["completion_tokens"] == 5


def test_tokens_follow_the_rule(server: ScriptedServer) -> None:
    said = [{"role": "system", "content": "héllo"}, {"role": "user", "content": "12345678"}]
    answer = ask(server, chat(messages=said))
    usage = answer.data["usage"]
    assert usage["prompt_tokens"] == (2 + 4) + (2 + 4)
    assert usage["completion_tokens"] == -(-len(answer.text.encode()) // 4)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def cached(server: ScriptedServer, system: str, user: str, **more: Any) -> int:
    said = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    usage = ask(server, chat(messages=said, **more)).data["usage"]
    return int(usage["prompt_tokens_details"]["cached_tokens"])


def test_cached_tokens_are_the_prefix_shared_with_the_last_prompt_of_the_conversation() -> None:
    with ScriptedServer() as server:
        assert cached(server, "A" * 40, "B" * 40 + "one") == 0
        assert cached(server, "A" * 40, "B" * 40 + "two") == 14 + 10
        assert cached(server, "A" * 40, "B" * 40 + "two") == 14 + 15
        assert cached(server, "C" * 40, "B" * 40 + "two") == 0
        assert cached(server, "C" * 40, "new", prompt_cache_key="k") == 0
        assert cached(server, "C" * 20 + "D" * 20, "new", prompt_cache_key="k") == 5
        assert server.counts()["tokens"]["cached"] == 24 + 29 + 5


def test_the_order_of_keys_and_the_way_of_delivery_do_not_change_the_answer(server: ScriptedServer) -> None:
    body = chat(output=Review, seed=5)
    turned = dict(reversed(body.items())) | {"user": "me", "max_tokens": 5000}
    assert ask(server, body).text == ask(server, turned).text != ask(server, body | {"seed": 6}).text


def test_latency_is_waited_for_and_drawn_with_the_seed() -> None:
    with ScriptedServer(latency=0.15) as server:
        began = time.perf_counter()
        ask(server, chat())
        assert time.perf_counter() - began >= 0.15
    with ScriptedServer(latency="lognormal:0.02,0.9") as server:
        took = []
        for seed in range(12):
            began = time.perf_counter()
            ask(server, chat("hello", seed=seed))
            took.append(time.perf_counter() - began)
    assert max(took) > 2 * min(took)


def test_a_client_that_goes_away_is_counted_as_abandoned() -> None:
    with ScriptedServer(latency=30) as server:
        with pytest.raises(TimeoutError):
            ask(server, chat(), seconds=0.1)
        deadline = time.monotonic() + 5
        while server.counts()["pending"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (server.counts()["calls"], server.counts()["outcomes"]) == (1, {"abandoned": 1})


def test_calls_that_are_under_way_are_pending() -> None:
    with ScriptedServer(latency=30) as server, socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(request_bytes(chat()))
        deadline = time.monotonic() + 5
        while not server.counts()["pending"] and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (server.counts()["calls"], server.counts()["pending"]) == (1, 1)


def test_more_calls_a_minute_than_allowed_get_429_with_the_wait() -> None:
    with ScriptedServer(rpm=1) as server:
        answers = [ask(server, chat()) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 429, 429]
        assert 50 < int(answers[1].headers["retry-after"]) <= 60
        assert 50_000 < float(answers[1].headers["retry-after-ms"]) <= 60_000
        assert server.counts()["outcomes"] == {"ok": 1, "throttled": 2}


def test_a_bucket_refills_with_time_up_to_a_second_s_worth() -> None:
    now = [0.0]
    bucket = Bucket(120, lambda: now[0])
    assert [bucket.wait() for _ in range(3)] == [0, 0, 0.5]
    now[0] = 0.5
    assert [bucket.wait() for _ in range(2)] == [0, 0.5]
    now[0] = 100
    assert [bucket.wait() for _ in range(3)] == [0, 0, 0.5]


def test_more_connections_than_allowed_get_503_and_are_closed() -> None:
    with ScriptedServer(max_connections=2) as server, ExitStack() as stack:
        for _ in range(2):
            held = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            stack.callback(held.close)
            held.request("GET", "/health")
            assert held.getresponse().read()
        answer = ask(server, chat())
        assert (answer.status, answer.headers["connection"]) == (503, "close")
        assert server.counts()["outcomes"] == {"busy": 1}


def test_counts_know_repeated_content_paths_and_connections_and_reset_forgets() -> None:
    with ScriptedServer() as server:
        for seed in (1, 1, 2):
            ask(server, chat(seed=seed))
        ask(server, {"model": "m", "input": "x"}, "/v1/embeddings")
        ask(server, {}, "/nowhere")
        counts = ask(server, {}, "/_counts", "GET").data
        assert (counts["calls"], counts["repeated"]) == (4, 1)
        assert counts["paths"] == {
            "chat/completions": {"ok": 3}, "embeddings": {"ok": 1}, "other": {"not_found": 1},
        }  # fmt: skip
        assert counts["connections"]["total"] == 6
        ask(server, {}, "/_reset")
        counts = server.counts()
        assert (counts["calls"], counts["repeated"], counts["paths"]) == (0, 0, {})
        assert server.requests() == []


def test_reset_begins_the_faults_again() -> None:
    with ScriptedServer(faults="rate_limit=.5", first="server_error") as server:
        rounds = []
        for _ in range(2):
            rounds.append([ask(server, chat()).status for _ in range(12)])
            server.reset()
        assert rounds[0] == rounds[1]


def test_the_latest_requests_are_remembered() -> None:
    with ScriptedServer(keep=2) as server:
        for seed in range(4):
            ask(server, chat(seed=seed))
        assert [body["seed"] for body in server.requests()] == [2, 3]


def test_counts_can_be_read_after_the_end() -> None:
    with ScriptedServer() as server:
        ask(server, chat())
    assert server.counts()["outcomes"] == {"ok": 1}
