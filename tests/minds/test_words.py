"""The words of the embedded user: grammatical, true to their arguments, varied and deterministic."""

from __future__ import annotations

import re
from itertools import product

import pytest

from app.catalog.wording import forms
from app.errors import UsageError
from app.minds import words
from app.minds.phrasing.picking import pick, sentence
from app.minds.phrasing.thinking import CELLS
from app.minds.rows import FACTORS, TRAITS
from graphs.messages import KINDS, LEAVE_REASONS, Directive, Item, Kind

FACETS = (
    ("genre", "Horror"), ("genre", "Comedy"), ("genre", "Science Fiction"), ("genre", "Film-Noir"),
    ("genre", "Children's"), ("mood", "light"), ("mood", "uplifting"), ("tag", "superheroes"), ("tag", "grief"),
    ("tag", "big city"), ("tag", "twist ending"), ("tag", "based on a true story"), ("decade", "1990s"),
    ("decade", "2010s"), ("country", "France"), ("country", "Hong Kong"), ("country", "Burkina Faso"),
    ("country", "United States"), ("language", "French"), ("language", "Silent"), ("creator", "Agnès Varda"),
    ("cast", "Tom Hanks"), ("studio", "Ghibli"), ("topic", "bees"), ("cluster", "12"),
)  # fmt: skip
FILM = Item(
    id="alien-1979",
    title="Alien",
    creator="Ridley Scott",
    year=1979,
    genres=("Horror", "Science Fiction"),
    quality=0.9,
    popularity=0.9,
    facets={"mood": ("tense",), "country": ("United States",)},
)
ACTIONS = (
    ("skip",), ("open",), ("open", "watch"), ("open", "like"), ("open", "dislike"), ("open", "save"),
    ("open", "share"), ("open", "comment"),
)  # fmt: skip
DOUBLE = re.compile(r"\b(a|an|the) (a|an|the)\b", re.IGNORECASE)
WRONG_AN = re.compile(r"\b(an [bcdfgjklmnpqrstvwxyz]|a [aeio])", re.IGNORECASE)
FACETED: tuple[Kind, ...] = ("more", "less", "avoid", "only")


def grammatical(text: str) -> bool:
    """Capital first, stop last, single spaces, one article, nothing left unfilled."""
    return (
        text[:1].isupper()
        and text[-1] in ".!?"
        and not re.search(r"  |\s[,.;:?!]|[{}]|None|[.?!,;:][.?!,;:]", text)
        and not DOUBLE.search(text)
        and not WRONG_AN.search(text.replace("a one", ""))
    )


def directive(kind: Kind, facet: tuple[str, str] = ("genre", "Horror"), strength: float = 0.8) -> Directive:
    if kind in FACETED:
        return Directive(kind=kind, facet=facet[0], value=facet[1], strength=strength)
    if kind == "similar":
        return Directive(kind=kind, facet="title", value="alien-1979", strength=strength)
    return Directive(kind=kind, strength=strength)


def say(*directives: Directive, variant: int = 0, noun: str = "films") -> str:
    return words.instruction(directives, {"alien-1979": "Alien"}, variant, noun)


@pytest.mark.parametrize("factor", FACTORS)
def test_every_thought_is_a_grammatical_sentence(factor: str) -> None:
    wrong = {
        text
        for facet, utility, actions, watched, variant in product(
            (*FACETS, None), (1.0, -1.0), ACTIONS, (0.0, 0.5, 1.2), range(12)
        )
        if not grammatical(text := words.thought(FILM, factor, facet, utility, actions, watched, variant))
    }
    assert wrong == set()


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("utility", [1.0, -1.0])
@pytest.mark.parametrize("actions", [("open",), ("skip",)])
def test_every_cell_has_at_least_three_thoughts(
    factor: str, utility: float, actions: tuple[str, ...]
) -> None:
    said = {words.thought(FILM, factor, ("genre", "Horror"), utility, actions, 0.5, v) for v in range(200)}
    assert len(said) >= 3


@pytest.mark.parametrize("facet", FACETS)
def test_a_thought_of_boredom_names_its_facet(facet: tuple[str, str]) -> None:
    names = {
        name.lower() for form in forms(*facet, "films") for name in (form.plural, form.a.split(" ", 1)[-1])
    }
    for variant in range(40):
        said = words.thought(FILM, "boredom", facet, -1.0, ("skip",), 0.0, variant).lower()
        assert any(name in said for name in names)


def test_an_opened_disappointment_by_clickbait_looked_better_than_it_was() -> None:
    said = {words.thought(FILM, "clickbait", None, -1.0, ("open",), 0.1, v) for v in range(60)}
    assert any(text.startswith("Alien looked better than it was.") for text in said)


def test_a_thought_about_an_unknown_film_never_calls_it_famous() -> None:
    unknown = FILM.model_copy(update={"popularity": 0.1})
    said = " ".join(words.thought(unknown, "popularity", None, 1.0, ("skip",), 0.0, v) for v in range(60))
    assert not re.search("famous|everybody|crowd", said, re.IGNORECASE)


