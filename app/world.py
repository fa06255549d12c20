"""The composition root: from names to a catalog, its users, and recommenders that are ready to meet them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app import draws, personas
from app.catalog.catalog import ItemCatalog
from app.catalog.embedded import films
from app.catalog.factors import Factors, factors
from app.catalog.features import Facets, Numeric, dense_vectors
from app.catalog.importing import read_catalog
from app.catalog.parts import from_parts, to_parts
from app.catalog.pictures import Pictures
from app.catalog.semantic import SemanticIds
from app.catalog.showing import Showing
from app.errors import UsageError, unknown
from app.minds import estimation
from app.minds.embedded import EmbeddedUser
from app.minds.items import item_rows
from app.minds.parameters import BehaviorParameters
from app.minds.rows import UserRows
from app.minds.tastes import Tastes
from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.registry import make
from app.settings import Representation, Settings
from app.store.store import Store
from graphs.messages import Persona

TRAINING_SHARE = 0.8
"""The earliest share of every history that recommenders may see."""
FROM_RATINGS = "from-ratings"
MINDS = ("embedded", "llm", "scripted")
Progress = Callable[[int, int, str], None]
_MADE_OF: dict[str, set[str]] = {
    "facets": set(),
    "numeric": set(),
    "factors": set(),
    "dense": set(),
    "codes": set(),
    "user": {"coupling", "instruct"},
    "tastes": {"coupling", "instruct", "seed"},
    "knowledge": {"slate_size"},
}
"""The settings that each part of a stage depends on."""
_ALWAYS = ("facets", "numeric", "factors", "dense")
"""What a world needs of its catalog under any settings."""


@dataclass(frozen=True)
class Stage:
    """One catalog made ready: its features, the users' truth and what recommenders may know."""

    catalog: ItemCatalog
    settings: Settings

    def under(self, settings: Settings) -> Stage:
        """The same catalog under other settings; what does not depend on them is made once, here.

        Of what depends on settings, only what was made already is shared.
        """
        for name in _ALWAYS:
            getattr(self, name)
        other = Stage(self.catalog, settings)
        same = {
            name for name in Settings.model_fields if getattr(settings, name) == getattr(self.settings, name)
        }
        vars(other).update(
            {name: value for name, value in vars(self).items() if _MADE_OF.get(name, {""}) <= same}
        )
        return other

    @cached_property
    def facets(self) -> Facets:
        return Facets.of(self.catalog)

    @cached_property
    def numeric(self) -> Numeric:
        return Numeric.of(self.catalog)

    @cached_property
    def factors(self) -> Factors | None:
        """Collaborative factors of the whole history: the users' truth, never a recommender's."""
        interactions = self.catalog.interactions
        return None if interactions is None else factors(interactions, len(self.catalog))

    @cached_property
    def dense(self) -> npt.NDArray[np.float32]:
        """float32 (I, D): content vectors of integers in [-127, 127]."""
        return dense_vectors(self.catalog, self.facets)

    @cached_property
    def codes(self) -> SemanticIds:
        return SemanticIds.of(self.dense, self.facets)

    def showing(self, representation: Representation) -> Showing:
        """How the items stand in the prompts of a user."""
        if representation == "semantic_id":
            return Showing(self.catalog, codes=self.codes)
        if representation == "multimodal":
            return Showing(self.catalog, pictures=Pictures(self.catalog.source))
        return Showing(self.catalog)

    @cached_property
    def user(self) -> EmbeddedUser:
        parameters = BehaviorParameters().coupled(self.settings.coupling)
        dense = self.dense if self.factors is None else self.factors.item
        items = item_rows(parameters, self.catalog, self.facets, self.numeric, np.asarray(dense, np.float32))
        return EmbeddedUser(
            parameters, self.catalog, self.facets, items, self.settings.instruct, self.catalog.noun
        )

    @cached_property
    def tastes(self) -> Tastes:
        dims = 0 if self.factors is None else self.factors.item.shape[1]
        return Tastes(self.catalog, self.facets, self.user.items, dims, self.settings.seed)

    @cached_property
    def knowledge(self) -> Knowledge:
        interactions = self.catalog.interactions
        if interactions is not None:
            interactions = interactions.where(interactions.training(TRAINING_SHARE))
        return Knowledge(
            self.catalog, self.facets, self.numeric, self.dense, self.settings.slate_size, interactions
        )

    def recommender(self, spec: str) -> Any:
        """A cohort recommender by name or plug-in."""
        return make(spec, self.knowledge)

    def users(self, people: Sequence[tuple[int, Persona]]) -> UserRows:
        return self.tastes.rows(people)

    def visitors(
        self, people: Sequence[tuple[int, Persona]], seed: int | None = None, known: bool = True
    ) -> list[Visitor]:
        """The users as recommenders meet them: with other luck by another `seed`, without a past if not `known`."""
        seed = self.settings.seed if seed is None else seed
        keys = draws.keys(seed, np.array([number for number, _ in people]))
        past = {} if known else {"history": ()}
        return [
            self.knowledge.visitor(int(key), persona.public().model_copy(update=past))
            for key, (_, persona) in zip(keys, people, strict=True)
        ]


