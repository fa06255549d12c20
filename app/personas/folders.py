"""Personas and populations from files and folders, and those that come with the package."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import app
from app.errors import DataError
from app.personas.nodes import Value, read
from app.personas.reading import Origin, Personas, Populations, read_persona, read_population

SUFFIXES = (".yaml", ".yml")
POPULATIONS = "populations"
"""The folder of populations within a folder of personas."""


def builtin_folder() -> Path:
    """Where the personas lie that come with the package."""
    return Path(app.__path__[0]).parent / "personas"


@cache
def builtin() -> Personas:
    """The personas that come with the package, by id."""
    return load_personas(builtin_folder())


@cache
def builtin_populations() -> Populations:
    """The populations that come with the package, by id."""
    return load_populations(builtin_folder() / POPULATIONS, builtin())


def is_population(document: Value) -> bool:
    """Whether a file holds a population: only these have members."""
    return "members" in document.mapping()


def load_personas(path: Path) -> Personas:
    """The personas of a file or of a folder's *.yaml (populations among them are passed over), by id.

    A wrong file, no persona at all or an id that stands twice is a DataError with file and line.
    """
    found = Personas()
    for document in _documents(path):
        if path.is_dir() and is_population(document):
            continue
        persona, origin = read_persona(document)
        _refuse_twice("persona", persona.id, origin, found.origins)
        found.add(persona, origin)
    if not found:
        raise DataError(f"{path}: the folder holds no personas; put *.yaml files there, one persona each")
    return found


def load_populations(path: Path, known: Collection[str]) -> Populations:
    """The populations of a file or folder, by id; their members must be among `known` persona ids."""
    found = Populations()
    for document in _documents(path):
        population, origin = read_population(document, known)
        _refuse_twice("population", population.id, origin, found.origins)
        found.add(population, origin)
    return found


def _documents(path: Path) -> list[Value]:
    if not path.is_dir():
        return [read(path)]
    return [read(file) for file in sorted(path.iterdir()) if file.suffix in SUFFIXES and file.is_file()]


def _refuse_twice(what: str, id_: str, origin: Origin, before: dict[str, Origin]) -> None:
    if id_ in before:
        raise DataError(f"{origin.at()}: the {what} id {id_!r} is taken by {before[id_].at()}; rename one")
