from __future__ import annotations

import numpy as np
import pytest

from app.catalog.catalog import ItemCatalog
from app.catalog.features import LONGEST_PROFILE, MAX_FACETS, Facets, Numeric, dense_vectors, similarity
from app.catalog.text import fold, tokens, words
from graphs.messages import Item


def catalog(*items: Item) -> ItemCatalog:
    return ItemCatalog("hand-made", items)


def item(name: str, **values: object) -> Item:
    return Item.model_validate({"id": name, "title": name, **values})


def many(n: int) -> ItemCatalog:
    """n items in three themes, each with words of its theme."""
    themes = ["storm sea sailor island", "robot space engine planet", "wedding letter garden summer"]
    return catalog(
        *(
            item(f"n{i}", genres=(f"G{i % 3}",), description=f"{themes[i % 3]} {themes[i % 3][: 4 + i % 9]}")
            for i in range(n)
        )
    )


def test_a_token_is_folded_and_singular() -> None:
    assert tokens("The Zombies' CITIES: Amélie's heroes & boxes") == [
        "the", "zomby", "city", "amely", "hero", "and", "box",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "many"), [("movie", "movies"), ("comedy", "comedies"), ("witch", "witches"), ("glass", "glasses")]
)
def test_a_word_and_its_plural_are_one_token(one: str, many: str) -> None:
    assert tokens(one) == tokens(many)


@pytest.mark.parametrize("word", ["paris", "bus", "boss", "gas"])
def test_an_s_that_is_no_plural_stays(word: str) -> None:
    assert tokens(word) == [word]


def test_folding_takes_accents_case_and_apostrophes_away() -> None:
    assert fold("Łódź, L’Été, Ångström, STRASSE/Straße") == "lodz, lete, angstrom, strasse/strasse"


def test_words_know_their_place_in_the_text() -> None:
    text = "It's Spider-Man!"
    assert [(text[w.start : w.end], w.text) for w in words(text)] == [
        ("It's", "its"), ("Spider", "spider"), ("Man", "man"),
    ]  # fmt: skip


def test_facets_are_named_by_kind_and_value_in_order() -> None:
    facets = Facets.of(catalog(item("a", year=1994, tags=("sea",), genres=("War", "Drama")), item("b")))
    assert facets.names == ("decade:1990s", "genre:Drama", "genre:War", "tag:sea")
    assert facets.kinds == ("decade", "genre", "genre", "tag")
    assert facets.index["tag:sea"] == 3


def test_an_item_without_facets_has_only_padding() -> None:
    facets = Facets.of(catalog(item("a", genres=("War", "Drama")), item("b")))
    assert facets.ids.dtype == np.int32
    assert facets.ids.tolist() == [[1, 0], [2, 2]]


def test_a_catalog_without_facets_has_one_column_of_padding() -> None:
    facets = Facets.of(catalog(item("a"), item("b")))
    assert facets.ids.tolist() == [[0], [0]]
    assert facets.matrix.shape == (2, 0)


def test_people_are_facets_only_where_items_share_them() -> None:
    shared = {"cast": ("Ann", "Bo")}
    facets = Facets.of(
        catalog(item("a", creator="Cy", facets=shared), item("b", creator="Di", facets={"cast": ("Bo",)}))
    )
    assert facets.names == ("cast:Bo",)


def test_the_facets_beyond_the_cap_are_those_of_the_last_kinds() -> None:
    crew = {"cast": tuple(f"Person {i}" for i in range(40))}
    facets = Facets.of(catalog(*(item(n, genres=("War",), tags=("sea",), facets=crew) for n in "ab")))
    assert facets.ids.shape == (2, MAX_FACETS)
    assert {"genre:War", "tag:sea"} < set(facets.names)


def test_matrix_and_counts_agree_with_the_ids() -> None:
    facets = Facets.of(catalog(item("a", genres=("War", "Drama")), item("b", genres=("War",)), item("c")))
    assert facets.matrix.tolist() == [[1, 1], [0, 1], [0, 0]]
    assert facets.counts.tolist() == [1, 2]


