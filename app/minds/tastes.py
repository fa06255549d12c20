"""From a persona to the row of numbers that the behavioral model needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from app import draws
from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.draws import What
from app.minds.items import sample_positions
from app.minds.rows import F32, F64, RECENT, TRAITS, ItemRows, UserRows, stack
from graphs.messages import Past, Persona

MOODS = {
    "cheerful": 0.5, "happy": 0.5, "excited": 0.5, "curious": 0.3, "calm": 0.2, "relaxed": 0.3, "restless": -0.1,
    "wistful": -0.1, "bored": -0.3, "tired": -0.3, "stressed": -0.4, "sad": -0.4, "lonely": -0.4, "angry": -0.5,
}  # fmt: skip
"""Mood on arrival by word; other words are neutral."""

_DISLIKE = 1.3
_DENSE_SHARE = 0.6


class Tastes:
    """Builds user rows over one catalog. Every row depends on its persona and number alone."""

    def __init__(
        self, catalog: ItemCatalog, facets: Facets, items: ItemRows, latent_dims: int, seed: int
    ) -> None:
        self.catalog, self.facets, self.items, self.seed = catalog, facets, items, seed
        self.latent_dims = latent_dims
        self.sample = sample_positions(len(catalog))
        self.sample_facets = items.facets[self.sample]
        self.sample_dense = items.dense[self.sample].astype(np.float64)
        numeric = items.numeric[self.sample].astype(np.float64)
        spread = np.maximum((numeric**2).mean(axis=0), 1e-6)
        self.sample_numeric = (numeric - numeric.mean(axis=0)) / np.sqrt(spread)

    def rows(self, people: Sequence[tuple[int, Persona]]) -> UserRows:
        """Rows of (number, persona) pairs, in order."""
        return stack([self.row(number, persona) for number, persona in people])

    def row(self, number: int, persona: Persona) -> UserRows:
        past = self._positions(persona.history)
        facet, dense, center, lean = self._taste(persona, past)
        traits = persona.traits
        key = draws.keys(self.seed, np.array([number]))
        arrival = MOODS.get(persona.mood.lower(), 0.0) + 0.2 * draws.normal(key, 0, What.MOOD)
        return UserRows(
            key=key,
            facet=facet[None, :],
            dense=dense[None, :],
            center=np.array([center]),
            lean=lean[None, :],
            known=self._known(persona, past)[None, :],
            recent=_recent(past)[None, :],
            traits=np.array([[getattr(traits, name) for name in TRAITS]]),
            minutes=np.array([traits.minutes]),
            mood=np.clip(arrival, -1.0, 1.0),
        )

    def _taste(self, persona: Persona, past: list[int]) -> tuple[F32, F32, float, F64]:
        """Facet taste (F + 1,), dense taste (L,), the average item's taste, and its lean (3,).

        Scaled so that taste has a standard deviation of 1 over the sampled items.
        """
        facet = np.zeros(len(self.facets.names) + 1)
        for weights, sign in ((persona.tastes, 1.0), (persona.dislikes, -_DISLIKE)):
            for name, weight in weights.items():
                if name in self.facets.index:
                    facet[self.facets.index[name]] = sign * weight
        by_facet = facet[self.sample_facets].sum(axis=1)
        dense = self._dense(persona, past)
        by_dense = (self.sample_dense * dense).sum(axis=1)
        if not persona.latent:
            dense, by_dense = _share(dense, by_dense, by_facet)
        raw = by_facet + by_dense
        scale = raw.std()
        if scale < 1e-9:
            return np.zeros_like(facet, np.float32), np.zeros_like(dense, np.float32), 0.0, np.zeros(3)
        lean = (self.sample_numeric * ((raw - raw.mean()) / scale)[:, None]).mean(axis=0)
        return (
            (facet / scale).astype(np.float32),
            (dense / scale).astype(np.float32),
            raw.mean() / scale,
            lean,
        )

    def _dense(self, persona: Persona, past: list[int]) -> F64:
        if persona.latent and len(persona.latent) == self.latent_dims:
            return np.array(persona.latent, np.float64)
        liked = [
            i
            for i, p in zip(past, self._known_past(persona.history), strict=True)
            if (p.rating or 1.0) >= 0.6
        ]
        if not liked:
            return np.zeros(self.items.dense.shape[1])
        return np.asarray(self.items.dense[liked].astype(np.float64).mean(axis=0))

    def _known(self, persona: Persona, past: list[int]) -> F32:
        """Familiarity of each facet: grows with how often it occurs in the past, and with taste."""
        width = len(self.facets.names) + 1
        counts = np.bincount(self.items.facets[past].ravel(), minlength=width) if past else np.zeros(width)
        known = 1.0 - np.exp(-counts / 4.0)
        for name in persona.tastes:
            if name in self.facets.index:
                known[self.facets.index[name]] = max(known[self.facets.index[name]], 0.6)
        known[-1] = 0.0
        return known.astype(np.float32)

    def _known_past(self, history: Iterable[Past]) -> list[Past]:
        return [p for p in history if p.item in self.catalog.position]

    def _positions(self, history: Iterable[Past]) -> list[int]:
        return [self.catalog.position[p.item] for p in self._known_past(history)]


def _share(dense: F64, by_dense: F64, by_facet: F64) -> tuple[F64, F64]:
    """The content part of a taste weighs less than the stated facets."""
    spread, stated = by_dense.std(), by_facet.std()
    if spread < 1e-9 or stated < 1e-9:
        return dense, by_dense
    factor = _DENSE_SHARE * stated / spread
    return dense * factor, by_dense * factor


def _recent(past: list[int]) -> np.ndarray:
    recent = np.full(RECENT, -1, np.int32)
    if past:
        last = past[-RECENT:]
        recent[-len(last) :] = last
    return recent
