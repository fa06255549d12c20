"""Fixtures of the tests of language models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from llm_stub import Stub, begin_session

from app.store.store import Store


@pytest.fixture
def serve() -> Iterator[Callable[..., Stub]]:
    """Starts servers of canned replies that end with the test."""
    with ExitStack() as stack:
        yield lambda *canned: stack.enter_context(Stub(*canned))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "world.db"


@pytest.fixture
def store(db: Path) -> Iterator[Store]:
    with Store.open(db) as opened:
        yield opened


@pytest.fixture
def session(store: Store) -> int:
    """The id of a session that is running."""
    return begin_session(store)[0]
