"""Each fault of the scripted server, its exact counts, and that it does not depend on order or luck."""

from __future__ import annotations

import http.client
import json
import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
import pytest
from scripted_asking import ITEMS, PROMPT, Review, ask, chat

from app.llm.scripted import ScriptedServer
from app.llm.scripted.options import CONTENT_FAULTS, FAULTS, SHAPE_FAULTS


def faulty(fault: str, body: dict[str, Any] | None = None) -> Any:
    """The whole answer of a server that has nothing but one fault."""
    with ScriptedServer(faults={fault: 1}) as server:
        answer = ask(server, body or chat(output=Review))
        assert server.counts()["outcomes"] == {fault: 1}
    return answer


def ids(text: str) -> list[str]:
    return [reaction["item"] for reaction in json.loads(text)["reactions"]]


def test_rate_limit_is_429_with_retry_after() -> None:
    answer = faulty("rate_limit")
    assert (answer.status, answer.error["code"]) == (429, "rate_limit_exceeded")
    assert answer.headers["retry-after"] == "1"


def test_retry_after_may_be_a_date_or_absent() -> None:
    with ScriptedServer(faults="rate_limit=1", retry_after="date:90") as server:
        date = parsedate_to_datetime(ask(server, chat()).headers["retry-after"])
        assert 60 < date.timestamp() - time.time() < 91
    with ScriptedServer(faults="rate_limit=1", retry_after="none") as server:
        assert "retry-after" not in ask(server, chat()).headers


def test_server_error_is_500() -> None:
    answer = faulty("server_error")
    assert (answer.status, answer.error["type"]) == (500, "server_error")


def test_a_timeout_never_answers_and_is_dropped_in_the_end() -> None:
    with ScriptedServer(faults={"timeout": 1}, hold=0.4) as server:
        with pytest.raises(TimeoutError):
            ask(server, chat(), seconds=0.1)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            ask(server, chat(), seconds=5)
        assert server.counts()["outcomes"] == {"timeout": 2}


@pytest.mark.parametrize("stream", [False, True])
def test_a_cut_comes_before_or_in_the_middle_of_an_answer(stream: bool) -> None:
    seen = set()
    with ScriptedServer(faults={"cut": 1}) as server:
        for seed in range(12):
            with pytest.raises((http.client.HTTPException, ConnectionResetError)) as caught:
                ask(server, chat(output=Review, seed=seed, stream=stream))
            seen.add(caught.type)
        assert server.counts()["outcomes"] == {"cut": 12}
    assert seen == {http.client.RemoteDisconnected, http.client.IncompleteRead}


def test_a_cut_stream_is_a_connection_error_of_the_client() -> None:
    asked = {"model": "m", "messages": [{"role": "user", "content": PROMPT}], "stream": True}
    with (
        ScriptedServer(faults={"cut": 1}) as server,
        openai.OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client,
        pytest.raises((openai.APIConnectionError, httpx2.RemoteProtocolError)),
    ):
        list(client.chat.completions.create(**asked))


@pytest.mark.parametrize("seed", range(8))
def test_invalid_json_does_not_parse_in_any_of_its_ways(seed: int) -> None:
    answer = faulty("invalid_json", chat(output=Review, seed=seed))
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_wrong_ids_are_in_no_prompt_while_the_number_stays() -> None:
    found = ids(faulty("wrong_ids").text)
    assert len(found) == len(ITEMS)
    assert len(set(found) - set(ITEMS)) == 1


@pytest.mark.parametrize("seed", range(5))
def test_missing_items_leave_a_gap_before_the_last(seed: int) -> None:
    found = ids(faulty("missing_items", chat(output=Review, seed=seed)).text)
    assert set(found) < set(ITEMS)
    assert found[-1] == ITEMS[-1]


def test_extra_items_stand_twice_or_are_made_up() -> None:
    answers = [ids(faulty("extra_items", chat(output=Review, seed=seed)).text) for seed in range(8)]
    assert {len(found) for found in answers} == {len(ITEMS) + 1}
    assert {set(found) == set(ITEMS) for found in answers} == {True, False}


def test_nan_is_a_constant_that_json_does_not_have() -> None:
    constants: list[str] = []
    json.loads(faulty("nan").text, parse_constant=constants.append)
    assert len(constants) == 1
    assert constants[0] in ("NaN", "Infinity", "-Infinity")


def test_duplicate_keys_stand_twice_in_one_object() -> None:
    pairs = json.loads(faulty("duplicate_keys").text, object_pairs_hook=lambda found: [k for k, _ in found])
    assert len(pairs) == len(set(pairs)) + 1


def test_a_refusal_has_no_content() -> None:
    message = faulty("refusal").data["choices"][0]["message"]
    assert message["content"] is None
    assert message["refusal"].startswith("I'm sorry")


