"""`recoworld ls`: the runs, or the sessions of one run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from rich.table import Table

    from app.store.rows import RunRow, SessionRow
    from app.store.store import Store

SORTS = ("turns", "satisfaction", "reward", "minutes")
_SHOWN_RUNS, _SHOWN_SESSIONS = 20, 25


def ls(
    run: Annotated[
        str | None,
        typer.Argument(help="A run, to list its sessions.", metavar="[RUN]", autocompletion=options.run_keys),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(help="Highest first: turns, satisfaction, reward, minutes.", metavar="COLUMN"),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="Lowest first.")] = False,
    arm: Annotated[str | None, typer.Option(help="Only the sessions of one arm, by name or number.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="Rows at most; 0 for all. \\[default: 20 runs, 25 sessions, all in JSON]"),
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """List the runs, newest first, or the sessions of a run."""
    from app.errors import UsageError, unknown

    if sort is not None and sort not in SORTS:
        raise unknown("column to sort by", sort, SORTS)
    if run is None and (sort or arm or reverse):
        raise UsageError(
            "--sort, --reverse and --arm are for the sessions of a run; give its id: recoworld ls RUN"
        )
    with options.open_store(db, create=False) as store:
        if run is None:
            _list_runs(store, _limit(limit, _SHOWN_RUNS, json), json)
        else:
            _list_sessions(store, run, (sort, reverse, arm, _limit(limit, _SHOWN_SESSIONS, json)), json)


def _limit(given: int | None, shown: int, json: bool) -> int | None:
    """How many rows; None for all."""
    if given is None:
        return None if json else shown
    return given or None


# ------------------------------------------------------------------------------------- runs


def _list_runs(store: Store, limit: int | None, json: bool) -> None:
    from app.cli.output import out, print_json, print_next

    rows = [_run_data(store, row) for row in store.runs(limit)]
    if json:
        print_json(rows)
        return
    if not rows:
        print_next("recoworld run", "there are no runs yet")
        return
    out().print(_run_table(rows))
    print_next(f"recoworld ls {rows[0]['run']}", "its sessions")


def _run_data(store: Store, row: RunRow) -> dict[str, Any]:
    counts = store.session_counts(row.id)
    ended = sum(n for of_arm in counts.values() for status, n in of_arm.items() if status != "running")
    return {
        "run": row.key,
        "name": row.name,
        "started": row.started,
        "seconds": row.seconds,
        "status": row.status,
        "seed": row.seed,
        "sessions": {"planned": row.planned, "done": ended},
        "arms": [arm.name for arm in store.arms(row.id)],
        "catalog": row.plan.get("catalog"),
        "personas": row.plan.get("personas"),
    }


_STATUS = {"done": "green", "left": "green", "failed": "red", "interrupted": "yellow", "running": "cyan"}


def _run_table(rows: Sequence[dict[str, Any]]) -> Table:
    from rich.text import Text

    from app.cli.tables import table

    shown = table("run", "name", ">started", ">sessions", "arms", "catalog", "status")
    for row in rows:
        sessions = row["sessions"]
        done = "" if sessions["done"] == sessions["planned"] else f"{sessions['done']:,} of "
        shown.add_row(
            Text(row["run"], "cyan"),
            row["name"],
            row["started"][:16].replace("T", " "),
            f"{done}{sessions['planned']:,}",
            ", ".join(row["arms"]),
            str(row["catalog"]),
            Text(row["status"], _STATUS.get(row["status"], "")),
        )
    return shown


# --------------------------------------------------------------------------------- sessions


def _list_sessions(
    store: Store, run: str, how: tuple[str | None, bool, str | None, int | None], json: bool
) -> None:
    from app.cli.output import out, print_json, print_next
    from app.errors import UsageError
    from app.store.rows import FoundSession

    found = store.find(run)
    if isinstance(found, FoundSession):
        raise UsageError(f"{run} is a session; see it with: recoworld show {run}")
    rows, total = _session_data(store, found.run, how)
    if json:
        print_json(rows)
        return
    out().print(_session_table(rows))
    if len(rows) < total:
        out().print(f"{len(rows)} of {total:,} sessions; --limit 0 shows all", style="dim")
    print_next(f"recoworld show {rows[0]['session'] if rows else found.run.key}", "one session, turn by turn")


def _session_data(
    store: Store, run: RunRow, how: tuple[str | None, bool, str | None, int | None]
) -> tuple[list[dict[str, Any]], int]:
    """The wanted rows, and how many there were before the limit."""
    sort, reverse, arm, limit = how
    arms = {row.id: row.name for row in _wanted_arms(store, run, arm)}
    sessions = [row for row in store.sessions(run.id) if row.arm_id in arms]
    satisfaction = _last_satisfaction(store, run)
    keys = {"turns": lambda s: s.turns, "reward": lambda s: s.reward, "minutes": lambda s: s.minutes}
    keys["satisfaction"] = lambda s: satisfaction.get(s.id, -1.0)
    if sort is not None:
        sessions.sort(key=keys[sort], reverse=not reverse)
    elif reverse:
        sessions.reverse()
    shown = sessions[:limit]
    personas = _personas(store, shown)
    return [_row(row, arms, satisfaction, personas) for row in shown], len(sessions)


def _personas(store: Store, sessions: Sequence[SessionRow]) -> dict[int, str]:
    """Session id to persona; arms share their scenarios, so each is read once."""
    by_scenario: dict[int, str] = {}
    for row in sessions:
        if row.scenario_id not in by_scenario:
            by_scenario[row.scenario_id] = store.session_rows(row.id).persona.name
    return {row.id: by_scenario[row.scenario_id] for row in sessions}


def _wanted_arms(store: Store, run: RunRow, wanted: str | None) -> list[Any]:
    from app.errors import unknown

    arms = store.arms(run.id)
    kept = [arm for arm in arms if wanted in (None, arm.name, str(arm.position))]
    if not kept and wanted is not None:
        raise unknown("arm", wanted, [arm.name for arm in arms])
    return kept


def _last_satisfaction(store: Store, run: RunRow) -> dict[int, float]:
    """Session id to the satisfaction after its last turn."""
    last: dict[int, float] = {}
    for chunk in store.turn_table(run_id=run.id):
        last.update(zip(chunk["session"], chunk["satisfaction"], strict=True))
    return last


def _row(
    row: SessionRow, arms: dict[int, str], satisfaction: dict[int, float], personas: dict[int, str]
) -> dict[str, Any]:
    return {
        "session": row.key,
        "arm": arms[row.arm_id],
        "persona": personas.get(row.id),
        "status": row.status,
        "turns": row.turns,
        "items_seen": row.items_seen,
        "minutes": row.minutes,
        "satisfaction": satisfaction.get(row.id),
        "reward": row.reward,
        "leave_reason": row.leave_reason,
        "failure": row.failure,
    }


def _session_table(rows: Sequence[dict[str, Any]]) -> Table:
    from rich.text import Text

    from app.cli.tables import table

    arms = ["arm"] if len({row["arm"] for row in rows}) > 1 else []
    shown = table("session", "persona", *arms, ">turns", ">satisfied", ">minutes", "ended")
    for row in rows:
        satisfaction = row["satisfaction"]
        shown.add_row(
            Text(row["session"], "cyan"),
            row["persona"] or "",
            *(row[name] for name in arms),
            str(row["turns"]),
            "" if satisfaction is None else f"{satisfaction:.2f}",
            f"{row['minutes']:.1f}",
            Text(_ended(row), _STATUS.get(row["status"], "")),
        )
    return shown


def _ended(row: dict[str, Any]) -> str:
    if row["status"] == "failed":
        return f"failed: {(row['failure'] or {}).get('message', '')}"
    return str(row["leave_reason"] or row["status"])
