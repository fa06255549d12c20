"""How items, vocabularies and earlier turns stand in prompts."""

from __future__ import annotations

import pytest

from app.prompts.items import known_ids, label, render_item
from app.prompts.past import done, outcome, past_titles, seen_turn, window
from app.prompts.vocabulary import Vocabulary
from graphs.messages import Action, Item, Past, Reaction, Review, Slate, Slot, VisibleTurn

FILM = Item(
    id="babe-1995",
    title="Babe",
    creator="Chris Noonan",
    year=1995,
    genres=("Family", "Comedy", "Fantasy"),
    tags=("animals",),
    description="A polite orphaned piglet discovers that asking sheep nicely works better than barking.",
    duration=92,
    popularity=0.7,
    quality=0.9,
    facets={"mood": ("warm",), "country": ("Australia",), "cast": ("James Cromwell",)},
)


def test_a_card_says_what_a_person_would_see() -> None:
    text = render_item(FILM, 200).text
    assert text == f"Babe (1995), Chris Noonan. Family, Comedy, 92 min. {FILM.description}"


def test_a_card_keeps_within_its_bytes_and_leaves_out_a_description_that_has_no_room() -> None:
    assert render_item(FILM, 90).text.endswith("A polite orphaned piglet discovers…")
    assert render_item(FILM, 60).text == "Babe (1995), Chris Noonan. Family, Comedy, 92 min"
    assert all(len(render_item(FILM, most).text.encode()) <= most for most in range(10, 200))


def test_the_recommender_s_card_has_moods_and_tags_before_the_description() -> None:
    assert "92 min. warm, animals. A polite" in render_item(FILM, 200, facets=True).text


def test_an_item_without_a_description_shows_its_tags() -> None:
    item = Item(id="a", title="Song", tags=("slow", "sad"), facets={"mood": ("blue",)})
    assert render_item(item).text == "Song. blue, slow, sad"


def test_a_year_stands_once() -> None:
    assert label(Item(id="a", title="Toy Story (1995)", year=1995)) == "Toy Story (1995)"


def test_very_short_items_are_measured_in_seconds() -> None:
    assert render_item(Item(id="a", title="Clip", duration=0.5)).text == "Clip. 30 s"


@pytest.mark.parametrize("item", ["a-1", 'q"uote', "a&amp;b", "a&b", "<x>", "two  blanks", "ü"])
def test_an_id_is_known_as_it_is(item: str) -> None:
    assert known_ids(["other", item])[item] == item


def test_of_two_ids_that_escape_alike_each_is_known_as_itself() -> None:
    ids = ["a&b", "a&amp;b"]
    assert [known_ids(ids)[item] for item in ids] == ids


# -------------------------------------------------------------------------------- vocabulary

ITEMS = [
    FILM,
    Item(id="b", title="Babe", genres=("Drama", "Comedy"), tags=("comedy",)),
    Item(id="c", title="Else", genres=("Drama", "Comedy")),
]


def test_a_facet_is_found_by_its_value_in_any_case_and_number() -> None:
    vocabulary = Vocabulary.of(ITEMS)
    assert vocabulary.find("ANIMAL") == ("tag", "animals")
    assert vocabulary.find("comedies") == ("genre", "Comedy")
    assert vocabulary.find("westerns") is None
    assert vocabulary.find("") is None


def test_the_kind_asked_for_comes_before_the_commonest() -> None:
    vocabulary = Vocabulary.of(ITEMS)
    assert vocabulary.find("comedy", "tag") == ("tag", "comedy")
    assert vocabulary.find("comedy", "mood") == ("genre", "Comedy")


def test_kinds_list_their_commonest_values_first_and_say_how_many_are_left_out() -> None:
    listed = {one.kind: one for one in Vocabulary.of(ITEMS).lists}
    assert listed["genre"].values == ("Comedy", "Drama", "Family", "Fantasy")
    many = [Item(id=str(n), title=str(n), tags=(f"tag {n:03}",)) for n in range(100)]
    (tags,) = Vocabulary.of(many).lists
    assert len(tags.values) + tags.more == 100
    assert sum(len(value) + 2 for value in tags.values) <= 500


def test_people_are_not_listed() -> None:
    vocabulary = Vocabulary.of(ITEMS)
    assert vocabulary.people == ("creator", "cast")
    assert not {"creator", "cast"} & {one.kind for one in vocabulary.lists}


# -------------------------------------------------------------------------------------- past


def reaction(item: str, *actions: Action, watched: float = 0.0) -> Reaction:
    return Reaction(item=item, position=1, actions=actions, watched=watched)


CATALOG = {item.id: item for item in [FILM, *(Item(id=n, title=n.upper()) for n in "abcdefgh")]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (reaction("a", "skip"), "skip"),
        (reaction("a", "open"), "opened"),
        (reaction("a", "open", "watch", "like", watched=0.85), "85%, like"),
        (reaction("a", "skip", "dislike"), "skip, dislike"),
    ],
)
def test_an_outcome_in_a_word(given: Reaction, said: str) -> None:
    assert outcome(given) == said


def test_a_user_remembers_what_it_took_in_by_title_and_the_rest_by_number() -> None:
    reactions = (
        reaction("a", "skip"),
        reaction("b", "open", watched=0.1),
        reaction("c", "open", "watch", watched=0.9),
        reaction("d", "skip", "dislike"),
    )
    slate = Slate(slots=tuple(Slot(item=n) for n in "abcdef"))
    told = done(slate, Review(reactions=reactions, seen=4), CATALOG)
    assert told == "C (90%); D (skip, dislike); opened 1 more; skipped 1; 2 not looked at"


def test_of_many_titles_four_are_told() -> None:
    reactions = tuple(reaction(n, "open", "watch", watched=0.9) for n in "abcdef")
    slate = Slate(slots=tuple(Slot(item=n) for n in "abcdef"))
    told = done(slate, Review(reactions=reactions, seen=6), CATALOG)
    assert told == "A (90%); B (90%); C (90%); D (90%); opened 2 more"


def test_a_recommender_is_told_every_item_that_was_looked_at() -> None:
    reactions = (reaction("a", "skip"), reaction("b", "open", watched=0.4), reaction("c", "skip"))
    slate = Slate(slots=tuple(Slot(item=n) for n in "abcd"))
    turn = VisibleTurn(number=3, slate=slate, review=Review(reactions=reactions, seen=3))
    assert seen_turn(turn, CATALOG).done == "B (40%); skipped: A, C; 1 not looked at"


def test_a_past_is_told_latest_last_with_ratings_out_of_five() -> None:
    history = [
        Past(item="a"),
        Past(item="gone"),
        Past(item="b", rating=0.0),
        Past(item="babe-1995", rating=1.0),
    ]
    assert past_titles(history, CATALOG, 2) == ["B, 1/5", "Babe (1995), 5/5"]
    assert past_titles(history, CATALOG, 0) == []


def test_a_window_drops_old_turns_in_steps_so_that_its_beginning_stays() -> None:
    starts = [window(range(n), 4, 2)[0] for n in range(1, 11)]
    assert starts == [0, 0, 0, 0, 2, 2, 4, 4, 6, 6]
    assert all(len(window(range(n), 4, 2)) in (3, 4) for n in range(4, 30))
    assert all(window(range(n), 4, 2)[-1] == n - 1 for n in range(1, 30))
