"""Slices: how each arm served users of one persona, or of one third of a trait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.personas.population import TRAITS
from app.report.facts import ArmFacts
from app.report.numbers import half_width
from app.store.rows import PersonaRow

_PERSONAS = 12
_THIRDS = ("low", "middle", "high")


@dataclass(frozen=True)
class Mean:
    """Mean and half its 95 % interval; None where there is nobody, or too few for an interval."""

    value: float | None
    half: float | None


@dataclass(frozen=True)
class Slice:
    """Some of the users, with turns and satisfaction in every arm."""

    by: str
    name: str
    users: int
    turns: list[Mean]
    satisfaction: list[Mean]


def slices(arms: Sequence[ArmFacts]) -> list[Slice]:
    """By persona, the most frequent ones, then by the thirds of each trait that varies."""
    return [*_by_persona(arms), *_by_trait(arms)]


def _by_persona(arms: Sequence[ArmFacts]) -> Iterator[Slice]:
    users = {person.id: kind(person) for arm in arms for person in arm.people}
    for name, _ in Counter(kind(person) for person in arms[0].people).most_common(_PERSONAS):
        if len(set(users.values())) > 1:
            yield _slice(arms, "persona", name, _named(name))


def _named(name: str) -> Callable[[PersonaRow], bool]:
    return lambda person: kind(person) == name


def kind(person: PersonaRow) -> str:
    """The persona that a user was drawn from."""
    return person.name.partition("#")[0]


def _by_trait(arms: Sequence[ArmFacts]) -> Iterator[Slice]:
    for trait in TRAITS:
        known = np.array([_trait(person, trait) for arm in arms for person in arm.people])
        known = known[np.isfinite(known)]
        if not len(known) or known.min() == known.max():
            continue
        cuts = [-np.inf, *np.quantile(known, [1 / 3, 2 / 3]), np.inf]
        for name, low, high in zip(_THIRDS, cuts, cuts[1:], strict=False):
            yield _slice(arms, trait, name, _within(trait, low, high))


def _within(trait: str, low: float, high: float) -> Callable[[PersonaRow], bool]:
    return lambda person: low < _trait(person, trait) <= high


def _trait(person: PersonaRow, name: str) -> float:
    return float(person.body.get("traits", {}).get(name, np.nan))


def _slice(arms: Sequence[ArmFacts], by: str, name: str, chosen: Callable[[PersonaRow], bool]) -> Slice:
    masks = [np.array([chosen(person) for person in arm.people], bool) for arm in arms]
    return Slice(
        by=by,
        name=name,
        users=max(int(mask.sum()) for mask in masks),
        turns=[_mean(arm.turns[mask]) for arm, mask in zip(arms, masks, strict=True)],
        satisfaction=[_mean(arm.satisfaction[mask]) for arm, mask in zip(arms, masks, strict=True)],
    )


def _mean(values: np.typing.NDArray[np.float64]) -> Mean:
    return Mean(float(values.mean()), half_width(values)) if len(values) else Mean(None, None)
