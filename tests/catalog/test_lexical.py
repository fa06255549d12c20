from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import ItemCatalog
from app.catalog.lexical import LexicalIndex, TitleMatch
from graphs.messages import Item

FILMS = {
    "Heat": (1995, "A thief plans a heist in the summer heat."),
    "Alien": (1979, "A crew meets something in space."),
    "Aliens": (1986, "Soldiers go back into space."),
    "The Godfather": (1972, "A family of gangsters loses a father."),
    "Amélie": (2001, "A waitress in Paris helps strangers."),
    "Blade": (1998, "A hunter of vampires."),
    "Blade Runner": (1982, "A detective hunts robots in the rain."),
    "Mad Max: Fury Road": (2015, "A chase through the desert."),
    "It": (2017, "Children fight a clown."),
    "The Fly": (1986, "A scientist changes."),
    "The Silence of the Lambs": (1991, "A young agent asks a killer for help."),
    "Toy Story 2": (1999, "A toy is stolen."),
    "Casablanca": (1942, "Two lovers meet again in the desert."),
    "Ghost": (1990, "A ghost guards his love."),
    "Rocky II": (1979, "A boxer fights again."),
    "Titans of the Desert Desert Desert": (1950, "Caravans."),
}


def film(title: str, year: int, description: str, **values: object) -> Item:
    return Item.model_validate(
        {"id": f"{title} {year}", "title": title, "year": year, "description": description, **values}
    )


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex(ItemCatalog("hand-made", [film(t, y, d) for t, (y, d) in FILMS.items()]))


def called(match: TitleMatch) -> str:
    return list(FILMS)[match.position]


def found(index: LexicalIndex, query: str, k: int = 5) -> list[str]:
    return [list(FILMS)[i] for i in index.search(query, k)[0]]


def test_a_search_finds_words_of_descriptions_whatever_their_number(index: LexicalIndex) -> None:
    assert found(index, "vampire robots") == ["Blade", "Blade Runner"]


def test_a_search_prefers_titles_to_descriptions(index: LexicalIndex) -> None:
    assert found(index, "desert")[0] == "Titans of the Desert Desert Desert"


def test_a_search_finds_creators_casts_and_facets() -> None:
    items = [
        film("One", 1950, "", creator="Agnès Varda"),
        film("Two", 1960, "", genres=("Western",)),
        film("Three", 1970, "", facets={"cast": ("Toshiro Mifune",)}),
    ]
    index = LexicalIndex(ItemCatalog("hand-made", items))
    queries = ["varda", "westerns", "mifune", "1970s"]
    assert [index.search(q, 3)[0].tolist() for q in queries] == [[0], [1], [2], [2]]


def test_a_search_gives_only_positive_scores_and_at_most_k(index: LexicalIndex) -> None:
    positions, scores = index.search("a desert in space with a heist", 3)
    assert len(positions) == len(scores) == 3
    assert positions.dtype == np.int64
    assert scores.dtype == np.float32
    assert (scores > 0).all()


@pytest.mark.parametrize("query", ["", "   ", "submarines", "!!!"])
def test_a_search_without_known_words_finds_nothing(index: LexicalIndex, query: str) -> None:
    assert found(index, query) == []


def test_a_search_for_no_results_gives_none(index: LexicalIndex) -> None:
    assert found(index, "desert", 0) == []


def test_equal_scores_stay_in_catalog_order() -> None:
    index = LexicalIndex(ItemCatalog("hand-made", [film(f"T{i}", 1990, "storm") for i in range(30)]))
    assert index.search("storm", 7)[0].tolist() == list(range(7))


def test_the_order_of_the_words_does_not_change_a_bit(index: LexicalIndex) -> None:
    query = ["space", "desert", "children", "heist", "robots", "again", "meet", "father", "love"]
    ahead, back = (index.search(" ".join(q), 20) for q in (query, query[::-1]))
    assert ahead[0].tobytes() == back[0].tobytes()
    assert ahead[1].tobytes() == back[1].tobytes()


def test_a_title_of_function_words_is_found(index: LexicalIndex) -> None:
    assert found(index, "It")[0] == "It"


