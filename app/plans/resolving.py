"""From settings and a run file to the effective plan: arms that extend each other, the matrix, replicates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from app import draws
from app.errors import UsageError, unknown
from app.plans.arms import OF_ARM, Arm
from app.plans.expecting import Expectation
from app.plans.loading import Located
from app.plans.plan import OF_RUN, Plan
from app.settings import Settings

MOST_ARMS = 500
_FILE_ONLY = ("history", "mindset", "goal", "perturbations", "script", "slates")
_WORDS = ("recommender", "mind", "coupling", "model", "representation")
"""Axes of a matrix whose values name themselves."""

Values = dict[str, Any]


def plan_of(settings: Settings) -> Plan:
    """The plan of settings alone: one arm for each recommender."""
    return make_plan(settings)


def make_plan(settings: Settings, located: Located | None = None) -> Plan:
    """The effective plan. What a flag said holds for every arm, whatever the file says of it.

    An arm, expectation or gate that names what is not there is a UsageError, or a DataError with its line.
    """
    file = located.file if located else None
    arms = list(_replicated(settings, located, _crossed(settings, located, list(_arms(settings, located)))))
    plan = Plan(
        **{name: getattr(settings, name) for name in OF_RUN},
        arms=tuple(arms),
        expect=file.expect if file else (),
        gates=file.gates if file else (),
        file=str(located.path) if located else None,
    )
    if located:
        _check_names(plan, located)
    return plan


def _flagged(settings: Settings, name: str) -> bool:
    return settings.origins()[name] == "flag"


def _base(settings: Settings, located: Located | None) -> Values:
    """What holds for every arm that does not say otherwise."""
    values = {name: getattr(settings, name) for name in OF_ARM}
    given = located.file.given() if located else {}
    return values | {name: given[name] for name in _FILE_ONLY if name in given}


def _arms(settings: Settings, located: Located | None) -> Iterator[tuple[str, Values]]:
    """(name, values) of every arm before the matrix; the name is empty where the matrix alone makes the arms."""
    base = _base(settings, located)
    if located is None or _flagged(settings, "recommender"):
        yield from ((name, base | {"recommender": name}) for name in settings.recommender)
    elif located.file.arms:
        flags = {name: getattr(settings, name) for name in OF_ARM if _flagged(settings, name)}
        default = {"recommender": settings.recommender[0]}
        for name in located.file.arms:
            yield name, default | base | _extended(located, name) | flags
    elif located.file.matrix and located.file.matrix.recommender and not located.file.recommender:
        yield "", base | {"recommender": settings.recommender[0]}
    else:
        yield from ((name, base | {"recommender": name}) for name in settings.recommender)


def _extended(located: Located, name: str) -> Values:
    """What an arm says, over what the arm says that it extends."""
    arms = located.file.arms or {}
    own = {key: value for key, value in arms[name].given().items() if key != "extends"}
    parent = arms[name].extends
    return own if parent is None else _extended(located, parent) | own


def _crossed(
    settings: Settings, located: Located | None, arms: list[tuple[str, Values]]
) -> list[tuple[str, Values]]:
    """The arms for every combination of the matrix, without the axes that a flag has set."""
    matrix = located.file.matrix if located else None
    axes = {
        name: values for name, values in (matrix.axes() if matrix else {}).items() if not _set(settings, name)
    }
    if not axes:
        return [(name or values["recommender"], values) for name, values in arms]
    return [
        (
            "/".join(filter(None, (name, *map(_worded, axes, cell)))),
            values | dict(zip(axes, cell, strict=True)),
        )
        for name, values in arms
        for cell in product(*axes.values())
    ]


def _set(settings: Settings, axis: str) -> bool:
    return axis in type(settings).model_fields and _flagged(settings, axis)


def _worded(axis: str, value: Any) -> str:
    return str(value) if axis in _WORDS else f"{axis}={str(value).lower()}"


def _replicated(settings: Settings, located: Located | None, arms: list[tuple[str, Values]]) -> Iterator[Arm]:
    """Every arm once for each seed of luck; all arms of the first seed come first."""
    seeds = _seeds(settings, located)
    if len(arms) * len(seeds) > MOST_ARMS:
        raise UsageError(f"the run has {len(arms) * len(seeds):,} arms; at most {MOST_ARMS} are allowed")
    for replicate, seed in enumerate(seeds):
        for name, values in arms:
            yield Arm(name=name, replicate=replicate, seed=seed, **values)


def _seeds(settings: Settings, located: Located | None) -> list[int]:
    file = located.file if located else None
    if file and file.seeds and not _flagged(settings, "seed"):
        return list(file.seeds)
    count = (len(file.seeds) if file.seeds else file.replicates or 1) if file else 1
    return [settings.seed, *(draws.key("replicate", settings.seed, r) >> 1 for r in range(1, count))]


def _check_names(plan: Plan, located: Located) -> None:
    """Expectations and gates name arms that there are."""
    names: Mapping[str, None] = dict.fromkeys(arm.name for arm in plan.arms)
    for i, text in enumerate(plan.expect):
        try:
            Expectation.parse(text).check(list(names))
        except UsageError as error:
            raise located.error(("expect", i), str(error)) from error
    for i, gate in enumerate(plan.gates):
        for side in ("a", "b"):
            if getattr(gate, side) not in names:
                raise located.error(("gates", i, side), str(unknown("arm", getattr(gate, side), names)))
