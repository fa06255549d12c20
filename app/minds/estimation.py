"""Personas from ratings: taste and traits of each rater, estimated from its whole history.

What a persona shows to recommenders (its `history`) is the training part alone. The traits are proxies: a
user's standing among all users in something that the data has, which is assumed, not shown, to go with the
trait. Only their order is taken from the data; every trait spreads evenly over [0.05, 0.95].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from app import draws
from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.factors import Factors
from app.catalog.features import Facets
from app.draws import What
from app.errors import UsageError
from graphs.messages import Past, Persona, Traits

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Rated = TypeVar("Rated")

KINDS = ("genre", "decade", "tag", "mood", "country")
"""Kinds of facets that tastes are estimated for."""
MOST_FACETS = 200
MOST_TASTES, MOST_DISLIKES = 8, 5
LEAST_WEIGHT = 0.1
"""Weaker affinities, against the user's strongest, are left out."""
RIDGE = 20.0
"""Pull of an affinity toward zero, in ratings; the held-out optimum on MovieLens 100K."""
ITEM_PRIOR = 5.0
"""Ratings at the overall mean that every item's mean counts in addition."""
USER_PRIOR = 5.0
"""The same for a user's mean and spread."""
LIFT_PRIOR = 10.0
SHORTEST_MINUTES, LONGEST_MINUTES = 10.0, 120.0
POPULAR = 0.8
"""Items above this percentile of popularity (by ratings) are popular: the top fifth."""

_BLOCK = 8192
_UNIX_TIME = 100_000_000
"""Times above it are seconds of the Unix clock (after March 1973), others are days or a sequence."""
_DAY = 86_400


def split(catalog: ItemCatalog, share: float = 0.8) -> dict[str, Any]:
    """How histories were divided into what recommenders see (train) and what they never see."""
    interactions = _interactions(catalog)
    train = int(interactions.training(share).sum())
    return {
        "share": share,
        "rule": "earliest of each user",
        "train": train,
        "held_out": len(interactions) - train,
        "users": len(_raters(interactions)),
    }


def sample_users(personas: Sequence[Rated], count: int, seed: int) -> list[tuple[int, Rated]]:
    """Users 1..count as (number, persona): a seeded order without replacement, from the start when it ends.

    A larger count never changes the users before.
    """
    if not personas:
        raise UsageError("there are no users to draw from; the catalog needs at least one rating")
    numbers = np.arange(1, len(personas) + 1, dtype=np.int64)
    order = np.argsort(draws.uniform(draws.keys(seed, numbers), 0, What.SAMPLE), kind="stable")
    return [(k, personas[int(order[(k - 1) % len(order)])]) for k in range(1, count + 1)]


def from_ratings(
    catalog: ItemCatalog,
    facets: Facets,
    factors: Factors,
    share: float = 0.8,
    only: Collection[int] | None = None,
) -> list[Persona]:
    """One persona per user with interactions, in the order of `interactions.users`.

    Taste: affinities to facets by ridge regression on ratings, the strongest as `tastes` and `dislikes`, and
    the user's factors as `latent`; where there are no ratings, how much more often than others it chose a
    facet. `history` holds the earliest `share` of the user's items. `only` limits the personas, not what
    they are compared with, to some user numbers. A catalog without interactions is a UsageError.
    """
    interactions = _interactions(catalog)
    chosen = None if only is None else set(only)
    wanted = [u for u in _raters(interactions) if chosen is None or u in chosen]
    columns = _columns(facets, interactions)
    traits = _traits(interactions, columns, len(catalog))
    affinities = _affinities(interactions, columns, wanted)
    training = interactions.training(share)
    return [
        _persona(catalog, interactions, u, traits[u], affinity, columns.names, factors, training)
        for u, affinity in zip(wanted, affinities, strict=True)
    ]


def _interactions(catalog: ItemCatalog) -> Interactions:
    if catalog.interactions is None or not len(catalog.interactions):
        raise UsageError(
            f"the catalog {catalog.name!r} has no ratings to make personas from; import one that has, or "
            "choose a population (see `recoworld personas`)"
        )
    return catalog.interactions


def _raters(interactions: Interactions) -> list[int]:
    return [int(u) for u in np.flatnonzero(np.diff(interactions.starts))]


@dataclass(frozen=True)
class _Columns:
    """The facets that tastes are estimated for: `names` (F,) and `matrix` float64 (I, F) of 0 and 1."""

    names: tuple[str, ...]
    matrix: F64


def _columns(facets: Facets, interactions: Interactions) -> _Columns:
    """The facets of `KINDS` that most interactions have, at most `MOST_FACETS`."""
    n_items, width = facets.ids.shape[0], len(facets.names)
    weights = np.repeat(np.bincount(interactions.item, minlength=n_items), facets.ids.shape[1])
    use = np.bincount(facets.ids.ravel(), weights=weights, minlength=width + 1)[:width]
    usable = [f for f in range(width) if facets.kinds[f] in KINDS and use[f] > 0]
    kept = sorted(sorted(usable, key=lambda f: (-use[f], f))[:MOST_FACETS])
    column = np.full(width + 1, len(kept), np.int64)
    column[kept] = np.arange(len(kept))
    matrix = np.zeros((n_items, len(kept) + 1))
    matrix[np.arange(n_items)[:, None], column[facets.ids]] = 1.0
    return _Columns(tuple(facets.names[f] for f in kept), np.ascontiguousarray(matrix[:, :-1]))


