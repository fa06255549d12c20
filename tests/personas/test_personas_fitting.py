"""Personas against a catalog: unknown facets are errors, lacking ones notes, titles become ids."""

from __future__ import annotations

import pytest

from app.catalog.embedded import films
from app.errors import DataError
from app.personas import builtin, check_facets, facet_names, resolve, title_index
from graphs.messages import Item, Past, Persona

ITEMS = [
    Item(id="1", title="Heat", genres=("Crime",), creator="Jo Doe", year=1995, popularity=0.2),
    Item(id="2", title="Heat", genres=("Comedy",), popularity=0.9),
    Item(id="3", title="Amélie", genres=("Comedy",)),
    Item(id="1917", title="Ran"),
    Item(id="5", title="1917"),
]
KNOWN = facet_names(ITEMS)
VOCABULARY = {"genre:Comedy", "genre:Horror", "mood:light", "mood:slow"}


def persona(**values: object) -> Persona:
    return Persona.model_validate({"id": "p", **values})


def past(*items: str) -> list[str]:
    history = tuple(Past(item=item) for item in items)
    found = resolve(persona(history=history), title_index(ITEMS), {item.id for item in ITEMS})
    return [p.item for p in found.history]


def test_facet_names_are_kind_and_value_of_every_item() -> None:
    assert {"genre:Crime", "genre:Comedy", "creator:Jo Doe", "decade:1990s"} == KNOWN


def test_facets_of_the_catalog_need_no_note() -> None:
    assert check_facets(persona(tastes={"genre:Crime": 1}), KNOWN, VOCABULARY, "f:1") == []


def test_a_facet_of_the_vocabulary_that_the_catalog_lacks_is_returned() -> None:
    who = persona(tastes={"mood:light": 1, "genre:Comedy": 1}, dislikes={"genre:Horror": 1})
    assert check_facets(who, KNOWN, VOCABULARY, "f:1") == ["mood:light", "genre:Horror"]


@pytest.mark.parametrize(
    ("facet", "says"),
    [
        ("genre:Comdy", "unknown facet 'genre:Comdy': did you mean 'genre:Comedy'"),
        ("genre:comedy", "did you mean 'genre:Comedy'"),
        ("tag:Comedy", "did you mean 'genre:Comedy'"),
        ("mood:purple", "known: mood:light, mood:slow"),
        ("colour:red", "kinds are creator, decade, genre, mood"),
    ],
)
def test_a_facet_in_neither_is_an_error_with_the_nearest_names(facet: str, says: str) -> None:
    with pytest.raises(DataError) as error:
        check_facets(persona(tastes={facet: 1}), KNOWN, VOCABULARY, lambda key: f"f.yaml:7 ({key})")
    assert str(error.value).startswith(f"f.yaml:7 ({facet}): ")
    assert says in str(error.value)


def test_a_builtin_persona_may_name_a_creator_that_no_one_has() -> None:
    who = persona(tastes={"creator:Someone": 1})
    assert check_facets(who, KNOWN, VOCABULARY, "f:1", builtin=True) == ["creator:Someone"]
    with pytest.raises(DataError, match="creator:Someone"):
        check_facets(who, KNOWN, VOCABULARY, "f:1")


def test_a_builtin_persona_may_not_misspell_a_genre() -> None:
    with pytest.raises(DataError, match="genre:Horor"):
        check_facets(persona(tastes={"genre:Horor": 1}), KNOWN, VOCABULARY, "f:1", builtin=True)


def test_builtin_personas_name_facets_of_the_embedded_films() -> None:
    known = facet_names(films())
    for who in builtin().values():
        lacking = check_facets(who, known, (), who.id, builtin=True)
        assert all(facet.startswith("creator:") for facet in lacking)


def test_titles_are_found_without_regard_to_case_and_accents() -> None:
    assert past("AMELIE", "ran") == ["3", "1917"]


def test_of_two_films_with_one_title_the_popular_one_is_meant() -> None:
    assert past("Heat") == ["2"]


def test_a_number_is_a_title_first_and_an_id_with_its_prefix() -> None:
    assert past("1917") == ["5"]
    assert past("item:1917") == ["1917"]
    assert past("3") == ["3"]


def test_what_the_catalog_lacks_is_dropped_and_nothing_counts_twice() -> None:
    assert past("Unseen", "Heat", "item:2", "item:99") == ["2"]


def test_ratings_of_the_past_are_kept() -> None:
    who = persona(history=(Past(item="amélie", rating=0.3),))
    assert resolve(who, {"amélie": "3"}, {"3"}).history == (Past(item="3", rating=0.3),)
