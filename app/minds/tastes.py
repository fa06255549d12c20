"""From personas to the rows of numbers that the behavioral model needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from app import draws
from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.draws import What
from app.minds.items import sample_positions
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, F64, I32, RECENT, TRAITS, ItemRows, UserRows
from graphs.messages import Past, Persona

MOODS = {
    "cheerful": 0.5, "happy": 0.5, "excited": 0.5, "curious": 0.3, "calm": 0.2, "relaxed": 0.3,
    "restless": -0.1, "wistful": -0.1, "bored": -0.3, "tired": -0.3, "stressed": -0.4, "sad": -0.4,
    "lonely": -0.4, "angry": -0.5,
}  # fmt: skip
"""Mood on arrival by word; other words are neutral."""

_STEPS = 1024.0
"""Facet weights are whole multiples of 1 / _STEPS, so that sums of them are exact in any order."""
_TINY = 1e-9


class Tastes:
    """Builds user rows over one catalog. Every row depends on its persona and number alone.

    Tastes are standardized over a fixed sample of the items. Products there are of small integers, exact in
    float32, so that a row does not depend on the rows made with it.
    """

    def __init__(
        self,
        catalog: ItemCatalog,
        facets: Facets,
        items: ItemRows,
        latent_dims: int,
        seed: int,
        parameters: BehaviorParameters | None = None,
    ) -> None:
        self.parameters = parameters or BehaviorParameters()
        self.catalog, self.facets, self.items, self.seed = catalog, facets, items, seed
        self.latent_dims = latent_dims
        sample = sample_positions(len(catalog))
        self.width = len(facets.names) + 1
        has = np.zeros((len(sample), self.width), np.float32)
        has[np.arange(len(sample))[:, None], items.facets[sample]] = 1.0
        has[:, -1] = 0.0
        self.sample_facets = np.ascontiguousarray(has.T)
        self.sample_dense, self.dense_unit = _integers(items.dense[sample])
        numeric = items.numeric[sample].astype(np.float64)
        spread = np.sqrt(np.maximum(((numeric - numeric.mean(axis=0)) ** 2).mean(axis=0), 1e-6))
        self.sample_numeric = (numeric - numeric.mean(axis=0)) / spread

    def rows(self, people: Sequence[tuple[int, Persona]]) -> UserRows:
        """Rows of (number, persona) pairs, in order."""
        personas = [persona for _, persona in people]
        key = draws.keys(self.seed, np.array([number for number, _ in people], np.int64))
        pasts = [self._past(persona.history) for persona in personas]
        facet, dense, center, lean = self._taste(personas, pasts)
        arrival = np.array([MOODS.get(persona.mood.lower(), 0.0) for persona in personas])
        traits = [persona.traits for persona in personas]
        return UserRows(
            key=key,
            facet=facet,
            dense=dense,
            center=center,
            lean=lean,
            known=self._known(personas, pasts),
            recent=np.array([_recent([i for i, _ in past]) for past in pasts], np.int32),
            traits=np.array([[getattr(t, name) for name in TRAITS] for t in traits], np.float64),
            minutes=np.array([t.minutes for t in traits], np.float64),
            mood=np.clip(
                arrival + self.parameters.arrive_spread * draws.normal(key, 0, What.MOOD), -1.0, 1.0
            ),
        )

    def _taste(
        self, personas: list[Persona], pasts: list[list[tuple[int, Past]]]
    ) -> tuple[F32, F32, F64, F64]:
        """Facet tastes (n, F + 1), dense tastes (n, L), the average item's taste (n,), and the lean (n, 3).

        Scaled so that every taste has a standard deviation of 1 over the sampled items.
        """
        facet = self._weights(personas)
        by_facet = (facet @ self.sample_facets).astype(np.float64) / _STEPS
        dense = np.stack([self._dense(p, past) for p, past in zip(personas, pasts, strict=True)])
        whole, unit = _integers(dense)
        by_dense = (whole @ self.sample_dense.T).astype(np.float64) * unit * self.dense_unit.T
        latent = np.array([bool(persona.latent) for persona in personas])
        share = _share(by_dense, by_facet, self.parameters.content_share)
        factor = np.where(latent, 1.0, share)[:, None]
        raw = by_facet + factor * by_dense
        center = raw.mean(axis=1)
        spread = np.sqrt(((raw - center[:, None]) ** 2).mean(axis=1))
        scale = np.where(spread > _TINY, 1.0 / np.maximum(spread, _TINY), 0.0)
        standard = (raw - center[:, None]) * scale[:, None]
        lean = np.stack([(standard * column).mean(axis=1) for column in self.sample_numeric.T], axis=1)
        scaled = facet.astype(np.float64) * (scale / _STEPS)[:, None]
        return (
            scaled.astype(np.float32),
            (dense * factor * scale[:, None]).astype(np.float32),
            center * scale,
            lean,
        )

    def _weights(self, personas: list[Persona]) -> F32:
        """float32 (n, F + 1): stated tastes less dislikes, in whole steps."""
        facet = np.zeros((len(personas), self.width), np.float32)
        index, dislike = self.facets.index, self.parameters.dislike_weight * _STEPS
        for row, persona in enumerate(personas):
            for weights, sign in ((persona.tastes, _STEPS), (persona.dislikes, -dislike)):
                for name, weight in weights.items():
                    at = index.get(name)
                    if at is not None:
                        facet[row, at] = round(sign * weight)
        return facet

    def _dense(self, persona: Persona, past: list[tuple[int, Past]]) -> F64:
        """Taste in the dense space: estimated, else the mean of what was liked."""
        if persona.latent and len(persona.latent) == self.latent_dims:
            return np.array(persona.latent, np.float64)
        liked = [i for i, p in past if p.rating is None or p.rating >= 0.6]
        if not liked:
            return np.zeros(self.items.dense.shape[1])
        return np.asarray(self.items.dense[liked].astype(np.float64).mean(axis=0))

    def _known(self, personas: list[Persona], pasts: list[list[tuple[int, Past]]]) -> F32:
        """Familiarity of each facet: grows with how often it occurs in the past, and with taste."""
        n = len(personas)
        rows = np.repeat(np.arange(n), [len(past) for past in pasts])
        positions = np.array([i for past in pasts for i, _ in past], np.int64)
        cells = rows[:, None] * self.width + self.items.facets[positions]
        counts = np.bincount(cells.ravel(), minlength=n * self.width).reshape(n, self.width)
        known = (1.0 - np.exp(-counts / 4.0)).astype(np.float32)
        for row, persona in enumerate(personas):
            liked = [self.facets.index[name] for name in persona.tastes if name in self.facets.index]
            known[row, liked] = np.maximum(known[row, liked], np.float32(0.6))
        known[:, -1] = 0.0
        return known

    def _past(self, history: Sequence[Past]) -> list[tuple[int, Past]]:
        position: Mapping[str, int] = self.catalog.position
        return [(position[p.item], p) for p in history if p.item in position]


def _integers(vectors: npt.NDArray[np.floating]) -> tuple[F32, F64]:
    """Each row as integers in [-127, 127] and the unit (n, 1) they count, so that rows ~ integers * unit."""
    exact = vectors.astype(np.float64)
    unit = np.maximum(np.abs(exact).max(axis=1, keepdims=True), _TINY) / 127.0
    return np.rint(exact / unit).astype(np.float32), unit


def _share(by_dense: F64, by_facet: F64, share: float) -> F64:
    """float64 (n,): what makes the content part of a taste spread `share` times as much as the stated facets."""
    spread, stated = by_dense.std(axis=1), by_facet.std(axis=1)
    both = (spread > _TINY) & (stated > _TINY)
    return np.where(both, share * stated / np.maximum(spread, _TINY), 1.0)


def _recent(past: list[int]) -> I32:
    recent = np.full(RECENT, -1, np.int32)
    if past:
        last = past[-RECENT:]
        recent[-len(last) :] = last
    return recent
