"""The rows of the call tape: written one call at a time, read back by session or by request."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, case, func, select

from app.errors import StoreError
from app.store.batches import Batch
from app.store.tables import COLUMNS, Arm, Blob, Call, Prompt, SessionRecord

FROM_CACHE = "cache"
"""The finish reason of a call that was answered from the store; it was not sent."""


class CallToWrite(Protocol):
    """The columns of a call, with the text of the reply instead of its blob."""

    @property
    def reply(self) -> str | None: ...


class RecordedCall(NamedTuple):
    """A call as it is read back; `reply` is None where there was no text."""

    turn: int
    node: str
    attempt: int
    position: int
    request_hash: str
    reply: str | None
    finish_reason: str | None
    accepted: bool
    error: str | None


class CallTotals(NamedTuple):
    """Sums over the calls of a run. `calls` were sent, `cached` answered from the store; `unmetered` replies
    have no token counts, `unpriced` ones no price."""

    calls: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    unmetered: int
    unpriced: int
    priced_usd: float


class NodeCalls(NamedTuple):
    """Sums over the calls that a run made at one node with one prompt; `node` is `review:3` for a third item.

    `retries` were sent after an answer that was not accepted; the rest as in `CallTotals`.
    """

    node: str
    prompt: str | None
    prompt_hash: str | None
    calls: int
    cached: int
    retries: int
    prompt_tokens: int
    completion_tokens: int
    unmetered: int
    unpriced: int
    priced_usd: float


_BLOB = COLUMNS["call"].index("reply_blob")
_BEFORE = attrgetter(*COLUMNS["call"][:_BLOB])
_AFTER = attrgetter(*COLUMNS["call"][_BLOB + 1 :])


def call_batch(call: CallToWrite) -> Batch:
    """The row and its reply."""
    if call.reply is None:
        return {"call": [(*_BEFORE(call), None, *_AFTER(call))]}
    body = call.reply.encode("utf-8", "surrogatepass")
    address = sha256(body).hexdigest()
    return {"blob": [(address, body)], "call": [(*_BEFORE(call), address, *_AFTER(call))]}


_RECORDED = (
    select(
        Call.turn,
        Call.node,
        Call.attempt,
        Call.position,
        Call.request_hash,
        Blob.body,
        Call.finish_reason,
        Call.accepted,
        Call.error,
    )
    .select_from(Call)
    .outerjoin(Blob, Blob.hash == Call.reply_blob)
    .order_by(Call.turn, Call.position, Call.attempt)
)


def recorded_calls(connection: Connection, session_id: int) -> list[RecordedCall]:
    rows = connection.execute(_RECORDED.where(Call.session_id == session_id)).all()
    if not rows and not _known(connection, session_id):
        raise StoreError(f"there is no session number {session_id} for calls to belong to; put its row first")
    return [RecordedCall(*row[:5], _text(row[5]), *row[6:]) for row in rows]


def _known(connection: Connection, session_id: int) -> bool:
    return (
        connection.execute(select(SessionRecord.id).where(SessionRecord.id == session_id)).first() is not None
    )


def _text(body: bytes | None) -> str | None:
    return None if body is None else bytes(body).decode("utf-8", "surrogatepass")


def accepted_reply(connection: Connection, request_hash: str, newest: int | None) -> str | None:
    same = (Call.request_hash == request_hash, Call.accepted, Call.reply_blob.is_not(None))
    early = () if newest is None else (Call.id <= newest,)
    statement = select(Blob.body).join(Call, Call.reply_blob == Blob.hash).where(*same, *early)
    return _text(connection.execute(statement.order_by(Call.id.desc()).limit(1)).scalar())


def last_call(connection: Connection) -> int:
    return connection.execute(select(func.max(Call.id))).scalar() or 0


_CACHED = func.coalesce(Call.finish_reason, "") == FROM_CACHE
_REPLIED = Call.latency_ms.is_not(None)
_OF_ARM = Call.session_id == SessionRecord.id, SessionRecord.arm_id == Arm.id


def call_totals(connection: Connection, run_id: int) -> CallTotals:
    sums: Sequence[Any] = (
        _count(~_CACHED),
        _count(_CACHED),
        _sum(Call.prompt_tokens),
        _sum(Call.completion_tokens),
        _sum(Call.cached_tokens),
        *_unknown(),
        _sum(Call.usd),
    )
    row = connection.execute(select(*sums).where(*_OF_ARM, Arm.run_id == run_id)).one()
    *counts, usd = row
    return CallTotals._make([*map(int, counts), float(usd)])


def node_calls(connection: Connection, run_id: int) -> list[NodeCalls]:
    whose = (Call.node, Prompt.name, Call.prompt_hash)
    sums: Sequence[Any] = (
        _count(~_CACHED),
        _count(_CACHED),
        _count((Call.attempt > 1) & ~_CACHED),
        _sum(Call.prompt_tokens),
        _sum(Call.completion_tokens),
        *_unknown(),
        _sum(Call.usd),
    )
    rows = connection.execute(
        select(*whose, *sums)
        .select_from(Call)
        .join(SessionRecord, SessionRecord.id == Call.session_id)
        .join(Arm, Arm.id == SessionRecord.arm_id)
        .outerjoin(Prompt, Prompt.hash == Call.prompt_hash)
        .where(Arm.run_id == run_id)
        .group_by(*whose)
        .order_by(func.min(Call.id))
    )
    return [NodeCalls._make([*row[:3], *map(int, row[3:-1]), float(row[-1])]) for row in rows]


def call_errors(connection: Connection, run_id: int) -> list[tuple[str, str]]:
    rows = connection.execute(
        select(Call.node, Call.error)
        .where(*_OF_ARM, Arm.run_id == run_id, Call.accepted.is_(False))
        .order_by(Call.id)
    )
    return [(node, (error or "").partition(":")[0]) for node, error in rows]


def _unknown() -> tuple[Any, Any]:
    """How many replies have no token counts, and how many no price."""
    unmetered = Call.prompt_tokens.is_(None) | Call.completion_tokens.is_(None)
    return _count(_REPLIED & unmetered), _count(_REPLIED & Call.usd.is_(None))


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)
