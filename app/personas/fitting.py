"""Fitting personas to a catalog: facets it knows, and films of the past by title."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from difflib import get_close_matches
from unicodedata import combining, normalize

from app.errors import DataError
from app.personas.reading import ITEM
from graphs.messages import Item, Past, Persona

OPEN_KINDS = frozenset({"creator", "cast", "country", "language", "decade"})
"""Kinds without a fixed list of words: a built-in persona may name what a catalog happens to lack."""


def facet_names(items: Iterable[Item]) -> frozenset[str]:
    """Every facet of the items, as `kind:value`."""
    return frozenset(f"{kind}:{value}" for item in items for kind, value in item.all_facets())


def check_facets(
    persona: Persona,
    known: Collection[str],
    vocabulary: Collection[str],
    where: str | Callable[[str], str],
    *,
    builtin: bool = False,
) -> list[str]:
    """The persona's facets that this catalog lacks, which will be ignored, in order.

    `known` are the catalog's facets as `kind:value`, `vocabulary` those of the embedded films, `where` the
    file and line for errors (or what gives it for a facet). A facet in neither is a DataError with the
    nearest names; of a `builtin` persona not where its kind is one of `OPEN_KINDS`.
    """
    missing = [facet for facet in (*persona.tastes, *persona.dislikes) if facet not in known]
    for facet in missing:
        if facet not in vocabulary and not (builtin and facet.partition(":")[0] in OPEN_KINDS):
            place = where if isinstance(where, str) else where(facet)
            raise DataError(f"{place}: unknown facet {facet!r}: {_nearest(facet, {*known, *vocabulary})}")
    return missing


def _nearest(facet: str, names: Collection[str]) -> str:
    """Similar words of the same kind first, then of any kind, then the kinds there are."""
    kind, _, word = facet.partition(":")
    same = {name.lower(): name for name in sorted(names) if name.startswith(f"{kind}:")}
    near = [same[n] for n in get_close_matches(facet.lower(), same, n=3, cutoff=0.7)]
    near += sorted(n for n in names if n.partition(":")[2].lower() == word.lower() and n not in near)
    if near:
        return f"did you mean {' or '.join(repr(name) for name in near[:3])}?"
    if same:
        shown = list(same.values())
        return f"known: {', '.join(shown[:10])}{', …' if len(shown) > 10 else ''}"
    kinds = sorted({name.partition(":")[0] for name in names})
    return f"the kind {kind!r} is unknown too; kinds are {', '.join(kinds)}"


def title_index(items: Iterable[Item]) -> dict[str, str]:
    """Item ids by folded title; of several the most popular one, then the first."""
    best: dict[str, Item] = {}
    for item in items:
        key = fold(item.title)
        if key not in best or item.popularity > best[key].popularity:
            best[key] = item
    return {key: item.id for key, item in best.items()}


def resolve(persona: Persona, catalog_titles: Mapping[str, str], ids: Container[str]) -> Persona:
    """The persona with its history as item ids, without what the catalog does not have.

    `catalog_titles` gives ids by title, in lower case (`str.casefold`) or folded (`title_index`). An entry
    `item:17` is an id only; any other is a title, or else an id. An item counts once.
    """
    found: dict[str, Past] = {}
    for past in persona.history:
        id_ = _item(past.item, catalog_titles)
        if id_ in ids:
            found.setdefault(id_, past.model_copy(update={"item": id_}))
    return persona.model_copy(update={"history": tuple(found.values())})


def _item(name: str, titles: Mapping[str, str]) -> str:
    if name.startswith(ITEM):
        return name.removeprefix(ITEM)
    return titles.get(name.casefold()) or titles.get(fold(name)) or name


def fold(title: str) -> str:
    """Without case, accents and outer blanks."""
    letters = normalize("NFKD", title.strip().casefold())
    return "".join(letter for letter in letters if not combining(letter))
