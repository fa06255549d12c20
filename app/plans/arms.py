"""An arm: one way of treating the users of a run, with everything that may differ between arms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from app.plans.script import ScriptTurn
from app.plans.strict import Arrival, Strict
from app.settings import Coupling, Models, Name, Representation, Seed, Share, SlateSize, Temperature, Turns

History = Literal["full", "none"]
Weight = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Facet = Annotated[str, Field(pattern=r"^[^\s:]+:\S(.*\S)?$")]
Goal = Mapping[Facet, Weight]


class BadSlate(Strict):
    """In turn `turn` a share of the users get a slate drawn at random in place of the recommender's."""

    turn: Annotated[int, Field(ge=1, le=10_000)]
    share: Share = 1.0


class Perturbations(Strict):
    """What goes wrong on the recommender's side. `drop`: share of the candidates lost after retrieval."""

    drop: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.0
    bad_slate: BadSlate | None = None

    @property
    def any(self) -> bool:
        return self.drop > 0 or self.bad_slate is not None


OF_ARM = (
    "mind", "coupling", "instruct", "slate_size", "max_turns", "model", "prompts", "representation",
    "per_item", "temperature",
)  # fmt: skip
"""The settings that arms may differ in, besides the recommender."""


class Conditions(Strict):
    """What an arm may have of its own."""

    recommender: Name = "agent"
    mind: Name = "embedded"
    coupling: Coupling = "medium"
    instruct: bool = True
    slate_size: SlateSize = 10
    max_turns: Turns = 20
    model: Models = ()
    prompts: str = ""
    representation: Representation = "text"
    per_item: bool = False
    temperature: Temperature | None = None
    history: History = "full"
    """`none`: the recommender sees nothing of the users' past; the users are who they are all the same."""
    mindset: Arrival = Arrival()
    goal: Goal = Field(default_factory=dict)
    """Tastes that hold in the session besides the users' own, hidden from the recommender."""
    perturbations: Perturbations = Perturbations()
    script: tuple[ScriptTurn, ...] = ()
    """What a scripted user does, turn by turn."""
    slates: tuple[tuple[Name, ...], ...] = ()
    """What a scripted recommender shows, turn by turn, as item ids; the last slate also after that."""


class Arm(Conditions):
    """One arm of a plan. Replicates have the same name, the same users, and luck of their own by `seed`."""

    name: Name
    replicate: Annotated[int, Field(ge=0)] = 0
    seed: Seed

    @property
    def label(self) -> str:
        """The name, with the number of the replicate from the second on."""
        return f"{self.name} #{self.replicate + 1}" if self.replicate else self.name
