"""A recommender that shows what a script says, turn by turn, for regression tests of users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphs.ports import RecommenderView


@dataclass(frozen=True)
class ScriptedSlates:
    """Implements `graphs.ports.SimpleRecommender`: a slate for each turn, the last one for all after it."""

    slates: Sequence[Sequence[str]]

    def recommend(self, view: RecommenderView) -> list[str]:
        return list(self.slates[min(view.turn, len(self.slates)) - 1])
