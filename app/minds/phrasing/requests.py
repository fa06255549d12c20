"""What may be asked for, by kind of directive and by how strongly: fragments that fill a frame, and sentences.

Slots of a facet: see `facets.Form.words`; {t} a title; {film} and {films} the item noun; {b} a bound;
{using} what one does with the items. A fragment is what follows "I'd like".
"""

from __future__ import annotations

from typing import NamedTuple


class Asking(NamedTuple):
    """The phrasings of one kind at one strength. `mild` ones may follow "show me" and "I feel like"."""

    fragments: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    mild: bool = True


class Levels(NamedTuple):
    soft: Asking
    plain: Asking
    strong: Asking


FACETS: dict[str, Levels] = {
    "more": Levels(
        Asking(("{bit} {p}", "some {p}", "{some}", "some more {p}")),
        Asking(("more {p}", "some {p}", "{some}", "some more {p}", "{some}")),
        Asking(
            ("a lot more {p}", "lots of {p}", "{lots} {p}", "way more {p}", "far more {p}"),
            ("what I really want is {some}", "I really want {some}", "I really feel like {some}"),
        ),
    ),
    "less": Levels(
        Asking(
            ("{bitless} {p}", "not quite so {many} {p}"),
            ("{bittoo} {p}", "maybe go easy on the {p}", "maybe not so {many} {p}"),
            mild=False,
        ),
        Asking(
            ("{less} {p}", "not so {many} {p}", "{less} {p}"),
            ("go easy on the {p}", "there {are} too {many} {p}", "too {many} {p}", "please go easy on the {p}"),
            mild=False,
        ),
        Asking(
            ("far {less} {p}", "a lot {less} {p}", "way {less} {p}"),
            ("there {are} far too {many} {p}", "way too {many} {p}", "there {are} way too {many} {p}"),
            mild=False,
        ),
    ),
    "avoid": Levels(
        Asking(
            ("no {p}", "no more {p}"),
            ("I'm a bit tired of {p}", "maybe skip the {p}", "could we maybe avoid {p}?"),
            mild=False,
        ),
        Asking(
            ("no {p}", "no more {p}"),
            (
                "I don't want {p}", "I'm tired of {p}", "I've had enough of {p}", "stop showing me {p}",
                "please skip the {p}", "could you leave out the {p}?", "could we avoid {p}?",
                "I don't like {p}", "enough {p}", "anything but {p}",
            ),
            mild=False,
        ),
        Asking(
            ("absolutely no {p}", "no more {p} at all", "definitely no more {p}"),
            (
                "please stop showing me {p}", "I really can't stand {p}", "I hate {p}", "I'm sick of {p}",
                "I've really had enough of {p}", "I really don't want {p}",
            ),
            mild=False,
        ),
    ),
    "only": Levels(
        Asking(("only {p}", "just {p}"), ("maybe show me only {p}", "could you show me just {p}?"), mild=False),
        Asking(
            ("only {p}", "just {p}", "nothing but {p}"),
            ("show me only {p}", "I want only {p}", "can you show just {p}?", "show me nothing but {p}"),
            mild=False,
        ),
        Asking(
            ("strictly {p}", "exclusively {p}", "nothing but {p}"),
            ("I really want only {p}", "please show me only {p}", "I want nothing but {p}"),
            mild=False,
        ),
    ),
}  # fmt: skip

MOODS: dict[str, Levels] = {
    "more": Levels(
        Asking(("something a bit {er}", "something slightly {er}", "something a little {er}")),
        Asking(("something {adj}", "something {er}", "more {adj} {films}", "{a}")),
        Asking(("something much {er}", "something really {adj}", "something far {er}")),
    ),
    "less": Levels(
        Asking(
            ("something a bit less {adj}", "something slightly less {adj}", "something a little less {adj}"),
            ("these are a bit too {adj}", "a bit less {adj} please", "this is all a bit too {adj}"),
        ),
        Asking(
            ("something less {adj}", "something not so {adj}", "something not too {adj}"),
            ("these are too {adj}", "it's all so {adj}", "everything is so {adj}", "not so {adj} please"),
        ),
        Asking(
            ("something much less {adj}", "something far less {adj}", "something a lot less {adj}"),
            ("these are all far too {adj}", "this is all way too {adj}", "everything is far too {adj}"),
        ),
    ),
    "avoid": Levels(
        Asking(("nothing {adj}", "no {adj} {films}"), (), mild=False),
        Asking(("nothing {adj}", "no {adj} {films}", "no more {adj} {films}"), (), mild=False),
        Asking(("absolutely nothing {adj}",), (), mild=False),
    ),
}
"""What may be said of a mood besides."""

