"""A server that gives canned replies over real HTTP, and what tests of the client share."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Any, Literal

from pydantic import BaseModel

from app.llm.caller import Caller
from app.llm.endpoint import Endpoint
from app.llm.model import Model, Place
from app.llm.retrying import Retries
from app.llm.tape import Tape
from app.llm.usage import Budget
from app.prompts import Rendered
from app.store.store import Store

QUICK = Retries(times=3, limited=3, first=0.01, longest=0.02, chance=Random(1))
PROMPT = ("h1", "user/review", "Look at the items.")


class Pick(BaseModel):
    """A small answer."""

    item: str
    mood: Literal["good", "bad"]
    score: float


GOOD = '{"item": "i1", "mood": "good", "score": 0.5}'


def check(pick: Pick) -> None:
    if pick.item not in ("i1", "i2"):
        raise ValueError(f"item {pick.item!r} was not shown; the items are i1, i2")


@dataclass(frozen=True)
class Canned:
    """One response; `cut` drops the connection instead, `wait` is in seconds, `trickle` between bytes."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False
    trickle: float = 0.0

    def encoded(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        head = {"content-type": "application/json", "content-length": str(len(body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in head.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def completion(text: str | None, **message: Any) -> dict[str, Any]:
    """A chat completion; `finish` is its finish reason, `usage` None leaves the counts out."""
    finish, usage = message.pop("finish", "stop"), message.pop("usage", (100, 20))
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": finish,
    }
    body: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return body


def said(text: str | None, **message: Any) -> Canned:
    return Canned(completion(text, **message))


def refused(status: int, message: str, **headers: str) -> Canned:
    return Canned(
        {"error": {"message": message, "type": "error"}},
        status,
        {k.replace("_", "-"): v for k, v in headers.items()},
    )


class Stub:
    """Serves `canned` in order of arrival, the last one again and again; `requests` are the bodies it got."""

    def __init__(self, *canned: Canned) -> None:
        self.canned: Sequence[Canned] = canned or (said(GOOD),)
        self.requests: list[dict[str, Any]] = []

    def __enter__(self) -> Stub:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        started.set()
        await self._ended.wait()
        server.close()
        for writer in self._open:
            writer.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
        self.requests.append(json.loads(await reader.readexactly(length)))
        canned = self.canned[min(len(self.requests), len(self.canned)) - 1]
        await asyncio.sleep(canned.wait)
        if canned.cut:
            return False
        await self._send(writer, canned)
        return True

    async def _send(self, writer: asyncio.StreamWriter, canned: Canned) -> None:
        content = canned.encoded()
        size = 1 if canned.trickle else len(content)
        for at in range(0, len(content), size):
            writer.write(content[at : at + size])
            await writer.drain()
            await asyncio.sleep(canned.trickle)


@dataclass
class Desk:
    """A model ready to be asked, with what stands behind it."""

    caller: Caller
    model: Model
    session: int | None = None

    def place(self, turn: int = 1, node: str = "review") -> Place:
        return Place(self.session, "run-1-7", turn, node)

    async def ask(self, turn: int = 1, node: str = "review", user: str = "Which one?", **given: Any) -> Pick:
        prompt = Rendered(PROMPT[1], PROMPT[0], "You are a user.", user, **given)
        return await self.model.ask(self.place(turn, node), prompt, Pick, check)


Work = Callable[[Desk], Any]


def with_desk(
    base_url: str,
    work: Work,
    *,
    store: Store | None = None,
    session: int | None = None,
    tape: Mapping[str, Any] | None = None,
    budget: Budget | None = None,
    prices: Any = None,
    retries: Retries = QUICK,
    model: Mapping[str, Any] | None = None,
    **endpoint: Any,
) -> Any:
    """Run `work` with a model of the endpoint and return its result; calls in flight are drained."""

    async def main() -> Any:
        async with Endpoint(base_url, **endpoint) as door:
            recorder = Tape(store, **tape or {})
            await recorder.add_prompts([PROMPT])
            options = {"name": "m", "seed": 7} | dict(model or {})
            async with Caller(door, tape=recorder, budget=budget, prices=prices, retries=retries) as caller:
                return await work(Desk(caller, Model(caller, **options), session))

    return asyncio.run(main())


def begin_session(store: Store, users: int = 1) -> list[int]:
    """Ids of sessions that exist in the store, of one run."""
    run = store.start_run("trial", 7, {}, users, "0")
    catalog = store.save_catalog("films", "f1", "embedded", [("i1", "Film 1", "{}")], {})
    arm = store.add_arm(run.id, 1, "llm", recommender="llm", mind="llm", catalog_id=catalog)
    store.save_personas([("p1", "Ana", "{}")])
    scenarios = store.add_scenarios(run.id, [(n, "p1", n) for n in range(1, users + 1)])
    ids = list(store.new_session_ids(users))
    rows = [
        (number, f"{run.key}-1-{n}", arm.id, scenarios[n], "running", None, None, 0, 0, 0.0, 0.0, *[None] * 8)
        for n, number in enumerate(ids, 1)
    ]
    store.put({"session": rows}).wait()
    return ids
