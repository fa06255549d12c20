"""Phrasings of the gap between what is wanted and what was shown.

Slots: {p} "comedies", {many} much or many, {t} a title, {wish} "something older", {films}.
"""

from __future__ import annotations

SHOWN = (
    "I keep being shown {p}",
    "I've seen a lot of {p} here",
    "I was given {p} again",
    "there {are} too {many} {p} for me",
)
"""What is not wanted, before a contrast."""

WANTED = (
    "what I want is {wish}",
    "I was hoping for {wish}",
    "what I'm after is {wish}",
    "I'd much rather have {wish}",
)

PAIRS = ("{shown}, and {missed}", "{shown}, when {missed}", "{shown}, but {missed}")

MISSED = (
    "I was hoping for {one}, and for {two}",
    "What I'm missing is {one}, and {two} too",
    "I had {one} in mind, and {two}, and this isn't it yet",
    "There could have been {one} here, and {two}",
)

REFUSED = (
    "I was shown a lot of {one} and {two}, more than I wanted",
    "I keep being shown {one} and {two}, and I'm not after those",
    "I've seen {one} and {two} again and again, and I need something else",
)
"""Two things that are not wanted."""

GAPS: dict[str, tuple[str, ...]] = {
    "more": (
        "I was hoping for more {p} than I was shown",
        "I came for {p} and didn't see enough of that",
        "what I'm missing here is {p}",
    ),
    "only": (
        "what I want is {p} and nothing besides",
        "I came for {p}, and I was shown all sorts",
        "I was hoping for {p} from start to end",
    ),
    "less": (
        "I've had my fill of {p}",
        "I was shown a lot of {p}, more than I wanted",
        "there {are} too {many} {p} here for me",
    ),
    "avoid": (
        "I keep being shown {p}, and that isn't for me",
        "I don't want {p}, and that is what I was shown",
        "I was shown {p}, and I'd rather not be",
    ),
    "similar": (
        "the one that spoke to me was {t}, and I'd like to go on from there",
        "{t} was the right direction, and the rest went elsewhere",
        "I was hoping for something closer to {t}",
    ),
    "surprise": (
        "I keep being shown the same kind of thing, and what I want is a surprise",
        "I can tell beforehand what comes next, and I'd like not to",
        "I was hoping for something different by now",
    ),
    "newer": (
        "what I'm shown feels older than what I want",
        "I was hoping for something more recent",
        "these {films} are from before the time I'm after",
    ),
    "older": (
        "what I'm shown feels newer than what I want",
        "I was hoping for something older",
        "these {films} are more recent than I'd like",
    ),
    "shorter": (
        "these {films} ask for more time than I want to give",
        "I was hoping for something shorter",
        "what I'm shown is longer than I'd like",
    ),
    "longer": (
        "these {films} are over too soon for me",
        "I was hoping for something longer",
        "what I'm shown is shorter than I'd like",
    ),
    "popular": (
        "I was hoping for something better known",
        "I was hoping for what other people like, not for the obscure ones",
        "these {films} are too obscure for me",
    ),
    "niche": (
        "I keep being shown what everybody knows, and I want to dig deeper",
        "I was hoping for something less obvious",
        "these {films} are too mainstream for me",
    ),
}

SAME = (
    "It's all starting to feel the same.",
    "One is too much like the next.",
    "I could do with a change.",
)
POOR = (
    "So far this isn't working for me.",
    "I haven't found much to like here.",
    "This is a long way from what I'd like.",
)
WELL = (
    "Otherwise I'm quite happy with this.",
    "The rest was good.",
    "Apart from that it's going well.",
)
HAPPY = (
    "I'm quite happy with this.",
    "This is going well.",
    "I like what I'm shown.",
)
FLAT = (
    "It's all right, but I'm not quite there yet.",
    "I can't quite say what is missing.",
    "Something is still missing.",
)
