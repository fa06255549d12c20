"""The embedded films and a small catalog with ratings, made ready for recommenders once a session."""

from __future__ import annotations

import pytest
from asking import small_catalog, stage_of

from app.catalog.embedded import films
from app.recommenders.agent import Agent
from app.world import Stage


@pytest.fixture(scope="session")
def film_stage() -> Stage:
    return stage_of(films())


@pytest.fixture(scope="session")
def agent(film_stage: Stage) -> Agent:
    return Agent(film_stage.knowledge)


@pytest.fixture(scope="session")
def small_stage() -> Stage:
    """25 items with ratings of 40 users, so that a slate of ten exhausts it in three turns."""
    return stage_of(small_catalog())
