"""The items as numbers: facets, standardized numbers, and dense text vectors of small integers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import ItemCatalog
from app.catalog.text import STOP_WORDS, tokens
from graphs.messages import Item

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]

MAX_FACETS = 24
"""Facets kept of one item, the kinds of `KIND_ORDER` first."""
KIND_ORDER = ("genre", "mood", "tag", "decade", "country", "language", "creator", "cast")
PEOPLE = ("creator", "cast")
"""Kinds whose values are facets only where at least two items share them."""

EXACT = 1 << 24
"""Sums of integers below this are exact in float32, in any order."""
SCALE = 127
"""Largest absolute component of a dense vector."""
LONGEST_PROFILE = 126_000.0
"""Largest Euclidean length of a profile: times a vector of 64 components, at most 131 long, below 2**24."""

_FIT_TEXTS = 20_000
_MAX_WORDS = 50_000
_CLIP = 2.5


@dataclass(frozen=True)
class Facets:
    """The facets of a catalog's I items as numbers.

    `names` (F,) are `kind:value`, ordered by kind, then value; `kinds` (F,) is the kind of each, and `index`
    finds a name's number. `ids` int32 (I, M) holds each item's facets, padded with F = `len(names)`, where
    M <= 24 is the widest item's number of facets (at least 1).
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    index: dict[str, int]
    ids: I32

    @classmethod
    def of(cls, catalog: ItemCatalog) -> Facets:
        """The facets of the items; a creator or cast member of one item only is left out."""
        pairs = [item.all_facets() for item in catalog]
        shared = Counter(pair for of_item in pairs for pair in of_item if pair[0] in PEOPLE)
        kept = [_widest(p for p in of_item if p[0] not in PEOPLE or shared[p] > 1) for of_item in pairs]
        ordered = sorted({pair for of_item in kept for pair in of_item})
        number = {pair: i for i, pair in enumerate(ordered)}
        names = tuple(f"{kind}:{value}" for kind, value in ordered)
        rows = [[number[pair] for pair in of_item] for of_item in kept]
        return cls(
            names,
            tuple(kind for kind, _ in ordered),
            {name: i for i, name in enumerate(names)},
            _padded(rows, len(names)),
        )

    @cached_property
    def matrix(self) -> F32:
        """float32 (I, F): 1 where the item has the facet, else 0."""
        full = np.zeros((len(self.ids), len(self.names) + 1), np.float32)
        full[np.arange(len(self.ids))[:, None], self.ids] = 1.0
        return np.ascontiguousarray(full[:, :-1])

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """int64 (F,): how many items have the facet."""
        return np.bincount(self.ids.ravel(), minlength=len(self.names) + 1)[:-1].astype(np.int64)


