"""Recommenders by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.errors import unknown
from app.plugins import load
from app.recommenders.knowledge import Knowledge
from app.recommenders.plugin import Plugin, build


def _agent(knowledge: Knowledge) -> Any:
    from app.recommenders.agent import Agent

    return Agent(knowledge)


def _deaf(knowledge: Knowledge) -> Any:
    from app.recommenders.agent import Agent

    return Agent(knowledge, listens=False)


def _baseline(name: str) -> Callable[[Knowledge], Any]:
    def make(knowledge: Knowledge) -> Any:
        from app.recommenders import baselines

        return getattr(baselines, name)(knowledge)

    return make


RECOMMENDERS: dict[str, tuple[Callable[[Knowledge], Any], str]] = {
    "agent": (_agent, "the embedded agent: reads instructions, fuses sources, reranks, explains"),
    "deaf": (_deaf, "the agent that ignores instructions, as a control"),
    "llm": (_agent, "a language model reasons and reranks over the agent's retrieval; needs --model"),
    "random": (_baseline("Random"), "uniform over what was not shown"),
    "popular": (_baseline("Popular"), "the true top, the same for all"),
    "content": (_baseline("Content"), "nearest in content to what the user consumed"),
    "itemknn": (_baseline("ItemKNN"), "item neighbors by co-consumption; needs interactions"),
    "ease": (_baseline("Ease"), "EASE item weights; needs interactions"),
}
"""Name to maker and description; a recommender of one's own is given as `file.py:attr` or `module:attr`."""


def make(spec: str, knowledge: Knowledge) -> Any:
    """A cohort recommender by name or plug-in; an unknown name is a UsageError, a wrong object a PluginError."""
    if spec in RECOMMENDERS:
        return RECOMMENDERS[spec][0](knowledge)
    if ":" not in spec:
        raise unknown("recommender", spec, RECOMMENDERS, "(your own: file.py:attr or module:attr)")
    return Plugin(build(load(spec, "recommender"), spec, knowledge), spec, knowledge)
