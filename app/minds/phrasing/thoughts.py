"""One thought about one item, rendered from what decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.catalog.wording import Form, forms
from app.catalog.wording.nouns import singular
from app.errors import unknown
from app.minds.phrasing.doing import AGAIN, GLIMPSE, LEFT_EARLY, STAYED, STAYED_EVEN_SO, TAILS
from app.minds.phrasing.picking import number, pick, sentence, tidy
from app.minds.phrasing.thinking import CELLS, COMBINED, UNDESCRIBED, Cell, Phrases
from app.minds.rows import FACTORS
from graphs.messages import Item

_ACTS = tuple(dict.fromkeys(act for act, _ in TAILS))
_OPPOSITE = {"quality": "weakness", "popularity": "obscurity"}
_FEELS_FACET = ("taste", "boredom")
_SAYS_WHAT = ("genre", "mood", "tag")


def thought(
    item: Item,
    factor: str,
    facet: tuple[str, str] | None,
    utility: float,
    actions: Collection[str],
    watched: float,
    variant: int,
    noun: str = "films",
) -> str:
    """A short first-person thought; `facet` is (kind, value), `watched` a fraction, `variant` >= 0 any size.

    The same arguments give the same words. An unknown factor is a UsageError.
    """
    liked, opened = utility > 0, "open" in actions
    form = _form(facet, factor, item, noun, variant)
    if liked and factor == "taste" and facet is not None and number(variant, 3) % 2:
        both = _combined(item, facet, form, noun, variant)
        if both:
            return both + _tail(actions, liked, opened, watched, variant)
    cells = CELLS if form else UNDESCRIBED
    templates = _cell(cells, item, factor, facet is not None)[2 * (not liked) + (not opened)]
    text = _fill(pick(templates, variant, 1), item.title, form, noun)
    return sentence(text) + _tail(actions, liked, opened, watched, variant)


def _form(facet: tuple[str, str] | None, factor: str, item: Item, noun: str, variant: int) -> Form | None:
    """How to call the item: by the facet where it was felt or says what the item is, else by its first genre."""
    if facet and (factor in _FEELS_FACET or facet[0] in _SAYS_WHAT or not item.genres):
        return pick(forms(*facet, noun), variant, 2)
    return forms("genre", item.genres[0], noun)[-1] if item.genres else None


def _cell(cells: Mapping[str, Cell], item: Item, factor: str, has_facet: bool) -> Cell:
    """The phrasings of a factor, agreeing with what the item is known to be."""
    if (factor == "quality" and item.quality < 0.5) or (factor == "popularity" and item.popularity < 0.5):
        factor = _OPPOSITE[factor]
    elif not has_facet and factor in _FEELS_FACET:
        factor = f"{factor}_bare"
    if factor not in cells:
        raise unknown("factor", factor, FACTORS)
    return cells[factor]


def _fill(template: str, title: str, form: Form | None, noun: str) -> str:
    if form is None:
        return tidy(template.format(t=title, film=singular(noun)))
    a, many = form.a, "much" if form.mass else "many"
    another = "another" + a[a.find(" ") :]
    text = template.format(
        t=title, a=a, A=a[0].upper() + a[1:], another=another, p=form.plural, many=many, film=singular(noun)
    )
    return tidy(text) if title[-1] in ".!?" else text


def _combined(item: Item, facet: tuple[str, str], form: Form | None, noun: str, variant: int) -> str:
    """Two adjectives of the item, the first from the facet; empty where it has not got two."""
    other = {"mood": "country", "country": "mood"}.get(facet[0])
    values = item.facets.get(other) if other else None
    if not other or not values or form is None or not form.adjective:
        return ""
    second = forms(other, values[0], noun)[0].adjective
    one = form.adjective[0].upper() + form.adjective[1:]
    return pick(COMBINED, variant, 4).format(One=one, two=second, film=singular(noun)) if second else ""


def _tail(actions: Collection[str], liked: bool, opened: bool, watched: float, variant: int) -> str:
    """A second sentence on what was done, with a leading space; often empty."""
    if not opened:
        return ""
    for act in _ACTS:
        if act in actions:
            return " " + pick(TAILS[act, liked], variant, 5)
    stayed = _stayed(liked, watched)
    return " " + pick(stayed, variant, 7) if stayed and number(variant, 6) % 4 == 0 else ""


def _stayed(liked: bool, watched: float) -> Phrases:
    if watched > 1.05:
        return AGAIN if liked else STAYED_EVEN_SO
    if watched >= 0.9:
        return STAYED if liked else STAYED_EVEN_SO
    if watched < 0.25:
        return GLIMPSE if liked else LEFT_EARLY
    return ()
