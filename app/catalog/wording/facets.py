"""The forms of a facet in English: "comedies", "a comedy", "something French", "films by X"."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from app.catalog.wording.nouns import article, singular
from app.catalog.wording.places import ADJECTIVES, DECADES, NOT_ALONE, named
from app.catalog.wording.subjects import (
    ABSTRACT_TAGS,
    BEFORE_NOUN,
    COMPARATIVES,
    GENRES,
    MASS_GENRES,
    MASS_TAGS,
    PLURAL_TAGS,
    TOPICS,
)

_BY = frozenset(("creator", "author", "director", "artist", "channel", "uploader"))
_WITH = frozenset(("cast", "actor", "actress", "guest"))
_ABOUT = frozenset(("topic", "subject", "keyword", "theme"))


class Form(NamedTuple):
    """One way to name a facet. No field begins with `the`."""

    plural: str
    """A plural or mass noun: "comedies", "horror", "films from the nineties"."""
    mass: bool
    some: str
    """One such item without naming it: "a comedy", "something light"."""
    a: str
    """One such item: "a comedy", "a light film"."""
    adjective: str = ""
    comparative: str = ""

    def words(self) -> dict[str, str]:
        """The slots of a phrasing that this form fills."""
        less = "less" if self.mass else "fewer"
        return {
            "p": self.plural,
            "less": less,
            "bitless": "a bit less" if self.mass else "slightly fewer",
            "bittoo": "a bit too much" if self.mass else "a few too many",
            "bit": "a bit more" if self.mass else "a few more",
            "lots": "much more" if self.mass else "many more",
            "many": "much" if self.mass else "many",
            "are": "is" if self.mass else "are",
            "some": self.some,
            "a": self.a,
            "adj": self.adjective,
            "er": self.comparative,
        }


@lru_cache(maxsize=8192)
def forms(kind: str, value: str, noun: str) -> tuple[Form, ...]:
    """All ways to name a facet, the plainest first; never empty."""
    film = singular(noun)
    if kind == "genre" or kind in ("category", "subgenre"):
        return _genre(value, noun, film)
    if kind == "mood":
        return _mood(value, noun, film)
    if kind == "tag":
        return _tag(value, noun, film)
    if kind == "country":
        return _country(value, noun, film)
    if kind == "language":
        return _language(value, noun, film)
    return _others(kind, value, noun, film)


@lru_cache(maxsize=8192)
def slots(kind: str, value: str, noun: str) -> tuple[dict[str, str], ...]:
    """The words of all forms of a facet."""
    return tuple(form.words() for form in forms(kind, value, noun))


def facet_words(kind: str, value: str, noun: str) -> str:
    """A natural noun phrase for a facet: horror, films from the 1990s, French films, superheroes."""
    return forms(kind, value, noun)[0].plural


def _with_article(words: str) -> str:
    return f"{article(words)} {words}"


def _before(words: str, noun: str, film: str, some: str = "") -> Form:
    """`words` in front of the noun: "horror films"."""
    if words.lower().endswith((noun, film)):
        words = words[: -len(noun if words.lower().endswith(noun) else film)].strip() or words
    one = _with_article(f"{words} {film}")
    return Form(f"{words} {noun}", False, some or one, one)


def _after(words: str, noun: str, film: str) -> Form:
    """`words` behind the noun: "films about grief"."""
    return Form(f"{noun} {words}", False, f"something {words}", _with_article(f"{film} {words}"))


def _lower(value: str) -> str:
    """Lower case, but acronyms keep their capitals."""
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in value.split())


def _genre(value: str, noun: str, film: str) -> tuple[Form, ...]:
    low = value.lower()
    if low in GENRES:
        plural, one = GENRES[low]
        return (Form(plural, False, _with_article(one), _with_article(one)),)
    counted = _before(BEFORE_NOUN.get(low, _lower(value)), noun, film)
    if low in MASS_GENRES:
        return (Form(MASS_GENRES[low], True, counted.some, counted.a), counted)
    return (counted,)


def _mood(value: str, noun: str, film: str) -> tuple[Form, ...]:
    word = _lower(value)
    form = _before(word, noun, film, f"something {word}")
    return (form._replace(adjective=word, comparative=COMPARATIVES.get(word, f"more {word}")),)


def _tag(value: str, noun: str, film: str) -> tuple[Form, ...]:
    if value in PLURAL_TAGS:
        return _plural_tag(value, noun, film)
    if value in ABSTRACT_TAGS:
        return (_after(f"about {TOPICS.get(value, value)}", noun, film),)
    if value.replace(".", "").isdigit() or len(value.split()) > 2:
        return (_after(f"tagged {value}", noun, film),)
    return (_before(value, noun, film),)


def _plural_tag(value: str, noun: str, film: str) -> tuple[Form, ...]:
    things, before = PLURAL_TAGS[value]
    a = _with_article(f"{before} {film}" if before else f"{film} with {things}")
    bare = Form(things, value in MASS_TAGS, f"something with {things}", a)
    return (bare, _before(before, noun, film)) if before else (bare,)


def _country(value: str, noun: str, film: str) -> tuple[Form, ...]:
    place = _after(f"from {named(value)}", noun, film)
    if value not in ADJECTIVES:
        return (place,)
    word = ADJECTIVES[value]
    alone = value not in NOT_ALONE
    first = _before(word, noun, film, f"something {word}" if alone else "")
    return (first._replace(adjective=word if alone else ""), place)


def _language(value: str, noun: str, film: str) -> tuple[Form, ...]:
    return (_before("silent", noun, film) if value == "Silent" else _after(f"in {value}", noun, film),)


def _others(kind: str, value: str, noun: str, film: str) -> tuple[Form, ...]:
    if kind in ("decade", "year"):
        named_so = [_after(f"from the {value}" if kind == "decade" else f"from {value}", noun, film)]
        if value in DECADES:
            named_so.append(_after(f"from the {DECADES[value]}", noun, film))
        return tuple(named_so)
    if kind == "title":
        return (Form(value, False, value, value),)
    for kinds, preposition in ((_BY, "by"), (_WITH, "with"), (_ABOUT, "about")):
        if kind in kinds:
            return (_after(f"{preposition} {value}", noun, film),)
    if value.replace(".", "").isdigit():
        return (_after(f"of {kind} {value}", noun, film),)
    return (_before(value, noun, film),)
