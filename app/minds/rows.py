"""The arrays of the embedded user: n users by k slots, by F facets (+1 empty one) or L taste dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graphs.messages import Request
from graphs.state import Rows

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I8 = npt.NDArray[np.int8]
U8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]

RECENT = 64
"""Length of the ring buffer of recently seen items."""
WISHES = 2
"""Most directives in one instruction."""
NUMERIC = ("year", "duration", "popularity")

FACTORS = (
    "quality", "taste", "popularity", "novelty", "wish", "boredom", "repeat", "mood", "clickbait",
)  # fmt: skip
"""The parts of a utility, in the order of their codes."""


@dataclass(frozen=True)
class ItemRows:
    """The items as users experience them, I rows. `facets` int32 (I, M) is padded with F."""

    facets: I32
    weight: F32
    """float32 (I, M): how much each facet weighs in boredom and novelty; sums to 1 (0 where padded)."""
    dense: F32
    """float32 (I, L): collaborative factors where ratings exist, else the content embedding."""
    numeric: F32
    """float32 (I, 3): standardized year, duration and log popularity."""
    quality: F64
    """float64 (I,): standardized."""
    clickbait: F64
    """float64 (I,): appeal minus value; assumed."""
    seconds: F64
    """float64 (I,): the most that is watched of it while browsing."""
    share: F64
    """float64 (F,): share of the items with each facet."""
    common: Bool
    """bool (F,): facets frequent enough to be asked for."""
    matters: F64
    """float64 (F,): how much a facet's kind matters to users, in (0, 1]."""


@dataclass
class UserRows(Rows):
    """What is fixed in a session, n rows."""

    key: npt.NDArray[np.uint64]
    facet: F32
    """float32 (n, F + 1): taste per facet on the logit scale; the last column is 0."""
    dense: F32
    """float32 (n, L): taste in the items' dense space."""
    center: F64
    """float64 (n,): taste of the average item, subtracted so that taste ranks but does not lift."""
    lean: F64
    """float64 (n, 3): preference along year, duration and popularity that the taste implies."""
    known: F32
    """float32 (n, F + 1): familiarity with each facet from the past, in [0, 1]."""
    recent: I32
    """int32 (n, RECENT): positions of items of the past, -1 where empty."""
    traits: F64
    """float64 (n, 6): pickiness, curiosity, conformity, patience, expressiveness, loyalty."""
    minutes: F64
    mood: F64
    """float64 (n,): the mood on arrival."""

    def trait(self, name: str) -> F64:
        return self.traits[:, TRAITS.index(name)]


TRAITS = ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty")


@dataclass
class WishRows(Rows):
    """What n users would ask for: directives by code, up to WISHES each."""

    kind: I8
    """int8 (n, WISHES): index in `graphs.messages.KINDS`, -1 where there is none."""
    target: I32
    """int32 (n, WISHES): facet for more, less, avoid and only; item position for similar; else -1."""
    strength: F64
    gap: F64
    """float64 (n, WISHES): how wide the gap is that the directive names."""


@dataclass
class MindRows(Rows):
    """What changes in a session, n rows."""

    satisfaction: F64
    expectation: F64
    boredom: F64
    fatigue: F64
    trust: F64
    mood: F64
    seconds: F64
    """float64 (n,): spent in this session."""
    skips: I32
    """int32 (n,): length of the present run of skips."""
    seen: I32
    satiation: F32
    """float32 (n, F + 1): in [0, 1]."""
    known: F32
    dense: F32
    """float32 (n, L): taste now (it drifts)."""
    recent: I32
    wish_facet: F32
    """float32 (n, F + 1): the standing wish: what an item with the facet gains."""
    wish_numeric: F32
    wish_dense: F32
    asked: Bool
    """bool (n,): an instruction was given just before this slate."""
    match: F64
    """float64 (n,): how well the slate before it matched the wish."""
    unheard: I32
    """int32 (n,): instructions that were not kept."""
    wants: WishRows
    """What it would ask for, as of the last time it had enough; empty before."""


@dataclass
class VisibleRows(Rows):
    """What a recommender sees of n reviews."""

    items: I32
    actions: U8
    watched: F32
    seconds: F32
    seen: I32


@dataclass
class ReviewRows(Rows):
    """n reviews of k slots. Beyond `seen` the slots are 0."""

    items: I32
    actions: U8
    """uint8 (n, k): bit b set for `graphs.messages.ACTIONS[b]`."""
    watched: F32
    seconds: F32
    utility: F32
    """float32 (n, k): value against the anchor."""
    factor: I8
    """int8 (n, k): index of the part in FACTORS that weighed most."""
    part: F32
    """float32 (n, k): that part, on the scale of the utility."""
    facet: I32
    """int32 (n, k): the facet behind it, F where there is none."""
    seen: I32
    match: F64
    """float64 (n,): how well the whole slate matches the standing wish."""
    fired: Bool
    """bool (n,): had enough; instructs or leaves."""
    time_up: Bool
    pressure: F64
    """float64 (n, 3): what drove it: dissatisfaction, boredom, fatigue."""
    mind: MindRows
    """Satisfaction, fatigue, boredom, satiation, … as they were when the review ended."""

    def visible(self) -> VisibleRows:
        return VisibleRows(self.items, self.actions, self.watched, self.seconds, self.seen)


@dataclass
class DecisionRows(Rows):
    """n decisions. `kind` 0 continue, 1 instruct, 2 leave; `reason` indexes LEAVE_REASONS, -1 else."""

    kind: I8
    reason: I8
    return_days: F64
    """float64 (n,): days until the user comes back, inf for never, NaN while it stays."""
    requests: list[Request | None] = field(default_factory=list)


def no_wishes(n: int) -> WishRows:
    return WishRows(
        kind=np.full((n, WISHES), -1, np.int8),
        target=np.full((n, WISHES), -1, np.int32),
        strength=np.zeros((n, WISHES)),
        gap=np.zeros((n, WISHES)),
    )
