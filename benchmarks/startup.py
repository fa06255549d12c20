"""Time to start: `recoworld --help` beside a bare `import typer`, opening a store beside bare `sqlite3`, in one run.

    python benchmarks/startup.py [rounds]

Each round starts one process of either kind, or opens the same up-to-date file either way, in turn; the median
of the rounds counts. Wall time, in milliseconds.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from app.store.store import Store

Work = Callable[[], object]


def milliseconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def beside(name: str, work: Work, base_name: str, base: Work, rounds: int) -> None:
    pairs = [(milliseconds(work), milliseconds(base)) for _ in range(rounds)]
    ours, bare = (median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<24} {ours:8.1f} ms   {base_name:<20} {bare:8.1f} ms   ratio {ours / bare:.2f}")


def python(*words: str) -> Work:
    return lambda: subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)


def bare_open(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()


def main(rounds: int = 15) -> None:
    helped = python("-c", "from app.cli import main; main()", "--help")
    beside("recoworld --help", helped, "import typer", python("-c", "import typer"), rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        Store.open(path).close()
        beside("Store.open", lambda: Store.open(path).close(), "sqlite3", lambda: bare_open(path), rounds * 3)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
