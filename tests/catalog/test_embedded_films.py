"""The embedded films: facts in range, known words, broad in decades, countries and tastes."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest

from app.catalog.embedded import films, vocabulary
from graphs.messages import Item

ALL = films().items


def words(film: Item) -> list[str]:
    return film.description.split()


def test_there_are_at_least_500_films() -> None:
    assert len(ALL) >= 500


def test_no_film_stands_twice() -> None:
    titles = Counter((film.title.casefold(), film.year) for film in ALL)
    assert [title for title, count in titles.items() if count > 1] == []


def test_ids_are_slugs_that_end_in_the_year() -> None:
    assert [f.id for f in ALL if not re.fullmatch(rf"[a-z0-9]+(-[a-z0-9]+)*-{f.year}", f.id)] == []


@pytest.mark.parametrize(
    ("kind", "at_most"), [("genre", 3), ("tag", 4), ("mood", 3)], ids=["genre", "tag", "mood"]
)
def test_every_film_uses_only_known_words_and_few_of_them(kind: str, at_most: int) -> None:
    known = set(vocabulary()[kind])
    used = [(film.id, {value for k, value in film.all_facets() if k == kind}) for film in ALL]
    assert [(film, values - known) for film, values in used if values - known] == []
    assert [film for film, values in used if not 1 <= len(values) <= at_most] == []


@pytest.mark.parametrize("kind", ["genre", "mood"])
def test_every_word_of_the_vocabulary_is_used_three_times(kind: str) -> None:
    used = Counter(value for film in ALL for k, value in film.all_facets() if k == kind)
    assert [word for word in vocabulary()[kind] if used[word] < 3] == []


def test_years_and_running_times_are_plausible() -> None:
    odd = [f.id for f in ALL if not (f.year and 1895 <= f.year <= 2026 and f.duration)]
    assert odd == []
    assert [film.id for film in ALL if not 40 <= (film.duration or 0) <= 330] == []


def test_films_come_from_nine_decades_or_more() -> None:
    decades = Counter(film.decade for film in ALL)
    assert len([decade for decade, count in decades.items() if count >= 5]) >= 9


def test_films_come_from_25_countries_or_more() -> None:
    assert len({country for film in ALL for country in film.facets["country"]}) >= 25


def test_a_third_of_the_films_is_not_from_the_united_states() -> None:
    abroad = sum("United States" not in film.facets["country"] for film in ALL)
    assert abroad >= len(ALL) / 3


def test_every_film_has_a_director_a_country_and_a_language() -> None:
    assert [f.id for f in ALL if not (f.creator and f.facets["country"] and f.facets["language"])] == []


def test_only_documentaries_and_animation_may_lack_a_cast() -> None:
    without = [film for film in ALL if "cast" not in film.facets]
    assert [film.id for film in without if not {"Documentary", "Animation"} & set(film.genres)] == []


def test_a_description_is_one_sentence_of_8_to_30_words() -> None:
    assert [(f.id, len(words(f))) for f in ALL if not 8 <= len(words(f)) <= 30] == []
    assert [f.id for f in ALL if not re.fullmatch(r"[^\s].*[^.!?][.!?]", f.description)] == []
    ends = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bSt)[.!?] +[A-Z]")
    assert [f.description for f in ALL if ends.search(f.description)] == []


def test_no_two_films_share_a_description() -> None:
    assert len({film.description for film in ALL}) == len(ALL)


def test_fame_and_acclaim_are_spread_over_all_five_steps() -> None:
    assert {film.popularity for film in ALL} == {0.1, 0.3, 0.5, 0.7, 0.9}
    assert {film.quality for film in ALL} == {0.1, 0.3, 0.5, 0.7, 0.9}


def test_the_embedded_catalog_has_no_interactions() -> None:
    assert films().interactions is None
    assert films().name == "films"


def test_the_films_load_in_under_a_tenth_of_a_second() -> None:
    started = time.process_time()
    films.__wrapped__()
    assert time.process_time() - started < 0.1
