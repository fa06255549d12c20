"""Stored runs of cohorts and of models, made once, to be played again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import batch
from app.llm.scripted import ScriptedServer
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store
from tests.batch.running import planned

MODELS = """
sessions: 3
max_turns: 3
days: 5
model: scripted
arms:
  both:
    mind: llm
    recommender: llm
    goal: {"genre:Comedy": 0.9}
    mindset: {trust: 0.3}
    history: none
    perturbations: {drop: 0.3, bad_slate: {turn: 2}}
  half: {mind: embedded, recommender: llm}
  said:
    mind: scripted
    recommender: agent
    script: [{open: [1, 2], say: no horror}, {open: all}]
  shown:
    mind: llm
    recommender: scripted
    slates: [[alien-1979, ran-1985], [toy-story-1995]]
    representation: semantic_id
"""


@pytest.fixture(scope="session")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        before = {name: os.environ.get(name) for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY")}
        os.environ |= {"OPENAI_BASE_URL": running.base_url, "OPENAI_API_KEY": "any"}
        yield running
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, server: ScriptedServer) -> Path:
    """`latest` is a run of models, scripts and days; `latest~1` one of cohorts over days."""
    folder = tmp_path_factory.mktemp("replay")
    with Store.open(folder / "made.db") as store:
        settings = Settings(sessions=4, days=4, max_turns=6, recommender=("agent", "random"))
        batch.execute_plan(plan_of(settings), store)
        batch.execute_plan(planned(folder, MODELS), store)
    return folder / "made.db"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy that a test may change."""
    shutil.copy(made, tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as opened:
        yield opened
