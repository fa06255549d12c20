"""Throughput of two workers against one, and peak memory at 1,000 and 10,000 sessions.

    python benchmarks/scale.py [--sessions N] [--recommender NAME]

Every run is a process of its own on the embedded films, with a database of its own; its peak memory is that of
the largest process. Sessions per second leave out the start of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def largest_worker() -> float:
    """Megabytes at the peak of the largest of the workers that live now; 0 where there is none."""
    forking, peak = str(forkserver._forkserver._forkserver_pid), 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has just ended
            said = dict(line.split(":", 1) for line in status.read_text().splitlines())
            if said["PPid"].strip() == forking:
                peak = max(peak, int(said["VmHWM"].split()[0]) / 1024)
    return peak


class Clock:
    """Notes when the first sessions are stored, how many, and how large the workers were by then."""

    def __init__(self) -> None:
        self.first = self.megabytes = 0.0
        self.before = self.done = 0

    def total(self, n: int) -> None:
        """Nothing."""

    def advance(self, n: int, text: str) -> None:
        self.done += n
        self.megabytes = max(self.megabytes, largest_worker())
        if not self.first:
            self.first, self.before = time.monotonic(), self.done


def one(sessions: int, workers: int, recommender: str, folder: str) -> dict[str, float]:
    """Run in this process; what it took."""
    from app import batch
    from app.settings import Settings
    from app.store.store import Store

    settings = Settings(sessions=sessions, workers=workers, recommender=(recommender,))
    clock, began = Clock(), time.monotonic()
    with Store.open(Path(folder) / "scale.db") as store:
        summary = batch.execute(settings, store, clock)
    ended = time.monotonic()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    turns = float(summary.arms[0].metrics["turns"]["mean"] or 0.0)
    return {
        "seconds": ended - began,
        "rate": (clock.done - clock.before) / max(ended - clock.first, 1e-9),
        "turns": turns * sessions,
        "megabytes": max(own, clock.megabytes),
    }


def measured(sessions: int, workers: int, recommender: str) -> dict[str, float]:
    """`one` in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--one", str(workers), "--sessions", str(sessions)]
        command += ["--recommender", recommender, "--folder", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--recommender", default="agent")
    parser.add_argument("--one", type=int, metavar="WORKERS", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.sessions, given.one, given.recommender, given.folder)))
        return
    print(
        f"{'sessions':>9} {'workers':>8} {'seconds':>8} {'sessions/s':>11} {'peak MB':>8}   {given.recommender}"
    )
    rates = {}
    for sessions, workers in ((given.sessions // 10, 1), (given.sessions, 1), (given.sessions, 2)):
        found = measured(sessions, workers, given.recommender)
        rates[sessions, workers] = found["rate"]
        print(
            f"{sessions:>9,} {workers:>8} {found['seconds']:>8.1f} {found['rate']:>11,.0f} {found['megabytes']:>8.0f}"
        )
    gain = rates[given.sessions, 2] / rates[given.sessions, 1]
    print(f"two workers against one: {gain:.2f} times the sessions per second")


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    main()
