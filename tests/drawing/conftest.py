"""Stored runs with language models: one that meets faults, one that asks once an item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.batch import execute
from app.drawing import Drawing, asking_in_run, shape_of, visits_of
from app.llm.scripted import ScriptedServer
from app.prompts import Prompts
from app.settings import Settings
from app.store.rows import RunRow
from app.store.store import Store


class Kept(NamedTuple):
    store: Store
    run: RunRow

    def drawing(self, prompts: Prompts | None = None) -> Drawing:
        calls, arms = self.store.node_calls(self.run.id), self.store.arms(self.run.id)
        asking = asking_in_run(calls, arms, prompts or Prompts())
        return Drawing(shape_of("session"), asking, visits_of(self.store, self.run))


def _run(db: Path, server: dict[str, Any], **settings: Any) -> Iterator[Kept]:
    usual = {"sessions": 4, "max_turns": 3, "model": ("scripted",), "mind": "llm", "failure_limit": 1.0}
    with pytest.MonkeyPatch.context() as patch, Store.open(db) as store, ScriptedServer(**server) as running:
        patch.setenv("OPENAI_BASE_URL", running.base_url)
        patch.setenv("OPENAI_API_KEY", "any")
        execute(Settings(**(usual | settings)), store)
        yield Kept(store, store.runs()[0])


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Both sides are models that often answer what is no JSON, so that some sessions fail."""
    server = {"faults": {"invalid_json": 0.3}}
    yield from _run(tmp_path_factory.mktemp("faulty") / "a.db", server, recommender=("llm",))


@pytest.fixture(scope="session")
def by_item(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A model reviews item by item, and the embedded agent recommends."""
    yield from _run(tmp_path_factory.mktemp("items") / "a.db", {}, recommender=("agent",), per_item=True)
