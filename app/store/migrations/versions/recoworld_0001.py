"""The first schema: tables, the counter of session ids, and the views."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from app.store.migrations.views_0001 import views

revision = "recoworld_0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(kind: TypeEngine[Any], name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **options)


text, real, whole = partial(_column, sa.Text()), partial(_column, sa.Double()), partial(_column, sa.Integer())
big, small, truth = partial(_column, BIG), partial(_column, sa.SmallInteger()), partial(_column, sa.Boolean())
binary = partial(_column, sa.LargeBinary())


def _row_id() -> sa.Column[Any]:
    return big("id", primary_key=True)


def _maybe(column: sa.Column[Any]) -> sa.Column[Any]:
    column.nullable = True
    return column


def _to(name: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [parent])


def upgrade() -> None:
    _content()
    _catalogs()
    _runs()
    _sessions()
    _turns()
    _exposures()
    _tape()
    for statement in views(op.get_context().dialect.name):
        op.execute(statement)


def _content() -> None:
    counter = op.create_table("counter", text("name", primary_key=True), big("value"))
    op.bulk_insert(counter, [{"name": "session", "value": 0}])
    op.create_table("persona", _row_id(), text("hash", unique=True), text("name"), text("body"))
    op.create_table("prompt", text("hash", primary_key=True), text("name"), text("text"))
    op.create_table("blob", text("hash", primary_key=True), binary("body"))


def _catalogs() -> None:
    op.create_table(
        "catalog",
        _row_id(),
        *(text(name) for name in ("name", "fingerprint", "source")),
        *(whole(name) for name in ("items", "interactions")),
        text("created"),
        _maybe(text("facets")),
        sa.UniqueConstraint("name", "fingerprint"),
    )
    op.create_table(
        "item",
        big("catalog_id"),
        whole("position"),
        *(text(name) for name in ("item_id", "title", "body")),
        sa.PrimaryKeyConstraint("catalog_id", "position"),
        sa.UniqueConstraint("catalog_id", "item_id"),
        _to("catalog_id", "catalog.id"),
    )
    op.create_table(
        "catalog_part",
        big("catalog_id"),
        text("name"),
        whole("position"),
        binary("body"),
        sa.PrimaryKeyConstraint("catalog_id", "name", "position"),
        _to("catalog_id", "catalog.id"),
    )


def _runs() -> None:
    op.create_table(
        "run",
        _row_id(),
        text("key", unique=True),
        text("name"),
        big("seed"),
        text("status"),
        text("started"),
        _maybe(text("finished")),
        _maybe(real("seconds")),
        whole("planned"),
        text("plan"),
        text("version"),
        _maybe(text("usage")),
    )
    op.create_table(
        "arm",
        _row_id(),
        big("run_id"),
        whole("position"),
        *(text(name) for name in ("name", "recommender", "mind")),
        big("catalog_id"),
        text("settings"),
        sa.UniqueConstraint("run_id", "position"),
        _to("run_id", "run.id"),
        _to("catalog_id", "catalog.id"),
    )
    op.create_table(
        "scenario",
        _row_id(),
        big("run_id"),
        whole("number"),
        *(big(name) for name in ("persona_id", "draw_key")),
        sa.UniqueConstraint("run_id", "number"),
        _to("run_id", "run.id"),
        _to("persona_id", "persona.id"),
    )


def _sessions() -> None:
    op.create_table(
        "session",
        big("id", primary_key=True, autoincrement=False),
        text("key", unique=True),
        *(big(name) for name in ("arm_id", "scenario_id")),
        text("status"),
        *(_maybe(text(name)) for name in ("leave_reason", "leave_words")),
        *(whole(name) for name in ("turns", "items_seen")),
        *(real(name) for name in ("minutes", "reward")),
        _maybe(real("return_days")),
        *(_maybe(text(name)) for name in ("sums", "failure", "started")),
        _maybe(real("seconds")),
        _maybe(big("parent_id")),
        _maybe(whole("parent_turn")),
        _maybe(text("parent_node")),
        _to("arm_id", "arm.id"),
        _to("scenario_id", "scenario.id"),
        _to("parent_id", "session.id"),
    )
    op.create_index("session_arm", "session", ["arm_id"])


def _turns() -> None:
    op.create_table(
        "turn",
        big("session_id"),
        whole("number"),
        *(small(name) for name in ("decision", "seen")),
        *(real(name) for name in ("seconds", "reward")),
        *(_maybe(real(name)) for name in ("match_before", "match_after")),
        *(_maybe(text(name)) for name in ("message", "plan")),
        sa.PrimaryKeyConstraint("session_id", "number"),
        _to("session_id", "session.id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mindset",
        big("session_id"),
        whole("turn"),
        *(real(name) for name in ("satisfaction", "boredom", "fatigue", "trust", "mood")),
        _maybe(text("detail")),
        sa.PrimaryKeyConstraint("session_id", "turn"),
        _to("session_id", "session.id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "instruction",
        big("session_id"),
        whole("turn"),
        *(text(name) for name in ("words", "reflection", "directives")),
        _maybe(text("understood")),
        sa.PrimaryKeyConstraint("session_id", "turn"),
        _to("session_id", "session.id"),
    )


def _exposures() -> None:
    op.create_table(
        "exposure",
        big("id", primary_key=True, autoincrement=False),
        whole("item"),
        *(big(name) for name in ("score", "how", "did", "felt")),
    )
    op.create_table(
        "exposure_text",
        big("session_id"),
        *(whole(name) for name in ("turn", "position")),
        text("text"),
        sa.PrimaryKeyConstraint("session_id", "turn", "position"),
        _to("session_id", "session.id"),
    )


def _tape() -> None:
    op.create_table(
        "step",
        _row_id(),
        big("session_id"),
        whole("turn"),
        text("node"),
        whole("position"),
        text("started"),
        real("ms"),
        *(_maybe(text(name)) for name in ("input_blob", "output_blob", "failure")),
        sa.UniqueConstraint("session_id", "turn", "position"),
        _to("session_id", "session.id"),
        _to("input_blob", "blob.hash"),
        _to("output_blob", "blob.hash"),
    )
    op.create_table(
        "call",
        _row_id(),
        _maybe(big("session_id")),
        whole("turn"),
        text("node"),
        *(whole(name) for name in ("attempt", "position")),
        text("request_hash"),
        _maybe(text("prompt_hash")),
        text("model"),
        _maybe(big("seed")),
        *(_maybe(text(name)) for name in ("reply_blob", "finish_reason")),
        *(_maybe(whole(name)) for name in ("prompt_tokens", "completion_tokens", "cached_tokens")),
        *(_maybe(real(name)) for name in ("latency_ms", "usd")),
        truth("accepted"),
        _maybe(text("error")),
        sa.UniqueConstraint("session_id", "turn", "node", "attempt"),
        _to("session_id", "session.id"),
        _to("prompt_hash", "prompt.hash"),
        _to("reply_blob", "blob.hash"),
    )
    op.create_index("call_request", "call", ["request_hash"])
