"""How facets are called: noun phrases, articles, adjectives of countries."""

from __future__ import annotations

import pytest

from app.catalog.wording import facet_words
from app.catalog.wording.nouns import article, noun_of, singular
from app.catalog.wording.places import ADJECTIVES


@pytest.mark.parametrize(
    ("facet", "noun", "expected"),
    [
        (("genre", "Horror"), "films", "horror"),
        (("genre", "Comedy"), "films", "comedies"),
        (("decade", "1990s"), "films", "films from the 1990s"),
        (("country", "France"), "films", "French films"),
        (("country", "Burkina Faso"), "films", "films from Burkina Faso"),
        (("country", "Bahamas"), "books", "books from the Bahamas"),
        (("language", "French"), "videos", "videos in French"),
        (("mood", "light"), "films", "light films"),
        (("tag", "superheroes"), "films", "superheroes"),
        (("tag", "big city"), "films", "films about the big city"),
        (("tag", "based on a true story"), "films", "films tagged based on a true story"),
        (("creator", "Agnès Varda"), "films", "films by Agnès Varda"),
        (("cast", "Tom Hanks"), "films", "films with Tom Hanks"),
        (("studio", "Ghibli"), "films", "Ghibli films"),
        (("cluster", "12"), "videos", "videos of cluster 12"),
        (("genre", "Short Films"), "films", "short films"),
    ],
)
def test_a_facet_reads_as_a_noun_phrase(facet: tuple[str, str], noun: str, expected: str) -> None:
    assert facet_words(*facet, noun) == expected


def test_at_least_seventy_countries_have_an_adjective() -> None:
    assert len(ADJECTIVES) >= 70


@pytest.mark.parametrize(
    ("text", "expected"),
    [("action film", "an"), ("comedy", "a"), ("European film", "a"), ("hour", "an"), ("uplifting film", "an"),
     ("Ukrainian film", "a"), ("LGBT film", "an"), ("80s film", "an"), ("Ethiopian film", "an")],
)  # fmt: skip
def test_the_article_follows_the_sound(text: str, expected: str) -> None:
    assert article(text) == expected


@pytest.mark.parametrize(
    ("noun", "one"), [("films", "film"), ("movies", "movie"), ("stories", "story"), ("series", "series")]
)
def test_the_singular_of_an_item_noun(noun: str, one: str) -> None:
    assert singular(noun) == one


@pytest.mark.parametrize(
    ("names", "noun"),
    [
        (("films", ""), "films"),
        (("ml-100k", "ml-100k.zip"), "films"),
        (("mine", "ml-latest-small.zip"), "films"),
        (("My_Book-shop", "items.jsonl"), "books"),
        (("kuairand", ""), "videos"),
        (("filmstock", "shop.csv"), "items"),
    ],
)
def test_items_are_called_by_a_name_that_says_what_they_are(names: tuple[str, str], noun: str) -> None:
    assert noun_of(*names) == noun
