"""The tables in the field's words, as SQLAlchemy mappings, and the column order that a `Batch` follows.

Times are UTC in ISO 8601 text, JSON is text, and what a simulated user saw is one narrow row an item.
Migrations under `app/store/migrations` make these tables; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import orjson
from sqlalchemy import (
    BigInteger,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Big = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite's integers have them anyway and want the plain name for a row id."""


class JsonText(TypeDecorator[Any]):
    """JSON kept as text: a str is taken to be encoded already, anything else is encoded; read decoded."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        str: Text,
        float: Double,
        Mapping[str, Any]: JsonText,
        Sequence[Any]: JsonText,
    }


RowId = Annotated[int, mapped_column(Big, primary_key=True)]
Code = Annotated[int, mapped_column(SmallInteger)]
SessionId = Annotated[int, mapped_column(Big, ForeignKey("session.id"), primary_key=True)]
Number = Annotated[int, mapped_column(Integer, primary_key=True, autoincrement=False)]
Hash = Annotated[str, mapped_column(Text, primary_key=True)]
BlobHash = Annotated[str, mapped_column(Text, ForeignKey("blob.hash"))]

NARROW = {"sqlite_with_rowid": False}


class Counter(Base):
    """Numbers given out across processes: `value` is the last one taken."""

    __tablename__ = "counter"
    name: Mapped[Hash]
    value: Mapped[int] = mapped_column(Big)


class Catalog(Base):
    __tablename__ = "catalog"
    __table_args__ = (UniqueConstraint("name", "fingerprint"),)
    id: Mapped[RowId]
    name: Mapped[str]
    fingerprint: Mapped[str]
    source: Mapped[str]
    items: Mapped[int]
    interactions: Mapped[int]
    created: Mapped[str]
    facets: Mapped[Mapping[str, Any] | None]


class CatalogItem(Base):
    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("catalog_id", "item_id"),)
    catalog_id: Mapped[int] = mapped_column(Big, ForeignKey("catalog.id"), primary_key=True)
    position: Mapped[Number]
    item_id: Mapped[str]
    title: Mapped[str]
    body: Mapped[Mapping[str, Any]]


class CatalogPart(Base):
    """A named binary part, in chunks of at most 64 MiB."""

    __tablename__ = "catalog_part"
    catalog_id: Mapped[int] = mapped_column(Big, ForeignKey("catalog.id"), primary_key=True)
    name: Mapped[Hash]
    position: Mapped[Number]
    body: Mapped[bytes]


class PersonaSnapshot(Base):
    """A persona as it was when it was used, addressed by content."""

    __tablename__ = "persona"
    id: Mapped[RowId]
    hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    body: Mapped[Mapping[str, Any]]


class Prompt(Base):
    __tablename__ = "prompt"
    hash: Mapped[Hash]
    name: Mapped[str]
    text: Mapped[str]


class Blob(Base):
    """UTF-8 text addressed by content."""

    __tablename__ = "blob"
    hash: Mapped[Hash]
    body: Mapped[bytes]


class Run(Base):
    __tablename__ = "run"
    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    seed: Mapped[int] = mapped_column(Big)
    status: Mapped[str]
    started: Mapped[str]
    finished: Mapped[str | None]
    seconds: Mapped[float | None]
    planned: Mapped[int]
    plan: Mapped[Mapping[str, Any]]
    version: Mapped[str]
    usage: Mapped[Mapping[str, Any] | None]


class Arm(Base):
    __tablename__ = "arm"
    __table_args__ = (UniqueConstraint("run_id", "position"),)
    id: Mapped[RowId]
    run_id: Mapped[int] = mapped_column(Big, ForeignKey("run.id"))
    position: Mapped[int]
    name: Mapped[str]
    recommender: Mapped[str]
    mind: Mapped[str]
    catalog_id: Mapped[int] = mapped_column(Big, ForeignKey("catalog.id"))
    settings: Mapped[Mapping[str, Any]]


class Scenario(Base):
    """One simulated user of a run; every arm meets the same ones."""

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("run_id", "number"),)
    id: Mapped[RowId]
    run_id: Mapped[int] = mapped_column(Big, ForeignKey("run.id"))
    number: Mapped[int]
    persona_id: Mapped[int] = mapped_column(Big, ForeignKey("persona.id"))
    draw_key: Mapped[int] = mapped_column(Big)


class SessionRecord(Base):
    """One session. `return_days` is null where the user never returns; `sums` are what metrics are made of."""

    __tablename__ = "session"
    __table_args__ = (Index("session_arm", "arm_id"),)
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(unique=True)
    arm_id: Mapped[int] = mapped_column(Big, ForeignKey("arm.id"))
    scenario_id: Mapped[int] = mapped_column(Big, ForeignKey("scenario.id"))
    status: Mapped[str]
    leave_reason: Mapped[str | None]
    leave_words: Mapped[str | None]
    turns: Mapped[int]
    items_seen: Mapped[int]
    minutes: Mapped[float]
    reward: Mapped[float]
    return_days: Mapped[float | None]
    sums: Mapped[Mapping[str, Any] | None]
    failure: Mapped[Mapping[str, Any] | None]
    started: Mapped[str | None]
    seconds: Mapped[float | None]
    parent_id: Mapped[int | None] = mapped_column(Big, ForeignKey("session.id"))
    parent_turn: Mapped[int | None]
    parent_node: Mapped[str | None]


class TurnRecord(Base):
    """`match_before` and `match_after`: how well the slate honors the standing instruction."""

    __tablename__ = "turn"
    __table_args__ = NARROW
    session_id: Mapped[SessionId]
    number: Mapped[Number]
    decision: Mapped[Code]
    seen: Mapped[Code]
    seconds: Mapped[float]
    reward: Mapped[float]
    match_before: Mapped[float | None]
    match_after: Mapped[float | None]
    message: Mapped[str | None]
    plan: Mapped[Mapping[str, Any] | None]


class MindsetRecord(Base):
    """The mindset after a turn; turn 0 is the start."""

    __tablename__ = "mindset"
    __table_args__ = NARROW
    session_id: Mapped[SessionId]
    turn: Mapped[Number]
    satisfaction: Mapped[float]
    boredom: Mapped[float]
    fatigue: Mapped[float]
    trust: Mapped[float]
    mood: Mapped[float]
    detail: Mapped[Mapping[str, Any] | None]


class Exposure(Base):
    """One item at one place of one slate and what came of it, packed as `app.store.packing` tells.

    Append-only and hot: no index, and no foreign key, as the session is part of `id`.
    """

    __tablename__ = "exposure"
    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    item: Mapped[int]
    score: Mapped[int] = mapped_column(Big)
    how: Mapped[int] = mapped_column(Big)
    did: Mapped[int] = mapped_column(Big)
    felt: Mapped[int] = mapped_column(Big)


class ExposureText(Base):
    """Reason and thought of an exposure in words, where they do not follow from its codes."""

    __tablename__ = "exposure_text"
    session_id: Mapped[SessionId]
    turn: Mapped[Number]
    position: Mapped[Number]
    text: Mapped[Mapping[str, Any]]


class InstructionRecord(Base):
    """What was said after the review of `turn`: meant as `directives`, read as `understood`."""

    __tablename__ = "instruction"
    session_id: Mapped[SessionId]
    turn: Mapped[Number]
    words: Mapped[str]
    reflection: Mapped[str]
    directives: Mapped[Sequence[Any]]
    understood: Mapped[Sequence[Any] | None]


class Step(Base):
    """One run of a node, kept for sessions with models."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("session_id", "turn", "position"),)
    id: Mapped[RowId]
    session_id: Mapped[int] = mapped_column(Big, ForeignKey("session.id"))
    turn: Mapped[int]
    node: Mapped[str]
    position: Mapped[int]
    started: Mapped[str]
    ms: Mapped[float]
    input_blob: Mapped[BlobHash | None]
    output_blob: Mapped[BlobHash | None]
    failure: Mapped[Mapping[str, Any] | None]


