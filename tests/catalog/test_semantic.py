"""Semantic IDs: codes that are alike for items that are alike, and a legend that is true of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import ItemCatalog
from app.catalog.embedded import films
from app.catalog.features import Facets, dense_vectors
from app.catalog.importing import read_catalog
from app.catalog.semantic import ITEMS_A_CODE, LEVELS, MOST_CODES, SemanticIds
from graphs.messages import Item


def coded(catalog: ItemCatalog) -> SemanticIds:
    facets = Facets.of(catalog)
    return SemanticIds.of(dense_vectors(catalog, facets), facets)


@cache
def of_films() -> SemanticIds:
    return coded(films())


def test_every_item_has_a_code_of_its_own() -> None:
    names = of_films().names
    assert len(set(names)) == len(names) == len(films())
    assert of_films().codes.shape == (len(films()), LEVELS)
    assert 0 <= of_films().codes.min() <= of_films().codes.max() < MOST_CODES


def test_codes_are_the_same_for_the_same_catalog() -> None:
    assert coded(films()).names == of_films().names
    assert coded(films()).legend == of_films().legend


def test_the_more_of_a_code_two_items_share_the_more_alike_they_are() -> None:
    dense = dense_vectors(films(), Facets.of(films()))
    alike, codes = (dense @ dense.T).astype(np.float64), of_films().codes
    np.fill_diagonal(alike, np.nan)
    shared = [np.ones_like(alike, bool)]
    for level in range(LEVELS):
        shared.append(shared[-1] & (codes[:, level][:, None] == codes[:, level]))
    means = [float(np.nanmean(alike[pairs])) for pairs in shared]
    assert means == sorted(means)
    assert means[1] > 2 * means[0]


def test_the_legend_names_what_items_of_a_part_have_more_than_others() -> None:
    semantic, items = of_films(), films().items
    assert {part for part, _ in semantic.legend} == {part for parts in semantic.parts for part in parts}
    for part, means in semantic.legend:
        if not part.startswith("a"):
            continue
        has = [part in parts for parts in semantic.parts]
        for value in means:
            said = [any(value == other for _, other in item.all_facets()) for item in items]
            share = np.mean([s for s, h in zip(said, has, strict=True) if h])
            assert share > np.mean(said), (part, value)


def test_a_small_catalog_has_few_codes() -> None:
    items = [Item(id=str(i), title=f"T{i}", genres=("Drama" if i % 2 else "Comedy",)) for i in range(50)]
    semantic = coded(ItemCatalog("small", items))
    assert semantic.codes.max() < 50 // ITEMS_A_CODE
    assert len(set(semantic.names)) == 50


@pytest.mark.parametrize("count", [1, 2])
def test_items_without_any_text_are_told_apart_by_their_last_number(count: int) -> None:
    items = [Item(id=str(i), title="?") for i in range(count)]
    assert coded(ItemCatalog("bare", items)).names == ("a0-b0-c0", "a0-b0-c0-2")[:count]


def test_the_codes_of_real_films_keep_their_genres_together(shared_data: Path) -> None:
    catalog = read_catalog(shared_data / "movielens" / "ml-100k.zip")
    first = coded(catalog).codes[:, 0]
    genres = [item.genres[:1] for item in catalog]
    same = np.array([[a == b for b in genres] for a in genres])
    together = first[:, None] == first
    np.fill_diagonal(together, False)
    assert same[together].mean() > 2 * same.mean()
