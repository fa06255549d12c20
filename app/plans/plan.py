"""The effective plan of a run: what it does, whatever files, variables and flags that came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from app.errors import UsageError
from app.plans.arms import OF_ARM, Arm
from app.plans.strict import Strict
from app.settings import (
    CacheUse,
    Cohort,
    Columns,
    Concurrency,
    Count,
    Days,
    Dollars,
    Limit,
    Name,
    Scale,
    Seed,
    Settings,
    Share,
    Workers,
)

OF_RUN = (
    "name", "seed", "sessions", "days", "catalog", "columns", "scale", "personas", "failure_limit", "workers",
    "cohort", "cache", "max_calls", "max_tokens", "max_usd", "concurrency", "timeout",
)  # fmt: skip
"""The settings that hold for a run as a whole."""


class Gate(Strict):
    """A condition on the paired difference of arm `b` less arm `a`, as in `turns > 0`; see docs/comparison.md."""

    a: Name
    b: Name
    that: Name


class Plan(Strict):
    """What a run does; stored with it as JSON. `workers`, `cohort` and `concurrency` change how fast, never what."""

    name: Annotated[str, Field(max_length=200)] = ""
    seed: Seed = 7
    sessions: Count = 100
    """Users of each arm."""
    days: Days = 1
    """Over how many days they come back, or not; day 0 is the first."""
    catalog: Name = "films"
    columns: Columns = Field(default_factory=dict)
    scale: Scale | None = None
    personas: Name = "everyone"
    arms: Annotated[tuple[Arm, ...], Field(min_length=1)]
    expect: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    failure_limit: Share = 0.1
    workers: Workers = 1
    cohort: Cohort = 1000
    cache: CacheUse = "off"
    max_calls: Limit | None = None
    max_tokens: Limit | None = None
    max_usd: Dollars | None = None
    concurrency: Concurrency = 16
    timeout: Dollars = 120.0
    file: str | None = None
    """The run file it came from."""

    def settings(self, arm: Arm | None = None) -> Settings:
        """The plan as settings: of the first arm, or as the arm has them."""
        arm = arm or self.arms[0]
        values = {name: getattr(self, name) for name in OF_RUN}
        values |= {name: getattr(arm, name) for name in OF_ARM} | {"recommender": (arm.recommender,)}
        return Settings(**values)

    def stored(self) -> dict[str, Any]:
        """As JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def restored(cls, stored: Mapping[str, Any], run: str) -> Plan:
        """The plan that `stored()` gave, other keys passed over; a UsageError where another version wrote it."""
        try:
            return cls.model_validate({key: stored[key] for key in cls.model_fields if key in stored})
        except ValidationError as error:
            raise UsageError(
                f"the plan of run {run} was written by another version of recoworld and cannot be read "
                f"({error.errors()[0]['msg'].lower()}); run it again"
            ) from error
