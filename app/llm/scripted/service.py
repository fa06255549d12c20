"""What each request gets: routes, key, models, limits, faults and answers. No I/O."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from random import Random
from time import monotonic
from typing import Any, Literal, NamedTuple

import orjson

from app.llm.scripted import errors, wire
from app.llm.scripted.answering import answered
from app.llm.scripted.bucket import Bucket
from app.llm.scripted.caching import PromptCache
from app.llm.scripted.counting import CALLS, Counts, Tokens
from app.llm.scripted.embedding import embedded
from app.llm.scripted.errors import Refused
from app.llm.scripted.options import TRANSPORT_FAULTS, Options
from app.llm.scripted.request import content_hash, read_chat

DEFAULT_MODEL = "scripted"
_POST = {f"/v1/{path}": path for path in CALLS}
_OWN = ("/health", "/_counts", "/_reset")
"""Paths that are neither counted nor guarded by the key."""

Headers = tuple[tuple[str, str], ...]


class Call(NamedTuple):
    """One HTTP request. Names of headers are in lower case."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    body: bytes


@dataclass(slots=True)
class Reply:
    """What goes back. `delay` is in seconds; `events` stand instead of a body in a stream.

    `cut`: `before` closes without a byte, `half` in the middle, `hold` says nothing at all.
    """

    status: int = 200
    body: bytes = b""
    outcome: str = "ok"
    path: str = "other"
    headers: Headers = ()
    events: list[bytes] | None = None
    delay: float = 0.0
    cut: Literal["", "before", "half", "hold"] = ""
    tokens: Tokens | None = None
    content: int | None = None
    counted: bool = True


class _Drawn(NamedTuple):
    """What is drawn for one call: by its content, and by how often that content was asked before."""

    content: int
    seed: int
    rng: Random
    fault: str
    delay: float
    name: str


