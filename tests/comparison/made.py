"""Runs for comparisons: played for real, or made by hand with the turns of every user."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from app import batch
from app.metrics import Tally
from app.settings import Settings
from app.store.store import Store
from app.store.tables import COLUMNS
from app.summary import Summary

ITEMS = [(f"i{n}", f"Film {n}", f'{{"id":"i{n}"}}') for n in range(20)]


def play(store: Store, **settings: Any) -> Summary:
    given = {"sessions": 30, "recommender": ("popular", "random"), "max_turns": 6} | settings
    return batch.execute(Settings(**given), store)


def record(store: Store, arms: list[tuple[str, dict[str, Any], list[int]]], **more: Any) -> str:
    """A run made by hand: arms with (name, settings, turns of each user); who lasts 9 turns has stayed."""
    body = more.get("body", lambda user: {"traits": {"patience": user / 100}})
    run = store.start_run("made", more.get("seed", 7), {"max_turns": 9}, 99, "0.1.0")
    catalog = store.save_catalog(more.get("catalog", "films"), "f1", "embedded", ITEMS, {})
    users = range(1, len(arms[0][2]) + 1)
    store.save_personas([(f"p{u}", f"kind#{u}", json.dumps(body(u))) for u in users])
    scenarios = store.add_scenarios(run.id, [(u, f"p{u}", u + more.get("seed", 7)) for u in users])
    for position, (name, settings, turns) in enumerate(arms, 1):
        arm = store.add_arm(
            run.id, position, name, recommender=name, mind="embedded", catalog_id=catalog, settings=settings
        )
        ids = store.new_session_ids(len(turns))
        rows = [
            _session(f"{run.key}-{position}-{u}", i, arm.id, scenarios[u], t, more.get("failed", ()))
            for u, i, t in zip(users, ids, turns, strict=True)
        ]
        store.put({"session": rows})
    store.finish_run(run.id, more.get("status", "done"), 1.0)
    store.flush()
    return run.key


def _session(
    key: str, number: int, arm: int, scenario: int, turns: int, failed: tuple[str, ...]
) -> tuple[Any, ...]:
    left = float(turns < 9)
    tally = {name: 0.0 for name in Tally.zeros(1).columns() if name != "return_days"}
    tally |= {"turns": turns, "items_seen": 3 * turns, "left": left, "satisfaction": 0.5}
    wrong = key.partition("-")[2] in failed
    values = {
        "id": number, "key": key, "arm_id": arm, "scenario_id": scenario, "turns": turns, "items_seen": 3,
        "status": "failed" if wrong else "left" if left else "truncated", "minutes": 1.0, "reward": 0.5,
        "sums": json.dumps(tally),
    }  # fmt: skip
    return tuple(values.get(name) for name in COLUMNS["session"])


def turns_of(n: int = 40, seed: int = 1, more: float = 0.0) -> list[int]:
    own = np.random.default_rng(0).gamma(4.0, 1.0, n)
    luck = np.random.default_rng(seed).normal(0.0, 0.6, n)
    return np.clip(np.rint(own + luck + more), 1, 9).astype(int).tolist()
