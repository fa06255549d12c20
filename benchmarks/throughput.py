"""User-turns per CPU second: a bare kernel, the cohort graph around it, and whole runs into a database.

    python benchmarks/throughput.py [--sessions 10000] [--rounds 3] [--items 3000] [--raters 3000]
                                    [--recommenders random,popular,content,agent,itemknn,ease] [--cohort 2000]

On one synthetic catalog, in one process:

- kernel: review, update_mindset and decide of the embedded user in a plain loop over precomputed slates;
- graph: the same users and slates through the compiled cohort graph;
- run: what `recoworld run` does, from the users' sampling to the last row in the database. The catalog is in
  the database before; a recommender's model is built in every run, and "ready" says what a run of one
  session takes.

CPU seconds are those of the process with all its threads (`time.process_time`), medians of the rounds.
Imports, also those made on first use, are excluded and named.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
from catalogs import synthetic
from threadpoolctl import threadpool_limits

from app import world
from app.batch import execute
from app.catalog.catalog import ItemCatalog
from app.recommenders.rows import CandidateRows, PlanRows, SlateRows, no_plans
from app.runner import run_cohort
from app.settings import Settings
from app.store.store import Store
from app.world import Stage, population
from graphs.session import CONTINUE, INSTRUCT
from graphs.state import Rows

IMPORTS = time.process_time()
TURNS, SLATE = 20, 10
NEED_INTERACTIONS = ("itemknn", "ease")


@dataclass
class Numbers(Rows):
    """Which precomputed slates a user gets, int64 (n,)."""

    number: npt.NDArray[np.int64]


class Precomputed:
    """A cohort recommender that gives back slates int32 (turns, n, k) made before."""

    def __init__(self, slates: npt.NDArray[np.int32]) -> None:
        self.slates = slates

    def start(self, visitors: Sequence[Any]) -> Numbers:
        return Numbers(np.arange(len(visitors)))

    def reason(self, memory: Numbers, requests: Sequence[Any], turn: int) -> PlanRows:
        return no_plans(len(requests))

    def retrieve(self, memory: Numbers, plans: PlanRows, turn: int) -> CandidateRows:
        none = np.zeros((len(memory.number), 0))
        return CandidateRows(none.astype(np.int32), none.astype(np.float32), none.astype(np.uint16))

    def rerank(self, memory: Numbers, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        return slate_rows(self.slates[turn - 1][memory.number])

    def observe(
        self, memory: Numbers, plans: PlanRows, slates: SlateRows, reviews: Any, turn: int
    ) -> Numbers:
        return memory


def slate_rows(items: npt.NDArray[np.int32]) -> SlateRows:
    zeros = np.zeros(items.shape, np.float32)
    return SlateRows(items, zeros, zeros.astype(np.uint16), zeros, zeros.astype(np.int32))


def slates_of(n: int, n_items: int) -> npt.NDArray[np.int32]:
    """Random slates in which no user meets an item twice."""
    draw = np.random.default_rng(0)
    orders = np.stack([draw.permutation(n_items)[: TURNS * SLATE] for _ in range(n)])
    return np.ascontiguousarray(orders.reshape(n, TURNS, SLATE).transpose(1, 0, 2), np.int32)


def kernel(stage: Stage, users: Any, slates: npt.NDArray[np.int32]) -> int:
    """User-turns of one cohort in a plain loop."""
    user, minds = stage.user, stage.user.start(users)
    numbers, turns = np.arange(slates.shape[1]), 0
    for turn in range(1, TURNS + 1):
        reviews = user.review(users, minds, slate_rows(slates[turn - 1][numbers]), turn)
        after = user.update_mindset(users, minds, reviews, turn)
        decided = user.decide(users, after, reviews, turn)
        turns += len(numbers)
        stay = np.flatnonzero((decided.kind == CONTINUE) | (decided.kind == INSTRUCT))
        users, minds, numbers = users.take(stay), after.take(stay), numbers[stay]
        if not stay.size:
            break
    return turns


def graph(stage: Stage, users: Any, slates: npt.NDArray[np.int32]) -> int:
    """User-turns of one cohort through the compiled graph."""
    nobody = [None] * slates.shape[1]
    cohort = run_cohort(stage.user, Precomputed(slates), users, nobody, SLATE, TURNS)
    return sum(len(turn.sessions) for turn in cohort)


def rate(rounds: int, work: Callable[[], int]) -> float:
    """The median of user-turns per CPU second."""
    rates = []
    for _ in range(rounds):
        began = time.process_time()
        turns = work()
        rates.append(turns / (time.process_time() - began))
    return median(rates)


@dataclass(frozen=True)
class Ran:
    """One run: its CPU seconds, the turns and bytes it left in the database."""

    seconds: float
    turns: int
    size: int


def run(catalog: ItemCatalog, recommender: str, sessions: int, cohort: int) -> Ran:
    """What `recoworld run` does, into a new database that knows the catalog."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.db"
        with Store.open(path) as store:
            world.save_catalog(store, catalog)
            store.flush()
            settings = Settings(
                db=str(path),
                catalog=catalog.name,
                sessions=sessions,
                recommender=(recommender,),
                cohort=cohort,
            )
            began = time.process_time()
            execute(settings, store)
            store.flush()
            seconds = time.process_time() - began
        connection = sqlite3.connect(path)
        (turns,) = connection.execute("SELECT count(*) FROM turn").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Ran(seconds, turns, path.stat().st_size)


