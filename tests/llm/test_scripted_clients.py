"""The scripted server as real clients meet it: OpenAI's own, and ChatOpenAI."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator

import openai
import pytest
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import SecretStr
from scripted_asking import ITEMS, PROMPT, Choice, Review, schema_of

from app.llm.scripted import ScriptedServer

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
SAID = [{"role": "user", "content": PROMPT}]
TOOL = {
    "type": "function",
    "function": {"name": "review", "parameters": Review.model_json_schema(), "strict": True},
}
FORCED = {"type": "function", "function": {"name": "review"}}


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(scope="module")
def client(server: ScriptedServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.base_url, api_key="any", max_retries=0) as made:
        yield made


@pytest.fixture(scope="module")
def model(server: ScriptedServer) -> ChatOpenAI:
    return ChatOpenAI(model="scripted", base_url=server.base_url, api_key=SecretStr("any"), max_retries=0)


def test_without_a_schema_there_is_a_plain_sentence(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="m", messages=SAID)
    assert answer.choices[0].message.content.endswith(".")
    assert answer.choices[0].finish_reason == "stop"


def test_json_schema_is_kept_to(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="m", messages=SAID, response_format=schema_of(Review))
    review = Review.model_validate_json(answer.choices[0].message.content)
    assert tuple(reaction.item for reaction in review.reactions) == ITEMS


def test_the_parse_of_openai_takes_the_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(model="m", messages=SAID, response_format=Choice)
    assert isinstance(answer.choices[0].message.parsed, Choice)


def test_json_object_follows_the_schema_that_the_prompt_writes_out(client: openai.OpenAI) -> None:
    said = [{"role": "system", "content": f"Answer in JSON: {json.dumps(Review.model_json_schema())}"}, *SAID]
    answer = client.chat.completions.create(model="m", messages=said, response_format={"type": "json_object"})
    assert len(Review.model_validate_json(answer.choices[0].message.content).reactions) == len(ITEMS)


def test_json_object_without_a_schema_is_some_object(client: openai.OpenAI) -> None:
    said = [{"role": "user", "content": "Say it in JSON."}]
    answer = client.chat.completions.create(model="m", messages=said, response_format={"type": "json_object"})
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


@pytest.mark.parametrize(
    ("choice", "finish"), [("auto", "tool_calls"), ("required", "tool_calls"), (FORCED, "stop")]
)
def test_a_tool_is_called_with_arguments_of_its_schema(
    client: openai.OpenAI, choice: object, finish: str
) -> None:
    answer = client.chat.completions.create(model="m", messages=SAID, tools=[TOOL], tool_choice=choice)
    call = answer.choices[0].message.tool_calls[0].function
    assert (call.name, answer.choices[0].finish_reason) == ("review", finish)
    assert Review.model_validate_json(call.arguments).summary


def test_tool_choice_none_talks_and_so_does_a_model_that_has_its_result(client: openai.OpenAI) -> None:
    called = client.chat.completions.create(model="m", messages=SAID, tools=[TOOL]).choices[0].message
    result = {"role": "tool", "tool_call_id": called.tool_calls[0].id, "content": "done"}
    for said, choice in ((SAID, "none"), ([*SAID, called.model_dump(exclude_none=True), result], "auto")):
        answer = client.chat.completions.create(model="m", messages=said, tools=[TOOL], tool_choice=choice)
        assert answer.choices[0].message.tool_calls is None
        assert answer.choices[0].message.content


def test_a_stream_says_the_same_as_the_whole_and_ends_with_the_usage(client: openai.OpenAI) -> None:
    asked = {"model": "m", "messages": SAID, "response_format": schema_of(Review)}
    whole = client.chat.completions.create(**asked)
    chunks = list(
        client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens


def test_a_stream_without_asking_has_no_usage(client: openai.OpenAI) -> None:
    chunks = client.chat.completions.create(model="m", messages=SAID, stream=True)
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


def test_a_tool_call_streams(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="m", messages=SAID, tools=[TOOL]) as stream:
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert Review.model_validate_json(call.function.arguments).summary


def test_images_are_read_as_85_tokens(client: openai.OpenAI) -> None:
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    said = [{"role": "user", "content": [{"type": "text", "text": "abcd"}, image]}]
    assert client.chat.completions.create(model="m", messages=said).usage.prompt_tokens == 1 + 4 + 85


@pytest.mark.parametrize("form", ["float", "base64"])
def test_like_texts_have_near_embeddings(client: openai.OpenAI, form: str) -> None:
    texts = ["a quiet harbor film", "quiet films of the harbor", "space war"]
    if form == "float":
        data = client.embeddings.create(model="m", input=texts, encoding_format="float").data
    else:
        data = client.embeddings.create(model="m", input=texts, dimensions=256).data
    a, b, c = (one.embedding for one in data)
    assert len(a) == 256
    assert sum(x * x for x in a) == pytest.approx(1, abs=1e-5)
    assert sum(x * y for x, y in zip(a, b, strict=True)) > 0.2 + sum(x * y for x, y in zip(a, c, strict=True))


def test_the_models_are_listed(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["scripted"]
    assert client.models.retrieve("scripted").object == "model"


def test_chat_openai_takes_a_strict_schema_and_reads_the_usage(model: ChatOpenAI) -> None:
    answer = model.invoke(PROMPT, extra_body={"response_format": schema_of(Review)})
    assert Review.model_validate_json(str(answer.content)).summary
    assert answer.usage_metadata["input_tokens"] == -(-len(PROMPT.encode()) // 4) + 4


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output_of_langchain_works(model: ChatOpenAI, method: str) -> None:
    made = model.with_structured_output(Choice, method=method, strict=True).invoke(PROMPT)
    assert isinstance(made, Choice)


def test_chat_openai_streams_with_usage(model: ChatOpenAI) -> None:
    whole = sum(list(model.stream(PROMPT, stream_usage=True))[1:], next(iter(model.stream("x"))))
    assert whole.usage_metadata["output_tokens"] > 0


def test_chat_openai_sends_images_and_seeds(model: ChatOpenAI, server: ScriptedServer) -> None:
    image = {"type": "image", "base64": PIXEL, "mime_type": "image/png"}
    model.invoke([HumanMessage(content=[{"type": "text", "text": "look"}, image])], seed=11)
    sent = server.requests()[-1]
    assert sent["seed"] == 11
    assert sent["messages"][0]["content"][1]["type"] == "image_url"


def test_embeddings_of_langchain_work_without_counting_tokens(server: ScriptedServer) -> None:
    made = OpenAIEmbeddings(
        model="m", base_url=server.base_url, api_key=SecretStr("any"), check_embedding_ctx_length=False
    )
    assert [len(vector) for vector in made.embed_documents(["one", "two"])] == [256, 256]


def test_two_hundred_requests_at_once_are_answered_together() -> None:
    async def all_at_once(server: ScriptedServer) -> list[str]:
        async with openai.AsyncOpenAI(base_url=server.base_url, api_key="any", max_retries=0) as client:
            calls = [
                client.chat.completions.create(
                    model="m", messages=SAID, seed=i, response_format=schema_of(Review)
                )
                for i in range(200)
            ]
            return [str(answer.choices[0].message.content) for answer in await asyncio.gather(*calls)]

    with ScriptedServer(latency=0.5) as server:
        answers = asyncio.run(all_at_once(server))
        counts = server.counts()
    assert len({*answers}) > 150
    assert (counts["calls"], counts["outcomes"], counts["pending"]) == (200, {"ok": 200}, 0)
    assert counts["connections"]["most"] > 100
