"""How items stand in prompts: as texts, with pictures, or as codes and nothing else."""

from __future__ import annotations

from app.catalog.embedded import films
from app.catalog.features import Facets, dense_vectors
from app.catalog.semantic import SemanticIds
from app.catalog.showing import Showing
from app.prompts.past import past_titles
from graphs.messages import Past


def coded() -> Showing:
    facets = Facets.of(films())
    return Showing(films(), codes=SemanticIds.of(dense_vectors(films(), facets), facets))


FIRST = films().items[0]


def test_texts_name_items_as_the_catalog_does() -> None:
    showing = Showing(films())
    assert showing.written([FIRST.id]) == [FIRST.id]
    assert FIRST.title in showing.card(FIRST.id).text
    assert showing.legend == showing.images([FIRST.id]) == ()


def test_a_recommender_is_shown_more_of_an_item() -> None:
    showing = Showing(films())
    assert len(showing.with_facets().card(FIRST.id).text) > len(showing.card(FIRST.id).text)


def test_codes_stand_for_items_wherever_they_are_named() -> None:
    showing = coded()
    (code,) = showing.written([FIRST.id])
    card = showing.card(FIRST.id)
    assert card.id == code
    assert card.text == f"{code}. {FIRST.duration:.0f} min"
    assert past_titles((Past(item=FIRST.id, rating=1.0),), showing.items, 5) == [f"{code}, 5/5"]


def test_the_legend_has_a_line_for_each_part_of_a_code() -> None:
    showing = coded()
    parts = {line.partition(":")[0] for line in showing.legend}
    assert set(showing.written([FIRST.id])[0].split("-")[:3]) <= parts


def test_an_answer_may_name_an_item_by_its_code() -> None:
    showing = coded()
    (code,) = showing.written([FIRST.id])
    assert showing.vocabulary.title(code) == FIRST.title
    assert showing.vocabulary.title(FIRST.title) == FIRST.title
