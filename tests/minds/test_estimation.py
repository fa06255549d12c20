"""Personas from ratings: taste and traits from the whole history, of which recommenders see a part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.factors import Factors, factors
from app.catalog.features import Facets
from app.catalog.importing import read_catalog
from app.errors import UsageError
from app.minds.estimation import from_ratings, lift, ranks, ridge, sample_users, split, strongest
from graphs.messages import Item, Persona

GENRES = ("Drama", "War", "Comedy", "Horror")
ITEMS = [Item(id=f"i{n}", title=f"Film {n}", genres=(GENRES[n % 4],), year=1950 + n) for n in range(40)]
TRAITS = ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty")


def catalog(rows: list[tuple[int, int, float, int]], **people: dict[str, str | int]) -> ItemCatalog:
    """Of (user, item, rating, time) rows."""
    user, item, rating, time = zip(*sorted(rows, key=lambda row: (row[0], row[3])), strict=True)
    interactions = Interactions(
        users=tuple(f"u{n}" for n in range(max(user) + 1)),
        user=np.array(user, np.int32),
        item=np.array(item, np.int32),
        rating=np.array(rating, np.float32),
        time=np.array(time, np.int64),
        people=people,
    )
    return ItemCatalog("tiny", ITEMS, interactions)


def estimated(of: ItemCatalog, **options: object) -> list[Persona]:
    assert of.interactions is not None
    return from_ratings(of, Facets.of(of), factors(of.interactions, len(of), 4), **options)  # type: ignore[arg-type]


def crowd() -> list[tuple[int, int, float, int]]:
    """Users 0-7: even ones like Drama and hate Horror, odd ones the reverse; u7 rated ten items only."""
    rows = []
    for user in range(8):
        for n in range(40 if user < 7 else 10):
            likes = {"Drama": 0.9, "Horror": 0.1}.get(GENRES[n % 4], 0.5)
            rows.append((user, n, likes if user % 2 == 0 else 1.0 - likes, n))
    return rows


def test_tastes_and_dislikes_are_what_a_user_rates_above_and_below_others() -> None:
    people = estimated(catalog(crowd()))
    assert next(iter(people[0].tastes)) == "genre:Drama"
    assert next(iter(people[0].dislikes)) == "genre:Horror"
    assert next(iter(people[1].tastes)) == "genre:Horror"


def test_weights_are_shares_of_the_strongest_affinity() -> None:
    for persona in estimated(catalog(crowd())):
        weights = [*persona.tastes.values(), *persona.dislikes.values()]
        assert max(weights) == 1.0
        assert min(weights) > 0


def test_taste_is_estimated_from_the_held_out_part_too() -> None:
    late = [(0, n, 0.5 if n < 32 else float(n % 4 == 2), n) for n in range(40)]
    rows = [*late, *((1, n, 0.5, n) for n in range(40))]
    assert next(iter(estimated(catalog(rows))[0].tastes)) == "genre:Comedy"


def test_the_history_is_the_earliest_share_with_ratings() -> None:
    persona = estimated(catalog(crowd()), share=0.25)[7]
    assert [past.item for past in persona.history] == ["i0", "i1"]
    assert persona.history[0].rating == 0.1


def test_no_held_out_item_is_visible() -> None:
    of = catalog(crowd())
    assert of.interactions is not None
    hidden = of.interactions.where(~of.interactions.training(0.8))
    for number, persona in enumerate(estimated(of, share=0.8)):
        held_out = {of.ids[i] for i in hidden.item[hidden.user == number]}
        assert held_out
        assert not held_out & {past.item for past in persona.public().history}


def test_the_split_is_told() -> None:
    assert split(catalog(crowd()), 0.8) == {
        "share": 0.8,
        "rule": "earliest of each user",
        "train": 7 * 32 + 8,
        "held_out": 7 * 8 + 2,
        "users": 8,
    }


def test_the_latent_taste_is_the_users_factor() -> None:
    of = catalog(crowd())
    zeros = np.zeros((8, 2), np.float32)
    model = Factors(
        zeros[:, 0], np.zeros(40, np.float32), zeros + np.float32(0.5), np.zeros((40, 2), np.float32), 0.5
    )
    assert from_ratings(of, Facets.of(of), model)[0].latent == (0.5, 0.5)


def trait_of_two(name: str, high: list[tuple[int, float, int]], low: list[tuple[int, float, int]]) -> None:
    """The first user has more of the trait; a third, average one holds the catalog together."""
    rows = [(0, *row) for row in high] + [(1, *row) for row in low]
    rows += [(2, n, 0.5, n) for n in range(20)]
    first, second, *_ = estimated(catalog(rows))
    assert getattr(first.traits, name) > getattr(second.traits, name)


def test_who_rates_below_others_is_picky() -> None:
    trait_of_two("pickiness", [(n, 0.2, n) for n in range(10)], [(n, 0.9, n) for n in range(10)])


def test_who_rates_what_many_rate_conforms() -> None:
    trait_of_two("conformity", [(n, 0.5, n) for n in range(10)], [(n, 0.5, n) for n in range(20, 30)])


def test_who_rates_many_kinds_of_rare_things_is_curious() -> None:
    trait_of_two("curiosity", [(n, 0.5, n) for n in range(25, 35)], [(n, 0.5, n) for n in range(0, 20, 4)])


def test_who_rates_much_is_patient_and_has_time() -> None:
    trait_of_two("patience", [(n, 0.5, n) for n in range(15)], [(n, 0.5, n) for n in range(5)])
    trait_of_two("minutes", [(n, 0.5, n) for n in range(15)], [(n, 0.5, n) for n in range(5)])


def test_who_spreads_ratings_is_expressive() -> None:
    trait_of_two(
        "expressiveness", [(n, float(n % 2), n) for n in range(10)], [(n, 0.5, n) for n in range(10)]
    )


def test_who_comes_on_many_days_is_loyal() -> None:
    start, day = 880_000_000, 86_400
    trait_of_two(
        "loyalty",
        [(n, 0.5, start + n * day) for n in range(10)],
        [(n, 0.5, start + n) for n in range(10)],
    )


def test_people_bring_their_demographics() -> None:
    persona = estimated(catalog(crowd(), u0={"age": 24, "gender": "male", "occupation": "technician"}))[0]
    assert (persona.age, persona.gender, persona.occupation) == (24, "male", "technician")
    assert persona.bio.startswith("Technician, 24, with 40 items in the past. Likes Drama")


def test_an_age_that_is_none_is_left_out() -> None:
    assert estimated(catalog(crowd(), u0={"age": 999}))[0].age is None


def test_without_ratings_the_choice_of_items_is_the_taste() -> None:
    rows = [(0, n, np.nan, n) for n in range(0, 40, 4)] + [(1, n, np.nan, n) for n in range(40)]
    persona = estimated(catalog(rows))[0]
    assert next(iter(persona.tastes)) == "genre:Drama"
    assert persona.history[0].rating is None


def test_users_without_interactions_make_no_personas() -> None:
    rows = [(0, n, 0.5, n) for n in range(5)] + [(2, n, 0.5, n) for n in range(5)]
    assert [persona.id for persona in estimated(catalog(rows))] == ["user-u0", "user-u2"]


def test_only_limits_the_personas_not_what_they_are_compared_with() -> None:
    of = catalog(crowd())
    assert estimated(of, only=[5, 2]) == [estimated(of)[2], estimated(of)[5]]


@pytest.mark.parametrize("empty", [True, False])
def test_a_catalog_without_ratings_is_refused(empty: bool) -> None:
    of = catalog(crowd())
    assert of.interactions is not None
    none = of.interactions.where(np.zeros(len(of.interactions), bool)) if empty else None
    with pytest.raises(UsageError, match="'bare' has no ratings"):
        split(ItemCatalog("bare", ITEMS, none))


def test_users_are_drawn_without_replacement_and_then_again() -> None:
    people = [Persona(id=str(n)) for n in range(10)]
    drawn = sample_users(people, 25, seed=1)
    assert [number for number, _ in drawn] == list(range(1, 26))
    assert {persona.id for _, persona in drawn[:10]} == {persona.id for persona in people}
    assert [p for _, p in drawn[:10]] == [p for _, p in drawn[10:20]]


def test_a_larger_count_keeps_the_users_before_and_a_seed_changes_them() -> None:
    assert sample_users(range(50), 9, 1) == sample_users(range(50), 30, 1)[:9]
    assert sample_users(range(50), 50, 1) != sample_users(range(50), 50, 2)


def test_no_users_to_draw_from_is_an_error() -> None:
    with pytest.raises(UsageError, match="no users"):
        sample_users([], 1, 1)


def test_both_forms_of_the_regression_agree() -> None:
    rng = np.random.default_rng(0)
    x, y = (rng.random((12, 8)) < 0.4).astype(float), rng.normal(size=12)
    centered = x - x.mean(axis=0)
    closed = np.linalg.solve(centered.T @ centered + 2 * np.eye(8), centered.T @ (y - y.mean()))
    wide = np.hstack([x, np.zeros((12, 20))])
    assert ridge(x, y, 2.0) == pytest.approx(closed)
    assert ridge(wide, y, 2.0)[:8] == pytest.approx(closed)


def test_lift_is_zero_for_the_usual_choice() -> None:
    facets = np.array([[1.0, 0.0], [0.0, 0.0]])
    assert lift(facets, np.array([0.5, 0.0])) == pytest.approx([0.0, 0.0])
    assert lift(facets[:1], np.array([0.5, 0.5]))[0] > 0


def test_the_strongest_are_at_most_eight_and_five() -> None:
    names = [f"tag:{n}" for n in range(30)]
    likes, dislikes = strongest(np.linspace(-1, 2, 30), names)
    assert (next(iter(likes)), len(likes), likes["tag:29"]) == ("tag:29", 8, 1.0)
    assert (next(iter(dislikes)), len(dislikes), dislikes["tag:0"]) == ("tag:0", 5, 0.5)
    assert strongest(np.zeros(30), names) == ({}, {})


def test_equal_values_share_a_rank() -> None:
    assert ranks(np.array([3, 1, 1, 2])) == pytest.approx([0.875, 0.25, 0.25, 0.625])


@pytest.fixture(scope="module")
def ml100k(shared_data: Path) -> ItemCatalog:
    return read_catalog(shared_data / "movielens" / "ml-100k.zip")


def test_real_ratings_make_a_persona_each_that_hides_the_held_out_part(ml100k: ItemCatalog) -> None:
    interactions = ml100k.interactions
    assert interactions is not None
    people = estimated(ml100k)
    training = interactions.training(0.8)
    for number, persona in enumerate(people):
        rows = slice(interactions.starts[number], interactions.starts[number + 1])
        hidden = {ml100k.ids[i] for i in interactions.item[rows][~training[rows]]}
        seen = {past.item for past in persona.public().history}
        assert (len(seen), bool(seen & hidden)) == (int(training[rows].sum()), False)
    assert len(people) == 943


def test_real_traits_spread_and_tastes_are_found_for_nearly_all(ml100k: ItemCatalog) -> None:
    people = estimated(ml100k)
    for trait in TRAITS:
        values = np.array([getattr(persona.traits, trait) for persona in people])
        assert values.std() > 0.2
        assert values.min() >= 0.05
        assert values.max() <= 0.95
    assert sum(bool(p.tastes) and bool(p.dislikes) for p in people) > 0.95 * len(people)


def test_the_estimates_do_not_depend_on_other_users_numbers(ml100k: ItemCatalog) -> None:
    interactions = ml100k.interactions
    assert interactions is not None
    renamed = replace(interactions, users=tuple(f"x{u}" for u in interactions.users), people={})
    other = estimated(ItemCatalog("other", ml100k.items, renamed))
    assert [p.traits for p in other] == [p.traits for p in estimated(ml100k)]
