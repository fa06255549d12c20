"""The instruction reader: what people type, as directives over the catalog's facets."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.catalog import ItemCatalog
from app.catalog.embedded import films
from app.recommenders.reader import Reader, Reading
from graphs.messages import Directive, Item

DATA = Path(__file__).resolve().parents[1] / "data"
HELD_OUT = DATA / "phrases_heldout.jsonl"
SIGNS = {"more": "+", "less": "<", "avoid": "-", "only": "=", "similar": "~"}


@cache
def reader() -> Reader:
    return Reader(films())


def read(text: str) -> Reading:
    return reader().read(text)


def phrases(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def exact(row: dict[str, Any]) -> bool:
    reading = read(row["text"])
    meant = {(d["kind"], d["facet"], d["value"]) for d in row["directives"]}
    understood = {(d.kind, d.facet, d.value) for d in reading.directives}
    return understood == meant and set(reading.unknown) == set(row["unknown"])


def brief(directive: Directive) -> str:
    """`+genre:Comedy`, `~Heat`, `shorter 90`, as in PHRASES."""
    sign = SIGNS.get(directive.kind)
    if sign is None:
        return f"{directive.kind} {directive.value}" if directive.value else directive.kind
    return sign + (directive.value or "" if sign == "~" else f"{directive.facet}:{directive.value}")


def said(text: str) -> set[str]:
    reading = read(text)
    return {brief(d) for d in reading.directives} | {f"?{word}" for word in reading.unknown}


def catalog(*items: dict[str, Any]) -> ItemCatalog:
    return ItemCatalog(
        "test", [Item(id=str(i), **{"title": f"No {i}", **item}) for i, item in enumerate(items)]
    )


# What other people type: + more, < less, - avoid, = only, ~ similar, ? a word that no facet covers.
PHRASES = """
neither horror nor war please | -genre:Horror; -genre:War
no horror, zombies or vampires | -genre:Horror; -tag:zombies; -tag:vampires
no zombies, vampires, witches | -tag:zombies; -tag:vampires; -tag:witches
no horror and something light | -genre:Horror; +mood:light
nothing sad, violent or scary | -mood:bleak; -mood:scary; ?violent
nothing sad or heavy, something romantic | -mood:bleak; -mood:heavy; +mood:romantic
not too dark or slow | <mood:dark; <mood:slow
not too long and funny | shorter; +mood:funny
we loved paddington 2, anything like that but with less singing | ~Paddington 2; <tag:music
can we do a 70s thriller instead of these comedies | +decade:1970s; +genre:Thriller; -genre:Comedy
instead of horror, comedy | -genre:Horror; +genre:Comedy
except for war films, anything goes | -genre:War; surprise
swap the dramas for comedies | -genre:Drama; +genre:Comedy
stop showing me horror and start showing me comedies | -genre:Horror; +genre:Comedy
could we skip the crime stuff and get to the romance | -genre:Crime; +genre:Romance
I'm not really into sci-fi | -genre:Science Fiction
I've had it with musicals | -genre:Musical
horror isn't my thing | -genre:Horror
war films? no thanks | -genre:War
my girlfriend loves musicals but I hate them | -genre:Musical
zombie-free please | -tag:zombies
No, a comedy! | +genre:Comedy
no idea, maybe a thriller? | +genre:Thriller
I haven't seen a good western in ages | +genre:Western
more comedy than drama | +genre:Comedy; <genre:Drama
too many westerns, not enough musicals | <genre:Western; +genre:Musical
way too dark for me | <mood:dark
it's too quiet, I need some action | <mood:quiet; +genre:Action
these all look so depressing | <mood:bleak
it's all westerns! | <genre:Western
you keep showing me war films | <genre:War
why are there so many musicals? | <genre:Musical
not as slow as the last ones | <mood:slow
less sad, more hopeful | <mood:bleak; +mood:uplifting
German-language films only | =language:German
only with Denzel Washington | =cast:Denzel Washington
just something light | +mood:light
not only comedies | +genre:Comedy
like mad max but less violent | ~Mad Max; ?violent
like Parasite only darker | ~Parasite; +mood:dark
I've seen Heat, show me something else | -title:Heat; surprise
I have already seen Inception and Interstellar | -title:Inception; -title:Interstellar
don't show me Pulp Fiction | -title:Pulp Fiction
a Spielberg film, not Jaws | +creator:Steven Spielberg; -title:Jaws
same vibe as Pan's Labyrinth | ~Pan's Labyrinth
I'm in the mood for love stories | +genre:Romance
In the mood for In the Mood for Love | ~In the Mood for Love
bicycle thieves was great, more like that | ~Bicycle Thieves
singing in the rain | ~Singin' in the Rain
Jurrasic Park | ~Jurassic Park
anything by the Coen brothers | +creator:Joel Coen and Ethan Coen
more from Bong Joon Ho | +creator:Bong Joon-ho
Bong Joon Ho's other films | +creator:Bong Joon-ho
a Tarantino-style crime film | +creator:Quentin Tarantino; +genre:Crime
does Kubrick have anything shorter? | +creator:Stanley Kubrick; shorter
not in English | -language:English
French-speaking but not from France | +language:French; -country:France
Spanish-speaking, under two hours, not too violent | +language:Spanish; shorter 120; ?violent
Hong Kong action from the eighties | +country:Hong Kong; +genre:Action; +decade:1980s
silent comedies from the twenties | +language:Silent; +genre:Comedy; +decade:1920s
from the sixties to the eighties | +decade:1960s; +decade:1970s; +decade:1980s
nothing before 1980 | newer 1980
90s or newer | newer 1990
from 1960 to 1975 | newer 1960; older 1975
from this century, no superheroes | newer 2000; -tag:superheroes
between 90 and 120 minutes | longer 90; shorter 120
anything under 1h45 | shorter 105
less than 2.5 hours | shorter 150
not longer than an hour and 20 minutes | shorter 80
I only have an hour and a half | shorter 90
keep it under 90 minutes | shorter 90
I don't have much time | shorter
nothing too obscure | popular
not a long one | shorter
what everyone else is watching | popular
something nobody has heard of | niche
show me something I haven't seen before | surprise
I keep seeing the same things | surprise
my kids are asleep, we want something scary | +mood:scary
movie night with friends: horror! | +genre:Horror
a film about a lighthouse keeper | ?lighthouse; ?keeper
no clowns | ?clowns
dark, gritty crime dramas | +mood:dark; +genre:Crime; +genre:Drama
more: comedy; less: drama | +genre:Comedy; <genre:Drama
sometihng funny | +mood:funny
"""
CASES = [tuple(line.split(" | ")) for line in PHRASES.strip().splitlines()]


@pytest.mark.parametrize("row", phrases(DATA / "phrases_dev.jsonl"), ids=lambda row: str(row["text"]))
def test_a_phrase_of_the_development_table_is_read_exactly(row: dict[str, Any]) -> None:
    assert exact(row)


def test_held_out_phrases_are_read_exactly_nine_times_in_ten(capsys: pytest.CaptureFixture[str]) -> None:
    if not HELD_OUT.exists():
        pytest.skip(f"no held-out phrases at {HELD_OUT}")
    rows = phrases(HELD_OUT)
    share = sum(map(exact, rows)) / len(rows)
    with capsys.disabled():
        print(f"held-out phrases read exactly: {share:.1%} of {len(rows)}")
    assert share >= 0.9


@pytest.mark.parametrize(("text", "meant"), CASES, ids=[text for text, _ in CASES])
def test_what_other_people_type_is_read_as_they_mean_it(text: str, meant: str) -> None:
    assert said(text) == set(meant.split("; "))


@pytest.mark.parametrize(
    ("text", "strength"),
    [("comedies", 1.0), ("more comedy", 0.8), ("a bit more comedy", 0.5), ("way more comedy", 1.0), ("funnier", 0.8),
     ("slightly funnier", 0.5), ("much funnier", 1.0), ("maybe a comedy", 0.5), ("a lot less comedy", 1.0)],
)  # fmt: skip
def test_how_much_is_asked_for_is_the_strength(text: str, strength: float) -> None:
    assert read(text).directives[0].strength == strength


def test_a_strength_does_not_reach_the_next_wish() -> None:
    assert [d.strength for d in read("a bit less romance and more action").directives] == [0.5, 0.8]


@pytest.mark.parametrize(
    "text", ["no horror tonight", "for now, no horror", "just this once no horror please"]
)
def test_a_wish_for_now_counts_for_one_turn(text: str) -> None:
    assert [(d.kind, d.value, d.scope) for d in read(text).directives] == [("avoid", "Horror", "turn")]


def test_a_wish_without_a_time_counts_for_the_session() -> None:
    assert read("no horror").directives[0].scope == "session"


def test_only_wanted_unknown_words_are_searched_for() -> None:
    reading = read("a film about submarines, without puppets")
    assert (reading.query, reading.unknown) == ("submarines", ("submarines", "puppets"))


def test_a_correction_is_reported() -> None:
    assert read("no Horor").corrections == {"horor": "horror"}


@pytest.mark.parametrize(
    "word", ["hotels", "county", "wine", "scarves", "docks", "shells", "otters", "wheat", "tides"]
)
def test_a_well_spelled_word_is_not_corrected_into_a_facet(word: str) -> None:
    assert said(f"films about {word}") == {f"?{word}"}


@pytest.mark.parametrize(
    "text",
    ["hello", "yes please", "what do you recommend?", "I just got home after work, thanks", "no", "anything"],
)
def test_talk_asks_for_nothing(text: str) -> None:
    assert read(text) == Reading()


def test_the_last_word_on_a_facet_counts() -> None:
    assert said("no musicals. Actually, give me a musical") == {"+genre:Musical"}


def test_a_word_title_needs_a_cue_or_a_capital() -> None:
    assert said("aliens, please") == {"+tag:aliens"}
    assert said("like Alien") == {"~Alien"}
    assert said("it gets hot in this heat, something light") >= {"+mood:light"}


def test_a_creator_comes_before_the_cast_unless_said_otherwise() -> None:
    both = catalog({"creator": "Ann Brone", "facets": {"cast": ("Bob Clint",)}}, {"creator": "Bob Clint"})
    read = Reader(both).read
    assert [d.facet for d in read("more Clint").directives] == ["creator"]
    assert [d.facet for d in read("with Bob Clint").directives] == ["cast"]


def test_a_last_name_of_several_people_is_no_person() -> None:
    two = Reader(catalog({"creator": "Ann Zimmer"}, {"creator": "Bob Zimmer"}))
    assert two.read("more Zimmer") == Reading(query="zimmer", unknown=("zimmer",))


@pytest.mark.parametrize(
    ("items", "text", "facet"),
    [
        ({"genres": ("Sci-Fi",)}, "science fiction", ("genre", "Sci-Fi")),
        ({"genres": ("Children",)}, "for the kids", ("genre", "Children")),
        ({"genres": ("Children's",)}, "kids' films", ("genre", "Children's")),
        ({"genres": ("Superhero",)}, "superheroes", ("genre", "Superhero")),
        ({"genres": ("Film-Noir",)}, "film noir", ("genre", "Film-Noir")),
        ({"tags": ("horror",)}, "scary movies", ("tag", "horror")),
        ({"tags": ("post-apocalyptic",)}, "end of the world", ("tag", "post-apocalyptic")),
        ({"tags": ("Time Travel",)}, "timetravel", ("tag", "Time Travel")),
        ({"facets": {"language": ("French",)}}, "French films", ("language", "French")),
        ({"facets": {"country": ("Soviet Union",)}}, "Russian films", ("country", "Soviet Union")),
        ({"facets": {"shelf": ("Beach Reads",)}}, "beach reads", ("shelf", "Beach Reads")),
        ({"year": 1985}, "eighties", ("decade", "1980s")),
    ],
)
def test_a_concept_is_the_facet_that_the_catalog_has(items: Any, text: str, facet: tuple[str, str]) -> None:
    items.setdefault("tags", ())
    reading = Reader(catalog(items)).read(text)
    assert [(d.kind, d.facet, d.value) for d in reading.directives] == [("more", *facet)]


def test_a_concept_that_the_catalog_lacks_is_an_unknown_word() -> None:
    bare = Reader(catalog({"genres": ("Drama",)}))
    assert bare.read("no vampires, more zombies") == Reading(query="zombies", unknown=("vampires", "zombies"))
    assert bare.read("from the 90s").unknown == ("90s",)


@pytest.mark.parametrize("text", ["like Stalker", "more like stalker", "another Stalkr please"])
def test_titles_are_found_with_and_without_their_article(text: str) -> None:
    stalker = Reader(catalog({"title": "The Stalker (1979)"}))
    assert [brief(d) for d in stalker.read(text).directives] == ["~The Stalker (1979)"]


def test_readings_are_remembered_by_each_reader_alone() -> None:
    one, other = Reader(catalog({"genres": ("Drama",)})), Reader(catalog({"genres": ("War",)}))
    assert one.read("war") is one.read("war")
    assert one.read("war").unknown == ("war",)
    assert other.read("war").directives[0].value == "War"


@pytest.mark.parametrize("text", ["", "   ", "?!... --- ,,", "🙂🙂", "\x00\x07\u202e", "'", "½ ² ٣"])
def test_texts_without_words_ask_for_nothing(text: str) -> None:
    assert read(text).directives == ()


def test_other_scripts_are_kept_as_unknown_words() -> None:
    assert read("фильм ужасов").unknown == ("фильм", "ужасов")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read(text), Reading)


WORDS = st.sampled_from(
    [
        "no",
        "not",
        "more",
        "less",
        "only",
        "like",
        "too",
        "so",
        "and",
        "or",
        ",",
        ".",
        "but",
        "than",
        "90s",
        "under",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(WORDS, st.sampled_from(["horror", "funny", "Kubrick", "chess", "older"])), max_size=25)
)
def test_any_order_of_its_own_words_is_read_without_losing_one(words: list[str]) -> None:
    reading = read(" ".join(words))
    assert ("chess" in words) == ("chess" in reading.unknown)


@pytest.mark.parametrize(
    "part", ["no horror, ", "asdfgh ", "a", "not ", "1 ", "like the ", "\n", "and chess or ", "'"]
)
def test_ten_thousand_characters_are_read_in_a_moment(part: str) -> None:
    start = time.process_time()
    read((part * 10_000)[:10_000])
    assert time.process_time() - start < 2


def test_a_sentence_is_read_in_milliseconds() -> None:
    texts = [row["text"] for row in phrases(DATA / "phrases_dev.jsonl")]
    fresh = Reader(films())
    start = time.process_time()
    for text in texts:
        fresh.read(text)
    assert (time.process_time() - start) / len(texts) < 0.005
