"""What `--personas` accepts: a population, personas with commas between them, a YAML file or a folder."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError, unknown
from app.personas.fitting import check_facets
from app.personas.folders import (
    POPULATIONS,
    SUFFIXES,
    builtin,
    builtin_folder,
    builtin_populations,
    is_population,
    load_personas,
)
from app.personas.nodes import read
from app.personas.population import TRAITS, Population, Spread
from app.personas.reading import Personas, read_population

_HINT = "(or give a YAML file or a folder, or 'from-ratings')"
_SPREADS = {name: Spread(sd=0.3 if name == "minutes" else 0.1) for name in TRAITS}
"""How far users vary around personas that were named without a population; assumed."""


@dataclass(frozen=True)
class Choice:
    """A population and the personas it draws from."""

    population: Population
    personas: Personas


def choose(name: str) -> Choice:
    """The population and personas that a text means.

    In this order: a built-in population or persona; the path of a YAML file (persona or population) or of a
    folder of personas; several personas or paths of them with commas between, in equal shares. An unknown
    name is a UsageError with near ones; a wrong file a DataError.
    """
    name = name.strip()
    if name in builtin_populations():
        return Choice(builtin_populations()[name], builtin())
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1 or os.path.exists(name):
        return _one(name)
    if not all(parts):
        raise UsageError(f"--personas {name!r} has an empty name; write names as a,b with one comma between")
    return _mix("+".join(Path(part).stem for part in parts), _several(parts))


def check(choice: Choice, known: Collection[str], vocabulary: Collection[str] = ()) -> list[str]:
    """Check the facets of every member against a catalog's; notes on what it lacks and so is ignored.

    `known` are the facets of the catalog as `kind:value`. `vocabulary` are those of the embedded films; those
    of the built-in personas always belong to it. A facet in neither is a DataError with file and line.
    """
    own = {facet for persona in builtin().values() for facet in (*persona.tastes, *persona.dislikes)}
    words = {*vocabulary, *own}
    missing: dict[str, list[str]] = {}
    for id_ in choice.population.members:
        origin = choice.personas.origins[id_]
        missing[id_] = check_facets(
            choice.personas[id_], known, words, origin.at, builtin=origin.path.parent == builtin_folder()
        )
    return _notes(choice, missing)


def _notes(choice: Choice, missing: dict[str, list[str]]) -> list[str]:
    facets = sorted({facet for lacking in missing.values() for facet in lacking})
    blank = [i for i, lacking in missing.items() if not set(choice.personas[i].tastes) - set(lacking)]
    notes = []
    if facets:
        notes.append(f"tastes that this catalog lacks and that are ignored ({len(facets)}): {_some(facets)}")
    if blank:
        notes.append(f"personas without any taste that this catalog has ({len(blank)}): {_some(blank)}")
    return notes


def _some(names: list[str]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


def _one(name: str) -> Choice:
    if name in builtin() or not _is_population(name):
        return _mix(Path(name).stem, _personas(name))
    path = Path(name)
    known = builtin().joined(_beside(path))
    return Choice(read_population(read(path), known)[0], known)


def _is_population(name: str) -> bool:
    return os.path.isfile(name) and is_population(read(Path(name)))


def _personas(name: str) -> Personas:
    """The persona of that id, or those of a file or folder."""
    if name in builtin():
        found = Personas()
        found.add(builtin()[name], builtin().origins[name])
        return found
    if os.path.exists(name):
        return load_personas(Path(name))
    if name.endswith(SUFFIXES) or "/" in name or "\\" in name:
        raise UsageError(f"--personas {name}: there is no such file or folder")
    raise unknown("population or persona", name, {*builtin_populations(), *builtin()}, _HINT)


def _beside(path: Path) -> Personas:
    """The personas next to a population's file, or in the folder above where it lies in `populations`."""
    folder = path.resolve().parent
    folder = folder.parent if folder.name == POPULATIONS else folder
    others = [file for file in sorted(folder.iterdir()) if file.suffix in SUFFIXES and file.is_file()]
    return load_personas(folder) if any(not is_population(read(file)) for file in others) else Personas()


def _several(parts: list[str]) -> Personas:
    found = Personas()
    for part in parts:
        if part in builtin_populations() or _is_population(part):
            raise UsageError(f"--personas: the population {part!r} cannot stand in a list; give it alone")
        more = _personas(part)
        twice = next((id_ for id_ in more if id_ in found), None)
        if twice is not None:
            raise UsageError(f"--personas names the persona {twice!r} twice; name it once")
        found = found.joined(more)
    return found


def _mix(id_: str, personas: Personas) -> Choice:
    """All of them in equal shares."""
    population = Population(
        id=id_, name=id_, members=dict.fromkeys(personas, 1.0), taste_noise=0.25, traits=_SPREADS
    )
    return Choice(population, personas)
