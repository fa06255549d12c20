"""A synthetic catalog of any size for benchmarks: the same for the same arguments, with facets, texts and ratings.

Every item is blended of two embedded films that share a genre, so facets stand together as they do in real
films and the personas' tastes and the instructions' words are known; people and titles are invented. Facets
an item, their counts and the skew of popularity follow the embedded films.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.embedded import films
from graphs.messages import Item

I32 = npt.NDArray[np.int32]

_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "v",
    "w",
    "z",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ei", "ou")
_ENDS = ("l", "n", "r", "s", "t", "ck", "lla", "nov", "ssen", "tz")


def synthetic(n_items: int = 3000, n_users: int = 3000, seed: int = 1) -> ItemCatalog:
    """`n_items` items named synthetic-0000 …; with `n_users` above 0, about 60 ratings of each."""
    draw = np.random.default_rng(seed)
    people = _people(draw, max(30, n_items // 3))
    pairs = _pairs(draw, n_items)
    fame = _fame(draw, n_items)
    items = [_item(draw, number, *pairs[number], float(fame[number]), people) for number in range(n_items)]
    interactions = _interactions(draw, items, n_users) if n_users else None
    return ItemCatalog(f"synthetic-{n_items}", items, interactions)


def _people(draw: np.random.Generator, n: int) -> list[str]:
    """Invented names, `First Last`, all different."""
    names: dict[str, None] = {}
    while len(names) < n:
        names[f"{_word(draw, 1)} {_word(draw, 2)}"] = None
    return list(names)


def _word(draw: np.random.Generator, syllables: int) -> str:
    parts = [str(draw.choice(_ONSETS)) + str(draw.choice(_VOWELS)) for _ in range(syllables)]
    return ("".join(parts) + str(draw.choice(_ENDS))).capitalize()


def _pairs(draw: np.random.Generator, n: int) -> list[tuple[Item, Item]]:
    """Two films that share a genre, for each item."""
    known = films().items
    by_genre: dict[str, list[Item]] = {}
    for film in known:
        for genre in film.genres:
            by_genre.setdefault(genre, []).append(film)
    first = [known[i] for i in draw.integers(len(known), size=n)]
    seconds = [by_genre[film.genres[int(draw.integers(len(film.genres)))]] for film in first]
    return [(a, others[int(draw.integers(len(others)))]) for a, others in zip(first, seconds, strict=True)]


def _fame(draw: np.random.Generator, n: int) -> npt.NDArray[np.float64]:
    """Popularity in (0, 1]: the logarithm of a Zipf count, in random order."""
    rank = draw.permutation(n) + 1.0
    return 1.0 - np.log(rank) / np.log(n + 1.0)


def _item(
    draw: np.random.Generator, number: int, one: Item, other: Item, fame: float, people: list[str]
) -> Item:
    tags = tuple(dict.fromkeys((*one.tags[:2], *other.tags[:2])))
    title = f"{tags[0].title()} of {_word(draw, 2)}" if tags else _word(draw, 3)
    cast = tuple(dict.fromkeys(_person(draw, people) for _ in range(3)))
    return Item(
        id=f"synthetic-{number:04d}",
        title=title,
        creator=_person(draw, people),
        year=one.year,
        genres=tuple(dict.fromkeys((*one.genres[:2], *other.genres[:1]))),
        tags=tags,
        description=_blend(one.description, other.description),
        duration=float(round(0.5 * ((one.duration or 100.0) + (other.duration or 100.0)))),
        popularity=round(fame, 4),
        quality=round(float(np.clip(0.5 * (one.quality + other.quality) + draw.normal(0.0, 0.1), 0, 1)), 3),
        facets={
            "mood": tuple(
                dict.fromkeys((*one.facets.get("mood", ())[:2], *other.facets.get("mood", ())[:1]))
            ),
            "country": one.facets.get("country", ()),
            "language": one.facets.get("language", ()),
            "cast": cast,
        },
    )


def _person(draw: np.random.Generator, people: list[str]) -> str:
    """A few are seen often, most seldom."""
    return people[int(len(people) * draw.random() ** 2)]


def _blend(one: str, other: str) -> str:
    """The first half of one sentence and the second half of another."""
    a, b = one.rstrip(".").split(), other.split()
    return " ".join((*a[: len(a) // 2], *b[len(b) // 2 :]))


def _interactions(draw: np.random.Generator, items: list[Item], n_users: int) -> Interactions:
    """Ratings of users who like three genres and the popular: what they choose and how they rate it."""
    genres = sorted({genre for item in items for genre in item.genres})
    has = np.array([[genre in item.genres for genre in genres] for item in items], np.float64)
    base = np.array([2.5 * item.popularity + item.quality for item in items])
    user, item_of, rating = [], [], []
    for number in range(n_users):
        liked = np.zeros(len(genres))
        liked[draw.choice(len(genres), 3, replace=False)] = (1.5, 1.0, 0.7)
        appeal = base + has @ liked
        count = int(np.clip(draw.lognormal(4.0, 0.5), 20, min(300, len(items))))
        chosen = np.argsort(-(appeal + draw.gumbel(size=len(items))), kind="stable")[:count]
        in_time = chosen[draw.permutation(count)]
        stars = np.clip(np.rint(1.0 + appeal[in_time] + draw.normal(0.0, 0.7, count)), 1, 5)
        user.append(np.full(count, number))
        item_of.append(in_time)
        rating.append((stars - 1.0) / 4.0)
    joined = np.concatenate(item_of).astype(np.int32)
    return Interactions(
        users=tuple(f"u{number}" for number in range(n_users)),
        user=np.concatenate(user).astype(np.int32),
        item=joined,
        rating=np.concatenate(rating).astype(np.float32),
        time=np.arange(len(joined), dtype=np.int64),
        scale=(1.0, 5.0),
    )