def test_what_was_done_is_told_and_what_was_not_is_not() -> None:
    liked = [words.thought(FILM, "taste", None, 1.0, ("open", "save"), 0.5, v) for v in range(30)]
    plain = [words.thought(FILM, "taste", None, 1.0, ("open",), 0.5, v) for v in range(30)]
    assert all(re.search("Saved|keeping|my list", text) for text in liked)
    assert not any(re.search("Saved|keeping|my list|thumbs|comment", text) for text in plain)


def test_a_liked_mood_may_be_named_together_with_the_country() -> None:
    said = {words.thought(FILM, "taste", ("mood", "tense"), 1.0, ("skip",), 0.0, v) for v in range(60)}
    assert "Tense and American, that is my thing." in said


def test_an_item_of_which_only_the_title_is_known_gets_grammatical_thoughts() -> None:
    bare = Item(id="x", title="What's Up?")
    said = {words.thought(bare, f, None, u, a, 0.5, v) for f, u, a, v in
            product(FACTORS, (1, -1), (("open",), ("skip",)), range(20))}  # fmt: skip
    assert [text for text in said if re.search(r"[{}]|\?\.|\?\?|  |None", text)] == []


def test_an_unknown_factor_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown factor 'tast'.*'taste'"):
        words.thought(FILM, "tast", None, 1.0, ("skip",), 0.0, 0)


def test_no_phrasing_occurs_twice_in_a_cell() -> None:
    assert [c for cell in CELLS.values() for c in cell if len(set(c)) != len(c)] == []


def test_a_title_that_ends_with_a_stop_gets_no_second_one() -> None:
    assert sentence("I loved What's Up, Doc?") == "I loved What's Up, Doc?"
    assert sentence("how about What's Up, Doc??") == "How about What's Up, Doc?"


def test_every_phrasing_is_reached_and_chosen_about_equally_often() -> None:
    counts = [sum(pick("abcde", v, 3) == c for v in range(5000)) for c in "abcde"]
    assert min(counts) > 850


