"""Semantic IDs: every item as a code of three levels, with a legend that says what each part stands for.

Residual k-means over the dense vectors of the items, as in RQ-KMeans and the RQ-VAE of TIGER (Rajput et al. 2023,
arXiv 2305.05065): the first part is the cluster of the item, the next the cluster of what the first leaves
unexplained, and so on; parts of all levels together say more than their number. Items of one code are told apart
by a last number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.catalog.features import F32, I32, PEOPLE, Facets

LEVELS, MOST_CODES = 3, 16
"""Levels, and the most codes of one: 4,096 cells, and a legend of at most 48 lines."""
ITEMS_A_CODE = 20
"""Small catalogs have fewer codes: one for so many items."""
MOST_FACETS = 3
"""Of one code in the legend."""
LETTERS = "abc"
_FIT_ITEMS = 20_000
_LEAST_LIFT = 0.5
"""Nats: a facet that says less about a code is left out."""
_UNSAID = (*PEOPLE, "language")


@dataclass(frozen=True)
class SemanticIds:
    """Codes of I items, int32 (I, 3), each in [0, 16); `legend` says of each part, as `a3`, which facets it means.

    The same for the same catalog, whatever the number of threads.
    """

    codes: I32
    legend: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, dense: F32, facets: Facets) -> SemanticIds:
        """From the dense vectors (I, D) of the items and their facets."""
        size = max(1, min(MOST_CODES, len(dense) // ITEMS_A_CODE))
        codes = _quantized(dense, size)
        return cls(codes, tuple(_legend(codes, facets)))

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The parts of each item's code, as `a3`, `b12`, `c5`."""
        return tuple(tuple(map(_part, range(LEVELS), row)) for row in self.codes.tolist())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The code of each item as it is written, `a3-b12-c5`, and `a3-b12-c5-2` for the second of that code."""
        met: Counter[str] = Counter()
        names = []
        for name in map("-".join, self.parts):
            met[name] += 1
            names.append(f"{name}-{met[name]}" if met[name] > 1 else name)
        return tuple(names)


def _part(level: int, code: int) -> str:
    return f"{LETTERS[level]}{code}"


def _quantized(dense: F32, size: int) -> I32:
    """int32 (I, 3): at each level the nearest center to what is left, in whole numbers and so exactly."""
    left = dense.astype(np.int64)
    codes = np.zeros((len(dense), LEVELS), np.int32)
    for level in range(LEVELS):
        centers = _centers(left, size)
        codes[:, level] = ((centers**2).sum(axis=1) - 2 * left @ centers.T).argmin(axis=1)
        left = left - centers[codes[:, level]]
    return codes


def _centers(left: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """int64 (size or fewer, D): centers of k-means, fitted on at most 20,000 items spread over the catalog."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    fitted = left[:: -(-len(left) // _FIT_ITEMS)].astype(np.float64)
    size = min(size, len(np.unique(fitted, axis=0)))
    with threadpool_limits(1):  # the order of sums, and so their rounding, would follow the threads
        means = KMeans(size, n_init=1, random_state=0).fit(fitted).cluster_centers_
    return np.asarray(np.rint(means), np.int64)


def _legend(codes: I32, facets: Facets) -> Sequence[tuple[str, tuple[str, ...]]]:
    """What the items of a code have more often than the catalog, or than others of their first part, has it."""
    has = facets.matrix
    said = np.array([kind not in _UNSAID for kind in facets.kinds], bool)
    usual = np.broadcast_to(has.mean(axis=0), has.shape)
    lines = []
    for level in range(LEVELS):
        for code in range(int(codes[:, level].max()) + 1):
            of_code = codes[:, level] == code
            if of_code.any():
                facts = _telling(has[of_code].sum(axis=0), usual[of_code].sum(axis=0), said)
                values = (facets.names[i].partition(":")[2] for i in facts)
                lines.append((_part(level, code), tuple(dict.fromkeys(values))))
        if level == 0:
            usual = _means(has, codes[:, 0])
    return lines


def _telling(found: F32, usual: F32, said: npt.NDArray[np.bool_]) -> list[int]:
    """The facets that say most of a code: how often they are found, times how much more often than usual."""
    lift = np.where(said & (found > 0), found * np.log((found + 0.5) / (usual + 0.5)), 0.0)
    return [int(i) for i in np.argsort(-lift, kind="stable")[:MOST_FACETS] if lift[i] > _LEAST_LIFT]


def _means(has: F32, of: I32) -> F32:
    """Each row replaced by the mean of the rows of its code."""
    sums = np.zeros((int(of.max()) + 1, has.shape[1]), np.float32)
    np.add.at(sums, of, has)
    counts = np.bincount(of, minlength=len(sums)).astype(np.float32)
    return np.asarray((sums / np.maximum(counts, 1)[:, None])[of], np.float32)
