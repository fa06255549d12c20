"""Runs in a database of their own, and everything that was stored of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app import batch
from app.batch import Silent
from app.plans import Plan, load_run_file, make_plan
from app.settings import Settings, load_settings
from app.store.rows import FoundRun, RunRow
from app.store.store import Store
from app.summary import Summary

NAMES = ("arm", "scenario", "turn", "position", "item", "source", "reason", "actions", "watched", "utility")


class Stopping(Silent):
    """Progress that stops the run with Ctrl-C once `after` sessions are stored."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.done = 0

    def advance(self, n: int, text: str) -> None:
        self.done += n
        if self.done >= self.after:
            raise KeyboardInterrupt


def planned(folder: Path, text: str) -> Plan:
    """The plan of a run file with these lines."""
    path = folder / "run.yaml"
    path.write_text("apiVersion: recoworld/v1\nkind: Run\n" + text)
    located = load_run_file(path)
    return make_plan(load_settings({}, {}, folder, located.file.settings()), located)


def settings(**given: Any) -> Settings:
    return Settings(**({"sessions": 30, "recommender": ("popular",), "max_turns": 6} | given))


def whole(folder: Path, plan: Plan, name: str = "whole.db") -> tuple[Summary, list[tuple[Any, ...]]]:
    """A run that is never interrupted: what it came to and what was shown."""
    with Store.open(folder / name) as store:
        summary = batch.execute_plan(plan, store)
        return summary, shown(store, newest(store))


def newest(store: Store) -> RunRow:
    found = store.find("latest")
    assert isinstance(found, FoundRun)
    return found.run


def shown(store: Store, run: RunRow) -> list[tuple[Any, ...]]:
    """Every exposure of a run, by arm, user, turn and position."""
    first = min(arm.id for arm in store.arms(run.id))
    return sorted(
        (row[0] - first, *row[1:])
        for chunk in store.exposure_table(run_id=run.id)
        for row in zip(*(chunk[name] for name in NAMES), strict=True)
    )


def rest_of_world(store: Store, run: RunRow) -> list[tuple[Any, ...]]:
    """All sessions of a run without their ids, also of users who came back."""
    return sorted(
        (row.key.partition("-")[2], row.status, str(row.leave_reason), str(sorted((row.sums or {}).items())))
        for row in store.sessions(run.id, visits=True)
    )