def test_variants_of_any_size_choose() -> None:
    assert {pick("ab", 10**40 + i, 1) for i in range(20)} == {"a", "b"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("strength", [0.4, 0.7, 1.0])
def test_every_kind_is_said_in_at_least_eight_ways(kind: Kind, strength: float) -> None:
    said = {say(directive(kind, strength=strength), variant=v) for v in range(300)}
    assert len(said) >= 8
    assert [text for text in said if not grammatical(text)] == []


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("kind", FACETED)
def test_every_facet_is_asked_for_in_grammatical_sentences(kind: Kind, facet: tuple[str, str]) -> None:
    said = {say(directive(kind, facet, s), variant=v) for s in (0.4, 0.7, 1.0) for v in range(100)}
    assert [text for text in said if not grammatical(text)] == []


@pytest.mark.parametrize(("one", "two"), list(product(KINDS, KINDS)))
def test_two_directives_make_grammatical_sentences(one: Kind, two: Kind) -> None:
    pairs = product((0.4, 1.0), (0.4, 0.8), range(25))
    said = {
        say(directive(one, strength=s), directive(two, ("tag", "zombies"), t), variant=v) for s, t, v in pairs
    }
    assert [text for text in said if not grammatical(text)] == []


def test_four_directives_are_all_said() -> None:
    four = [
        directive("avoid"),
        directive("more", ("tag", "zombies")),
        directive("newer"),
        directive("similar"),
    ]
    for variant in range(50):
        text = say(*four, variant=variant).lower()
        assert re.search("horror.*zombie.*(recent|new|modern|old).*alien", text)


def test_strength_is_worded() -> None:
    weak = {say(directive("less", strength=0.4), variant=v).lower() for v in range(100)}
    strong = {say(directive("less", strength=0.95), variant=v).lower() for v in range(100)}
    assert all(re.search("a bit|slightly|maybe|perhaps|not quite|a few", text) for text in weak)
    assert all(re.search("far|way|a lot", text) for text in strong)


@pytest.mark.parametrize("kind", FACETED)
def test_a_weak_wish_never_sounds_plain(kind: Kind) -> None:
    weak = {say(directive(kind, strength=0.45), variant=v).lower() for v in range(150)}
    soft = "a bit|slightly|maybe|perhaps|not quite|a few|could you show me just"
    assert [text for text in weak if not re.search(soft, text)] == []


@pytest.mark.parametrize(
    ("kind", "facet", "value", "said_as"),
    [("newer", "year", "1990", "after 1990|since 1990"), ("older", "year", "1960", "before 1960|pre-1960"),
     ("shorter", "duration", "90", "an hour and a half"), ("longer", "duration", "150", "150 minutes")],
)  # fmt: skip
def test_a_bound_is_said_as_it_is(kind: Kind, facet: str, value: str, said_as: str) -> None:
    bound = Directive(kind=kind, facet=facet, value=value)
    said = {say(bound, variant=v) for v in range(200)}
    assert len(said) >= 8
    assert all(re.search(said_as, text, re.IGNORECASE) and grammatical(text) for text in said)


def test_a_wish_for_now_says_so_and_a_standing_one_does_not() -> None:
    now = Directive(kind="newer", scope="turn")
    for variant in range(60):
        assert re.search("now|tonight", say(now, variant=variant).lower())
        assert not re.search(r"\bnow\b|tonight", say(directive("newer"), variant=variant).lower())


def test_for_now_stands_first_in_its_sentence() -> None:
    now = Directive(kind="newer", scope="turn")
    said = {say(now, variant=v) for v in range(300)}
    assert [text for text in said if re.search(", (For|Tonight|Right)", text)] == []


def test_an_instruction_uses_the_noun_of_the_catalog() -> None:
    said = " ".join(
        say(directive(k, ("country", "France")), variant=v, noun="books") for k in KINDS for v in range(40)
    )
    assert "book" in said
    assert not re.search("film|watch", said)


def test_a_title_that_is_not_given_is_replaced_by_the_value() -> None:
    heat = Directive(kind="similar", facet="title", value="Heat")
    assert "Heat" in words.instruction([heat], None, 0)


def test_an_instruction_without_directives_is_an_error() -> None:
    with pytest.raises(UsageError, match="at least one directive"):
        words.instruction([], None, 0)


def test_the_same_arguments_give_the_same_words() -> None:
    meant = [directive("less"), directive("newer")]
    assert say(*meant, variant=77) == say(*meant, variant=77)
    assert words.thought(FILM, "mood", None, 1.0, ("open",), 0.3, 5) == words.thought(
        FILM, "mood", None, 1.0, {"open"}, 0.3, 5
    )


@pytest.mark.parametrize(("one", "two"), [(a, b) for a, b in product(KINDS, KINDS) if a != b])
def test_a_reflection_has_no_numbers_and_no_names_of_traits(one: Kind, two: Kind) -> None:
    said = {
        words.reflection(
            [(directive(one), 0.7), (directive(two, ("decade", "1990s")), g)],
            s,
            b,
            v,
            {"alien-1979": "Alien"},
        )
        for g, s, b, v in product((0.1, 0.9), (0.1, 0.5, 0.9), (0.1, 0.9), range(8))
    }
    assert [text for text in said if not grammatical(text)] == []
    assert [text for text in said if re.search(r"\d|satisf|bored|" + "|".join(TRAITS), text)] == []


def test_a_reflection_names_what_was_shown_and_what_is_wanted() -> None:
    gaps = [(directive("avoid"), 0.8), (directive("more", ("mood", "light")), 0.5)]
    said = {words.reflection(gaps, 0.5, 0.2, v) for v in range(400)}
    assert "I keep being shown horror, and what I want is something light." in said
    assert all("horror" in text and "something light" in text for text in said)


@pytest.mark.parametrize("satisfaction", [0.1, 0.5, 0.9])
def test_a_reflection_without_a_gap_is_still_a_sentence(satisfaction: float) -> None:
    assert grammatical(words.reflection([], satisfaction, 0.1, 3))


def test_a_reflection_never_names_more_than_the_two_widest_gaps() -> None:
    gaps = [(directive("more", ("tag", "zombies")), 0.1), (directive("more"), 0.9), (directive("newer"), 0.8)]
    assert not any("zombie" in words.reflection(gaps, 0.5, 0.2, v) for v in range(30))


def test_every_summary_is_one_grammatical_sentence() -> None:
    cases = product(
        (1, 4, 10), (0, 1, 4), (0, 1, 2), (1, 10, 20), (-0.1, 0.0, 0.1), (None, *FACETS[:8]), range(4)
    )
    said = {
        words.summary(seen, opened, liked, slate, 0.5, 0.5 + change, top, v)
        for seen, opened, liked, slate, change, top, v in cases
        if liked <= opened <= seen <= slate
    }
    assert [text for text in said if not grammatical(text) or text.count(".") != 1] == []


def test_a_summary_tells_how_far_it_got_and_how_it_felt() -> None:
    said = {words.summary(4, 2, 1, 10, 0.5, 0.3, ("genre", "Horror"), v) for v in range(60)}
    assert all({"four", "ten", "two", "one", "horror"} <= set(re.findall(r"\w+", text)) for text in said)
    assert all(re.search("hoped|let me down|expected", text) for text in said)


@pytest.mark.parametrize("reason", LEAVE_REASONS)
@pytest.mark.parametrize("satisfaction", [0.2, 0.8])
def test_every_reason_to_leave_has_several_goodbyes(reason: str, satisfaction: float) -> None:
    said = {words.leaving(reason, satisfaction, v) for v in range(60)}
    assert len(said) >= 4
    assert all(grammatical(text) for text in said)


def test_a_silent_user_leaves_without_a_word() -> None:
    assert words.leaving("bored", 0.2, 1, silent=True) == ""


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(UsageError, match="unknown reason for leaving 'angry'"):
        words.leaving("angry", 0.5, 0)