def test_truncation_ends_with_length_in_the_middle() -> None:
    answer = faulty("truncation")
    assert answer.data["choices"][0]["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_empty_choices_have_usage_and_nothing_else() -> None:
    data = faulty("empty_choices").data
    assert data["choices"] == []
    assert data["usage"]["completion_tokens"] == 0


@pytest.mark.parametrize("fault", [*CONTENT_FAULTS, *SHAPE_FAULTS])
def test_faults_of_the_answer_reach_a_stream_and_its_usage(fault: str) -> None:
    whole = faulty(fault).data
    body = chat(output=Review, stream=True, stream_options={"include_usage": True})
    events = faulty(fault, body).raw.decode().strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    assert json.loads(events[-2].removeprefix("data: "))["usage"] == whole["usage"]
    assert len(events) > 2 or not whole["choices"]


def test_faults_of_the_arguments_reach_a_tool_call() -> None:
    tool = {"type": "function", "function": {"name": "review", "parameters": Review.model_json_schema()}}
    answer = faulty("wrong_ids", chat(tools=[tool]))
    call = answer.data["choices"][0]["message"]["tool_calls"][0]
    assert set(ids(call["function"]["arguments"])) - set(ITEMS)


@pytest.mark.parametrize("fault", CONTENT_FAULTS)
def test_what_an_answer_has_nothing_for_is_neither_done_nor_counted(fault: str) -> None:
    with ScriptedServer(faults={fault: 1}) as server:
        assert ask(server, chat("Just talk.")).text
        assert server.counts()["outcomes"] == {"ok": 1}


def test_the_first_calls_can_be_told_one_by_one() -> None:
    with ScriptedServer(first="rate_limit,ok,server_error", faults="refusal=1") as server:
        assert [ask(server, chat()).status for _ in range(4)] == [429, 200, 500, 200]
        assert server.counts()["outcomes"] == {"ok": 1, "rate_limit": 1, "refusal": 1, "server_error": 1}


def outcome_of(server: ScriptedServer, seed: int) -> str:
    try:
        answer = ask(server, chat(output=Review, seed=seed), seconds=5)
    except (http.client.HTTPException, ConnectionError) as error:
        return type(error).__name__
    return f"{answer.status} {answer.data.get('choices', answer.data)}"


def test_answers_and_faults_depend_on_the_content_and_not_on_the_order() -> None:
    told = {}
    for order in (range(40), reversed(range(40))):
        with ScriptedServer(seed=3, faults="all=.6", hold=0) as server:
            answers = {seed: outcome_of(server, seed) for seed in order}
            told[json.dumps(answers, sort_keys=True)] = server.counts()["outcomes"]
    assert len(told) == 1
    assert len(next(iter(told.values()))) > 5


def test_embeddings_have_the_faults_of_the_transport_only() -> None:
    body = {"model": "m", "input": "x"}
    with ScriptedServer(first="server_error,refusal,rate_limit") as server:
        assert [ask(server, body, "/v1/embeddings").status for _ in range(3)] == [500, 200, 429]
        assert server.counts()["paths"] == {"embeddings": {"ok": 1, "rate_limit": 1, "server_error": 1}}


def test_another_seed_of_the_server_gives_other_faults() -> None:
    counts = []
    for seed in (1, 2):
        with ScriptedServer(seed=seed, faults="rate_limit=.5") as server:
            counts.append([ask(server, chat(seed=i)).status for i in range(20)])
    assert counts[0] != counts[1]


def test_asking_again_draws_the_fault_again_but_not_the_answer() -> None:
    with ScriptedServer(faults="rate_limit=.5") as server:
        answers = [ask(server, chat(output=Review)) for _ in range(20)]
    assert {answer.status for answer in answers} == {200, 429}
    assert len({answer.text for answer in answers if answer.status == 200}) == 1


def test_the_shares_of_the_faults_are_those_asked_for() -> None:
    with ScriptedServer(faults="rate_limit=.2,refusal=.1") as server:
        for seed in range(400):
            ask(server, chat("hello", seed=seed))
        outcomes = server.counts()["outcomes"]
    assert sum(outcomes.values()) == 400
    assert outcomes["rate_limit"] == pytest.approx(80, abs=30)
    assert outcomes["refusal"] == pytest.approx(40, abs=22)


def test_all_spreads_a_share_over_every_fault() -> None:
    with ScriptedServer(faults="all=.26") as server:
        assert server.options.faults == pytest.approx(dict.fromkeys(FAULTS, 0.02))


def test_the_counts_agree_with_what_many_threads_received() -> None:
    received: list[str] = []

    def some(first: int) -> None:
        received.extend(outcome_of(server, seed) for seed in range(first, first + 20))

    with ScriptedServer(faults="all=.5", hold=0) as server:
        threads = [threading.Thread(target=some, args=(20 * i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counts = server.counts()
    outcomes = counts["outcomes"]
    assert counts["calls"] == len(received) == sum(outcomes.values())
    assert sum(text.startswith("429") for text in received) == outcomes["rate_limit"]
    assert sum(text.startswith("500") for text in received) == outcomes["server_error"]
    assert sum(text[0] not in "245" for text in received) == outcomes["cut"] + outcomes["timeout"]
    assert sum(text == "200 []" for text in received) == outcomes["empty_choices"]