class Call(Base):
    """The call tape: one model call, accepted or rejected."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("session_id", "turn", "node", "attempt"),
        Index("call_request", "request_hash"),
    )
    id: Mapped[RowId]
    session_id: Mapped[int | None] = mapped_column(Big, ForeignKey("session.id"))
    turn: Mapped[int]
    node: Mapped[str]
    attempt: Mapped[int]
    position: Mapped[int]
    request_hash: Mapped[str]
    prompt_hash: Mapped[str | None] = mapped_column(ForeignKey("prompt.hash"))
    model: Mapped[str]
    seed: Mapped[int | None] = mapped_column(Big)
    reply_blob: Mapped[BlobHash | None]
    finish_reason: Mapped[str | None]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    latency_ms: Mapped[float | None]
    usd: Mapped[float | None]
    accepted: Mapped[bool]
    error: Mapped[str | None]


TABLES: Mapping[str, Table] = {table.name: table for table in Base.metadata.sorted_tables}
"""Every table by name, parents before children."""

_GIVEN_BY_DATABASE = {("step", "id"), ("call", "id"), ("persona", "id"), ("scenario", "id")}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: tuple(c.name for c in table.columns if (name, c.name) not in _GIVEN_BY_DATABASE)
    for name, table in TABLES.items()
}
"""Column order of a `Batch` row; ids that the database gives are left out."""
