"""Cards of personas and populations for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from app.cli.charts import bar
from app.cli.tables import labeled, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.personas import Population
    from graphs.messages import Persona

_TRAITS = ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty")
_LEAST = 0.05
"""Weights below this would be shown as 0.0."""


def persona_card(persona: Persona) -> RenderableType:
    """Who the user is: bio, tastes, dislikes, traits and history."""
    return Group(*_parts(persona))


def _parts(persona: Persona) -> Iterator[RenderableType]:
    about = (persona.age and f"{persona.age} years", persona.gender, persona.occupation, persona.country)
    facts = " · ".join(str(fact) for fact in about if fact)
    yield Text.assemble((persona.name or persona.id, "bold"), (f"  {persona.id}", "cyan"), f"  {facts}")
    if persona.bio:
        yield Padding(Text(persona.bio.strip(), "italic"), (0, 0, 0, 2))
    yield from _weights(persona)
    yield _traits(persona)
    if persona.history:
        yield labeled("history", ", ".join(past.item for past in persona.history[:12]))


def _weights(persona: Persona) -> Iterator[RenderableType]:
    for label, weights, color in (("likes", persona.tastes, "green"), ("dislikes", persona.dislikes, "red")):
        if weights:
            yield labeled(label, _facets(weights), color)
    if persona.mood:
        yield labeled("mood", persona.mood)


def _facets(weights: Mapping[str, float]) -> str:
    best = sorted(((f, w) for f, w in weights.items() if w >= _LEAST), key=lambda pair: -pair[1])
    return ", ".join(f"{facet.partition(':')[2]} {weight:.1f}" for facet, weight in best)


def _traits(persona: Persona) -> Text:
    """The traits, two on a line, each with its bar."""
    text = Text()
    for at, name in enumerate(_TRAITS):
        value = getattr(persona.traits, name)
        text.append(f"  {name:<15}", "dim").append(bar(value, 10), "cyan").append(f" {value:.2f}")
        text.append("\n" if at % 2 else "   ")
    return text.append("  session        ", "dim").append(f"about {persona.traits.minutes:.0f} minutes")


def population_card(population: Population) -> RenderableType:
    """Its members by share, and how its users vary."""
    total = sum(population.members.values())
    shown = table("persona", ">share", "")
    for member, weight in sorted(population.members.items(), key=lambda pair: -pair[1]):
        share = weight / total
        shown.add_row(Text(member, "cyan"), f"{share:.1%}", Text(bar(share * 4, 24), "cyan"))
    spreads: list[Any] = [f"{name} {s.shift:+.2f} ± {s.sd:.2f}" for name, s in population.traits.items()]
    head = Text.assemble((population.name or population.id, "bold"), f"  {population.description}")
    varied = labeled("varies", ", ".join([f"taste ± {population.taste_noise:.2f}", *spreads]))
    return Group(head, shown, varied)
