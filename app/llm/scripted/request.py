"""A chat request, checked: what is asked for, in which form, and within which limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

import orjson

from app.llm.scripted.errors import Refused, bad_request, unsupported
from app.llm.scripted.messages import Said, read_messages, text_tokens
from app.llm.scripted.options import Options
from app.llm.scripted.strictness import not_strict

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DELIVERY = ("stream", "stream_options", "max_tokens", "max_completion_tokens", "user", "prompt_cache_key")
"""Parameters that change how an answer is delivered, not what it says."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of the answer. `schema` is a JSON schema, None where the answer is free."""

    kind: Literal["text", "json_schema", "json_object", "tool"] = "text"
    schema: Any = None
    tool: str = ""
    forced: bool = False
    """One certain tool was asked for: the reply ends with `stop`, else with `tool_calls`."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What the server answers. `tokens` counts the prompt by the rule of `messages`."""

    body: dict[str, Any]
    said: tuple[Said, ...]
    form: Form
    tokens: int
    max_tokens: int | None
    stream: bool
    stream_usage: bool
    conversation: str
    """Requests of one conversation share a prompt cache: prompt_cache_key, user, or the first message."""


def content_hash(body: dict[str, Any]) -> int:
    """A 64-bit hash of what is asked, whatever the order of keys and the way of delivery."""
    asked = {key: value for key, value in body.items() if key not in _DELIVERY}
    packed = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "little")


def read_chat(body: dict[str, Any], options: Options) -> ChatRequest:
    """The request; Refused with 400 or 500 where it is wrong or needs what the server lacks."""
    said = read_messages(body.get("messages"))
    if body.get("n") not in (None, 1):
        raise bad_request("Invalid value for 'n': only 1 is supported.", "n")
    if any(message.images for message in said):
        _needs("images", options, "messages", "image_url")
    _range(body, "temperature", 0, 2)
    _range(body, "top_p", 0, 1)
    _whole(body, "seed")
    tools = _tools(body.get("tools"), options)
    usage = body.get("stream_options") or {}
    key = body.get("prompt_cache_key") or body.get("user") or said[0].text
    return ChatRequest(
        body=body,
        said=said,
        form=_tool_form(body, said, tools) or _text_form(body, said, options),
        tokens=sum(message.tokens for message in said) + _tool_tokens(tools),
        max_tokens=_limit(body),
        stream=bool(body.get("stream")),
        stream_usage=isinstance(usage, dict) and bool(usage.get("include_usage")),
        conversation=f"{body['model']}\n{key}",
    )


def _needs(capability: str, options: Options, param: str, what: str) -> bool:
    """Whether a capability is there; where it is not, an error unless the server ignores what it lacks."""
    if capability in options.capabilities:
        return True
    if options.unsupported == "ignore":
        return False
    raise unsupported(int(options.unsupported), param, what)


def _range(body: dict[str, Any], name: str, low: float, high: float) -> None:
    value = body.get(name)
    if value is not None and not (_is_number(value) and low <= value <= high):
        raise bad_request(f"Invalid value for '{name}': give a number from {low} to {high}.", name)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(body: dict[str, Any], name: str, low: int | None = None) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or (low is not None and value < low):
        least = "" if low is None else f" that is {low} or more"
        raise bad_request(f"Invalid value for '{name}': give a whole number{least}.", name)
    return value


def _limit(body: dict[str, Any]) -> int | None:
    newer = _whole(body, "max_completion_tokens", 1)
    older = _whole(body, "max_tokens", 1)
    return older if newer is None else newer


def _tools(tools: Any, options: Options) -> dict[str, Any]:
    """The parameter schemas by tool."""
    if not tools:
        return {}
    try:
        found = {tool["function"]["name"]: tool["function"] for tool in tools}
    except (TypeError, KeyError):
        raise bad_request("Invalid 'tools': give a list of functions with names.", "tools") from None
    for name, function in found.items():
        _named(name, "tools[].function.name")
        _strict(function.get("parameters"), function.get("strict"), name, "function")
    if not _needs("tools", options, "tools", "function"):
        return {}
    return {name: function.get("parameters") or {"type": "object"} for name, function in found.items()}


def _tool_tokens(tools: dict[str, Any]) -> int:
    return text_tokens(len(orjson.dumps(tools))) if tools else 0


def _named(name: Any, param: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request(f"Invalid '{param}': letters, digits, - and _, at most 64.", param)


def _strict(schema: Any, strict: Any, name: str, param: str) -> None:
    wrong = not_strict(schema) if strict else None
    if wrong:
        message = f"Invalid schema for {param} '{name}': {wrong}"
        raise bad_request(message, param, "invalid_json_schema" if param == "response_format" else None)


def _tool_form(body: dict[str, Any], said: tuple[Said, ...], tools: dict[str, Any]) -> Form | None:
    """The tool that is to be called, if one is."""
    choice = body.get("tool_choice")
    if not tools:
        if choice not in (None, "none", "auto") and not body.get("tools"):
            raise bad_request("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
        return None
    if choice == "none" or (choice in (None, "auto") and said[-1].role == "tool"):
        return None
    if choice in (None, "auto", "required"):
        name = next(iter(tools))
        return Form("tool", tools[name], name)
    return _forced(choice, tools)


def _forced(choice: Any, tools: dict[str, Any]) -> Form:
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str) or name not in tools:
        raise bad_request(f"Invalid 'tool_choice': no tool is called '{name}'.", "tool_choice")
    return Form("tool", tools[name], name, forced=True)


def _text_form(body: dict[str, Any], said: tuple[Said, ...], options: Options) -> Form:
    wanted = body.get("response_format") or {"type": "text"}
    kind = wanted.get("type") if isinstance(wanted, dict) else wanted
    if not isinstance(wanted, dict) or kind not in ("text", "json_schema", "json_object"):
        message = f"Invalid value: '{kind}'. Give one of json_object, json_schema, text."
        raise bad_request(message, "response_format.type")
    if kind == "text":
        return Form()
    form = Form("json_schema", _json_schema(wanted)) if kind == "json_schema" else _json_object(said)
    return form if _needs(form.kind, options, "response_format", form.kind) else Form()


def _json_schema(wanted: dict[str, Any]) -> Any:
    given = wanted.get("json_schema")
    if not isinstance(given, dict) or not isinstance(given.get("schema"), dict):
        param = "response_format.json_schema.schema"
        raise bad_request(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
    _named(given.get("name"), "response_format.json_schema.name")
    _strict(given["schema"], given.get("strict"), given["name"], "response_format")
    return given["schema"]


def _json_object(said: tuple[Said, ...]) -> Form:
    if not any("json" in message.text.lower() for message in said):
        raise _without_json()
    return Form("json_object")


def _without_json() -> Refused:
    message = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
    return bad_request(message, "messages")
