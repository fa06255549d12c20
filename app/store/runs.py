"""Writing runs: their keys, arms, scenarios, personas, and the numbers of their sessions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import Connection, delete, insert, select, update

from app.errors import StoreError
from app.store.batches import insert as insert_batch
from app.store.failures import AlreadyStored
from app.store.packing import first_id
from app.store.rows import ArmRow, BegunRun, NewArm, RunRow, RunStatus
from app.store.tables import TABLES, Arm, Base, Counter, PersonaSnapshot, Run, Scenario, SessionRecord

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY_LENGTH = 6
_LOOKED_UP_AT_ONCE = 500
UNDONE = ":undone"
"""Between the node of a call and the number of the undoing that set it aside."""
_OF_SESSION = ("turn", "mindset", "exposure_text", "instruction", "step")
_REOPENED = {"status": "running", "leave_reason": None, "failure": None, "sums": None, "return_days": None}


def now() -> str:
    """The time in UTC, ISO 8601 with microseconds; texts sort as times."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def session_key(run_key: str, arm_position: int, scenario_number: int, visit: int = 1) -> str:
    """`q7m2kd-1-42`: user 42 of the run in its arm 1; `q7m2kd-1-42.3`: when it comes for the third time."""
    later = f".{visit}" if visit > 1 else ""
    return f"{run_key}-{arm_position}-{scenario_number}{later}"


def start_run(
    connection: Connection, name: str, seed: int, plan: Mapping[str, Any], planned: int, version: str
) -> RunRow:
    values = {
        "key": _new_key(connection),
        "name": name,
        "seed": seed,
        "status": "running",
        "started": now(),
        "planned": planned,
        "plan": dict(plan),
        "version": version,
    }
    run_id = inserted_id(connection, Run, values)
    return RunRow(id=run_id, finished=None, seconds=None, usage=None, **values)  # type: ignore[arg-type]


def begin_run(
    connection: Connection,
    name: str,
    seed: int,
    plan: Mapping[str, Any],
    version: str,
    personas: Sequence[tuple[str, str, str]],
    scenarios: Sequence[tuple[int, str, int]],
    arms: Sequence[NewArm],
    planned: int | None,
) -> BegunRun:
    count = len(scenarios) * len(arms) if planned is None else planned
    run = start_run(connection, name, seed, plan, count, version)
    insert_batch(connection, {"persona": list(personas)})
    by_number = add_scenarios(connection, run.id, scenarios)
    rows = [add_arm(connection, run.id, position, *arm) for position, arm in enumerate(arms, 1)]
    ids = [new_session_ids(connection, len(scenarios)) for _ in arms]
    return BegunRun(run, by_number, rows, ids)


def reopen_run(connection: Connection, run_id: int, sessions: Sequence[int]) -> None:
    """The run is `running` again, and these sessions too, without what they had; their calls are kept."""
    going = update(Run).where(Run.id == run_id, Run.status != "done").values(status="running", finished=None)
    if connection.execute(going).rowcount == 0:
        raise AlreadyStored(f"run number {run_id} has come to its end meanwhile")
    for session_id in sessions:
        _reopen(connection, session_id)


def _reopen(connection: Connection, session_id: int) -> None:
    open_ = (SessionRecord.id == session_id) & SessionRecord.status.in_(("failed", "running"))
    if connection.execute(update(SessionRecord).where(open_).values(_REOPENED)).rowcount == 0:
        raise AlreadyStored(f"session number {session_id} is played by another process")
    for name in _OF_SESSION:
        table = TABLES[name]
        connection.execute(delete(table).where(table.c.session_id == session_id))
    shown = TABLES["exposure"]
    of_session = (shown.c.id >= first_id(session_id)) & (shown.c.id < first_id(session_id + 1))
    connection.execute(delete(shown).where(of_session))


def take_back(
    connection: Connection, session_id: int, turn: int, kept: Sequence[str], again: Sequence[str]
) -> None:
    """The session loses what it has from `turn` on, but of that turn the steps of the nodes `kept`.

    Its calls were paid and stay: those of the nodes `again` in that turn as they are, the others under names
    that no node asks by, such as `review:undone2`.
    """
    for name in _OF_SESSION:
        table = TABLES[name]
        at = table.c.number if name == "turn" else table.c.turn
        of_turns = (table.c.session_id == session_id) & (at >= turn)
        if name == "step":
            of_turns &= ~((at == turn) & table.c.node.in_(kept))
        connection.execute(delete(table).where(of_turns))
    shown = TABLES["exposure"]
    of_turns = (shown.c.id >= first_id(session_id, turn)) & (shown.c.id < first_id(session_id + 1))
    connection.execute(delete(shown).where(of_turns))
    _set_aside(connection, session_id, turn, again)


