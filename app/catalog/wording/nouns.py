"""Articles and singulars of English nouns, and what the items of a catalog are called."""

from __future__ import annotations

import re

NOUNS = (
    "films", "movies", "videos", "clips", "shows", "series", "books", "stories", "comics", "articles", "songs",
    "tracks", "albums", "podcasts", "games", "recipes", "courses", "products",
)  # fmt: skip
"""What a catalog's name may say that its items are."""
_KNOWN = {"ml": "films", "movielens": "films", "kuairand": "videos", "kuairec": "videos"}
"""Public data sets that do not say it."""
_AN = ("hour", "honest", "honor", "heir")
_A = ("eu", "uk", "uni", "use", "usu", "uto", "uru", "uga", "one", "once", "uzb")
_SPELLED = frozenset("AEFHILMNORSX")


def noun_of(*names: str) -> str:
    """What items are called by the first of a catalog's names that says it: `my-books` has books; else items."""
    for name in names:
        for word in re.findall(r"[a-z]+", name.lower()):
            found = next((noun for noun in NOUNS if word in (noun, singular(noun))), _KNOWN.get(word))
            if found:
                return found
    return "items"


def article(words: str) -> str:
    """`a` or `an`, by the sound that `words` begin with."""
    first = words.split(maxsplit=1)[0]
    if first.isalpha() and first.isupper() and len(first) <= 4:
        return "an" if first[0] in _SPELLED else "a"
    low = first.lower()
    if low.startswith(_AN) or low.startswith(("8", "11", "18")):
        return "an"
    return "an" if low[0] in "aeiouàáâäåéèêëíîóôöøúü" and not low.startswith(_A) else "a"


def singular(noun: str) -> str:
    """The singular of a catalog's item noun: films -> film, stories -> story, series -> series."""
    if noun.endswith("ies") and noun not in ("movies", "series"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and noun != "series" else noun
