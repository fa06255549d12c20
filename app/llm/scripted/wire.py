"""Answers as OpenAI's JSON: whole, or as the events of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import Any

import orjson

from app.llm.scripted.answering import Answer
from app.llm.scripted.request import ChatRequest

_PIECE = 24
"""Characters in one event of a stream."""
DONE = b"data: [DONE]\n\n"


def usage(request: ChatRequest, answer: Answer, cached: int) -> dict[str, Any]:
    """The tokens of a call."""
    return {
        "prompt_tokens": request.tokens,
        "completion_tokens": answer.tokens,
        "total_tokens": request.tokens + answer.tokens,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def completion(request: ChatRequest, answer: Answer, used: dict[str, Any], call: str) -> bytes:
    """The body of a whole reply. `call` is a name for the call, for its ids."""
    choice = {
        "index": 0,
        "message": _message(answer, call),
        "logprobs": None,
        "finish_reason": answer.finish,
    }
    head = _head(request, "chat.completion", call)
    return orjson.dumps({**head, "choices": [] if answer.empty else [choice], "usage": used})


def _head(request: ChatRequest, kind: str, call: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{call}",
        "object": kind,
        "created": int(time()),
        "model": request.body["model"],
        "system_fingerprint": "fp_scripted",
    }


def _message(answer: Answer, call: str) -> dict[str, Any]:
    said = None if answer.tool or answer.refusal else answer.text
    message: dict[str, Any] = {"role": "assistant", "content": said, "refusal": answer.refusal}
    if answer.tool and not answer.refusal:
        message["tool_calls"] = [_call(answer.tool, answer.text, call)]
    return message


def _call(name: str, arguments: str, call: str) -> dict[str, Any]:
    return {"id": f"call_{call}", "type": "function", "function": {"name": name, "arguments": arguments}}


def events(request: ChatRequest, answer: Answer, used: dict[str, Any], call: str) -> list[bytes]:
    """The reply as server-sent events, the last of them `[DONE]`."""
    head = _head(request, "chat.completion.chunk", call)
    choices: list[dict[str, Any]] = []
    if not answer.empty:
        choices = [_choice(delta) for delta in _deltas(answer, call)] + [_choice({}, answer.finish)]
    bodies = [{**head, "choices": [choice]} for choice in choices]
    if request.stream_usage:
        bodies = [{**body, "usage": None} for body in bodies] + [{**head, "choices": [], "usage": used}]
    return [b"data: " + orjson.dumps(body) + b"\n\n" for body in bodies] + [DONE]


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _deltas(answer: Answer, call: str) -> Iterator[dict[str, Any]]:
    if answer.refusal:
        yield {"role": "assistant", "content": None, "refusal": ""}
        yield from ({"refusal": piece} for piece in _pieces(answer.refusal))
    elif answer.tool:
        yield {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"index": 0, **_call(answer.tool, "", call)}],
        }
        for piece in _pieces(answer.text):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    else:
        yield {"role": "assistant", "content": "", "refusal": None}
        yield from ({"content": piece} for piece in _pieces(answer.text))


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
