"""Reading: rows of a run or a session, and tables as columns for numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar, cast

import numpy as np
import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    bindparam,
    func,
    select,
    text,
    type_coerce,
)

from app.errors import StoreError
from app.store.batches import Batch
from app.store.packing import PACKED, SESSION_SHIFT, decoded, first_id
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
from app.store.tables import COLUMNS, TABLES, Arm, JsonText, PersonaSnapshot, Run, Scenario, SessionRecord

Columns = Mapping[str, Sequence[Any]]
"""One chunk of a table: column name to values, all of the same length."""


class _Row(Protocol):
    _fields: tuple[str, ...]

    @classmethod
    def _make(cls, iterable: Any) -> Self: ...


R = TypeVar("R")

FIRST_VISIT = SessionRecord.key.not_like("%.%")
"""Sessions of users who come for the first time: later ones have a number of their own in the key."""


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


def session_list(connection: Connection, run_id: int, visits: bool) -> list[SessionRow]:
    of_run = SessionRecord.arm_id.in_(select(Arm.id).where(Arm.run_id == run_id))
    chosen = (of_run,) if visits else (of_run, FIRST_VISIT)
    order = (SessionRecord.arm_id, SessionRecord.id)
    return fetch(connection, SessionRow, TABLES["session"], *chosen, order=order)


def sessions_from(connection: Connection, node: str) -> list[SessionRow]:
    """Sessions with a parent, by the node at which they began."""
    of_node = SessionRecord.parent_node == node
    return fetch(connection, SessionRow, TABLES["session"], of_node, order=(SessionRecord.id,))


def scenario_rows(connection: Connection, run_id: int) -> list[ScenarioRow]:
    order = (Scenario.number,)
    return fetch(connection, ScenarioRow, TABLES["scenario"], Scenario.run_id == run_id, order=order)


def persona_rows(connection: Connection, run_id: int) -> dict[int, PersonaRow]:
    """The personas of a run by id."""
    used = PersonaSnapshot.id.in_(select(Scenario.persona_id).where(Scenario.run_id == run_id))
    return {row.id: row for row in fetch(connection, PersonaRow, TABLES["persona"], used)}


def session_counts(connection: Connection, run_id: int) -> dict[int, dict[str, int]]:
    """How many sessions of each status, by arm id; arms without sessions have an empty entry."""
    counted = (
        select(SessionRecord.arm_id, SessionRecord.status, func.count())
        .join(Arm, Arm.id == SessionRecord.arm_id)
        .where(Arm.run_id == run_id, FIRST_VISIT)
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


KEPT = ("mindset", "exposure", "exposure_text", "turn", "instruction")
"""Tables with what happened in a session, besides its steps and calls."""


def session_batch(connection: Connection, session_id: int) -> Batch:
    """The rows of a session in `KEPT` as they were put, JSON as text."""
    return {name: _raw(connection, name, session_id) for name in KEPT}


def _raw(connection: Connection, name: str, session_id: int) -> Any:
    table = TABLES[name]
    columns = [
        type_coerce(table.c[c], Text).label(c) if isinstance(table.c[c].type, JsonText) else table.c[c]
        for c in COLUMNS[name]
    ]
    if name == "exposure":
        shown = (table.c.id >= first_id(session_id)) & (table.c.id < first_id(session_id + 1))
        rows = connection.execute(select(*columns).where(shown).order_by(table.c.id)).all()
        return np.array(rows, np.int64).reshape(len(rows), len(columns))
    mine = table.c.session_id == session_id
    order = [column for column in table.primary_key.columns if column.name != "session_id"]
    return [tuple(row) for row in connection.execute(select(*columns).where(mine).order_by(*order))]


def step_outputs(connection: Connection, session_id: int) -> dict[tuple[int, str], Any]:
    step, blob = TABLES["step"].c, TABLES["blob"].c
    kept = select(step.turn, step.node, blob.body).join_from(
        TABLES["step"], TABLES["blob"], blob.hash == step.output_blob
    )
    rows = connection.execute(kept.where(step.session_id == session_id))
    return {(turn, node): orjson.loads(body) for turn, node, body in rows}


def _exposures(connection: Connection, session_id: int, catalog_id: int) -> list[ExposureRow]:
    shown, item = TABLES["exposure"], TABLES["item"]
    here = (item.c.catalog_id == catalog_id) & (item.c.position == shown.c.item)
    of_session = (shown.c.id >= first_id(session_id)) & (shown.c.id < first_id(session_id + 1))
    statement = (
        select(*(shown.c[name] for name in PACKED), item.c.item_id, item.c.title)
        .select_from(shown.outerjoin(item, here))
        .where(of_session)
        .order_by(shown.c.id)
    )
    found = connection.execute(statement).all()
    columns = _decoded([row[: len(PACKED)] for row in found])
    texts = _texts(connection, session_id)
    told = [texts.get(place) for place in zip(columns["turn"], columns["position"], strict=True)]
    names = ([row.item_id for row in found], [row.title for row in found])
    return list(map(ExposureRow, *columns.values(), told, *names))


def _texts(connection: Connection, session_id: int) -> dict[tuple[int, int], Any]:
    """What was said in words of the exposures of a session, by turn and position."""
    told = TABLES["exposure_text"].c
    rows = connection.execute(
        select(told.turn, told.position, told.text).where(told.session_id == session_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _decoded(rows: Sequence[Sequence[int]]) -> dict[str, list[Any]]:
    return decoded(np.array(rows, np.int64).reshape(-1, len(PACKED)))


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


def step_statement(run_id: int) -> Select[Any]:
    """What each step of a run took, by arm, session, turn and position."""
    step = TABLES["step"]
    source = _SESSIONS.join(step, step.c.session_id == _SESSION.c.id)
    columns = (*_WHOSE, step.c.turn, step.c.node, step.c.ms)
    return _ordered(select(*columns).select_from(source), run_id, None, step.c.turn, step.c.position)


def exposure_statement(run_id: int | None, arm_id: int | None) -> Select[Any]:
    """Packed exposures, by arm, session, turn and position; `exposure_columns` makes them readable."""
    shown = TABLES["exposure"]
    statement = select(*_WHOSE, *(shown.c[name] for name in PACKED)).select_from(_sessions_exposures())
    return _ordered(statement, run_id, arm_id, shown.c.id)


def _sessions_exposures() -> FromClause:
    """Either side can be looked up by the other, as in v_exposures: a planner may begin with either."""
    shown, session = TABLES["exposure"], _SESSION.c.id
    shift = text(str(SESSION_SHIFT))  # a parameter would be a bigint, by which PostgreSQL does not shift
    first, end = session.bitwise_lshift(shift), (session + 1).bitwise_lshift(shift)
    own = (session == shown.c.id.bitwise_rshift(shift)) & (shown.c.id >= first) & (shown.c.id < end)
    return _SESSIONS.join(shown, own)


def shown_statement(arm_id: int) -> Select[Any]:
    """Each item that a user of the arm was shown, once: scenario (the user's number) and item."""
    columns = (_SCENARIO.c.number.label("scenario"), TABLES["exposure"].c.item.label("item"))
    return (
        select(*columns).select_from(_sessions_exposures()).where(_ARM.c.id == arm_id, FIRST_VISIT).distinct()
    )


def instruction_statement(arm_id: int) -> Select[Any]:
    """What was asked for in the sessions of an arm, by user and turn."""
    said = TABLES["instruction"]
    source = _SESSIONS.join(said, said.c.session_id == _SESSION.c.id)
    columns = (_SCENARIO.c.number.label("scenario"), said.c.turn, said.c.directives)
    statement = select(*columns).select_from(source).where(_ARM.c.id == arm_id, FIRST_VISIT)
    return statement.order_by(_SCENARIO.c.number, said.c.turn)


def titles(connection: Connection, catalog_id: int) -> dict[str, str]:
    item = TABLES["item"].c
    rows = connection.execute(select(item.item_id, item.title).where(item.catalog_id == catalog_id))
    return {row[0]: row[1] for row in rows}


def titles_at(connection: Connection, catalog_id: int, positions: Sequence[int]) -> dict[int, str]:
    item = TABLES["item"].c
    here = (item.catalog_id == catalog_id) & item.position.in_(positions)
    return {row[0]: row[1] for row in connection.execute(select(item.position, item.title).where(here))}


def view_rows(
    connection: Connection, view: str, keys: Sequence[str]
) -> tuple[list[str], list[Sequence[Any]]]:
    """Names of the columns and rows of a public view of some sessions, in the order in which they happened."""
    order = ", ".join(_VIEWS[view])
    chosen = text(f"SELECT * FROM {view} WHERE session IN :keys ORDER BY {order}")
    result = connection.execute(chosen.bindparams(bindparam("keys", expanding=True)), {"keys": list(keys)})
    return list(result.keys()), list(result)


_VIEWS = {
    "v_sessions": ("arm", "scenario", "session"),
    "v_turns": ("arm", "scenario", "session", "turn"),
    "v_exposures": ("arm", "scenario", "session", "turn", "position"),
    "v_calls": ("arm", "scenario", "session", "call"),
}


def exposure_columns(packed: Columns) -> Columns:
    """A chunk of `exposure_statement` with the exposures' values, without their words."""
    whose = {name: packed[name] for name in ("arm", "scenario", "session")}
    columns = decoded(np.stack([np.array(packed[name], np.int64) for name in PACKED], axis=1))
    return whose | {name: values for name, values in columns.items() if name != "session_id"}


_SESSION, _SCENARIO, _ARM = TABLES["session"], TABLES["scenario"], TABLES["arm"]
_SESSIONS = _ARM.join(_SESSION, _SESSION.c.arm_id == _ARM.c.id).join(
    _SCENARIO, _SCENARIO.c.id == _SESSION.c.scenario_id
)
_WHOSE = (_ARM.c.id.label("arm"), _SCENARIO.c.number.label("scenario"), _SESSION.c.id.label("session"))


def _ordered(statement: Select[Any], run_id: int | None, arm_id: int | None, *then: Any) -> Select[Any]:
    if (run_id is None) == (arm_id is None):
        raise ValueError("give either a run or an arm")
    of_run = _SESSION.c.arm_id.in_(select(Arm.id).where(Arm.run_id == run_id))  # so that SQLite begins there
    chosen = of_run if arm_id is None else _ARM.c.id == arm_id
    return statement.where(chosen, FIRST_VISIT).order_by(_SESSION.c.arm_id, _SESSION.c.id, *then)


def stream(connection: Connection, statement: Select[Any], chunk: int) -> Iterator[Columns]:
    """The result in chunks of at most `chunk` rows, turned into columns."""
    result = connection.execution_options(yield_per=chunk).execute(statement)
    names = list(result.keys())
    for rows in result.partitions(chunk):
        yield dict(zip(names, zip(*rows, strict=True), strict=True))
