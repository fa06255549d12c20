"""What recommenders are worth as a function of how strongly leaving is tied to content.

    python benchmarks/coupling.py [sessions] [seed]

No public log identifies the couplings c, d and f of the embedded user (docs/user-model.md), so a headline is
only worth stating beside this table: mean turns and end satisfaction of everyone on the embedded films, slates
of 10, at most 20 turns, the same users and draws everywhere.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from app.minds.parameters import COUPLINGS
from app.runner import run_cohort
from app.settings import Settings
from app.world import Stage, open_catalog, population

RECOMMENDERS = ("random", "popular", "content", "agent")
MAX_TURNS = 20


def outcome(stage: Stage, people: list[Any], recommender: str) -> tuple[float, float]:
    """Mean turns and mean satisfaction at the end."""
    turns, satisfaction = np.zeros(len(people)), np.zeros(len(people))
    users, visitors = stage.users(people), stage.visitors(people)
    size = stage.settings.slate_size
    for turn in run_cohort(stage.user, stage.recommender(recommender), users, visitors, size, MAX_TURNS):
        turns[turn.sessions] = turn.number
        satisfaction[turn.sessions] = turn.minds.satisfaction
    return float(turns.mean()), float(satisfaction.mean())


def row(coupling: str, sessions: int, seed: int) -> str:
    settings = Settings.model_validate({"sessions": sessions, "seed": seed, "coupling": coupling})
    stage = Stage(open_catalog(settings.catalog), settings)
    people, _, _ = population(settings, stage)
    found = {name: outcome(stage, people, name) for name in RECOMMENDERS}
    cells = [f"{turns:.2f} / {satisfaction:.2f}" for turns, satisfaction in found.values()]
    agent = found["agent"][0]
    ratios = [f"{agent / found[name][0]:.2f}" for name in ("random", "popular")]
    return "| " + " | ".join([coupling, *cells, *ratios]) + " |"


def main() -> None:
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    header = ["coupling", *RECOMMENDERS, "agent / random", "agent / popular"]
    print(f"{sessions} users, seed {seed}; cells are turns / satisfaction\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for coupling in COUPLINGS:
        print(row(coupling, sessions, seed), flush=True)


if __name__ == "__main__":
    main()