PLAIN: dict[str, Levels] = {
    "similar": Levels(
        Asking(("something a bit like {t}", "something like {t}", "something a little like {t}")),
        Asking(
            (
                "something like {t}", "something similar to {t}", "something in the vein of {t}",
                "more {films} like {t}", "something that reminds me of {t}", "anything like {t}",
            ),
            ("I loved {t}", "more like {t}, please"),
        ),
        Asking(
            ("something very similar to {t}", "more {films} like {t}", "something very much like {t}"),
            ("I really loved {t}", "I loved {t}", "a lot more like {t}, please"),
        ),
    ),
    "surprise": Levels(
        Asking(
            ("something a bit different", "a bit more variety", "something a little different"),
            ("mix it up a bit", "maybe surprise me", "mix it up a little, please"),
        ),
        Asking(
            ("something different", "something new to me", "more variety"),
            ("surprise me", "mix it up", "I'm bored of the same things", "could you surprise me?",
             "please mix it up"),
        ),
        Asking(
            ("something completely different", "a lot more variety", "much more variety"),
            ("please surprise me", "I'm so bored of the same things", "really surprise me",
             "please mix it up a lot"),
        ),
    ),
    "newer": Levels(
        Asking(("something a bit newer", "something slightly more recent", "something a little newer"),
               ("these are a bit too old",)),
        Asking(("something newer", "something more recent", "newer {films}", "more recent {films}",
                "something recent", "something modern"), ("these are all too old",)),
        Asking(("something much newer", "something far more recent", "much newer {films}"),
               ("these are all far too old", "these are way too old")),
    ),
    "older": Levels(
        Asking(("something a bit older", "something slightly older", "something a little older"),
               ("these are a bit too new",)),
        Asking(("something older", "older {films}", "some classics", "the classics", "something vintage",
                "a classic"), ("these are all too new", "these are too modern")),
        Asking(("something much older", "much older {films}", "something far older"),
               ("these are all far too new", "these are way too modern")),
    ),
    "shorter": Levels(
        Asking(("something a bit shorter", "something slightly shorter", "something a little shorter"),
               ("these are a bit too long", "maybe not quite so long")),
        Asking(("something shorter", "something short", "shorter {films}", "something not too long",
                "something not so long", "something quick"), ("these are all too long", "not so long please")),
        Asking(("something much shorter", "much shorter {films}", "something a lot shorter"),
               ("these are all far too long", "these are way too long")),
    ),
    "longer": Levels(
        Asking(("something a bit longer", "something slightly longer", "something a little longer"),
               ("these are a bit too short", "maybe not quite so short")),
        Asking(("something longer", "something long", "longer {films}", "something not too short",
                "something not so short"), ("these are all too short", "not so short please")),
        Asking(("something much longer", "much longer {films}", "something a lot longer"),
               ("these are all far too short", "these are way too short")),
    ),
    "popular": Levels(
        Asking(("something a bit more popular", "something a bit more mainstream",
                "something a little more popular", "something slightly better known")),
        Asking(("something popular", "something well known", "some blockbusters", "the big hits",
                "something mainstream", "some popular {films}", "something more popular"),
               ("show me what everyone is {using}",)),
        Asking(("something really popular", "the biggest hits", "something much more mainstream",
                "something really well known"), ("I want the big hits", "I want what everyone is {using}")),
    ),
    "niche": Levels(
        Asking(("something a bit less mainstream", "something a bit more obscure",
                "something a little less mainstream", "something slightly less mainstream")),
        Asking(("something obscure", "some hidden gems", "something less mainstream", "lesser-known {films}",
                "something underrated", "something off the beaten track"), ("nothing too popular",)),
        Asking(("something really obscure", "something much less mainstream", "a lot more hidden gems",
                "something far less mainstream"), ("nothing too popular, please",)),
    ),
}  # fmt: skip
"""Kinds without a facet."""

_YEAR_TEXTS = {
    "newer": ("something after {b}", "{films} after {b}", "something from after {b}", "{films} since {b}",
              "anything after {b}"),
    "older": ("something before {b}", "{films} before {b}", "something from before {b}", "pre-{b} {films}",
              "anything before {b}"),
    "shorter": ("something under {b}", "{films} under {b}", "something that's less than {b}",
                "anything under {b}", "something shorter than {b}"),
    "longer": ("something over {b}", "{films} over {b}", "something that's more than {b}",
               "anything over {b}", "something longer than {b}"),
}  # fmt: skip
BOUNDED = {kind: Asking(texts) for kind, texts in _YEAR_TEXTS.items()}
"""Kinds with a year or a duration; a bound is meant as it is said, at any strength."""

SOFT_FRAMES = (
    "maybe {c}", "perhaps {c}", "maybe {c}, please", "could we maybe have {c}?",
)  # fmt: skip
FRAMES = (
    "{c}", "{c} please", "{c}, please", "could we have {c}?", "I'd like {c}", "can I have {c}?",
    "could I have {c}, please?", "I want {c}", "can we have {c}, please?", "please, {c}",
)  # fmt: skip
MILD_FRAMES = (
    "I'd rather see {c}", "show me {c}", "please show me {c}", "I feel like {c}", "I'm in the mood for {c}",
    "how about {c}?", "what I want is {c}", "give me {c}", "I would like to see {c}", "can you show me {c}?",
    "I'd love to see {c}",
)  # fmt: skip
OPENINGS = ("Honestly, ", "OK, ", "To be honest, ")
FOR_NOW = ("For now, ", "Tonight, ", "For tonight, ", "Right now, ")
