"""Users from a population. User k is a pure function of (seed, k), whatever else is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app import draws
from app.draws import What
from app.personas.population import TRAITS, Population, Spread
from graphs.messages import Persona, Traits

F64 = npt.NDArray[np.float64]

LEAST_WEIGHT = 0.02
"""A taste never vanishes by noise."""
MINUTES = (2.0, 720.0)
_BLOCK = 8192
_NODES = 63


def sample(
    population: Population, personas: Mapping[str, Persona], count: int, seed: int
) -> list[tuple[int, Persona]]:
    """Users 1..count as (number, persona); more users never change the ones before."""
    return sample_numbers(population, personas, range(1, count + 1), seed)


def sample_numbers(
    population: Population, personas: Mapping[str, Persona], numbers: Sequence[int], seed: int
) -> list[tuple[int, Persona]]:
    """The users of these numbers: a member by weight, with tastes and traits of its own, named `member#k`.

    Weights of tastes and dislikes get normal noise and stay in [0.02, 1]. Traits keep the mean (the member's
    value plus the population's shift) and standard deviation that the population states, see `logit_normal`;
    minutes are log-normal.
    """
    members = list(population.members)
    shares = np.cumsum([population.members[name] for name in members])
    out: list[tuple[int, Persona]] = []
    for start in range(0, len(numbers), _BLOCK):
        block = list(numbers[start : start + _BLOCK])
        keys = draws.keys(seed, np.array(block, np.int64))
        chosen = np.searchsorted(shares, draws.uniform(keys, 0, What.SAMPLE) * shares[-1], side="right")
        people = [personas[members[i]] for i in np.minimum(chosen, len(members) - 1)]
        noise = draws.normal(keys, 0, What.TASTE, _widest(personas, members)) * population.taste_noise
        traits = draws.normal(keys, 0, What.TRAIT, len(TRAITS))
        out += [
            (number, _user(number, persona, population, noise[i], traits[i]))
            for i, (number, persona) in enumerate(zip(block, people, strict=True))
        ]
    return out


def _widest(personas: Mapping[str, Persona], members: Sequence[str]) -> int:
    return max(1, *(len(personas[m].tastes) + len(personas[m].dislikes) for m in members))


def _user(number: int, persona: Persona, population: Population, noise: F64, z: F64) -> Persona:
    split = len(persona.tastes)
    return persona.model_copy(
        update={
            "id": f"{persona.id}#{number}",
            "tastes": _noisy(persona.tastes, noise[:split]),
            "dislikes": _noisy(persona.dislikes, noise[split:]),
            "traits": _traits(persona.traits, population.traits, z),
        }
    )


def _noisy(weights: Mapping[str, float], noise: F64) -> dict[str, float]:
    return {
        facet: min(1.0, max(LEAST_WEIGHT, weight + float(step)))
        for (facet, weight), step in zip(weights.items(), noise, strict=False)
    }


def _traits(traits: Traits, spreads: Mapping[str, Spread], z: F64) -> Traits:
    values = {name: getattr(traits, name) for name in TRAITS}
    for i, name in enumerate(TRAITS):
        if name in spreads:
            draw = _minutes if name == "minutes" else _trait
            values[name] = draw(values[name], spreads[name], float(z[i]))
    return Traits(**values)


def _minutes(value: float, spread: Spread, z: float) -> float:
    """Log-normal around the mean value · exp(shift)."""
    factor = float(np.exp(spread.shift + spread.sd * z - spread.sd**2 / 2))
    return min(MINUTES[1], max(MINUTES[0], value * factor))


def _trait(value: float, spread: Spread, z: float) -> float:
    center = min(1.0, max(0.0, value + spread.shift))
    if spread.sd == 0.0:
        return center
    location, scale = logit_normal(center, spread.sd)
    return float(_logistic(np.array(location + scale * z)))


@lru_cache(maxsize=4096)
def logit_normal(mean: float, sd: float) -> tuple[float, float]:
    """Location and scale of the normal whose logistic has this mean and standard deviation.

    The mean is kept within [0.02, 0.98] and the standard deviation below 0.6 · sqrt(mean · (1 - mean)), so
    that the distribution has one peak. Solved by Newton's method on a Gauss-Hermite grid.
    """
    mean = min(0.98, max(0.02, mean))
    sd = min(sd, 0.6 * float(np.sqrt(mean * (1.0 - mean))))
    location, log_scale = float(np.log(mean / (1.0 - mean))), float(np.log(sd / (mean * (1.0 - mean))))
    for _ in range(50):
        off, slopes = _misfit(location, log_scale, mean, sd)
        if np.abs(off).max() < 1e-10:
            break
        step = np.clip(np.linalg.solve(slopes, off), -0.5, 0.5)
        location, log_scale = location - float(step[0]), log_scale - float(step[1])
    return location, float(np.exp(log_scale))


def _misfit(location: float, log_scale: float, mean: float, sd: float) -> tuple[F64, F64]:
    """By how much the mean and the log standard deviation are off, and the slopes of both."""
    nodes, weights = _grid()
    z = float(np.exp(log_scale)) * nodes
    values = _logistic(location + z)
    by_location = weights * values * (1.0 - values)
    slopes = np.stack([by_location, by_location * z], axis=1)
    found = float((weights * values).sum())
    variance = float((weights * (values - found) ** 2).sum())
    off = np.array([found - mean, 0.5 * np.log(variance) - np.log(sd)])
    return off, np.stack([slopes.sum(axis=0), (values - found) @ slopes / variance])


def _logistic(x: F64) -> F64:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), np.float64)


@lru_cache(maxsize=1)
def _grid() -> tuple[F64, F64]:
    """Nodes of a standard normal and their weights, which sum to 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()
