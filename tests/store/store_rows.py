"""Rows for the store's tests, also for their child processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from app.store.migrations import views_0001
from app.store.packing import EXPOSURE, I64, Array, pack
from app.store.rows import ArmRow, RunRow
from app.store.store import Store
from app.store.tables import COLUMNS
from graphs.messages import ACTIONS, SOURCES

ITEMS = [(f"i{n}", f"Film {n}", f'{{"id":"i{n}"}}') for n in range(20)]
USUAL: dict[str, dict[str, Any]] = {
    "session": {"status": "left", "turns": 1, "items_seen": 3, "minutes": 1.0, "reward": 0.5},
    "turn": {"number": 1, "decision": 0, "seen": 3, "seconds": 60.0, "reward": 0.5},
    "mindset": {"turn": 0, "satisfaction": 0.5, "boredom": 0.1, "fatigue": 0.2, "trust": 0.6, "mood": -0.25},
    "instruction": {"turn": 1, "words": "less horror", "reflection": "", "directives": "[]"},
    "exposure_text": {"turn": 1},
    "call": {
        "turn": 1, "node": "decide", "attempt": 1, "position": 1, "request_hash": "r", "model": "m",
        "accepted": True,
    },
    "step": {"turn": 1, "node": "decide", "position": 1, "started": "2026-01-01", "ms": 1.0},
}  # fmt: skip
SHOWN = dict.fromkeys(EXPOSURE, 0) | {
    "turn": 1, "position": 1, "score": 1.5, "seen": True, "seconds": 2.0,
    "propensity": np.nan, "utility": np.nan, "factor": -1, "facet": -1,
}  # fmt: skip


class Begun(NamedTuple):
    run: RunRow
    arm: ArmRow
    scenarios: dict[int, int]


def row(table: str, **values: Any) -> tuple[Any, ...]:
    """A row in column order, with usual values where none is given."""
    given = USUAL.get(table, {}) | values
    assert set(given) <= set(COLUMNS[table])
    return tuple(given.get(name) for name in COLUMNS[table])


def exposures(*shown: dict[str, Any]) -> I64:
    """Packed rows of exposures, with usual values where none is given."""
    whole = [SHOWN | values for values in shown]
    return pack({name: np.array([values[name] for values in whole]) for name in EXPOSURE})


def many_exposures(session_ids: range, seed: int = 0) -> dict[str, Array]:
    """Columns of one slate of 10 a session: random values of the whole range, on the grid that is kept."""
    rng, m = np.random.default_rng(seed), 10 * len(session_ids)
    sign = rng.choice([-1, 1], m)
    return {
        "session_id": np.repeat(session_ids, 10),
        "turn": np.full(m, 16_383),
        "position": np.tile(np.arange(1, 11), len(session_ids)),
        "item": np.arange(m) % 22,
        "score": sign * rng.integers(0, 2**40, m) / 10_000,
        "source": rng.integers(0, 2 ** len(SOURCES), m),
        "propensity": np.where(sign > 0, rng.integers(0, 10**6 + 1, m) / 1_000_000, np.nan),
        "reason": rng.choice([0, 1, 2**31 - 1], m),
        "seen": rng.random(m) < 0.5,
        "actions": rng.integers(0, 2 ** len(ACTIONS), m),
        "watched": rng.integers(0, 2**14, m) / 1_000,
        "seconds": rng.integers(0, 2**20, m) / 10,
        "utility": np.where(rng.random(m) < 0.8, sign * rng.integers(0, 2**29, m) / 1_000, np.nan),
        "factor": rng.integers(-1, 63, m),
        "facet": rng.choice([-1, 0, 800, 2**31 - 2], m),
    }


def plain(columns: Mapping[str, Array]) -> list[dict[str, Any]]:
    """The exposures as dictionaries of plain values, None where the packing has NaN or -1."""
    unknown = {"factor": -1, "facet": -1}
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    whole = (dict(zip(columns, row, strict=True)) for row in rows)
    return [{n: None if v != v or v == unknown.get(n) else v for n, v in one.items()} for one in whole]


def begin(store: Store, users: int = 3, position: int = 1) -> Begun:
    """A run with one arm and its scenarios."""
    run = store.start_run("trial", 7, {"slate": 3}, users, "0.1.0")
    catalog = store.save_catalog("films", "f1", "embedded", ITEMS, {})
    arm = store.add_arm(
        run.id, position, "popular", recommender="popular", mind="embedded", catalog_id=catalog
    )
    store.save_personas([("p1", "Ana", '{"name":"Ana"}')])
    scenarios = store.add_scenarios(run.id, [(n, "p1", -n) for n in range(1, users + 1)])
    return Begun(run, arm, scenarios)


def session(begun: Begun, session_id: int, number: int = 1, **values: Any) -> tuple[Any, ...]:
    """A session row of user `number` of the run."""
    key = f"{begun.run.key}-{begun.arm.position}-{number}"
    own = {"id": session_id, "key": key, "arm_id": begun.arm.id, "scenario_id": begun.scenarios[number]}
    return row("session", **own | values)


def one_session(store: Store) -> tuple[Begun, int]:
    """A stored session of one turn with everything in it."""
    begun = begin(store)
    (number,) = store.new_session_ids(1)
    store.put(
        {
            "session": [session(begun, number, leave_reason="bored")],
            "turn": [row("turn", session_id=number, decision=1, plan='{"reasoning":"asked"}')],
            "mindset": [
                row("mindset", session_id=number),
                row("mindset", session_id=number, turn=1, satisfaction=0.75),
            ],
            "exposure": exposures(
                {"session_id": number, "position": 2, "item": 1, "seen": False},
                {"session_id": number, "position": 1, "item": 19, "source": 0b101, "actions": 0b1010},
            ),
            "exposure_text": [row("exposure_text", session_id=number, position=2, text='{"thought":"no"}')],
            "instruction": [row("instruction", session_id=number, directives='[{"kind":"less"}]')],
            "prompt": [("h", "decide", "Decide.")],
            "blob": [("b", "grüß".encode())],
            "step": [row("step", session_id=number, output_blob="b")],
            "call": [row("call", session_id=number, prompt_hash="h", reply_blob="b")],
        }
    ).wait()
    return begun, number


Read = tuple[list[dict[str, Any]], list[dict[str, Any]], Begun]


def put_and_read(store: Store) -> Read:
    """Random exposures as they were put, as v_exposures tells them, and their run."""
    begun = begin(store, users=4)
    ids = store.new_session_ids(4)
    columns = many_exposures(ids)
    sessions = [session(begun, i, n) for n, i in enumerate(ids, 1)]
    store.put({"session": sessions, "exposure": pack(columns)}).wait()
    del columns["session_id"]
    with store._read() as connection:
        sql = f"SELECT * FROM v_exposures WHERE run = '{begun.run.key}' ORDER BY scenario, position"
        found = [_as_put(dict(one)) for one in connection.exec_driver_sql(sql).mappings()]
    return plain(columns), found, begun


def _as_put(one: dict[str, Any]) -> dict[str, Any]:
    """A row of v_exposures with its 0/1 columns put together again."""
    sources = sum(one[f"from_{name}"] << bit for bit, name in enumerate(SOURCES))
    actions = sum(one[name] << bit for bit, name in enumerate(views_0001.ACTIONS))
    own = {"source": sources, "actions": actions, "seen": one["seen"] == 1, "watched": one["watch_fraction"]}
    return {name: (one | own)[name] for name in EXPOSURE if name != "session_id"}
