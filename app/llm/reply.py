"""One reply of a server: a chat completion, read without trusting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said. `answered` is False where there was no choice; tokens are None where not told."""

    text: str
    refusal: str
    finish_reason: str | None
    answered: bool
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    latency_ms: float = 0.0


def decoded(content: bytes) -> dict[str, Any]:
    """The body of a completion with a list of choices; what is none is a ValueError."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise ValueError("it is not JSON") from None
    if not isinstance(body, dict):
        raise ValueError("it is not a JSON object")
    if body.get("error"):
        raise ValueError(f"it is an error: {error_text(body)}")
    choices = body.setdefault("choices", None)
    if choices is None:
        body["choices"] = choices = []
    shaped = isinstance(choices, list) and all(
        isinstance(c, dict) and isinstance(c.get("message"), dict) for c in choices
    )
    if not shaped:
        raise ValueError("its choices are not messages")
    return body


def reply_of(body: dict[str, Any], latency_ms: float) -> Reply:
    """The first choice of a decoded body, with the counts of tokens."""
    choice = body["choices"][0] if body["choices"] else {}
    message = choice.get("message") or {}
    used = _dict(body.get("usage"))
    return Reply(
        text=_text(message.get("content")) or _arguments(message.get("tool_calls")),
        refusal=_text(message.get("refusal")),
        finish_reason=choice.get("finish_reason"),
        answered=bool(body["choices"]),
        prompt_tokens=_count(used.get("prompt_tokens")),
        completion_tokens=_count(used.get("completion_tokens")),
        cached_tokens=_count(_dict(used.get("prompt_tokens_details")).get("cached_tokens")),
        latency_ms=latency_ms,
    )


def error_text(body: Any) -> str:
    """What an error body says in words, without what it quotes of the request."""
    if not isinstance(body, dict):
        return body[:300].strip() if isinstance(body, str) else ""
    error = body.get("error", body)
    if not isinstance(error, dict):
        return str(error)[:300]
    detail = error.get("message") or error.get("detail") or ""
    if isinstance(detail, list):
        detail = "; ".join(_located(one) for one in detail[:3])
    extra = [str(error[key]) for key in ("param", "code") if isinstance(error.get(key), str)]
    return " ".join([str(detail)[:300], *(f"({text})" for text in extra if text not in str(detail))]).strip()


def _located(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)[:100]
    where = ".".join(str(part) for part in one.get("loc", ()))
    return f"{where}: {one.get('msg', '')}"


def _text(content: Any) -> str:
    """Text, or the text of content blocks."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _arguments(calls: Any) -> str:
    """The arguments of the first tool call, as the model wrote them."""
    first = calls[0] if isinstance(calls, list) and calls else None
    arguments = _dict(_dict(first).get("function")).get("arguments")
    return arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode() if arguments else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
