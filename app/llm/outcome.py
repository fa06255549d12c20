"""A question at its place, and what comes of one attempt to have it answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.llm.errors import AnswerError, AnswerKind, DriftError, ModelError, from_tape
from app.llm.reading import Unreadable
from app.llm.reply import Reply
from app.llm.request import Mode, Request
from app.llm.tape import Place, Recorded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A request at its place. `read` makes a value of a reply's text or raises Unreadable."""

    at: Place
    request: Request
    hash: str
    prompt_hash: str | None
    read: Callable[[str], T]
    timeout: float | None = None

    def repaired(self, reply: str, wrong: str) -> Question[T]:
        """The question with its rejected reply."""
        request = self.request.repaired(reply, wrong)
        return replace(self, request=request, hash=request.hash())


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of one attempt: a value, or an error; `reply` is the text that came, in any case.

    `shape` is True where the reply was not of the shape asked for. `live` is False where the tape or the
    cache answered.
    """

    value: T | None
    error: ModelError | None
    reply: str
    mode: Mode = Mode.SCHEMA
    shape: bool = False
    live: bool = True


def judged(question: Question[T], reply: Reply, mode: Mode) -> Outcome[T]:
    """The outcome of a reply that came."""
    if not reply.answered:
        return _rejected("empty", "the reply holds no answer", "", mode)
    if reply.refusal or reply.finish_reason == "content_filter":
        said = reply.refusal or reply.text
        return _rejected(
            "refusal", f"the model refused: {said[:200] or 'its answer was filtered'}", said, mode
        )
    if reply.finish_reason == "length":
        return _rejected(
            "truncated",
            "the answer was cut off at the limit of its length; it must be shorter",
            reply.text,
            mode,
        )
    if not reply.text.strip():
        return _rejected("empty", "the answer is empty", reply.text, mode)
    try:
        return Outcome(question.read(reply.text), None, reply.text, mode)
    except Unreadable as error:
        return _rejected("invalid", str(error), reply.text, mode, shape=error.shape)


def _rejected(kind: AnswerKind, message: str, reply: str, mode: Mode, *, shape: bool = False) -> Outcome[T]:
    return Outcome(None, AnswerError(message, kind, reply), reply, mode, shape)


def recalled(question: Question[T], row: Recorded) -> Outcome[T]:
    """The outcome of a recorded attempt; an accepted reply that cannot be read any more is a DriftError."""
    reply = row.reply or ""
    if not row.accepted:
        return Outcome(None, from_tape(row.error or "", reply), reply, live=False)
    try:
        return Outcome(question.read(reply), None, reply, live=False)
    except Unreadable as error:
        raise DriftError(
            f"{question.at}: the recorded answer does not fit the question any more: {error}"
        ) from error