class Service:
    """The scripted model behind a server; not thread-safe, it lives in the server's loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.counts = Counts()
        self.bodies: deque[dict[str, Any]] = deque(maxlen=options.keep)
        self._bucket = Bucket(options.rpm, monotonic) if options.rpm else None
        self._start()

    def _start(self) -> None:
        self._asked: Counter[int] = Counter()
        self._cache = PromptCache()
        self._first = deque(self.options.first)
        self.bodies.clear()

    def reset(self) -> None:
        """As if just started: counts, the prompt cache and `first` begin again."""
        self.counts.reset()
        self._start()

    def answer(self, call: Call) -> Reply:
        """The reply to one request; errors of the request are replies too."""
        target = call.path.partition("?")[0]
        try:
            reply = self._route(call, target)
        except Refused as error:
            reply = refused(error)
        reply.path = _POST.get(target, "other")
        return reply

    def busy(self, target: str) -> Reply:
        """The reply on a connection that is one too many."""
        reply = refused(errors.busy())
        reply.path = _POST.get(target, "other")
        return reply

    def _route(self, call: Call, target: str) -> Reply:
        if target not in _OWN:
            self._check_key(call.headers.get(b"authorization", b""))
        routes = self._routes(target)
        if call.method not in routes:
            raise errors.unknown_path(call.method, target, tuple(routes))
        return routes[call.method](call)

    def _routes(self, target: str) -> dict[str, Callable[[Call], Reply]]:
        if target in _POST:
            return {"POST": self._chat if target.endswith("completions") else self._embeddings}
        if target.startswith("/v1/models"):
            return {"GET": self._models} if target in ("/v1/models", *self._model_paths()) else {}
        own: dict[str, dict[str, Callable[[Call], Reply]]] = {
            "/health": {"GET": lambda call: _own({"status": "ok"})},
            "/_counts": {"GET": lambda call: _own(self.counts.data())},
            "/_reset": {"POST": self._reset},
        }
        return own.get(target, {})

    def _reset(self, call: Call) -> Reply:
        self.reset()
        return _own({"status": "ok"})

    def _check_key(self, header: bytes) -> None:
        key = self.options.key
        if key is not None and header != b"Bearer " + key.encode():
            raise errors.wrong_key(header.decode("latin-1"))

    def _model_names(self) -> tuple[str, ...]:
        return self.options.models or (DEFAULT_MODEL,)

    def _model_paths(self) -> Iterable[str]:
        return (f"/v1/models/{name}" for name in self._model_names())

    def _models(self, call: Call) -> Reply:
        models = [
            {"id": name, "object": "model", "created": 0, "owned_by": "recoworld"}
            for name in self._model_names()
        ]
        one = next((m for m in models if call.path.partition("?")[0] == f"/v1/models/{m['id']}"), None)
        return Reply(body=orjson.dumps(one or {"object": "list", "data": models}))

    def _body(self, call: Call) -> dict[str, Any]:
        """The body of a call of a model, its model known and its rate allowed."""
        try:
            body = orjson.loads(call.body)
        except orjson.JSONDecodeError:
            raise errors.bad_request("We could not parse the JSON body of your request.") from None
        if not isinstance(body, dict):
            raise errors.bad_request("The body of your request must be a JSON object.")
        self.bodies.append(body)
        model = body.get("model")
        if not isinstance(model, str) or not model:
            raise errors.bad_request("you must provide a model parameter", "model")
        if self.options.models and model not in self.options.models:
            raise errors.unknown_model(model)
        if self._bucket is not None and (wait := self._bucket.wait()):
            raise errors.rate_limited("throttled", _wait_headers(wait))
        return body

    def _drawn(self, body: dict[str, Any]) -> _Drawn:
        content = content_hash(body)
        times = self._asked[content]
        self._asked[content] += 1
        rng = Random(_mixed(self.options.seed, content, times + 1))
        fault = self._fault(rng.random())
        delay = self.options.latency.draw(rng)
        seed = _mixed(self.options.seed, content, 0)
        return _Drawn(content, seed, rng, fault, delay, f"{content:016x}{times:04x}")

    def _fault(self, share: float) -> str:
        if self._first:
            first = self._first.popleft()
            return "" if first == "ok" else first
        for fault, rate in self.options.faults.items():
            share -= rate
            if share < 0:
                return fault
        return ""

    def _broken(self, drawn: _Drawn) -> Reply | None:
        """The reply to a call whose transport is to fail."""
        if drawn.fault not in TRANSPORT_FAULTS:
            return None
        if drawn.fault == "rate_limit":
            return refused(errors.rate_limited("rate_limit", self.options.retry_after.header()))
        if drawn.fault == "server_error":
            return refused(errors.server_error(), drawn.delay)
        if drawn.fault == "timeout":
            return Reply(outcome="timeout", cut="hold")
        return None if drawn.rng.random() < 0.5 else Reply(outcome="cut", delay=drawn.delay, cut="before")

    def _chat(self, call: Call) -> Reply:
        body = self._body(call)
        request = read_chat(body, self.options)
        drawn = self._drawn(body)
        broken = self._broken(drawn)
        if broken is not None:
            return broken
        answer = answered(request, drawn.seed, drawn.fault, drawn.rng, self.options.reply)
        cached = self._cache.cached(request.conversation, request.said)
        used = wire.usage(request, answer, cached)
        reply = self._reply(drawn, answer.outcome, Tokens(request.tokens, answer.tokens, cached))
        if request.stream:
            reply.events = wire.events(request, answer, used, drawn.name)
        else:
            reply.body = wire.completion(request, answer, used, drawn.name)
        return reply

    def _embeddings(self, call: Call) -> Reply:
        body = self._body(call)
        made, tokens = embedded(body)
        drawn = self._drawn(body)
        broken = self._broken(drawn)
        if broken is not None:
            return broken
        reply = self._reply(drawn, "ok", Tokens(tokens))
        reply.body = made
        return reply

    def _reply(self, drawn: _Drawn, outcome: str, tokens: Tokens) -> Reply:
        headers = (("x-request-id", f"req_{drawn.name}"),)
        if drawn.fault == "cut":
            return Reply(outcome="cut", headers=headers, delay=drawn.delay, cut="half")
        return Reply(
            outcome=outcome, headers=headers, delay=drawn.delay, tokens=tokens, content=drawn.content
        )


def refused(error: Refused, delay: float = 0.0) -> Reply:
    """The reply that an error makes."""
    return Reply(error.status, orjson.dumps(error.body), error.outcome, headers=error.headers, delay=delay)


def _own(data: dict[str, Any]) -> Reply:
    return Reply(body=orjson.dumps(data), counted=False)


def _wait_headers(seconds: float) -> Headers:
    return (("retry-after", str(ceil(seconds))), ("retry-after-ms", f"{seconds * 1000:.0f}"))


def _mixed(seed: int, content: int, times: int) -> int:
    packed = f"{seed}/{content}/{times}".encode()
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), "little")
