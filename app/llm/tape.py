"""The call tape: every call in order, written before its answer is used, read before a call is made."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from app.llm.errors import DriftError, MissingCallError

SESSIONS_HELD = 2_048
"""Sessions whose calls are kept in memory; an older one is read again when it is needed."""
FROM_CACHE = "cache"
"""The finish reason of a call that the cache answered."""

CacheUse = Literal["off", "read", "readwrite"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a run a question is asked: session row id, session key, turn and node.

    In a turn a node asks one question; one that asks more gives each its own name (`review:3`).
    """

    session: int | None
    key: str
    turn: int
    node: str

    def __str__(self) -> str:
        return f"{self.key or 'no session'}:{self.turn}:{self.node}"


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the tape. `error` is `kind: message`, None where the reply was accepted."""

    session_id: int | None
    turn: int
    node: str
    attempt: int
    position: int
    request_hash: str
    prompt_hash: str | None
    model: str
    seed: int | None
    reply: str | None
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None
    latency_ms: float | None
    usd: float | None
    accepted: bool
    error: str | None


class Recorded(Protocol):
    """What is read back of a row."""

    @property
    def turn(self) -> int: ...
    @property
    def node(self) -> str: ...
    @property
    def attempt(self) -> int: ...
    @property
    def request_hash(self) -> str: ...
    @property
    def reply(self) -> str | None: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def error(self) -> str | None: ...


class TapeStore(Protocol):
    """What the tape needs of a store."""

    def put_call(self, call: Call) -> Awaitable[None]:
        """Queue a row and its reply; awaiting returns after the commit."""

    def put_prompts(self, prompts: Sequence[tuple[str, str, str]]) -> Awaitable[None]:
        """(hash, name, text) each; those that are there already are left as they are."""

    def recorded_calls(self, session_id: int) -> Sequence[Recorded]:
        """All rows of a session; a session that is not stored is an error."""

    def accepted_reply(self, request_hash: str, newest: int | None) -> str | None:
        """The newest accepted reply to a request, among calls up to id `newest` where that is given."""

    def last_call(self) -> int:
        """The id of the newest call, 0 where there is none."""


@dataclass
class _Session:
    rows: dict[tuple[int, str, int], Recorded] = field(default_factory=dict)
    in_turn: Counter[int] = field(default_factory=Counter)

    def add(self, row: Recorded) -> None:
        self.rows[row.turn, row.node, row.attempt] = row


class Tape:
    """The tape over a store; without one (None) nothing is kept and every question is asked.

    `live=False` replays: a call that is not recorded is a MissingCallError. With `allow_drift` a recorded
    answer to another request than the one asked is taken nevertheless.
    """

    def __init__(
        self,
        store: TapeStore | None = None,
        *,
        live: bool = True,
        allow_drift: bool = False,
        cache: CacheUse = "off",
    ) -> None:
        self.live = live
        self._store = store
        self._allow_drift = allow_drift
        self._cache = cache
        self._newest = store.last_call() if store is not None and cache == "read" else None
        self._sessions: OrderedDict[int, _Session] = OrderedDict()
        self._prompts: set[str] = set()

    async def add_prompts(self, prompts: Iterable[tuple[str, str, str]]) -> None:
        """(hash, name, text) of the prompts that calls will name; to be done before they are asked."""
        rows = list(prompts)
        if self._store is not None:
            await self._store.put_prompts(rows)
        self._prompts.update(row[0] for row in rows)

    def find(self, at: Place, attempt: int, request_hash: str) -> Recorded | None:
        """The recorded attempt. Another request hash is a DriftError; in a replay none is a MissingCallError."""
        session = self._session(at.session)
        row = session.rows.get((at.turn, at.node, attempt)) if session else None
        if row is None and not self.live:
            raise MissingCallError(f"{at}: the tape holds no attempt {attempt} here; a replay makes no calls")
        if row is not None and row.request_hash != request_hash and not self._allow_drift:
            raise DriftError(
                f"{at}: the tape holds the answer to another request ({row.request_hash[:12]}, now "
                f"{request_hash[:12]}): a prompt, model, seed or an earlier answer has changed; fork instead, "
                "or allow drift"
            )
        return row

    async def cached(self, request_hash: str) -> str | None:
        """An accepted reply to the same request anywhere in the store.

        `read` looks at calls that were there when this process began, `readwrite` also at its own.
        """
        if self._store is None or self._cache == "off":
            return None
        return await asyncio.to_thread(self._store.accepted_reply, request_hash, self._newest)

    def forget(self, session: int) -> None:
        """What is known of a session is read from the store again, as it has changed there."""
        self._sessions.pop(session, None)

    def check_prompt(self, prompt_hash: str | None) -> None:
        """A prompt must be known to the store before a call that names it is paid; else a ValueError."""
        if self._store is not None and prompt_hash is not None and prompt_hash not in self._prompts:
            raise ValueError(f"prompt {prompt_hash[:12]} is not stored; give it to `Tape.add_prompts` first")

    def position(self, at: Place) -> int:
        """The next place in the order of the turn, from 1."""
        session = self._session(at.session)
        return session.in_turn[at.turn] + 1 if session else 1

    async def write(self, call: Call) -> None:
        """Returns when the row is committed."""
        if self._store is None:
            return
        session = self._session(call.session_id)
        if session is not None:
            session.in_turn[call.turn] += 1
        await self._store.put_call(call)
        if session is not None:
            session.add(call)

    def _session(self, number: int | None) -> _Session | None:
        if number is None or self._store is None:
            return None
        session = self._sessions.get(number)
        if session is None:
            session = self._sessions[number] = _of(self._store.recorded_calls(number))
        self._sessions.move_to_end(number)
        while len(self._sessions) > SESSIONS_HELD:
            self._sessions.popitem(last=False)
        return session


def _of(rows: Sequence[Recorded]) -> _Session:
    session = _Session(in_turn=Counter(row.turn for row in rows))
    for row in rows:
        session.add(row)
    return session