def _widest(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    rank = {kind: i for i, kind in enumerate(KIND_ORDER)}
    return sorted(pairs, key=lambda pair: rank.get(pair[0], len(rank)))[:MAX_FACETS]


def _padded(rows: list[list[int]], padding: int) -> I32:
    width = max(1, max(map(len, rows)))
    return np.array([row + [padding] * (width - len(row)) for row in rows], np.int32)


@dataclass(frozen=True)
class Numeric:
    """The numbers of I items, float32 (I,) each.

    `year_z`, `duration_z` and `popularity_z` are standardized over the known values, clipped to ±2.5, and 0
    where unknown. `year` and `duration` (minutes) are NaN where unknown; `popularity` and `quality` are in
    [0, 1].
    """

    year_z: F32
    duration_z: F32
    popularity_z: F32
    year: F32
    duration: F32
    popularity: F32
    quality: F32

    @classmethod
    def of(cls, catalog: ItemCatalog) -> Numeric:
        year = _column(item.year for item in catalog)
        duration = _column(item.duration for item in catalog)
        popularity = _column(item.popularity for item in catalog)
        return cls(
            year_z=_standard(year),
            duration_z=_standard(duration),
            popularity_z=_standard(popularity),
            year=year.astype(np.float32),
            duration=duration.astype(np.float32),
            popularity=popularity.astype(np.float32),
            quality=_column(item.quality for item in catalog).astype(np.float32),
        )


def _column(values: Iterable[float | None]) -> F64:
    return np.array([np.nan if value is None else float(value) for value in values], np.float64)


def _standard(values: F64) -> F32:
    known = values[~np.isnan(values)]
    spread = known.std() if len(known) else 0.0
    if spread < 1e-9:
        return np.zeros(len(values), np.float32)
    z = np.clip((values - known.mean()) / spread, -_CLIP, _CLIP)
    return np.asarray(np.nan_to_num(z, nan=0.0), np.float32)


def dense_vectors(catalog: ItemCatalog, facets: Facets, dims: int = 64, seed: int = 0) -> F32:
    """Text embeddings, float32 (I, dims) of whole numbers in [-127, 127], the same for the same catalog.

    Latent semantic analysis: TF-IDF of title, creator, facets and description, reduced by a truncated SVD
    that is fitted on at most 20,000 items spread over the catalog. A row has length 127 up to rounding (at
    most 127 + sqrt(dims) / 2), or is 0 where the item has no text in common with others. Where items or
    words are fewer than `dims`, the last columns are 0. The sign of a component is fixed by its largest word.
    """
    texts = [_document(item, facets, row) for item, row in zip(catalog, facets.ids, strict=True)]
    out = np.zeros((len(catalog), dims), np.float32)
    reduced = _reduced(texts, dims, seed)
    length = np.sqrt((reduced**2).sum(axis=1, keepdims=True))
    scaled = np.divide(reduced * SCALE, length, out=np.zeros_like(reduced), where=length > 1e-9)
    out[:, : reduced.shape[1]] = np.rint(scaled)
    return np.asarray(out + np.float32(0.0))  # no negative zeros: they would make equal rows unequal in bytes


def _document(item: Item, facets: Facets, row: I32) -> list[str]:
    """The item's words; a facet counts three times as one word of its own and twice by its words."""
    names = [facets.names[i] for i in row if i < len(facets.names)]
    values = " ".join(name.partition(":")[2] for name in names)
    text = f"{item.title} {item.creator} {values} {values} {item.description}"
    return names * 3 + [token for token in tokens(text) if token not in STOP_WORDS]


def _reduced(texts: list[list[str]], dims: int, seed: int) -> F64:
    """float64 (I, <= dims): the items in the space of the strongest components."""
    # Imported here: half a second that listing runs or printing help must not pay.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.utils.extmath import randomized_svd
    from threadpoolctl import threadpool_limits

    sample = texts[:: -(-len(texts) // _FIT_TEXTS)]
    shared = 2 if len(sample) >= 50 else 1
    if not any(n >= shared for n in Counter(word for text in sample for word in set(text)).values()):
        return np.zeros((len(texts), 0))
    tfidf = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=shared, max_features=_MAX_WORDS)
    fitted = tfidf.fit_transform(sample)
    components = min(dims, *fitted.shape)
    with threadpool_limits(1):  # the order of sums, and so their rounding, would follow the threads
        _, _, axes = randomized_svd(fitted, components, n_iter=5, random_state=seed)
    return np.asarray((tfidf.transform(texts) @ axes.T), np.float64)


def similarity(profile: F32, vectors: F32) -> F32:
    """float32 (n, I): products of n profiles (n, D) of whole numbers with the dense vectors (I, D).

    Exact, so equal bit for bit for one user and within a batch: every partial sum is at most the product of
    the two lengths (Cauchy-Schwarz), and with profiles no longer than `LONGEST_PROFILE` (the sum of 960
    vectors of 64 components) that is below 2**24. A longer profile is a ValueError.
    """
    longest = float(np.sqrt((profile.astype(np.float64) ** 2).sum(axis=-1).max(initial=0.0)))
    if longest > LONGEST_PROFILE:
        raise ValueError(
            f"a profile of length {longest:.0f} is not exact; scale it below {LONGEST_PROFILE:.0f}"
        )
    return np.asarray(profile @ vectors.T, np.float32)
