"""One persona or one population from a YAML value, checked strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import unknown
from app.personas.nodes import Value
from app.personas.population import LARGEST_WEIGHT, MOST_NOISE, TRAITS, Population, Spread
from graphs.messages import Past, Persona, Traits

PERSONA_KEYS = (
    "id", "name", "age", "gender", "occupation", "country", "bio", "tastes", "dislikes", "history", "mood",
    "traits",
)  # fmt: skip
POPULATION_KEYS = ("id", "name", "description", "members", "taste_noise", "traits")

ITEM = "item:"
"""Before an item's id in a history, where other entries are titles."""
_ID = re.compile(r"[A-Za-z0-9][\w.-]*")
_FACET = re.compile(r"[^\s:]+:\S(.*\S)?")
_LONGEST_SESSION = 24 * 60


@dataclass(frozen=True)
class Origin:
    """Where a persona or population was read from. `lines` has the line of every taste and dislike."""

    path: Path
    line: int
    lines: Mapping[str, int]

    def at(self, key: str = "") -> str:
        """`file:line` of the key, or of the whole."""
        return f"{self.path}:{self.lines.get(key, self.line)}"


class Personas(dict[str, Persona]):
    """Personas by id, with the origin of each."""

    def __init__(self) -> None:
        super().__init__()
        self.origins: dict[str, Origin] = {}

    def add(self, persona: Persona, origin: Origin) -> None:
        """Add or replace."""
        self[persona.id] = persona
        self.origins[persona.id] = origin

    def joined(self, other: Personas) -> Personas:
        """These and the others; the others win where an id is the same."""
        both = Personas()
        both.update(self | other)
        both.origins.update(self.origins | other.origins)
        return both


class Populations(dict[str, Population]):
    """Populations by id, with the origin of each."""

    def __init__(self) -> None:
        super().__init__()
        self.origins: dict[str, Origin] = {}

    def add(self, population: Population, origin: Origin) -> None:
        self[population.id] = population
        self.origins[population.id] = origin


def read_persona(document: Value) -> tuple[Persona, Origin]:
    """The persona of a file, with history entries as titles or `item:` and an id."""
    fields = document.mapping(PERSONA_KEYS)
    id_ = _id(document, fields)
    tastes = _weights(fields, "tastes")
    dislikes = _weights(fields, "dislikes")
    both = next((facet for facet in dislikes if facet in tastes), None)
    if both is not None:
        raise dislikes[both].error(f"{both!r} is a taste (line {tastes[both].line}) and a dislike; keep one")
    history = tuple(_history(fields))
    if not tastes and not history:
        raise document.error(f"the persona {id_!r} has neither tastes nor a history; give it at least one")
    persona = Persona(
        id=id_,
        name=_words(fields, "name") or "",
        bio=_words(fields, "bio") or "",
        gender=_words(fields, "gender"),
        occupation=_words(fields, "occupation"),
        country=_words(fields, "country"),
        mood=_words(fields, "mood") or "",
        age=fields["age"].whole(0, 120) if "age" in fields else None,
        tastes={facet: _weight(value) for facet, value in tastes.items()},
        dislikes={facet: _weight(value) for facet, value in dislikes.items()},
        history=history,
        traits=_traits(fields),
    )
    return persona, _origin(document, fields, tastes | dislikes)


def read_population(document: Value, known: Collection[str]) -> tuple[Population, Origin]:
    """The population of a file; its members must be among the `known` persona ids."""
    fields = document.mapping(POPULATION_KEYS)
    id_ = _id(document, fields)
    members = fields["members"].mapping() if "members" in fields else {}
    if not members:
        raise document.error(f"the population {id_!r} has no members; give at least one `persona: weight`")
    for name, value in members.items():
        if name not in known:
            raise value.error(str(unknown("persona", name, known)))
    population = Population(
        id=id_,
        name=_words(fields, "name") or "",
        description=_words(fields, "description") or "",
        members={name: value.number(0, LARGEST_WEIGHT, above=True) for name, value in members.items()},
        taste_noise=fields["taste_noise"].number(0, MOST_NOISE) if "taste_noise" in fields else 0.25,
        traits=_spreads(fields),
    )
    return population, _origin(document, fields, members)


def _origin(document: Value, fields: Mapping[str, Value], entries: Mapping[str, Value]) -> Origin:
    return Origin(document.path, fields["id"].line, {key: value.line for key, value in entries.items()})


def _id(document: Value, fields: Mapping[str, Value]) -> str:
    if "id" not in fields:
        raise document.error("the key 'id' is missing; give it a name of its own, such as night-shift-nurse")
    id_ = fields["id"].text()
    if not _ID.fullmatch(id_):
        raise fields["id"].error(f"the id {id_!r} may hold letters, digits, '-', '_' and '.' only")
    return id_


def _words(fields: Mapping[str, Value], key: str) -> str | None:
    return fields[key].text() if key in fields else None


def _weights(fields: Mapping[str, Value], key: str) -> dict[str, Value]:
    entries = fields[key].mapping() if key in fields else {}
    for facet, value in entries.items():
        if not _FACET.fullmatch(facet):
            raise value.error(f"{facet!r} in {key} is not a facet; write kind:value, such as genre:Comedy")
    return entries


def _weight(value: Value) -> float:
    return Value(value.path, value.line, f"the weight of {value.name}", value.node).number(0, 1, above=True)


def _history(fields: Mapping[str, Value]) -> Iterator[Past]:
    for entry in fields["history"].sequence() if "history" in fields else []:
        if entry.is_text:
            yield Past(item=entry.text())
            continue
        keys = entry.mapping(("title", "item", "rating"))
        if ("title" in keys) == ("item" in keys):
            raise entry.error("an entry of history needs either a title or an item (an id of the catalog)")
        name = keys["title"].text() if "title" in keys else ITEM + keys["item"].text()
        yield Past(item=name, rating=keys["rating"].number(0, 1) if "rating" in keys else None)


def _traits(fields: Mapping[str, Value]) -> Traits:
    entries = fields["traits"].mapping(TRAITS) if "traits" in fields else {}
    return Traits(**{name: _trait(name, value) for name, value in entries.items()})


def _trait(name: str, value: Value) -> float:
    return value.number(0, _LONGEST_SESSION, above=True) if name == "minutes" else value.number(0, 1)


def _spreads(fields: Mapping[str, Value]) -> dict[str, Spread]:
    entries = fields["traits"].mapping(TRAITS) if "traits" in fields else {}
    return {name: _spread(value.mapping(("shift", "sd"))) for name, value in entries.items()}


def _spread(entries: Mapping[str, Value]) -> Spread:
    return Spread(
        shift=entries["shift"].number(-1, 1) if "shift" in entries else 0.0,
        sd=entries["sd"].number(0, 1) if "sd" in entries else 0.0,
    )
