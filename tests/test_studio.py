"""The graphs that LangGraph Studio loads exist and are compiled."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from langgraph.graph.state import CompiledStateGraph

CONFIG = json.loads((Path(__file__).resolve().parents[1] / "langgraph.json").read_text())


@pytest.mark.parametrize("name", ["session", "user", "recommender"])
def test_studio_finds_the_graph(name: str) -> None:
    path, _, attribute = CONFIG["graphs"][name].partition(":")
    module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    assert isinstance(getattr(module, attribute), CompiledStateGraph)