def cohorts(catalog: ItemCatalog, n: int, rounds: int) -> None:
    """The kernel and the graph on one cohort of n users."""
    settings = Settings(sessions=n, max_turns=TURNS, slate_size=SLATE)
    stage = Stage(catalog, settings)
    people, _, _ = population(settings, stage)
    users, slates = stage.users(people), slates_of(n, len(catalog))
    kernel(stage, users, slates), graph(stage, users, slates)
    bare = rate(rounds, lambda: kernel(stage, users, slates))
    whole = rate(rounds, lambda: graph(stage, users, slates))
    print(f"{'kernel, no graph':24}{bare:12,.0f} user-turns per CPU second, a cohort of {n:,}")
    print(f"{'cohort graph':24}{whole:12,.0f} user-turns per CPU second, {whole / bare:.0%} of the kernel\n")


def runs(catalog: ItemCatalog, names: Sequence[str], sessions: int, rounds: int, cohort: int) -> None:
    print(
        f"{'run with':12}{'turns/CPU s':>13}{'ready s':>9}{'after it':>12}{'turns':>10}{'bytes a turn':>14}"
    )
    for name in names:
        if name in NEED_INTERACTIONS and catalog.interactions is None:
            print(f"{name:12}     needs interactions: give --raters")
            continue
        run(catalog, name, 1, cohort)  # imports on first use
        ready = run(catalog, name, 1, cohort)
        done = [run(catalog, name, sessions, cohort) for _ in range(rounds)]
        seconds, turns = median(ran.seconds for ran in done), done[0].turns
        size = (done[0].size - ready.size) / (turns - ready.turns)
        later = turns / max(seconds - ready.seconds, 1e-9)
        print(f"{name:12}{turns / seconds:13,.0f}{ready.seconds:9.2f}{later:12,.0f}{turns:10,}{size:14,.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="User-turns per CPU second.")
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--items", type=int, default=3000)
    parser.add_argument(
        "--raters", type=int, default=3000, help="people whose ratings the catalog has; 0 for none"
    )
    parser.add_argument("--recommenders", default="random,popular,content,agent,itemknn,ease")
    parser.add_argument("--cohort", type=int, default=2000)
    given = parser.parse_args()
    print(f"imports: {IMPORTS:.2f} CPU seconds, excluded below")
    catalog = synthetic(given.items, given.raters)
    rated = 0 if catalog.interactions is None else len(catalog.interactions)
    print(
        f"{given.items:,} items, {rated:,} ratings, {given.sessions:,} sessions, medians of {given.rounds}\n"
    )
    with threadpool_limits(1):
        cohorts(catalog, given.cohort, given.rounds)
    runs(catalog, given.recommenders.split(","), given.sessions, given.rounds, given.cohort)


if __name__ == "__main__":
    main()
