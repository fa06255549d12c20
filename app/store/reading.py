"""Reading: rows of a run or a session, and tables as columns for numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from app.errors import StoreError
from app.store.rows import (
    ArmRow,
    CallRow,
    CatalogRow,
    ExposureRow,
    InstructionRow,
    MindsetRow,
    PersonaRow,
    RunRow,
    ScenarioRow,
    SessionRow,
    SessionRows,
    StepRow,
    TurnRow,
)
from app.store.tables import TABLES, Arm, Run, SessionRecord

Columns = Mapping[str, Sequence[Any]]
"""One chunk of a table: column name to values, all of the same length."""


class _Row(Protocol):
    _fields: tuple[str, ...]

    @classmethod
    def _make(cls, iterable: Any) -> Self: ...


R = TypeVar("R")


def fetch(
    connection: Connection,
    kind: type[R],
    source: FromClause,
    *where: ColumnElement[bool],
    order: Sequence[Any] = (),
    limit: int | None = None,
) -> list[R]:
    """Rows of a named tuple whose fields are columns of the source."""
    row = cast("type[_Row]", kind)
    statement = select(*(source.c[name] for name in row._fields)).where(*where).order_by(*order).limit(limit)
    return [cast("R", row._make(found)) for found in connection.execute(statement)]


def one(connection: Connection, kind: type[R], source: FromClause, number: int) -> R:
    """The row with the id `number`; StoreError when there is none."""
    rows = fetch(connection, kind, source, source.c.id == number)
    if not rows:
        raise StoreError(f"there is no {source.description} number {number}")
    return rows[0]


def run_rows(connection: Connection, limit: int | None) -> list[RunRow]:
    return fetch(connection, RunRow, TABLES["run"], order=(Run.id.desc(),), limit=limit)


def arm_rows(connection: Connection, run_id: int) -> list[ArmRow]:
    return fetch(connection, ArmRow, TABLES["arm"], Arm.run_id == run_id, order=(Arm.position,))


def session_list(connection: Connection, run_id: int) -> list[SessionRow]:
    of_run = SessionRecord.arm_id.in_(select(Arm.id).where(Arm.run_id == run_id))
    order = (SessionRecord.arm_id, SessionRecord.id)
    return fetch(connection, SessionRow, TABLES["session"], of_run, order=order)


def session_counts(connection: Connection, run_id: int) -> dict[int, dict[str, int]]:
    """How many sessions of each status, by arm id; arms without sessions have an empty entry."""
    counted = (
        select(SessionRecord.arm_id, SessionRecord.status, func.count())
        .join(Arm, Arm.id == SessionRecord.arm_id)
        .where(Arm.run_id == run_id)
        .group_by(SessionRecord.arm_id, SessionRecord.status)
    )
    counts: dict[int, dict[str, int]] = {arm.id: {} for arm in arm_rows(connection, run_id)}
    for arm_id, status, n in connection.execute(counted):
        counts[arm_id][status] = n
    return counts


def session_rows(connection: Connection, session_id: int) -> SessionRows:
    session = one(connection, SessionRow, TABLES["session"], session_id)
    arm = one(connection, ArmRow, TABLES["arm"], session.arm_id)
    scenario = one(connection, ScenarioRow, TABLES["scenario"], session.scenario_id)
    return SessionRows(
        run=one(connection, RunRow, TABLES["run"], arm.run_id),
        arm=arm,
        catalog=one(connection, CatalogRow, TABLES["catalog"], arm.catalog_id),
        scenario=scenario,
        persona=one(connection, PersonaRow, TABLES["persona"], scenario.persona_id),
        session=session,
        turns=_of_session(connection, TurnRow, "turn", session_id, "number"),
        mindsets=_of_session(connection, MindsetRow, "mindset", session_id, "turn"),
        exposures=_exposures(connection, session_id, arm.catalog_id),
        instructions=_of_session(connection, InstructionRow, "instruction", session_id, "turn"),
        steps=_of_session(connection, StepRow, "step", session_id, "turn", "position"),
        calls=_of_session(connection, CallRow, "call", session_id, "turn", "position", "attempt"),
    )


def _of_session(connection: Connection, kind: type[R], table: str, session_id: int, *order: str) -> list[R]:
    source = TABLES[table]
    sorted_by = [source.c[name] for name in order]
    return fetch(connection, kind, source, source.c.session_id == session_id, order=sorted_by)


def _exposures(connection: Connection, session_id: int, catalog_id: int) -> list[ExposureRow]:
    shown, item = TABLES["exposure"], TABLES["item"]
    here = (item.c.catalog_id == catalog_id) & (item.c.position == shown.c.item)
    statement = (
        select(*shown.c, item.c.item_id, item.c.title)
        .select_from(shown.outerjoin(item, here))
        .where(shown.c.session_id == session_id)
        .order_by(shown.c.turn, shown.c.position)
    )
    return [ExposureRow._make(row) for row in connection.execute(statement)]


# ------------------------------------------------------------------------------ for numpy


def turn_statement(run_id: int | None, arm_id: int | None) -> Select[Any]:
    """Turns with the mindset after them, by arm, session and turn."""
    turn, mindset = TABLES["turn"], TABLES["mindset"]
    after = (mindset.c.session_id == turn.c.session_id) & (mindset.c.turn == turn.c.number)
    feelings = (mindset.c[name] for name in ("satisfaction", "boredom", "fatigue", "trust", "mood"))
    told = (turn.c[n] for n in ("decision", "seen", "seconds", "reward", "match_before", "match_after"))
    columns = (*_WHOSE, turn.c.number.label("turn"), *told, *feelings)
    source = _SESSIONS.join(turn, turn.c.session_id == _SESSION.c.id).outerjoin(mindset, after)
    return _ordered(select(*columns).select_from(source), run_id, arm_id, turn.c.number)


def exposure_statement(run_id: int | None, arm_id: int | None) -> Select[Any]:
    """Exposures without their words, by arm, session, turn and position."""
    shown = TABLES["exposure"]
    told = (c for c in shown.c if c.name not in ("session_id", "text"))
    source = _SESSIONS.join(shown, shown.c.session_id == _SESSION.c.id)
    statement = select(*_WHOSE, *told).select_from(source)
    return _ordered(statement, run_id, arm_id, shown.c.turn, shown.c.position)


_SESSION, _SCENARIO, _ARM = TABLES["session"], TABLES["scenario"], TABLES["arm"]
_SESSIONS = _ARM.join(_SESSION, _SESSION.c.arm_id == _ARM.c.id).join(
    _SCENARIO, _SCENARIO.c.id == _SESSION.c.scenario_id
)
_WHOSE = (_ARM.c.id.label("arm"), _SCENARIO.c.number.label("scenario"), _SESSION.c.id.label("session"))


def _ordered(statement: Select[Any], run_id: int | None, arm_id: int | None, *then: Any) -> Select[Any]:
    if (run_id is None) == (arm_id is None):
        raise ValueError("give either a run or an arm")
    chosen = _ARM.c.run_id == run_id if arm_id is None else _ARM.c.id == arm_id
    return statement.where(chosen).order_by(_SESSION.c.arm_id, _SESSION.c.id, *then)


def stream(connection: Connection, statement: Select[Any], chunk: int) -> Iterator[Columns]:
    """The result in chunks of at most `chunk` rows, turned into columns."""
    result = connection.execution_options(yield_per=chunk).execute(statement)
    names = list(result.keys())
    for rows in result.partitions(chunk):
        yield dict(zip(names, zip(*rows, strict=True), strict=True))
