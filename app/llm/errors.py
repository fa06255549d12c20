"""Errors of language models, named by the boundary they cross."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from app.errors import RecoWorldError

AnswerKind = Literal["refusal", "truncated", "empty", "invalid"]
TransportKind = Literal["rate_limit", "server_error", "timeout", "connection", "malformed"]


class ModelError(RecoWorldError):
    """A question to a model that got no answer.

    `kind` is one word for counting. Where `stops_run` is False the session fails with the error as data;
    where it is True no session could do better and the run must end with `exit_code`.
    """

    stops_run: ClassVar[bool] = False

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it reaches another process whole, whatever its class is made from."""
        return _copied, (type(self), self.args, vars(self))


def _copied(kind: type[ModelError], args: tuple[Any, ...], values: Mapping[str, Any]) -> ModelError:
    error = kind.__new__(kind, *args)
    vars(error).update(values)
    return error


class AnswerError(ModelError):
    """The model replied, twice, with what cannot be used; `reply` is the last reply, also on the tape."""

    def __init__(self, message: str, kind: str, reply: str = "") -> None:
        super().__init__(message, kind)
        self.reply = reply


class TransportError(ModelError):
    """No reply came, or none that is a chat completion, however often it was tried.

    `retry_after` is what the server asked for, in seconds; `body` what it sent instead of a completion.
    """

    def __init__(self, message: str, kind: str, retry_after: float | None = None, body: str = "") -> None:
        super().__init__(message, kind)
        self.retry_after = retry_after
        self.body = body


class RequestError(ModelError):
    """The server refuses this request and always will: too long a prompt, a parameter it does not know."""

    def __init__(self, message: str, kind: str = "request") -> None:
        super().__init__(message, kind)


class UnsupportedError(ModelError):
    """The server cannot do what `feature` names (`format`, `seed`); the client asks in another way."""

    def __init__(self, message: str, feature: str) -> None:
        super().__init__(message, f"unsupported_{feature}")
        self.feature = feature


class EndpointError(ModelError):
    """Nothing can be asked of this endpoint as it is configured."""

    exit_code = 2
    stops_run = True


class CredentialsError(EndpointError):
    """The key is missing or wrong, may not use the model, or its account is empty."""

    def __init__(self, message: str, kind: str = "credentials") -> None:
        super().__init__(message, kind)


class UnknownModelError(EndpointError):
    """The endpoint has no such model."""

    def __init__(self, message: str, kind: str = "unknown_model") -> None:
        super().__init__(message, kind)


class UnreachableError(EndpointError):
    """Nobody answers at the endpoint's address."""

    def __init__(self, message: str, kind: str = "unreachable") -> None:
        super().__init__(message, kind)


class BudgetError(ModelError):
    """A limit of the run is reached; calls in flight finish, and the run can be resumed with a higher one."""

    exit_code = 5
    stops_run = True

    def __init__(self, message: str) -> None:
        super().__init__(message, "budget")


class TapeError(ModelError):
    """The tape does not hold what is asked of it."""

    exit_code = 2
    stops_run = True


class DriftError(TapeError):
    """The tape holds an answer to another question than the one asked at this place."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "drift")


class MissingCallError(TapeError):
    """A replay needs a call that the tape does not hold."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "missing_call")


_BY_KIND: dict[str, type[EndpointError | RequestError]] = {
    "credentials": CredentialsError,
    "unknown_model": UnknownModelError,
    "unreachable": UnreachableError,
    "request": RequestError,
}
ANSWER_KINDS: tuple[AnswerKind, ...] = ("refusal", "truncated", "empty", "invalid")
TRANSPORT_KINDS: tuple[TransportKind, ...] = (
    "rate_limit", "server_error", "timeout", "connection", "malformed",
)  # fmt: skip


def from_tape(error: str, reply: str) -> ModelError:
    """The error that was recorded as `kind: message`."""
    kind, _, message = error.partition(": ")
    if kind in ANSWER_KINDS:
        return AnswerError(message, kind, reply)
    if kind.startswith("unsupported_"):
        return UnsupportedError(message, kind.removeprefix("unsupported_"))
    if kind in _BY_KIND:
        return _BY_KIND[kind](message, kind)
    return TransportError(message, kind, body=reply)


def on_tape(error: ModelError) -> str:
    """The error as the tape keeps it."""
    return f"{error.kind}: {error}"
