"""From the text of a reply to a value: real JSON decoders, and a sentence for whatever is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

T = TypeVar("T", bound=BaseModel)

STARTS_TRIED = 200
"""Braces of a text that are tried as the start of an object."""
ERRORS_TOLD = 6
_SHAPE = ("missing", "extra_forbidden", "literal_error", "enum")
"""Errors that a server which enforces the schema cannot cause; so are those that end in `_type`."""


class Unreadable(ValueError):
    """A reply that cannot be used. `shape` is True where an enforced schema would have made it impossible."""

    def __init__(self, message: str, *, shape: bool) -> None:
        super().__init__(message)
        self.shape = shape


class _NotStrict(ValueError):
    """JSON that a lenient decoder would have let through; `shape` as for Unreadable."""

    shape = True


class _TooLarge(_NotStrict):
    """A number that any schema of numbers lets through."""

    shape = False


def read(text: str, output: type[T], check: Callable[[T], None] | None = None) -> T:
    """The value in a text that is JSON, or holds JSON between fences or words; else Unreadable.

    `check` raises a ValueError or LookupError for values that do not fit the question.
    """
    value = _value(text, output)
    if check is not None:
        try:
            check(value)
        except (ValueError, LookupError) as error:
            raise Unreadable(str(error), shape=False) from error
    return value


def _value(text: str, output: type[T]) -> T:
    try:
        _strict(text)
    except _NotStrict as error:
        raise Unreadable(str(error), shape=error.shape) from error
    except (ValueError, RecursionError):
        return _embedded(text, output)
    return _validated(text, output)


def _embedded(text: str, output: type[T]) -> T:
    """The last object in the text that is of the class; else the error that says most."""
    found: list[str] = []
    wrong: list[Exception] = []
    for part in _objects(text):
        (found if isinstance(part, str) else wrong).append(part)  # type: ignore[arg-type]
    for part in reversed(found):
        try:
            return _validated(part, output)
        except Unreadable:
            continue
    if wrong:
        raise Unreadable(_not_json(wrong[0]), shape=getattr(wrong[0], "shape", True))
    if not found:
        raise Unreadable("the answer holds no JSON object", shape=True)
    return _validated(max(found, key=len), output)


def _objects(text: str) -> Iterator[str | Exception]:
    """The texts of the objects that stand in a text, and the errors of those that do not decode."""
    at, tried = text.find("{"), 0
    while at >= 0 and tried < STARTS_TRIED:
        tried += 1
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield error
            end = at + 1
        else:
            yield text[at:end]
        at = text.find("{", end)


def _not_json(error: Exception) -> str:
    if isinstance(error, _NotStrict):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"the answer is not valid JSON: {error.msg} at character {error.pos}"
    if isinstance(error, RecursionError):
        return "the answer is not valid JSON: it is nested too deeply"
    return f"the answer is not valid JSON: {error}"


def _validated(text: str, output: type[T]) -> T:
    try:
        return output.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        shape = any(e["type"] in _SHAPE or e["type"].endswith("_type") for e in found)
        told = [_told(e["loc"], e["msg"], e["type"], e["input"]) for e in found[:ERRORS_TOLD]]
        more = len(found) - len(told)
        raise Unreadable("; ".join(told) + (f"; and {more} more" if more else ""), shape=shape) from error


def _told(loc: tuple[int | str, ...], message: str, kind: str, given: Any) -> str:
    where = ".".join(str(part) for part in loc) or "the answer"
    what = message.removeprefix("Value error, ")
    if kind == "missing" or isinstance(given, dict | list):
        return f"{where}: {what}"
    return f"{where}: {what} (you wrote {json.dumps(given, ensure_ascii=False, default=str)[:80]})"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotStrict(f"the key {twice!r} stands twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise _NotStrict(f"{name} is not a JSON number; write a finite number or null")


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _TooLarge(f"{text[:40]} is too large a number; write a finite number")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_number)


def _strict(text: str) -> Any:
    return _DECODER.decode(text)
