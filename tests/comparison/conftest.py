"""A store with one real run of two arms, and an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.comparison import Comparison, compare
from app.store.store import Store
from app.summary import Summary
from tests.comparison.made import play


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Summary]]:
    """A store with one real run of two arms."""
    with Store.open(tmp_path_factory.mktemp("world") / "w.db") as store:
        yield store, play(store)


@pytest.fixture(scope="module")
def found(world: tuple[Store, Summary]) -> Comparison:
    return compare(world[0], world[1].run)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "s.db") as opened:
        yield opened
