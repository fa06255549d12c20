"""What the tests of the scripted server ask it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.llm.scripted import ScriptedServer

ITEMS = tuple(f"f{number}" for number in range(1, 9))
PROMPT = (
    "Genres: Comedy, Drama, Horror.\nTurn 3. Before the list: satisfaction 0.50, boredom 0.10.\n"
    "<items>\n"
    + "".join(
        f'<item id="{item}">Tale {item} (19{i}0). drama. 90 min.</item>\n' for i, item in enumerate(ITEMS)
    )
    + "</items>"
)
Action = Literal["skip", "open", "watch", "like", "dislike", "save", "share", "comment"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reaction(Strict):
    item: str
    thought: str
    actions: list[Action]
    watched: float


class Review(Strict):
    reactions: list[Reaction]
    summary: str


class Choice(Strict):
    decision: Literal["continue", "instruct", "leave"]
    words: str
    reason: Literal["time", "bored", "tired"] | None = Field(...)
    satisfaction: float


def schema_of(output: type[BaseModel]) -> dict[str, Any]:
    return {
        "type": "json_schema",
        "json_schema": {"name": output.__name__, "strict": True, "schema": output.model_json_schema()},
    }


def chat(prompt: str = PROMPT, output: type[BaseModel] | None = None, **more: Any) -> dict[str, Any]:
    """The body of a chat request."""
    body: dict[str, Any] = {"model": "scripted", "messages": [{"role": "user", "content": prompt}]}
    return body | ({"response_format": schema_of(output)} if output else {}) | more


class Answered:
    """One HTTP answer."""

    def __init__(self, status: int, headers: Mapping[str, str], raw: bytes) -> None:
        self.status, self.headers, self.raw = status, headers, raw

    @property
    def data(self) -> Any:
        return json.loads(self.raw)

    @property
    def text(self) -> str:
        return str(self.data["choices"][0]["message"]["content"])

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.data["error"]
        return error


def ask(
    server: ScriptedServer,
    body: Any,
    path: str = "/v1/chat/completions",
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    seconds: float = 10.0,
) -> Answered:
    """One request over a connection of its own; bytes are sent as they are."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=seconds)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request(method, path, raw if method == "POST" else None, dict(headers or {}))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, found, answer.read())
    finally:
        connection.close()


def request_bytes(body: dict[str, Any], *lines: str, version: str = "1.1") -> bytes:
    """A chat request as it stands on the wire."""
    raw = json.dumps(body).encode()
    head = [f"POST /v1/chat/completions HTTP/{version}", "Host: x", f"Content-Length: {len(raw)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + raw
