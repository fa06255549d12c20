"""What a run file may hold; the JSON Schema of `recoworld config schema` is made from these classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.plans.arms import OF_ARM, Goal, History, Perturbations
from app.plans.plan import OF_RUN, Gate
from app.plans.script import ScriptTurn
from app.plans.strict import Arrival, Strict
from app.settings import (
    CacheUse,
    Cohort,
    Columns,
    Concurrency,
    Count,
    Coupling,
    Days,
    Dollars,
    Limit,
    Models,
    Name,
    Names,
    Representation,
    Scale,
    Seed,
    Share,
    SlateSize,
    Temperature,
    Turns,
    Workers,
)

API_VERSION = "recoworld/v1"
MOST_REPLICATES = 100


def _one(value: Any) -> Any:
    """A list of personas as the text that --personas takes."""
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _list(value: Any) -> Any:
    """One value as a list of it."""
    return value if isinstance(value, list | tuple | None) else [value]


Personas = Annotated[str, BeforeValidator(_one, json_schema_input_type=str | list[str]), Field(min_length=1)]


def _values(of: Any) -> Any:
    """The type of one axis of a matrix."""
    some = Annotated[tuple[of, ...], Field(min_length=1)]
    return Annotated[some, BeforeValidator(_list, json_schema_input_type=of | some)]


_Ids = Annotated[tuple[Name, ...], Field(min_length=1)]
Slates = Annotated[tuple[_Ids, ...], Field(min_length=1)]


class _OfAnArm(Strict):
    mind: Name | None = Field(None, description="what plays the users")
    coupling: Coupling | None = Field(None, description="how strongly leaving is tied to content")
    instruct: bool | None = Field(None, description="whether users may say what is wrong")
    slate_size: SlateSize | None = Field(None, description="items in a slate")
    max_turns: Turns | None = Field(None, description="the longest session, in turns")
    model: Models | None = Field(None, description="a model's name, or user=NAME and recommender=NAME")
    prompts: Name | None = Field(None, description="a folder whose prompt files replace the built-in ones")
    representation: Representation | None = Field(None, description="how models are shown the items")
    per_item: bool | None = Field(None, description="one model call an item instead of a slate")
    temperature: Temperature | None = Field(None, description="of the models")
    history: History | None = Field(None, description="what recommenders see of the users' past")
    mindset: Arrival | None = Field(None, description="how users arrive")
    goal: Goal | None = Field(None, description="tastes of this session alone, hidden from recommenders")
    perturbations: Perturbations | None = Field(None, description="what goes wrong on the recommender's side")
    script: Annotated[tuple[ScriptTurn, ...], Field(min_length=1)] | None = Field(
        None, description="what users with `mind: scripted` do, turn by turn"
    )
    slates: Slates | None = Field(
        None, description="the item ids that `recommender: scripted` shows, by turn"
    )

    def given(self) -> dict[str, Any]:
        """The values that are there, by name."""
        return {
            name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None
        }


class ArmFile(_OfAnArm):
    """One arm; what it does not say is as in the arm it extends, else as at the top of the file."""

    extends: Name | None = Field(None, description="another arm, whose values it takes over")
    recommender: Name | None = Field(None, description="a name, module:attr or file.py:attr")


class Matrix(Strict):
    """Every combination of these values, for each of the arms."""

    recommender: _values(Name) | None = None  # type: ignore[valid-type]
    mind: _values(Name) | None = None  # type: ignore[valid-type]
    coupling: _values(Coupling) | None = None  # type: ignore[valid-type]
    instruct: _values(bool) | None = None  # type: ignore[valid-type]
    slate_size: _values(SlateSize) | None = None  # type: ignore[valid-type]
    max_turns: _values(Turns) | None = None  # type: ignore[valid-type]
    model: _values(Name) | None = None  # type: ignore[valid-type]
    prompts: _values(Name) | None = None  # type: ignore[valid-type]
    representation: _values(Representation) | None = None  # type: ignore[valid-type]
    history: _values(History) | None = None  # type: ignore[valid-type]

    def axes(self) -> dict[str, tuple[Any, ...]]:
        """The values of each axis that is there, in the order of the class."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None
        }


class Limits(Strict):
    """Limits of the run as a whole."""

    failures: Share | None = Field(
        None, description="share of failed sessions above which the run has failed"
    )
    calls: Limit | None = Field(None, description="the most model calls")
    tokens: Limit | None = Field(None, description="the most tokens of model calls")
    usd: Dollars | None = Field(None, description="the most to spend on model calls, in dollars")

    def settings(self) -> dict[str, Any]:
        words = {"failures": "failure_limit", "calls": "max_calls", "tokens": "max_tokens", "usd": "max_usd"}
        return {words[name]: value for name, value in self if value is not None}


class RunFile(_OfAnArm):
    """A run: what users, on what catalog, meet which recommenders, and what is expected of it."""

    apiVersion: Literal["recoworld/v1"]
    kind: Literal["Run"] = "Run"
    name: Annotated[str, Field(max_length=200)] | None = None
    seed: Seed | None = Field(None, description="everything random follows from it")
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=MOST_REPLICATES)] | None = Field(
        None,
        description="in place of seed and replicates: the first draws the users, each gives a replicate its luck",
    )
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] | None = Field(
        None, description="every arm so many times: the same users with fresh luck"
    )
    catalog: Name | None = Field(None, description="films, the name of a stored catalog, or a path to import")
    columns: Columns | None = None
    scale: Scale | None = None
    personas: Personas | None = Field(None, description="a population, personas, a path, or from-ratings")
    population: Personas | None = Field(None, description="another word for personas")
    sessions: Count | None = Field(None, description="users of each arm")
    days: Days | None = Field(None, description="over how many days users come back, or not")
    recommender: Names | None = Field(None, description="one arm each, where the file has no arms")
    arms: Annotated[Mapping[Name, ArmFile], Field(min_length=1)] | None = Field(
        None, description="arms by name"
    )
    matrix: Matrix | None = Field(None, description="the arms for every combination of these values")
    expect: Annotated[tuple[Name, ...], BeforeValidator(_list)] = Field(
        (),
        description="conditions on means, as in 'agent.turns > 6' or 'agent.turns > popular.turns'; else exit 4",
    )
    gates: tuple[Gate, ...] = Field(
        (), description="conditions on whole intervals of paired differences; else exit 4"
    )
    limits: Limits | None = None
    workers: Workers | None = None
    cohort: Cohort | None = None
    cache: CacheUse | None = Field(None, description="whether replies to the same requests are used again")
    concurrency: Concurrency | None = Field(None, description="model calls at once")
    timeout: Dollars | None = Field(None, description="seconds for one model call")

    def settings(self) -> dict[str, Any]:
        """What it says of settings that a run has as options too."""
        names = (*(name for name in OF_RUN if name in type(self).model_fields), *OF_ARM, "recommender")
        values = {name: getattr(self, name) for name in names}
        values["personas"] = self.personas or self.population
        values |= self.limits.settings() if self.limits else {}
        if self.seeds:
            values["seed"] = self.seeds[0]
        return {name: value for name, value in values.items() if value is not None}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a run file."""
    schema = RunFile.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "RecoWorld run file",
    }