def _residuals(interactions: Interactions, n_items: int) -> F64:
    """float64 (m,): ratings minus their item's mean (shrunk toward the overall mean), NaN without rating."""
    rated = ~np.isnan(interactions.rating)
    values = interactions.rating[rated].astype(np.float64)
    overall = values.mean() if len(values) else 0.0
    total = np.bincount(interactions.item[rated], weights=values - overall, minlength=n_items)
    count = np.bincount(interactions.item[rated], minlength=n_items)
    centered = interactions.rating.astype(np.float64) - overall
    return np.asarray(centered - (total / (count + ITEM_PRIOR))[interactions.item], np.float64)


def _affinities(interactions: Interactions, columns: _Columns, users: Sequence[int]) -> Iterator[F64]:
    """float64 (F,) per user: positive where it likes a facet more than other users do."""
    # Imported here: printing help must not pay for it.
    from threadpoolctl import threadpool_limits

    residuals = _residuals(interactions, len(columns.matrix))
    usual = np.bincount(interactions.item, minlength=len(columns.matrix)) @ columns.matrix / len(interactions)
    with threadpool_limits(1):  # the order of sums, and so their rounding, would follow the threads
        for user in users:
            rows = slice(interactions.starts[user], interactions.starts[user + 1])
            chosen, residual = columns.matrix[interactions.item[rows]], residuals[rows]
            rated = ~np.isnan(residual)
            yield ridge(chosen[rated], residual[rated]) if rated.any() else lift(chosen, usual)


def ridge(facets: F64, residual: F64, pull: float = RIDGE) -> F64:
    """float64 (F,): what each facet adds to the ratings of one user, from its n items (n, F) and residuals.

    Around the user's own means, shrunk by `pull`; solved in the smaller of its two forms.
    """
    x, y = facets - facets.mean(axis=0), residual - residual.mean()
    if len(y) < x.shape[1]:
        dual = np.linalg.solve(x @ x.T + pull * np.eye(len(y)), y)
        return np.asarray(x.T @ dual, np.float64)
    return np.asarray(np.linalg.solve(x.T @ x + pull * np.eye(x.shape[1]), x.T @ y), np.float64)


def lift(facets: F64, usual: F64) -> F64:
    """float64 (F,): how much more often than usual a user chose each facet, in standard deviations."""
    share = (facets.sum(axis=0) + LIFT_PRIOR * usual) / (len(facets) + LIFT_PRIOR)
    spread = np.sqrt(usual * (1.0 - usual))
    return np.asarray((share - usual) / np.where(spread > 1e-9, spread, np.inf), np.float64)