def test_a_catalog_without_any_words_can_be_searched() -> None:
    index = LexicalIndex(ItemCatalog("hand-made", [Item(id="a", title="!!!")]))
    assert index.search("anything", 3)[0].tolist() == []
    assert index.titles_in("anything") == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the godfather", "The Godfather"),
        ("GODFATHER", "The Godfather"),
        ("amelie", "Amélie"),
        ("fury road", "Mad Max: Fury Road"),
        ("mad max", "Mad Max: Fury Road"),
        ("alien", "Alien"),
        ("aliens", "Aliens"),
        ("rocky 2", "Rocky II"),
        ("Heat (1995)", "Heat"),
        ("silence of the lambs", "The Silence of the Lambs"),
        ("casblanca", "Casablanca"),
        ("casabalnca", "Casablanca"),
        ("casaablanca", "Casablanca"),
        ("xasablanca", "Casablanca"),
        ("the silnce of the lambs", "The Silence of the Lambs"),
    ],
)
def test_a_title_is_known_in_other_spellings(index: LexicalIndex, text: str, title: str) -> None:
    position = index.title(text)
    assert position is not None
    assert list(FILMS)[position] == title


@pytest.mark.parametrize("text", ["", "casblnca", "hest", "toy story 3", "something like heat", "!"])
def test_other_texts_are_no_title(index: LexicalIndex, text: str) -> None:
    assert index.title(text) is None


def test_titles_inside_a_text_are_found_with_their_places(index: LexicalIndex) -> None:
    text = "I loved the Godfather and amelie, but nothing like Blade Runner please"
    assert [(text[m.start : m.end], called(m)) for m in index.titles_in(text)] == [
        ("the Godfather", "The Godfather"), ("amelie", "Amélie"), ("Blade Runner", "Blade Runner"),
    ]  # fmt: skip


def test_the_longest_title_wins_even_with_a_typo(index: LexicalIndex) -> None:
    assert [called(m) for m in index.titles_in("more like blade runer")] == ["Blade Runner"]


@pytest.mark.parametrize(
    "text",
    [
        "something like heat but shorter",
        "similar to heat",
        "another heat",
        "I loved heat a lot",
        "give me Heat again",
        'what about "heat" then',
    ],
)
def test_an_ordinary_word_that_is_marked_is_a_title(index: LexicalIndex, text: str) -> None:
    (match,) = index.titles_in(text)
    assert called(match) == "Heat"
    assert not match.weak


@pytest.mark.parametrize(
    "text",
    [
        "in this heat something easy",
        "Heat makes me sleepy",
        "no ghost stories",
        "I'd like heat",
        "SO MUCH HEAT NOW",
    ],
)
def test_an_ordinary_word_that_is_not_marked_is_weak(index: LexicalIndex, text: str) -> None:
    assert [m.weak for m in index.titles_in(text)] == [True]


def test_a_word_that_is_not_ordinary_needs_no_mark(index: LexicalIndex) -> None:
    assert [m.weak for m in index.titles_in("maybe casablanca tonight")] == [False]


def test_function_words_are_a_title_only_with_a_capital_or_quotes(index: LexicalIndex) -> None:
    texts = ["I liked it", "I saw It", "films like 'it'"]
    assert [[m.weak for m in index.titles_in(text)] for text in texts] == [[True], [False], [False]]


def test_the_year_tells_films_of_one_title_apart_else_popularity() -> None:
    items = [film("Dracula", 1931, ""), film("Dracula", 1958, "", popularity=0.9), film("Dracula", 1992, "")]
    index = LexicalIndex(ItemCatalog("hand-made", items))
    assert [index.title(t) for t in ("dracula", "Dracula 1931", "dracula (1992)")] == [1, 0, 2]


def test_an_items_own_title_finds_it_first(shared_data: Path) -> None:
    lines = (shared_data / "films" / "items.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    items = [Item(id=str(r["item_id"]), title=r["title"], description=r["description"] or "") for r in rows]
    index = LexicalIndex(ItemCatalog("films", items))
    first = [next(iter(index.search(item.title, 1)[0]), -1) for item in items]
    assert np.mean(np.array(first) == np.arange(len(items))) >= 0.97
    assert np.mean([index.title(item.title) == i for i, item in enumerate(items)]) >= 0.97
