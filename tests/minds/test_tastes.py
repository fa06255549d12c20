"""Personas as numbers: what is liked and disliked, what is known, and how it is scaled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.minds.items import item_rows
from app.minds.parameters import BehaviorParameters
from app.minds.rows import ItemRows, UserRows
from app.minds.tastes import Tastes
from graphs.messages import Past, Persona, Traits
from tests.minds.world import people, stage


def rows(*personas: Persona, **parameters: Any) -> UserRows:
    p = replace(BehaviorParameters(), **parameters)
    tastes = Tastes(stage().catalog, stage().facets, stage().user.items, 0, 11, p)
    return tastes.rows(list(enumerate(personas, 1)))


def facet(name: str) -> int:
    return stage().facets.index[name]


def seen(*titles: str) -> tuple[Past, ...]:
    ids = {item.title: item.id for item in stage().catalog}
    return tuple(Past(item=ids[title]) for title in titles)


def test_tastes_attract_and_dislikes_repel_more() -> None:
    users = rows(Persona(id="a", tastes={"genre:Western": 0.8}, dislikes={"genre:Horror": 0.8}))
    liked, disliked = users.facet[0, facet("genre:Western")], users.facet[0, facet("genre:Horror")]
    assert disliked < 0 < liked
    assert -disliked / liked == pytest.approx(1.3, abs=0.01)


def test_a_stronger_taste_is_stronger() -> None:
    users = rows(Persona(id="a", tastes={"genre:Western": 0.9, "genre:War": 0.3}))
    western, war = users.facet[0, facet("genre:Western")], users.facet[0, facet("genre:War")]
    assert western == pytest.approx(3 * war, rel=0.01)


def test_every_taste_spreads_alike_over_the_catalog() -> None:
    """Two tastes, one stated in one facet, the other in many: neither user is more easily moved."""
    many = {name: 0.5 for name in stage().facets.names if name.startswith("mood:")}
    for persona in (Persona(id="a", tastes={"genre:Drama": 0.1}), Persona(id="b", tastes=many)):
        users = rows(persona)
        has = stage().facets.matrix
        assert (has @ users.facet[0, :-1]).std() == pytest.approx(1.0, abs=0.1)


def test_facets_that_the_catalog_does_not_have_are_passed_over() -> None:
    users = rows(Persona(id="a", tastes={"genre:Nothing": 1.0}))
    assert not users.facet.any()
    assert np.isfinite(users.center).all()


def test_the_past_leaves_a_taste_for_what_is_like_it() -> None:
    users = rows(Persona(id="a", history=seen("Heat", "Jaws")))
    near = stage().user.items.dense @ users.dense[0]
    position = stage().catalog.position
    liked = [position[p.item] for p in seen("Heat", "Jaws")]
    assert near[liked].min() > np.quantile(near, 0.9)


def test_what_was_rated_low_leaves_no_taste() -> None:
    poor = tuple(p.model_copy(update={"rating": 0.2}) for p in seen("Heat"))
    assert not rows(Persona(id="a", history=poor)).dense.any()


def test_the_past_and_stated_tastes_make_familiar() -> None:
    users = rows(Persona(id="a", tastes={"genre:Western": 0.8}, history=seen("Heat")))
    heat = stage().user.items.facets[stage().catalog.position[seen("Heat")[0].item]]
    known = users.known[0]
    assert (known[heat[heat < len(known) - 1]] > 0.2).all()
    assert known[facet("genre:Western")] == pytest.approx(0.6)
    assert known[facet("genre:Musical")] == 0
    assert known[-1] == 0


def test_the_past_is_remembered_as_seen_the_latest_last() -> None:
    users = rows(Persona(id="a", history=seen("Heat", "Jaws")))
    position = stage().catalog.position
    assert users.recent[0, -2:].tolist() == [position[p.item] for p in seen("Heat", "Jaws")]
    assert (users.recent[0, :-2] == -1).all()


def test_mood_on_arrival_is_that_of_the_persona() -> None:
    many = [Persona(id=str(n), mood="sad") for n in range(300)]
    assert rows(*many).mood.mean() == pytest.approx(-0.4, abs=0.05)
    assert rows(*many).mood.std() == pytest.approx(0.2, abs=0.05)
    assert rows(Persona(id="a", mood="of two minds"), arrive_spread=0.0).mood[0] == 0


def test_traits_are_taken_as_they_are() -> None:
    users = rows(Persona(id="a", traits=Traits(pickiness=0.9, loyalty=0.1, minutes=12.0)))
    assert (users.trait("pickiness")[0], users.trait("loyalty")[0], users.minutes[0]) == (0.9, 0.1, 12.0)


def test_a_row_does_not_depend_on_the_rows_made_with_it() -> None:
    whole, part = stage().users(people()[:40]), stage().users(people()[17:23])
    for name in ("key", "facet", "dense", "center", "lean", "known", "recent", "traits", "mood"):
        assert np.array_equal(getattr(whole, name)[17:23], getattr(part, name)), name


# -------------------------------------------------------------------------------- items


def items() -> ItemRows:
    world = stage()
    dense = np.asarray(world.dense, np.float32)
    return item_rows(BehaviorParameters(), world.catalog, world.facets, world.numeric, dense)


def test_the_weights_of_an_items_facets_sum_to_one() -> None:
    weight = items().weight
    assert weight.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (weight[items().facets == len(stage().facets.names)] == 0).all()


def test_genres_matter_more_than_moods_and_those_more_than_the_cast() -> None:
    kinds, matters = np.array(stage().facets.kinds), items().matters
    genre, mood, cast = (matters[kinds == kind] for kind in ("genre", "mood", "cast"))
    assert genre.min() > mood.max() >= mood.min() > cast.max() > 0


def test_clickbait_is_standard_normal_and_fixed_by_the_item() -> None:
    bait = items().clickbait
    assert bait.mean() == pytest.approx(0.0, abs=0.15)
    assert bait.std() == pytest.approx(1.0, abs=0.15)
    assert np.array_equal(bait, items().clickbait)


def test_short_items_are_watched_whole_and_of_long_ones_a_preview() -> None:
    world, p = stage(), BehaviorParameters()
    minutes = world.numeric.duration.copy()
    minutes[0] = 2.0
    numeric = replace(world.numeric, duration=minutes)
    rows = item_rows(p, world.catalog, world.facets, numeric, np.asarray(world.dense, np.float32))
    assert rows.seconds[0] == 120.0
    assert (rows.seconds[1:] == p.preview_seconds).all()
