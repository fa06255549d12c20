"""What is asked of a model, whatever the form it takes on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from typing import Any, Protocol

import orjson

from app.llm.schema import Form

REPLY_SHOWN = 8_000
"""Characters of a rejected reply that the model is shown again."""

Messages = list[tuple[str, Any]]
"""(role, content) with the roles `system`, `user` and `assistant`."""


class Mode(IntEnum):
    """The ways to ask for structure, best first; a server that cannot do one is asked in the next."""

    SCHEMA = 0
    OBJECT = 1
    TOOLS = 2
    TEXT = 3


class Picture(Protocol):
    """An image of a prompt, in base64 or by its address; `about` is said before it."""

    @property
    def base64(self) -> str: ...

    @property
    def mime_type(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def about(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Request:
    """One question. `form` is None where any text will do; `repair` is the rejected reply and what was wrong."""

    model: str
    system: str
    user: str
    form: Form | None = None
    images: tuple[Picture, ...] = ()
    seed: int | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    repair: tuple[str, str] | None = None

    def hash(self) -> str:
        """The content hash of the question; the wire form is no part of it."""
        asked = {
            "model": self.model,
            "messages": [
                self.system,
                self.user,
                [(i.mime_type, i.base64, i.url, i.about) for i in self.images],
            ],
            "repair": self.repair,
            "schema": self.form and self.form.hash,
            "seed": self.seed,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
        }
        return sha256(orjson.dumps(asked)).hexdigest()

    def repaired(self, reply: str, wrong: str) -> Request:
        """The same question with the reply that could not be used and the reason."""
        return replace(self, repair=(reply, wrong))

    def messages(self, mode: Mode) -> Messages:
        """What is said. The schema follows the system text where the server does not take it by itself."""
        system = self._system(mode)
        said: Messages = [("system", system)] if system else []
        said.append(("user", content(self.user, self.images)))
        if self.repair is not None:
            reply, wrong = self.repair
            said.append(("assistant", _shown(reply) or "(no answer)"))
            said.append(
                ("user", f"That answer cannot be used: {wrong}. Give the whole answer again, corrected.")
            )
        return said

    def options(self, mode: Mode, *, seed: bool = True) -> dict[str, Any]:
        """The parameters beside the messages; without the seed where the server knows none."""
        given = {
            "seed": self.seed if seed else None,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "extra_body": _structure(self.form, mode) if self.form else None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _system(self, mode: Mode) -> str:
        if self.form is None or mode in (Mode.SCHEMA, Mode.TOOLS):
            return self.system
        return (
            f"{self.system}\n\nAnswer with one JSON object that fits this JSON Schema, and nothing else:\n"
            f"{self.form.text}"
        )


def _structure(form: Form, mode: Mode) -> dict[str, Any] | None:
    """The part of the body that asks for structure."""
    if mode is Mode.SCHEMA:
        return {"response_format": form.response_format}
    if mode is Mode.OBJECT:
        return {"response_format": {"type": "json_object"}}
    if mode is Mode.TOOLS:
        choice = {"type": "function", "function": {"name": form.name}}
        return {"tools": [form.tool], "tool_choice": choice}
    return None


def content(text: str, images: Sequence[Picture]) -> str | list[dict[str, str]]:
    """The text alone, or as plain content blocks before its images, each after what is said about it."""
    if not images:
        return text
    blocks = [{"type": "text", "text": text}]
    for image in images:
        blocks += [{"type": "text", "text": image.about}] if image.about else []
        blocks.append(_shown_image(image))
    return blocks


def _shown_image(image: Picture) -> dict[str, str]:
    if image.url:
        return {"type": "image", "url": image.url}
    return {"type": "image", "base64": image.base64, "mime_type": image.mime_type}


def _shown(reply: str) -> str:
    if len(reply) <= REPLY_SHOWN:
        return reply
    half = REPLY_SHOWN // 2
    return f"{reply[:half]}\n[…]\n{reply[-half:]}"