def strongest(affinity: F64, names: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """At most 8 tastes and 5 dislikes, strongest first, as shares of the largest absolute affinity."""
    largest = np.abs(affinity).max(initial=0.0)
    if largest < 1e-9:
        return {}, {}
    scaled = affinity / largest
    order = np.argsort(-scaled, kind="stable")
    likes = [int(f) for f in order[:MOST_TASTES] if scaled[f] >= LEAST_WEIGHT]
    dislikes = [int(f) for f in order[::-1][:MOST_DISLIKES] if scaled[f] <= -LEAST_WEIGHT]
    return (
        {names[f]: round(float(scaled[f]), 4) for f in likes},
        {names[f]: round(float(-scaled[f]), 4) for f in dislikes},
    )


def _traits(interactions: Interactions, columns: _Columns, n_items: int) -> dict[int, Traits]:
    """The traits of every rater by user number, each from a rank among them (assumed proxies).

    pickiness: a low mean rating against what others gave the same items. conformity: the mean popularity
    (percentile by ratings) of what it rated. curiosity: the variety (entropy) of facets, and the share of
    items outside the most popular fifth. patience and minutes: the length of the history. expressiveness:
    the spread of its ratings. loyalty: the number of distinct days (of times, where times are no clock).
    Long histories reach rarer items, so curiosity goes with patience (correlation 0.72 on MovieLens 100K).
    """
    raters = np.array(_raters(interactions), np.int64)
    length = np.diff(interactions.starts)[raters]
    percentile = ranks(np.bincount(interactions.item, minlength=n_items))[interactions.item]
    rare = _mean(interactions, (percentile <= POPULAR).astype(np.float64))[raters]
    variety = _entropy(interactions, columns)[raters]
    measured = {
        "pickiness": -_harshness(interactions, n_items)[raters],
        "curiosity": ranks(variety) + ranks(rare),
        "conformity": _mean(interactions, percentile)[raters],
        "patience": length,
        "expressiveness": _spread(interactions)[raters],
        "loyalty": _days(interactions)[raters],
    }
    by_name = {name: 0.05 + 0.9 * ranks(values) for name, values in measured.items()}
    by_name["minutes"] = SHORTEST_MINUTES * (LONGEST_MINUTES / SHORTEST_MINUTES) ** by_name["patience"]
    return {
        int(u): Traits(**{name: round(float(values[i]), 4) for name, values in by_name.items()})
        for i, u in enumerate(raters)
    }


def ranks(values: npt.NDArray[Any]) -> F64:
    """float64 (n,) in (0, 1): the middle of each value's place in the order; equal values share a place."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2.0) / max(1, len(values))
    return np.asarray(middle[place], np.float64)


def _sum(interactions: Interactions, values: F64) -> F64:
    return np.asarray(np.bincount(interactions.user, values, len(interactions.users)), np.float64)


def _mean(interactions: Interactions, values: F64) -> F64:
    return _sum(interactions, values) / np.maximum(np.diff(interactions.starts), 1)


def _harshness(interactions: Interactions, n_items: int) -> F64:
    """float64 (U,): the mean residual, shrunk; 0 without ratings."""
    residual = _residuals(interactions, n_items)
    count = _sum(interactions, (~np.isnan(residual)).astype(np.float64))
    return _sum(interactions, np.nan_to_num(residual)) / (count + USER_PRIOR)


def _spread(interactions: Interactions) -> F64:
    """float64 (U,): the variance of the ratings, shrunk toward that within all users."""
    rated = ~np.isnan(interactions.rating)
    count = _sum(interactions, rated.astype(np.float64))
    values = np.nan_to_num(interactions.rating.astype(np.float64))
    mean = _sum(interactions, values) / np.maximum(count, 1)
    squares = _sum(interactions, np.where(rated, (values - mean[interactions.user]) ** 2, 0.0))
    usual = squares.sum() / max(1.0, count.sum())
    return np.asarray((squares + USER_PRIOR * usual) / (count + USER_PRIOR), np.float64)


def _entropy(interactions: Interactions, columns: _Columns) -> F64:
    """float64 (U,): entropy of the facets of a user's items, with Miller and Madow's correction for few."""
    from scipy.sparse import csr_array

    shape = (len(interactions.users), len(columns.matrix))
    rows = csr_array((np.ones(len(interactions)), interactions.item, interactions.starts), shape=shape)
    blocks = [_block_entropy(rows[i : i + _BLOCK] @ columns.matrix) for i in range(0, shape[0], _BLOCK)]
    return np.concatenate(blocks)


def _block_entropy(counts: F64) -> F64:
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    p = counts / total
    entropy = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=1)
    return np.asarray(entropy + ((counts > 0).sum(axis=1) - 1.0).clip(0) / (2.0 * total[:, 0]), np.float64)


def _days(interactions: Interactions) -> I64:
    """int64 (U,): distinct days on which a user rated."""
    clock = len(interactions) > 0 and int(interactions.time.max()) > _UNIX_TIME
    days = interactions.time // _DAY if clock else interactions.time
    order = np.lexsort((days, interactions.user))
    user, day = interactions.user[order], days[order]
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(user) != 0) | (np.diff(day) != 0)
    return np.bincount(user[new], minlength=len(interactions.users)).astype(np.int64)


def _persona(
    catalog: ItemCatalog,
    interactions: Interactions,
    user: int,
    traits: Traits,
    affinity: F64,
    names: Sequence[str],
    factors: Factors,
    training: npt.NDArray[np.bool_],
) -> Persona:
    name = interactions.users[user]
    rows = np.arange(interactions.starts[user], interactions.starts[user + 1])
    known = interactions.people.get(name, {})
    tastes, dislikes = strongest(affinity, names)
    about = _demographics(known)
    return Persona(
        id=f"user-{name}",
        name=f"User {name} of {catalog.name}",
        bio=_bio(about, len(rows), tastes, dislikes),
        **about,
        tastes=tastes,
        dislikes=dislikes,
        latent=tuple(float(x) for x in factors.user[user]),
        history=tuple(_past(catalog, interactions, int(row)) for row in rows[training[rows]]),
        traits=traits,
    )


def _past(catalog: ItemCatalog, interactions: Interactions, row: int) -> Past:
    rating = float(interactions.rating[row])
    item = catalog.ids[int(interactions.item[row])]
    return Past(item=item, rating=None if np.isnan(rating) else round(rating, 4))


def _demographics(known: Mapping[str, str | int]) -> dict[str, Any]:
    """Age (where it is one), gender, occupation and country as far as the data has them."""
    about: dict[str, Any] = {
        key: str(known[key]) for key in ("gender", "occupation", "country") if known.get(key)
    }
    age = known.get("age")
    if isinstance(age, int) and 0 <= age <= 120:
        about["age"] = age
    return about


def _bio(
    about: Mapping[str, Any], rated: int, tastes: Mapping[str, float], dislikes: Mapping[str, float]
) -> str:
    who = about.get("occupation", "person")
    age = f", {about['age']}," if "age" in about else ""
    parts = [f"{who.capitalize()}{age} with {rated} items in the past."]
    for verb, facets in (("Likes", tastes), ("Dislikes", dislikes)):
        if facets:
            parts.append(f"{verb} {', '.join(name.partition(':')[2] for name in list(facets)[:4])}.")
    return " ".join(parts)