def check(settings: Settings, catalog: ItemCatalog) -> None:
    """What can be said before anything is stored: a wrong mind, or a slate larger than the catalog."""
    if settings.mind not in MINDS:
        raise unknown("mind", settings.mind, MINDS)
    if settings.slate_size > len(catalog):
        raise UsageError(
            f"--slate-size {settings.slate_size} is larger than the catalog {catalog.name!r} "
            f"({len(catalog)} items); give at most {len(catalog)}"
        )


def open_catalog(
    spec: str,
    store: Store | None = None,
    columns: Mapping[str, str] | None = None,
    scale: tuple[float, float] | None = None,
    progress: Progress | None = None,
) -> ItemCatalog:
    """The embedded films, a stored catalog by name, or a file, folder or zip.

    What is read from a path is stored under its file stem when a run begins (`save_catalog`), and taken from
    there while the files and the way they are read have not changed.
    """
    if spec == "films":
        return films()
    current = {row.name: row for row in store.catalogs()} if store else {}
    path = Path(spec)
    if store and spec in current and not path.exists():
        return _stored(store, spec)
    if not path.exists():
        raise unknown("catalog", spec, ["films", *current], "(or give the path of a file, folder or zip)")
    origin = _origin(path, columns, scale)
    same = next((row.name for row in current.values() if (row.facets or {}).get("origin") == origin), None)
    if store and same is not None:
        return _stored(store, same)
    catalog = read_catalog(path, columns=columns, scale=scale, progress=progress)
    catalog.origin = origin
    if catalog.name == "films":
        catalog.name = "films-imported"
    return catalog


def _stored(store: Store, name: str) -> ItemCatalog:
    stored = store.load_catalog(name)
    if stored is None:
        raise unknown("catalog", name, [row.name for row in store.catalogs()])
    catalog = from_parts(name, stored.row.source, stored.items, stored.parts)
    catalog.stored = stored.row.id
    return catalog


def _origin(
    path: Path, columns: Mapping[str, str] | None, scale: tuple[float, float] | None
) -> dict[str, Any]:
    """What tells whether an import would give the same again: the files, their sizes and times, and how."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    stats = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    how = {"path": str(path.resolve()), "columns": dict(columns or {}), "scale": list(scale or ())}
    return how | {"files": f"{draws.key(*stats):016x}"}


def save_catalog(store: Store, catalog: ItemCatalog) -> int:
    """Store a catalog once; the id it has in the store."""
    if catalog.stored is not None:
        return catalog.stored
    items, parts = to_parts(catalog)
    count = 0 if catalog.interactions is None else len(catalog.interactions)
    about = {"origin": catalog.origin} if catalog.origin else None
    return store.save_catalog(
        catalog.name, catalog.fingerprint, catalog.source, items, parts, interactions=count, facets=about
    )


def population(
    settings: Settings, stage: Stage
) -> tuple[list[tuple[int, Persona]], list[str], dict[str, Any]]:
    """The simulated users of a run as (number, persona), notes for the reader, and what is recorded of them."""
    catalog = stage.catalog
    if settings.personas == FROM_RATINGS:
        if catalog.interactions is None or stage.factors is None:
            raise UsageError(
                f"--personas {FROM_RATINGS} needs a catalog with ratings and {catalog.name!r} has none; "
                "import one, or choose a population (see `recoworld personas`)"
            )
        known = estimation.from_ratings(catalog, stage.facets, stage.factors, TRAINING_SHARE)
        people = estimation.sample_users(known, settings.sessions, settings.seed)
        return people, [], {"split": estimation.split(catalog, TRAINING_SHARE)}
    chosen = personas.choose(settings.personas)
    notes = personas.check(chosen, personas.facet_names(catalog), personas.facet_names(films()))
    titles = personas.title_index(catalog)
    resolved = {name: personas.resolve(persona, titles, catalog) for name, persona in chosen.personas.items()}
    return personas.sample(chosen.population, resolved, settings.sessions, settings.seed), notes, {}