def test_unknown_numbers_are_in_the_middle_and_outliers_are_clipped() -> None:
    items = [item(str(i), year=1990 + i % 9, popularity=0.5) for i in range(40)]
    numbers = Numeric.of(catalog(*items, item("ancient", year=-400), item("undated")))
    assert np.isnan(numbers.year[-1])
    assert numbers.year_z[-1] == 0.0
    assert numbers.year_z[-2] == -2.5
    assert numbers.year_z.dtype == np.float32


def test_numbers_that_never_vary_are_zero() -> None:
    numbers = Numeric.of(catalog(item("a", year=2000), item("b")))
    assert not numbers.year_z.any()
    assert not numbers.duration_z.any()
    assert np.isnan(numbers.duration).all()


def test_numbers_are_standardized() -> None:
    numbers = Numeric.of(catalog(*(item(str(i), duration=80 + i) for i in range(50))))
    assert numbers.duration_z.mean() == pytest.approx(0.0, abs=1e-6)
    assert numbers.duration_z.std() == pytest.approx(1.0, abs=1e-5)


def test_dense_vectors_are_small_whole_numbers_of_one_length() -> None:
    items = many(120)
    dense = dense_vectors(items, Facets.of(items))
    assert dense.shape == (120, 64)
    assert dense.dtype == np.float32
    assert np.array_equal(dense, np.rint(dense))
    assert np.abs(dense).max() <= 127
    assert np.linalg.norm(dense, axis=1) == pytest.approx(127.0, abs=4.0)


def test_dense_vectors_put_like_beside_like() -> None:
    items = many(120)
    dense = dense_vectors(items, Facets.of(items))
    scores = similarity(dense[:1], dense)[0]
    assert set(np.argsort(-scores, kind="stable")[:40] % 3) == {0}


def test_dense_vectors_are_the_same_every_time() -> None:
    items = many(150)
    one, two = (dense_vectors(items, Facets.of(items)) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_dense_vectors_of_a_tiny_catalog_are_padded_with_zeros() -> None:
    items = catalog(item("a", description="storm at sea"), item("b", description="calm sea"))
    dense = dense_vectors(items, Facets.of(items))
    assert dense.shape == (2, 64)
    assert dense.any(axis=1).all()
    assert not dense[:, 2:].any()


def test_an_item_without_words_has_a_zero_vector() -> None:
    items = catalog(Item(id="a", title="!!!"), item("b", description="storm"))
    dense = dense_vectors(items, Facets.of(items))
    assert not dense[0].any()
    assert dense[1].any()


def test_a_catalog_without_any_words_has_zero_vectors() -> None:
    items = catalog(Item(id="a", title="!!!"), Item(id="b", title="???"))
    assert not dense_vectors(items, Facets.of(items)).any()


def test_similarity_is_the_same_alone_in_a_batch_and_in_any_order() -> None:
    draw = np.random.default_rng(0)
    dense = draw.integers(-127, 128, (500, 64)).astype(np.float32)
    profiles = draw.integers(-9000, 9001, (2000, 64)).astype(np.float32)
    batch, order = similarity(profiles, dense), draw.permutation(2000)
    alone = np.concatenate([similarity(profiles[i : i + 1], dense) for i in range(0, 2000, 50)])
    assert alone.tobytes() == batch[::50].tobytes()
    assert similarity(profiles[order], dense).tobytes() == batch[order].tobytes()


def test_similarity_of_the_longest_profile_is_exact() -> None:
    vector = np.full((1, 64), 16.0, np.float32)
    vector[0, 0] = 31.0
    profile = np.rint(vector / np.linalg.norm(vector) * (LONGEST_PROFILE - 64)).astype(np.float32)
    assert int(similarity(profile, vector)[0, 0]) == int(
        profile.astype(np.int64)[0] @ vector.astype(np.int64)[0]
    )


def test_a_longer_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="not exact"):
        similarity(np.full((1, 64), 20_000, np.float32), np.ones((3, 64), np.float32))
