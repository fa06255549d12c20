"""What a scripted server is told to do: its faults, latency, capabilities and limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from email.utils import formatdate
from random import Random
from time import time
from typing import Any, Literal, TypedDict, get_args

from app.errors import UsageError, unknown

TRANSPORT_FAULTS = ("rate_limit", "server_error", "timeout", "cut")
CONTENT_FAULTS = ("invalid_json", "wrong_ids", "missing_items", "extra_items", "nan", "duplicate_keys")
SHAPE_FAULTS = ("refusal", "truncation", "empty_choices")
FAULTS = (*TRANSPORT_FAULTS, *CONTENT_FAULTS, *SHAPE_FAULTS)
CAPABILITIES = ("json_schema", "json_object", "tools", "images")

Unsupported = Literal["400", "500", "ignore"]
Hook = Callable[[dict[str, Any]], Any]
"""Takes the body of a chat request; returns the answer (text, or a value for JSON), or None to make one up."""

_LATENCY = re.compile(r"lognormal:([^,]+),([^,]+)")


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds before an answer: `median` × exp(`sigma` × normal); exact where `sigma` is 0."""

    median: float = 0.0
    sigma: float = 0.0

    def draw(self, rng: Random) -> float:
        return self.median * math.exp(self.sigma * rng.gauss(0.0, 1.0)) if self.sigma else self.median


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """The header Retry-After of a 429: a number of seconds or an HTTP date; none where `seconds` is None."""

    seconds: float | None = 1.0
    date: bool = False

    def header(self) -> tuple[tuple[str, str], ...]:
        if self.seconds is None:
            return ()
        text = formatdate(time() + self.seconds, usegmt=True) if self.date else f"{self.seconds:g}"
        return (("retry-after", text),)


class Given(TypedDict, total=False):
    """The options as people write them; see `Options` for their meaning."""

    seed: int
    faults: str | Mapping[str, float]
    first: str | Sequence[str]
    latency: str | float
    retry_after: str | float
    capabilities: str | Sequence[str]
    unsupported: Unsupported
    key: str | None
    models: Sequence[str]
    max_connections: int | None
    rpm: float | None
    hold: float
    keep: int
    reply: Hook | None


@dataclass(frozen=True)
class Options:
    """How a scripted server behaves. The same options and requests give the same answers and faults."""

    seed: int = 0
    faults: Mapping[str, float] = field(default_factory=dict)
    """Share of calls by fault; their sum is at most 1."""
    first: tuple[str, ...] = ()
    """The outcomes of the first calls in order of arrival: names of faults, or `ok`."""
    latency: Latency = Latency()
    retry_after: RetryAfter = RetryAfter()
    capabilities: tuple[str, ...] = CAPABILITIES
    unsupported: Unsupported = "400"
    """What a request gets that needs a capability the server lacks: an error, or no notice."""
    key: str | None = field(default=None, repr=False)
    models: tuple[str, ...] = ()
    """The models it knows; any name is known where there are none."""
    max_connections: int | None = None
    rpm: float | None = None
    """Calls a minute; a second's worth may come at once."""
    hold: float = 600.0
    """Seconds until a call with the fault `timeout` is dropped."""
    keep: int = 1000
    """How many of the latest request bodies `ScriptedServer.requests()` remembers."""
    reply: Hook | None = None

    @classmethod
    def of(cls, **given: Any) -> Options:
        """The options from what people write, see `Given`; a wrong one is a UsageError that names it."""
        values = {name: value for name, value in given.items() if value is not None}
        for name in values.keys() - {f.name for f in fields(cls)}:
            raise unknown("option of the scripted server", name, [f.name for f in fields(cls)])
        for name, read in _READERS.items():
            if name in values:
                values[name] = read(values[name])
        for name, low in _LEAST.items():
            if name in values:
                _at_least(name, values[name], low)
        return cls(**values)


def _number(option: str, text: object) -> float:
    try:
        number = float(str(text))
    except ValueError:
        raise UsageError(f"{option}: {text!r} is not a number") from None
    if not (math.isfinite(number) and number >= 0):
        raise UsageError(f"{option}: {text!r} is not allowed; give a number that is 0 or more")
    return number


def _at_least(name: str, number: float, low: float) -> None:
    if not number >= low:
        raise UsageError(f"--{name.replace('_', '-')}: {number} is not allowed; give {low} or more")


def _names(option: str, given: str | Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else given
    names = tuple(part.strip() for part in parts if part.strip())
    for name in names:
        if name not in known:
            raise unknown(f"name in {option}", name, known)
    return names


def read_faults(given: str | Mapping[str, float]) -> dict[str, float]:
    """`rate_limit=.1,nan=.02` as shares; `all=.3` spreads a share evenly over every fault."""
    shares: dict[str, float] = {}
    for name, share in _pairs(given):
        if name != "all" and name not in FAULTS:
            raise unknown("fault", name, (*FAULTS, "all"))
        share_of = _number(f"--faults {name}", share)
        for fault in FAULTS if name == "all" else (name,):
            shares[fault] = shares.get(fault, 0.0) + share_of / (len(FAULTS) if name == "all" else 1)
    if sum(shares.values()) > 1 + 1e-9:
        raise UsageError(f"--faults: the shares sum to {sum(shares.values()):g}; they may sum to 1 at most")
    return shares


def _pairs(given: str | Mapping[str, float]) -> list[tuple[str, object]]:
    if not isinstance(given, str):
        return list(given.items())
    pairs = [part.partition("=") for part in given.split(",") if part.strip()]
    for name, equals, _ in pairs:
        if not equals:
            raise UsageError(f"--faults: {name.strip()!r} has no share; write {name.strip()}=.1")
    return [(name.strip(), share.strip()) for name, _, share in pairs]


def read_latency(given: str | float) -> Latency:
    """Seconds, or `lognormal:MEDIAN,SIGMA`."""
    match = _LATENCY.fullmatch(str(given).strip())
    if match:
        return Latency(_number("--latency", match[1]), _number("--latency", match[2]))
    if str(given).startswith("lognormal"):
        raise UsageError(f"--latency: {given!r} is not lognormal:MEDIAN,SIGMA, such as lognormal:0.5,0.4")
    return Latency(_number("--latency", given))


def read_retry_after(given: str | float) -> RetryAfter:
    """Seconds, `date:SECONDS` for an HTTP date so far ahead, or `none`."""
    text = str(given).strip()
    if text == "none":
        return RetryAfter(None)
    return RetryAfter(_number("--retry-after", text.removeprefix("date:")), text.startswith("date:"))


def _unsupported(given: str) -> str:
    if given not in get_args(Unsupported):
        raise unknown("way for --unsupported", str(given), get_args(Unsupported))
    return given


_READERS: dict[str, Callable[[Any], Any]] = {
    "faults": read_faults,
    "latency": read_latency,
    "retry_after": read_retry_after,
    "first": lambda given: _names("--first", given, (*FAULTS, "ok")),
    "capabilities": lambda given: _names("--capabilities", given, CAPABILITIES),
    "unsupported": _unsupported,
    "models": tuple,
}
_LEAST = {"seed": 0, "max_connections": 1, "rpm": 1, "hold": 0, "keep": 0}
