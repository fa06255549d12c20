"""Rows per second of exposures and bytes a row: the store beside bare `sqlite3`, in one run.

    python benchmarks/store.py [sessions] [turns] [rounds]

Each way starts from the same numpy columns and ends with the last commit on a fresh file (WAL, synchronous
NORMAL, one transaction for 20,000 rows or so, sorted by session): `Store.put` of packed rows; bare
`executemany` of the same six packed columns, one row a step; bare `executemany` of sixteen plain columns, as
wide as `v_exposures` decodes them. Wall time and CPU time of the process; the best of the rounds counts.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from app.store.packing import PACKED, pack
from app.store.runs import session_key
from app.store.store import Store
from app.store.tables import COLUMNS

SLATE = 10
BATCH_ROWS = 20_000
CATALOG = 3000
WIDE = """CREATE TABLE wide (session_id INTEGER NOT NULL, turn INTEGER NOT NULL, position INTEGER NOT NULL,
    item INTEGER NOT NULL, score DOUBLE NOT NULL, source INTEGER NOT NULL, propensity DOUBLE,
    reason INTEGER NOT NULL, seen BOOLEAN NOT NULL, actions INTEGER NOT NULL, watched DOUBLE NOT NULL,
    seconds DOUBLE NOT NULL, utility DOUBLE, factor INTEGER, facet INTEGER, text TEXT,
    PRIMARY KEY (session_id, turn, position), FOREIGN KEY (session_id) REFERENCES session (id)) WITHOUT ROWID"""

Columns = Mapping[str, npt.NDArray[Any]]
Write = Callable[[Path, Columns], None]


class Measured(NamedTuple):
    seconds: float
    cpu: float
    size: float
    """Bytes a row."""


def exposures(sessions: int, turns: int) -> Columns:
    """One slate a turn of every session; half of it is seen and one item in twenty is watched."""
    rng, n = np.random.default_rng(1), sessions * turns * SLATE
    seen, watched = rng.random(n) < 0.5, rng.random(n) < 0.05
    return {
        "session_id": np.repeat(np.arange(1, sessions + 1), turns * SLATE),
        "turn": np.tile(np.repeat(np.arange(1, turns + 1), SLATE), sessions),
        "position": np.tile(np.arange(1, SLATE + 1), sessions * turns),
        "item": rng.integers(0, CATALOG, n),
        "score": rng.random(n, np.float32),
        "source": 1 << rng.integers(0, 4, n),
        "propensity": np.full(n, np.nan),
        "reason": rng.integers(0, 8, n) + 16 * rng.integers(0, 800, n),
        "seen": seen,
        "actions": np.where(watched, 6, 1) * seen,
        "watched": rng.random(n, np.float32) * watched,
        "seconds": np.where(watched, 300, 3) * rng.random(n, np.float32) * seen,
        "utility": rng.normal(0, 1, n).astype(np.float32) * seen,
        "factor": rng.integers(0, 9, n) * seen,
        "facet": rng.integers(0, 800, n) * seen,
    }


def prepare(path: Path, sessions: int, turns: int) -> None:
    """A run with its sessions, so that exposures have parents."""
    with Store.open(path) as store:
        run = store.start_run("benchmark", 1, {}, sessions, "0")
        items = [(f"i{n}", f"Item {n}", "{}") for n in range(CATALOG)]
        catalog = store.save_catalog("benchmark", "0", "", items, {})
        arm = store.add_arm(run.id, 1, "arm", recommender="none", mind="none", catalog_id=catalog)
        store.save_personas([("p", "", "{}")])
        scenarios = store.add_scenarios(run.id, [(n, "p", n) for n in range(1, sessions + 1)])
        own = {"arm_id": arm.id, "status": "left", "turns": turns, "items_seen": 9}
        known = own | {"minutes": 1.0, "reward": 1.0}
        for_each = (
            {"id": i, "key": session_key(run.key, 1, n), "scenario_id": scenarios[n]}
            for n, i in enumerate(store.new_session_ids(sessions), 1)
        )
        rows = [tuple((known | one).get(name) for name in COLUMNS["session"]) for one in for_each]
        store.put({"session": rows}).wait()


def parts(columns: Columns) -> Iterator[Columns]:
    for at in range(0, len(columns["item"]), BATCH_ROWS):
        yield {name: values[at : at + BATCH_ROWS] for name, values in columns.items()}


def through_store(path: Path, columns: Columns) -> None:
    with Store.open(path) as store:
        for part in parts(columns):
            store.put({"exposure": pack(part)})


def bare_packed(path: Path, columns: Columns) -> None:
    sql = f"INSERT INTO exposure VALUES ({', '.join('?' * len(PACKED))})"
    _bare(path, sql, (list(map(tuple, pack(part).tolist())) for part in parts(columns)))


def bare_wide(path: Path, columns: Columns) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(WIDE)
    connection.close()
    _bare(path, f"INSERT INTO wide VALUES ({', '.join('?' * 16)})", map(_plain, parts(columns)))


def _plain(part: Columns) -> list[tuple[Any, ...]]:
    digits = {"score": 4, "watched": 3, "seconds": 1, "utility": 3}
    columns = [np.round(v.astype(float), digits[name]) if name in digits else v for name, v in part.items()]
    none = [None] * len(part["item"])
    lists = [none if np.isnan(column).all() else column.tolist() for column in columns]
    return list(zip(*lists, none, strict=True))


def _bare(path: Path, sql: str, batches: Iterator[list[tuple[Any, ...]]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = NORMAL", "cache_size = -65536", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    for rows in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, rows)
        connection.execute("COMMIT")
    connection.close()


def measure(write: Write, columns: Columns, sessions: int, turns: int) -> Measured:
    """On a fresh file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.db"
        prepare(path, sessions, turns)
        before = path.stat().st_size
        start, cpu = time.perf_counter(), time.process_time()
        write(path, columns)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        return Measured(seconds, cpu, (path.stat().st_size - before) / len(columns["item"]))


def main(sessions: int = 5000, turns: int = 10, rounds: int = 3) -> None:
    columns, n = exposures(sessions, turns), sessions * turns * SLATE
    print(f"{n:,} exposures of {sessions:,} sessions, best of {rounds}")
    ways: dict[str, Write] = {
        "Store.put, packed": through_store,
        "bare sqlite3, 6 packed columns": bare_packed,
        "bare sqlite3, 16 columns": bare_wide,
    }
    found = {name: [measure(w, columns, sessions, turns) for _ in range(rounds)] for name, w in ways.items()}
    for name, measured in found.items():
        seconds, cpu = min(m.seconds for m in measured), min(m.cpu for m in measured)
        print(
            f"{name:32} {n / seconds:10,.0f} rows/s   {cpu / n * 1e6:5.2f} µs CPU a row"
            f"   {measured[0].size:3.0f} bytes a row"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