def _set_aside(connection: Connection, session_id: int, turn: int, again: Sequence[str]) -> None:
    call = TABLES["call"]
    mine = call.c.session_id == session_id
    names = connection.execute(select(call.c.node).where(mine, call.c.node.contains(UNDONE))).scalars()
    number = 1 + max((int(name.rpartition(UNDONE)[2]) for name in names), default=0)
    undone = mine & (call.c.turn >= turn) & ~call.c.node.contains(UNDONE)
    undone &= ~((call.c.turn == turn) & call.c.node.in_(again))
    connection.execute(update(call).where(undone).values(node=call.c.node + f"{UNDONE}{number}"))


def _new_key(connection: Connection) -> str:
    """A key no run has; `latest` is a word of the command line and never a key."""
    while True:
        key = "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH))
        taken = connection.execute(select(Run.id).where(Run.key == key)).first()
        if key != "latest" and taken is None:
            return key


def inserted_id(connection: Connection, table: type[Base], values: Mapping[str, Any]) -> int:
    """Insert one row and return the id the database gave it."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def finish_run(
    connection: Connection, run_id: int, status: RunStatus, seconds: float, usage: Mapping[str, Any] | None
) -> None:
    if status not in get_args(RunStatus):
        raise ValueError(f"a run cannot be {status!r}; it is {', '.join(get_args(RunStatus))}")
    values = {"status": status, "finished": now(), "seconds": seconds, "usage": usage and dict(usage)}
    done = connection.execute(update(Run).where(Run.id == run_id).values(values))
    if done.rowcount == 0:
        raise StoreError(f"there is no run number {run_id} to finish")


def add_arm(
    connection: Connection,
    run_id: int,
    position: int,
    name: str,
    recommender: str,
    mind: str,
    catalog_id: int,
    settings: Mapping[str, Any],
) -> ArmRow:
    values: dict[str, Any] = {
        "run_id": run_id,
        "position": position,
        "name": name,
        "recommender": recommender,
        "mind": mind,
        "catalog_id": catalog_id,
        "settings": dict(settings),
    }
    arm_id = inserted_id(connection, Arm, values)
    return ArmRow(id=arm_id, **values)


def save_personas(connection: Connection, personas: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    insert_batch(connection, {"persona": list(personas)})
    return persona_ids(connection, [persona[0] for persona in personas])


def persona_ids(connection: Connection, hashes: Sequence[str]) -> dict[str, int]:
    """Ids by hash; in slices, as a statement takes only so many parameters."""
    found: dict[str, int] = {}
    wanted = list(dict.fromkeys(hashes))
    for start in range(0, len(wanted), _LOOKED_UP_AT_ONCE):
        some = wanted[start : start + _LOOKED_UP_AT_ONCE]
        where = PersonaSnapshot.hash.in_(some)
        rows = connection.execute(select(PersonaSnapshot.hash, PersonaSnapshot.id).where(where))
        found.update((row[0], row[1]) for row in rows)
    return found


def add_scenarios(
    connection: Connection, run_id: int, scenarios: Sequence[tuple[int, str, int]]
) -> dict[int, int]:
    persona = persona_ids(connection, [persona_hash for _, persona_hash, _ in scenarios])
    missing = next((h for _, h, _ in scenarios if h not in persona), None)
    if missing is not None:
        raise StoreError(f"persona {missing} is not stored; save the personas before the scenarios")
    rows = [(run_id, number, persona[h], draw_key) for number, h, draw_key in scenarios]
    insert_batch(connection, {"scenario": rows})
    ids = connection.execute(select(Scenario.number, Scenario.id).where(Scenario.run_id == run_id))
    return {row[0]: row[1] for row in ids}


def new_session_ids(connection: Connection, n: int) -> range:
    counter = Counter.name == "session"
    connection.execute(update(Counter).where(counter).values(value=Counter.value + n))
    last = connection.execute(select(Counter.value).where(counter)).scalar_one()
    return range(last - n + 1, last + 1)
