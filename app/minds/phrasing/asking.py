"""An instruction in words: the directives meant, each with its strength, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.catalog.wording import slots
from app.catalog.wording.nouns import singular
from app.errors import UsageError
from app.minds.phrasing.picking import number, pick, sentence
from app.minds.phrasing.requests import (
    BOUNDED,
    FACETS,
    FOR_NOW,
    FRAMES,
    MILD_FRAMES,
    MOODS,
    OPENINGS,
    PLAIN,
    SOFT_FRAMES,
    Asking,
)
from graphs.messages import Directive

SOFT, STRONG = 0.5, 0.9
_SOFTENERS = ("a bit", "slightly", "a little", "a few", "not quite")
_UNWANTED = ("less", "avoid")
_LISTED = {"more": ("more {0} and {1}", "some {0} and {1}"), "avoid": ("no {0} or {1}", "no more {0} or {1}")}
_USING = {"films": "watching", "movies": "watching", "videos": "watching", "books": "reading"}
_HOURS = {"60": "an hour", "90": "an hour and a half", "120": "two hours", "180": "three hours"}


def instruction(
    directives: Sequence[Directive],
    titles: Mapping[str, str] | None,
    variant: int,
    noun: str = "films",
) -> str:
    """What the user says. `titles` maps item ids of `similar` to titles; without an entry the value is said.

    Up to 0.5 a strength is "a bit", from 0.9 it is emphatic. No directives is a UsageError.
    """
    if not directives:
        raise UsageError("an instruction needs at least one directive")
    parts = [_Part(d, titles or {}, variant + 97 * i, noun) for i, d in enumerate(directives)]
    groups = [parts[i : i + 2] for i in range(0, len(parts), 2)]
    said = [text for i, group in enumerate(groups) for text in _said(group, variant + 31 * i)]
    return " ".join(_politely(said, variant))


class _Part:
    """One directive with its phrasings and the words that fill them."""

    __slots__ = ("asking", "directive", "fill", "variant")

    def __init__(self, directive: Directive, titles: Mapping[str, str], variant: int, noun: str) -> None:
        self.directive = directive
        self.variant = variant
        self.fill = _fill(directive, titles, variant, noun)
        self.asking = _asking(directive, variant)

    @property
    def bounded(self) -> bool:
        return self.directive.kind in BOUNDED and bool(self.directive.value)

    @property
    def soft(self) -> bool:
        return self.directive.strength <= SOFT

    @property
    def wanted(self) -> bool:
        return self.directive.kind not in _UNWANTED

    def fragment(self) -> str:
        return pick(self.asking.fragments, self.variant, 11).format_map(self.fill)

    def sentence(self) -> str:
        """A whole sentence of its own where there is one, else the framed fragment; without its stop."""
        if self.asking.sentences and number(self.variant, 12) % 5 < 2:
            return pick(self.asking.sentences, self.variant, 13).format_map(self.fill)
        fragment = self.fragment()
        return _framed(fragment, self.asking.mild, self.soft and not _softened(fragment), self.variant)


def _softened(fragment: str) -> bool:
    """Whether the fragment itself says that little is meant."""
    return any(word in fragment for word in _SOFTENERS)


def _fill(directive: Directive, titles: Mapping[str, str], variant: int, noun: str) -> dict[str, str]:
    kind, facet, value = directive.kind, directive.facet, directive.value
    general = {"films": noun, "film": singular(noun), "using": _USING.get(noun, "into")}
    if kind in FACETS and facet and value:
        return pick(slots(facet, value, noun), variant, 14) | general
    if kind == "similar" and value:
        return general | {"t": titles.get(value, value)}
    if kind in BOUNDED and value:
        return general | {"b": value if facet == "year" else _duration(value)}
    return general


def _duration(minutes: str) -> str:
    return _HOURS.get(minutes, f"{minutes} minutes")


def _asking(directive: Directive, variant: int) -> Asking:
    kind = directive.kind
    if kind in BOUNDED and directive.value:
        return BOUNDED[kind]
    level = (directive.strength > SOFT) + (directive.strength >= STRONG)
    if directive.facet == "mood" and kind in MOODS and number(variant, 15) % 4:
        return MOODS[kind][level]
    return (FACETS if kind in FACETS else PLAIN)[kind][level]


def _framed(fragment: str, mild: bool, soft: bool, variant: int) -> str:
    if soft:
        return pick(SOFT_FRAMES, variant, 16).format(c=fragment)
    return pick(FRAMES + MILD_FRAMES if mild else FRAMES, variant, 16).format(c=fragment)


def _said(parts: Sequence[_Part], variant: int) -> list[str]:
    """One or two directives as one or two sentences, not yet finished."""
    if len(parts) == 2 and parts[0].directive.scope == parts[1].directive.scope:
        text = _joined(parts[0], parts[1], variant)
        if text:
            return [_for_now(text, parts[0], variant)]
    return [_for_now(part.sentence(), part, variant + i) for i, part in enumerate(parts)]


def _for_now(text: str, part: _Part, variant: int) -> str:
    return pick(FOR_NOW, variant, 20) + text if part.directive.scope == "turn" else text


def _politely(said: list[str], variant: int) -> list[str]:
    """Finished sentences: a word of tone before the first at times, and one "please" for all."""
    first = said[0]
    if number(variant, 21) % 6 == 0 and not first.startswith(("please", *FOR_NOW)):
        first = pick(OPENINGS, variant, 22) + first
    texts = [first, *said[1:]]
    for i in range(1, len(texts)):
        if "please" in texts[i - 1] or "please" in first:
            for word in (", please", " please", "please, ", "please "):
                texts[i] = texts[i].replace(word, "")
    return [sentence(text) for text in texts]


def _joined(first: _Part, second: _Part, variant: int) -> str:
    """Both directives in one sentence; empty where they are better said in two."""
    way = number(variant, 17) % 8
    if way >= 6 or "only" in (first.directive.kind, second.directive.kind):
        return ""
    listed = _listed(first, second, variant) if way < 3 else ""
    if listed:
        return _framed(listed, False, first.soft, variant)
    if way == 3 and not first.wanted and second.wanted and first.asking.sentences:
        complaint = pick(first.asking.sentences, first.variant, 13).format_map(first.fill)
        if complaint[-1] not in "?!":
            return f"{complaint}, so {second.fragment()} please"
    one, two = first.fragment(), second.fragment()
    soft = first.soft and second.soft and not (_softened(one) and _softened(two))
    if not soft:
        one, two = _hedged(one, first), _hedged(two, second)
    both = _linked(one, two, first.wanted, second.wanted, variant)
    return _framed(both, first.asking.mild and second.asking.mild, soft, variant)


def _linked(one: str, two: str, wants_one: bool, wants_two: bool, variant: int) -> str:
    """Two fragments with what joins them; a "not" never comes to stand before what it could also negate."""
    negated = "not " in one
    if wants_one == wants_two:
        if negated:
            one, two = two, one
        return one + pick((" and ", ", and ", ", and also "), variant, 18) + two
    if wants_one:
        return one + pick((", but ", " but "), variant, 18) + two
    return one + (", but " if negated else pick((", and ", ", but "), variant, 18)) + two


def _hedged(fragment: str, part: _Part) -> str:
    return f"maybe {fragment}" if part.soft and not part.bounded and not _softened(fragment) else fragment


def _listed(first: _Part, second: _Part, variant: int) -> str:
    """Two directives of one kind and strength as a list: "no horror or war films"."""
    one, two = first.directive, second.directive
    same = one.kind == two.kind and one.kind in _LISTED and max(one.strength, two.strength) < STRONG
    plurals = (first.fill.get("p", ""), second.fill.get("p", ""))
    if not same or first.soft != second.soft or any(" and " in p for p in plurals):
        return ""
    return pick(_LISTED[one.kind], variant, 19).format(*plurals)
