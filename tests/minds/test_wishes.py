"""What users who have had enough would ask for, and what a wish does to later slates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.minds import behavior, mindset, wishes
from app.minds.items import ASKABLE
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, I32, WISHES, MindRows, ReviewRows, UserRows, WishRows, no_wishes
from graphs.messages import KINDS
from tests.minds.world import OPEN, SLATE, crowd, slates, stage

P = BehaviorParameters()
CALM = replace(P, ask_noise=0.0)
"""The widest gap always wins."""
STAYS = replace(P, leave=-30.0)
N = 100


def facet(name: str) -> int:
    return stage().facets.index[name]


def having(name: str) -> np.ndarray:
    return np.flatnonzero((stage().user.items.facets == facet(name)).any(axis=1))


def neutral(n: int = N) -> UserRows:
    """Users without any taste or haste."""
    users = crowd(n, minutes=500.0)
    return replace(
        users,
        facet=np.zeros_like(users.facet),
        dense=np.zeros_like(users.dense),
        center=np.zeros(n),
        lean=np.zeros((n, 3)),
    )


def fond(name: str, weight: float) -> UserRows:
    users = neutral()
    users.facet[:, facet(name)] = weight
    return users


def asked(
    users: UserRows, shown: I32 | None = None, p: BehaviorParameters = CALM, minds: MindRows | None = None
) -> tuple[WishRows, F32, ReviewRows]:
    items = stage().user.items
    shown = slates()[0][: len(users.key)] if shown is None else shown
    out = behavior.review(STAYS, items, users, minds or mindset.start(STAYS, users), shown, 1)
    return *wishes.choose(p, items, users, out.mind, out, 1), out


def kinds(wish: WishRows, place: int = 0) -> list[str]:
    return [KINDS[code] if code >= 0 else "" for code in wish.kind[:, place]]


def code(kind: str) -> int:
    return KINDS.index(kind)  # type: ignore[arg-type]


def without(name: str) -> I32:
    """The same slate for everybody, of items without a facet."""
    others = np.setdiff1d(np.arange(len(stage().catalog)), having(name))
    return np.resize(np.random.default_rng(1).permutation(others), (N, SLATE)).astype(np.int32)


# -------------------------------------------------------------------------------- choosing


def test_who_misses_something_asks_for_more_of_it() -> None:
    wish, _, _ = asked(fond("genre:Western", 3.0), without("genre:Western"))
    assert kinds(wish) == ["more"] * N
    assert (wish.target[:, 0] == facet("genre:Western")).all()


def test_who_is_shown_what_it_dislikes_asks_to_avoid_it() -> None:
    shown = np.resize(having("genre:Horror"), (N, SLATE)).astype(np.int32)
    wish, _, _ = asked(fond("genre:Horror", -3.0), shown)
    assert kinds(wish) == ["avoid"] * N
    assert (wish.target[:, 0] == facet("genre:Horror")).all()


def test_who_has_had_too_much_of_one_thing_asks_for_less_of_it() -> None:
    users, shown = neutral(), np.resize(having("genre:Western"), (N, SLATE)).astype(np.int32)
    minds = mindset.start(STAYS, users)
    minds.satiation[:, facet("genre:Western")] = 1.0
    wish, _, _ = asked(users, shown, replace(CALM, ask_surprise=0.0, ask_similar=0.0), minds)
    assert np.mean([kind == "less" for kind in kinds(wish)]) > 0.9
    western = wish.target[:, 0] == facet("genre:Western")
    assert western.mean() > 0.5


def test_nobody_complains_about_the_proportions_of_the_world() -> None:
    """A facet shown just as often as the catalog has it is never asked less of, however worn."""
    items, users = stage().user.items, neutral()
    minds = mindset.start(STAYS, users)
    minds.satiation[:, :-1] = 1.0
    share = np.append(items.share, 0.0)[None].repeat(N, axis=0).astype(np.float32)
    gaps = wishes._facet_gaps(P, items, users, minds, share)
    assert gaps.max() < P.ask_least


def test_complaints_are_about_what_matters() -> None:
    """Equally worn and overdone, a genre is a wider gap than a country or a decade."""
    items, users = stage().user.items, neutral(1)
    minds = mindset.start(STAYS, users)
    minds.satiation[:, :-1] = 1.0
    width = users.facet.shape[1]
    gaps = wishes._facet_gaps(P, items, users, minds, np.ones((1, width), np.float32))
    less = gaps[0, width - 1 : 2 * (width - 1)]
    fair = less / np.maximum((1.0 - items.share) ** 2, 1e-9)
    assert fair[facet("genre:Western")] > 1.3 * fair[facet("mood:funny")]
    assert fair[facet("mood:funny")] > 1.3 * fair[facet("decade:1990s")]


def test_small_gaps_are_not_worth_saying() -> None:
    wish, _, _ = asked(crowd(N), p=replace(P, ask_least=1e9))
    assert (wish.kind == -1).all()
    assert (wish.gap == 0).all()


def test_only_common_facets_of_askable_kinds_are_asked_for() -> None:
    wish, _, _ = asked(crowd(), slates()[0], P)
    on_facet = np.isin(wish.kind, [code(k) for k in ("more", "less", "avoid")])
    named = [stage().facets.names[f] for f in wish.target[on_facet]]
    assert len(set(named)) > 20
    assert {name.partition(":")[0] for name in named} <= set(ASKABLE)
    assert stage().user.items.common[wish.target[on_facet]].all()


def test_two_wishes_neither_repeat_nor_contradict_each_other() -> None:
    wish, _, _ = asked(crowd(), slates()[0], replace(P, ask_second=1.0))
    both = (wish.kind >= 0).all(axis=1)
    assert both.mean() > 0.9
    facets = np.isin(wish.kind, [code(k) for k in ("more", "less", "avoid")]).all(axis=1) & both
    assert (wish.target[facets, 0] != wish.target[facets, 1]).all()
    opposites = ({"newer", "older"}, {"shorter", "longer"}, {"popular", "niche"})
    pairs = [{one, two} for one, two in zip(kinds(wish), kinds(wish, 1), strict=True)]
    assert not any(pair == against for pair in pairs for against in opposites)


def test_a_second_wish_is_as_likely_as_stated() -> None:
    wish, _, _ = asked(crowd(), slates()[0], P)
    assert (wish.kind[:, 1] >= 0).mean() == pytest.approx(P.ask_second, abs=0.1)


def test_the_first_wish_is_the_wider_gap_and_stronger() -> None:
    wish, _, _ = asked(crowd(), slates()[0], replace(CALM, ask_second=1.0))
    both = (wish.kind >= 0).all(axis=1)
    assert (wish.gap[both, 0] >= wish.gap[both, 1]).all()
    assert (wish.strength[both, 0] >= wish.strength[both, 1]).all()
    assert (wish.strength[wish.kind >= 0] > 0.4).all()
    assert (wish.strength <= 1).all()


def test_similar_names_an_item_that_was_just_opened() -> None:
    wish, _, out = asked(crowd(), slates()[0], replace(CALM, ask_similar=9.0))
    rows = np.flatnonzero(wish.kind[:, 0] == code("similar"))
    assert rows.size > 30
    for row in rows:
        slot = np.flatnonzero(out.items[row] == wish.target[row, 0])[0]
        assert out.actions[row, slot] & OPEN
        assert out.utility[row, slot] > 1.0


def test_who_has_little_time_asks_for_something_shorter() -> None:
    busy = replace(neutral(), minutes=np.full(N, 3.0))
    p = replace(CALM, ask_hurry=5.0)
    assert kinds(asked(busy, p=p)[0]) == ["shorter"] * N
    assert "shorter" not in kinds(asked(neutral(), p=replace(p, ask_shown=0.0))[0])


@pytest.mark.parametrize(("column", "up", "down"), [(0, "newer", "older"), (1, "longer", "shorter")])
def test_a_leaning_taste_asks_for_its_side(column: int, up: str, down: str) -> None:
    for sign, kind in ((2.0, up), (-2.0, down)):
        users = neutral()
        users.lean[:, column] = sign
        p = replace(CALM, ask_similar=0.0, ask_surprise=0.0, ask_less=0.0)
        assert np.mean([k == kind for k in kinds(asked(users, p=p)[0])]) > 0.95


def test_conformists_ask_for_the_popular_and_the_curious_for_the_rare() -> None:
    p = replace(CALM, ask_crowd=5.0, ask_similar=0.0, ask_surprise=0.0)
    for conformity, kind in ((1.0, "popular"), (0.0, "niche")):
        users = neutral()
        users.traits[:, 1], users.traits[:, 2] = 1.0 - conformity, conformity
        assert kinds(asked(users, p=p)[0]) == [kind] * N


def test_the_bored_ask_for_a_surprise() -> None:
    users = neutral()
    minds = mindset.start(STAYS, users)
    minds.satiation[:, :-1] = 0.95
    p = replace(CALM, ask_less=0.0, ask_similar=0.0, ask_crowd=0.0)
    assert kinds(asked(users, p=p, minds=minds)[0]) == ["surprise"] * N


# -------------------------------------------------------------------------------- encoding


def wish_of(*wanted: tuple[str, int], strength: float = 1.0) -> WishRows:
    wish = no_wishes(1)
    for place, (kind, target) in enumerate(wanted):
        wish.kind[0, place], wish.target[0, place] = code(kind), target
        wish.strength[0, place] = strength
    return wish


def encoded(
    wish: WishRows, share: F32 | None = None, old: tuple[F32, F32, F32] | None = None
) -> tuple[F32, F32, F32]:
    width, dims = len(stage().facets.names) + 1, stage().user.items.dense.shape[1]
    none = tuple(np.zeros((1, w), np.float32) for w in (width, 3, dims))
    share = np.zeros((1, width), np.float32) if share is None else share
    return wishes.encode(P, stage().user.items, wish, share, old or none)  # type: ignore[arg-type]


def test_facet_wishes_pull_or_push_what_they_name() -> None:
    at = facet("genre:Drama")
    pulls = {
        kind: float(encoded(wish_of((kind, at)))[0][0, at]) for kind in ("more", "less", "avoid", "only")
    }
    assert pulls["avoid"] < pulls["less"] < 0 < pulls["more"] < pulls["only"]
    assert float(encoded(wish_of(("more", at), strength=0.5))[0][0, at]) == pytest.approx(pulls["more"] / 2)


@pytest.mark.parametrize(
    ("kind", "column", "sign"),
    [
        ("newer", 0, 1),
        ("older", 0, -1),
        ("longer", 1, 1),
        ("shorter", 1, -1),
        ("popular", 2, 1),
        ("niche", 2, -1),
    ],
)
def test_plain_wishes_pull_along_their_number(kind: str, column: int, sign: int) -> None:
    _, numeric, _ = encoded(wish_of((kind, -1)))
    assert numeric[0, column] == pytest.approx(sign * P.wish_number)
    assert np.count_nonzero(numeric) == 1


def test_similar_pulls_toward_the_item() -> None:
    _, _, dense = encoded(wish_of(("similar", 7)))
    assert dense[0] == pytest.approx(stage().user.items.dense[7])


@pytest.mark.parametrize("first", [True, False])
def test_a_surprise_is_anything_but_what_was_shown_and_leaves_the_other_wish_alone(first: bool) -> None:
    drama, western = facet("genre:Drama"), facet("genre:Western")
    share = np.zeros((1, len(stage().facets.names) + 1), np.float32)
    share[0, drama] = 0.5
    pair = (("surprise", -1), ("more", western))
    facets, _, _ = encoded(wish_of(*(pair if first else pair[::-1])), share)
    assert facets[0, drama] == pytest.approx(-0.5)
    assert facets[0, western] == pytest.approx(P.wish_more)


def test_a_new_wish_stands_beside_half_of_the_old_one() -> None:
    at, other = facet("genre:Drama"), facet("genre:Western")
    old = encoded(wish_of(("more", at), ("newer", -1)))
    facets, numeric, _ = encoded(wish_of(("avoid", other)), old=old)
    assert facets[0, at] == pytest.approx(P.wish_more * P.wish_old)
    assert numeric[0, 0] == pytest.approx(P.wish_number * P.wish_old)
    assert facets[0, -1] == 0


def test_a_new_wish_replaces_what_it_contradicts() -> None:
    at = facet("genre:Drama")
    facets, _, _ = encoded(wish_of(("avoid", at)), old=encoded(wish_of(("more", at))))
    assert facets[0, at] == pytest.approx(-P.wish_avoid)


def test_directives_name_facets_by_words_and_items_by_id() -> None:
    wish = wish_of(("avoid", facet("genre:Horror")), ("similar", 3))
    found = wishes.directives(wish, 0, stage().facets.names, stage().catalog.ids)
    assert [(d.kind, d.facet, d.value) for d in found] == [
        ("avoid", "genre", "Horror"),
        ("similar", "title", stage().catalog.ids[3]),
    ]
    assert wishes.directives(no_wishes(1), 0, stage().facets.names, stage().catalog.ids) == []


def test_there_are_never_more_wishes_than_rows_for_them() -> None:
    assert asked(crowd(N))[0].kind.shape == (N, WISHES)
