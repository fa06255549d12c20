"""Rows per second of exposures: `Store.put` beside bare `sqlite3` executemany, in one run.

    python benchmarks/store.py [sessions] [turns] [rounds]

Both write the same rows into the same table of the same kind of file (WAL, synchronous NORMAL, one
transaction for 20,000 rows or so). Two orders: a turn of all sessions at a time, as a cohort makes them,
and session by session. The best of the rounds counts.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.store.runs import session_key
from app.store.store import Store
from app.store.tables import COLUMNS

SLATE = 10
BATCH_ROWS = 20_000
CATALOG = 3000

Rows = list[tuple[Any, ...]]


def exposures(turn: int, sessions: Sequence[int]) -> Rows:
    """One slate of every session."""
    outcome = (5, None, 3, True, 6, 0.5, 30.25)
    return [
        (
            s,
            turn,
            k,
            (s * 7 + turn * 13 + k) % CATALOG,
            random.random(),
            *outcome,
            random.random(),
            1,
            12,
            None,
        )
        for s in sessions
        for k in range(1, SLATE + 1)
    ]


def batches(rows: Rows) -> list[Rows]:
    return [rows[at : at + BATCH_ROWS] for at in range(0, len(rows), BATCH_ROWS)]


def prepare(path: Path, sessions: int, turns: int) -> None:
    """A run with its sessions, so that exposures have parents."""
    with Store.open(path) as store:
        run = store.start_run("benchmark", 1, {}, sessions, "0")
        items = [(f"i{n}", f"Item {n}", "{}") for n in range(CATALOG)]
        catalog = store.save_catalog("benchmark", "0", "", items, {})
        arm = store.add_arm(run.id, 1, "arm", recommender="none", mind="none", catalog_id=catalog)
        store.save_personas([("p", "", "{}")])
        scenarios = store.add_scenarios(run.id, [(n, "p", n) for n in range(1, sessions + 1)])
        ids = store.new_session_ids(sessions)
        filled = [None] * (len(COLUMNS["session"]) - 11)
        rows = [
            (
                i,
                session_key(run.key, 1, n),
                arm.id,
                scenarios[n],
                "left",
                None,
                None,
                turns,
                9,
                1.0,
                1.0,
                *filled,
            )
            for n, i in enumerate(ids, 1)
        ]
        store.put({"session": rows}).wait()


def through_store(path: Path, parts: list[Rows]) -> float:
    with Store.open(path) as store:
        start = time.perf_counter()
        for part in parts:
            store.put({"exposure": part})
        store.flush()
        return time.perf_counter() - start


def bare(path: Path, parts: list[Rows]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    sql = f"INSERT INTO exposure VALUES ({', '.join('?' * len(COLUMNS['exposure']))})"
    start = time.perf_counter()
    for part in parts:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(sql, part)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def measure(
    write: Callable[[Path, list[Rows]], float], parts: list[Rows], sessions: int, turns: int
) -> float:
    """Seconds on a fresh file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.db"
        prepare(path, sessions, turns)
        seconds = write(path, parts)
        measure_size(path, sum(map(len, parts)))
        return seconds


def measure_size(path: Path, rows: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    sizes.append(path.stat().st_size / rows)


sizes: list[float] = []


def main(sessions: int = 5000, turns: int = 10, rounds: int = 3) -> None:
    by_turn = [exposures(turn, range(1, sessions + 1)) for turn in range(1, turns + 1)]
    rows = [row for part in by_turn for row in part]
    orders = {"turn by turn": batches(rows), "session by session": batches(sorted(rows, key=lambda r: r[:3]))}
    print(f"{len(rows):,} exposures of {sessions:,} sessions, best of {rounds}")
    for name, parts in orders.items():
        store = min(measure(through_store, parts, sessions, turns) for _ in range(rounds))
        plain = min(measure(bare, parts, sessions, turns) for _ in range(rounds))
        print(
            f"{name:20} store {len(rows) / store:10,.0f} rows/s   bare sqlite3 {len(rows) / plain:10,.0f} rows/s"
            f"   ratio {plain / store:.2f}   {sizes[-1]:.0f} bytes a row"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
