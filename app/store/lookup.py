"""Finding a run or a session by what a person types: a key, a prefix, `latest`, `latest~1`."""

from __future__ import annotations

import re

from sqlalchemy import Connection, func, select

from app.errors import UsageError, unknown
from app.store.reading import arm_rows, fetch, run_rows
from app.store.rows import FoundRun, FoundSession, RunRow, SessionRow
from app.store.runs import session_key
from app.store.tables import TABLES, Run, Scenario

_LATEST = re.compile(r"latest(?:~(\d+))?")
_SESSION = re.compile(r"(.+?)-(\d+)-(\d+)(?:\.(\d+))?")
_NAMED = 6


def find(connection: Connection, text: str) -> FoundRun | FoundSession:
    """The run or session that `text` names; unknown or ambiguous is a UsageError with near names."""
    wanted = text.strip().lower()
    session = _SESSION.fullmatch(wanted)
    if session is None:
        return FoundRun(_run(connection, wanted))
    run = _run(connection, session[1])
    return FoundSession(
        run, _session(connection, run, int(session[2]), int(session[3]), int(session[4] or 1))
    )


def _run(connection: Connection, wanted: str) -> RunRow:
    latest = _LATEST.fullmatch(wanted)
    if latest:
        return _latest(connection, int(latest[1] or 0))
    prefix = Run.key.startswith(wanted, autoescape=True)
    found = fetch(connection, RunRow, TABLES["run"], prefix, order=(Run.id.desc(),), limit=_NAMED + 1)
    if len(found) == 1:
        return found[0]
    if not found or not wanted:
        keys = connection.execute(select(Run.key)).scalars()
        raise unknown("run", wanted, keys, "`recoworld ls` shows all runs.")
    keys_found = ", ".join(run.key for run in found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
    raise UsageError(f"run {wanted!r} is ambiguous: it may be {keys_found}; type more of it")


def _latest(connection: Connection, back: int) -> RunRow:
    rows = run_rows(connection, None if back >= 1_000_000 else back + 1)
    if back < len(rows):
        return rows[back]
    if not rows:
        raise UsageError("there are no runs yet; `recoworld run` makes one")
    count = f"there are only {len(rows)} runs" if len(rows) > 1 else "there is only one run"
    raise UsageError(f"no run latest~{back}: {count}")


def _session(connection: Connection, run: RunRow, arm: int, number: int, visit: int) -> SessionRow:
    table = TABLES["session"]
    key = session_key(run.key, arm, number, visit)
    found = fetch(connection, SessionRow, table, table.c.key == key)
    if found:
        return found[0]
    arms = [row.position for row in arm_rows(connection, run.id)]
    near = select(table.c.key).where(table.c.key.startswith(f"{run.key}-{arm}-")).limit(_NAMED)
    held = _span(connection, run.id)
    hint = f"(run {run.key} has the arms {', '.join(map(str, arms)) or 'none'} and the users {held})"
    raise unknown("session", key, connection.execute(near).scalars(), hint)


def _span(connection: Connection, run_id: int) -> str:
    ends = select(func.min(Scenario.number), func.max(Scenario.number)).where(Scenario.run_id == run_id)
    first, last = connection.execute(ends).one()
    return "none" if first is None else f"{first} to {last}"
