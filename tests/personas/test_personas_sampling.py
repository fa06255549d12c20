"""Users from a population: shares, noise and traits as stated, each user by its number alone."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from app.personas import Population, Spread, builtin, builtin_populations, sample, sample_numbers
from app.personas.sampling import logit_normal
from graphs.messages import Persona, Traits

PEOPLE = {
    "a": Persona(id="a", tastes={"genre:Drama": 0.5, "genre:War": 1.0}, traits=Traits(pickiness=0.9, minutes=30)),
    "b": Persona(id="b", dislikes={"genre:Drama": 0.5}, traits=Traits(pickiness=0.2)),
}  # fmt: skip
MIX = Population(
    id="mix",
    members={"a": 3.0, "b": 1.0},
    taste_noise=0.2,
    traits={"pickiness": Spread(shift=0.05, sd=0.1), "minutes": Spread(sd=0.4)},
)
USERS = sample(MIX, PEOPLE, 8000, seed=3)


def of(member: str) -> list[Persona]:
    return [persona for _, persona in USERS if persona.id.startswith(f"{member}#")]


def test_a_user_is_the_same_however_many_are_drawn() -> None:
    assert sample(MIX, PEOPLE, 50, seed=3) == USERS[:50]
    assert sample_numbers(MIX, PEOPLE, [4711, 8], seed=3) == [USERS[4710], USERS[7]]


def test_another_seed_draws_other_users() -> None:
    other = sample(MIX, PEOPLE, 50, seed=4)
    assert all(a != b for a, b in zip(other, USERS[:50], strict=True))


def test_users_are_numbered_from_one_and_named_after_their_member() -> None:
    assert [number for number, _ in USERS[:3]] == [1, 2, 3]
    assert USERS[16][1].id in ("a#17", "b#17")


def test_members_come_in_their_shares() -> None:
    assert len(of("a")) / len(USERS) == pytest.approx(0.75, abs=0.02)


def test_taste_noise_has_the_stated_spread_and_is_its_own_per_facet() -> None:
    weights = np.array([list(p.tastes.values()) for p in of("a")])
    assert weights[:, 0].mean() == pytest.approx(0.5, abs=0.02)
    assert weights[:, 0].std() == pytest.approx(0.2, abs=0.02)
    assert abs(np.corrcoef(weights.T)[0, 1]) < 0.05


def test_every_weight_stays_in_range_and_every_user_valid() -> None:
    for _, persona in USERS:
        assert Persona.model_validate(persona.model_dump()) == persona
        assert all(0 < w <= 1 for w in (*persona.tastes.values(), *persona.dislikes.values()))


def test_a_trait_has_the_stated_mean_and_spread_even_near_its_end() -> None:
    for member, mean, sd in (("a", 0.95, 0.1), ("b", 0.25, 0.1)):
        values = np.array([p.traits.pickiness for p in of(member)])
        assert values.mean() == pytest.approx(mean, abs=0.01)
        assert values.std() == pytest.approx(sd, abs=0.01)


def test_minutes_spread_on_the_log_scale_around_their_mean() -> None:
    minutes = np.array([p.traits.minutes for p in of("a")])
    assert minutes.mean() == pytest.approx(30, rel=0.03)
    assert np.log(minutes).std() == pytest.approx(0.4, abs=0.02)


def test_a_trait_without_a_spread_stays_as_it_is() -> None:
    assert {p.traits.curiosity for p in of("a")} == {0.5}


def test_traits_and_tastes_vary_independently() -> None:
    pairs = np.array([(p.traits.pickiness, p.tastes["genre:Drama"]) for p in of("a")])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.05


@pytest.mark.parametrize("mean", [0.02, 0.1, 0.5, 0.8, 0.98])
@pytest.mark.parametrize("sd", [0.01, 0.08])
def test_the_logit_normal_has_the_mean_and_spread_asked_for(mean: float, sd: float) -> None:
    location, scale = logit_normal(mean, sd)
    z = np.random.default_rng(0).normal(size=400_000)
    values = 1 / (1 + np.exp(-(location + scale * z)))
    assert values.mean() == pytest.approx(mean, abs=0.002)
    assert values.std() == pytest.approx(sd, abs=0.004)


@pytest.mark.parametrize("name", sorted(builtin_populations()))
def test_every_builtin_population_matches_its_shares_and_trait_means(name: str) -> None:
    population, personas = builtin_populations()[name], builtin()
    users = [persona for _, persona in sample(population, personas, 4000, seed=1)]
    counts = Counter(user.id.partition("#")[0] for user in users)
    total = sum(population.members.values())
    for member, weight in population.members.items():
        assert counts[member] / 4000 == pytest.approx(weight / total, abs=0.03)
    for trait, spread in population.traits.items():
        if trait != "minutes":
            stated = [getattr(personas[u.id.partition("#")[0]].traits, trait) + spread.shift for u in users]
            drawn = [getattr(u.traits, trait) for u in users]
            assert np.mean(drawn) == pytest.approx(np.clip(stated, 0, 1).mean(), abs=0.01)
