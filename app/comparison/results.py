"""What a comparison came to. Every difference is B - A; values are None where nothing was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from app.comparison.arms import Side
    from app.comparison.gates import Judged
    from app.comparison.survival import LogRank

Verdict = Literal["better", "worse", "higher", "lower", "no clear difference", "below noise floor", "no data"]
NEITHER = frozenset({"instruct_rate", "diversity", "novelty", "coverage"})
"""Metrics of which neither more nor less is better: of them B is `higher` or `lower`."""
DOWN = frozenset({"leave_by_3"})
"""Metrics of which less is better; of all others more is."""
SURE = 0.05


@dataclass(frozen=True)
class Effect:
    """One metric: both sides, the difference with its 95 % interval, and how sure it is."""

    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    unpaired_low: float | None
    unpaired_high: float | None
    gain: float | None
    """Variance of the unpaired difference over that of the paired one: how many times as many users the same
    precision would take without pairing."""
    p: float | None
    p_holm: float | None
    noise_floor: float | None
    noise_from: Literal["replicates", "bootstrap"]
    verdict: Verdict
    users: int
    """Users that the metric is known of, on either side."""


@dataclass(frozen=True)
class Retention:
    """Shares still there after turn 1, 2, …, with pointwise intervals and a band for all turns at once."""

    a: list[float]
    b: list[float]
    difference: list[float]
    low: list[float]
    high: list[float]
    band_low: list[float]
    band_high: list[float]
    test_name: Literal["stratified log-rank", "log-rank"]
    test: LogRank | None


@dataclass(frozen=True)
class SegmentEffect:
    """The headline metric among some of the users. Small segments have no interval."""

    by: str
    segment: str
    users: int
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class End:
    """How one session of a pair ended."""

    session: str
    turns: int
    status: str
    reason: str | None
    satisfaction: float


@dataclass(frozen=True)
class Flip:
    """A user whose two sessions came out differently, and where they first differed."""

    user: int
    persona: str
    a: End
    b: End
    turns: int
    """Turns of B less those of A."""
    diverged: int | None
    """The first turn in which slates, reactions or decisions differ."""
    differs: Literal["slate", "reactions", "decision"] | None


@dataclass(frozen=True)
class Outcomes:
    """Pairs by what became of them: longer or shorter in B; who left in one arm and stayed in the other."""

    longer: int
    shorter: int
    same: int
    stays_in_b: int
    stays_in_a: int


@dataclass(frozen=True)
class Comparison:
    """`data()` is the object that `compare --json` prints."""

    a: Side
    b: Side
    paired: bool
    pairing: str
    """Why the sessions are paired, or why they are not."""
    users: tuple[int, int]
    sessions: tuple[int, int]
    horizon: int
    metric: str
    effects: dict[str, Effect]
    retention: Retention
    segments: list[SegmentEffect]
    outcomes: Outcomes | None
    flips: list[Flip]
    gates: list[Judged]
    notes: list[str]

    @property
    def headline(self) -> Effect:
        return self.effects[self.metric]

    def data(self) -> dict[str, Any]:
        names = ("paired", "pairing", "horizon", "metric", "notes")
        sides = [
            side.data() | {"users": self.users[i], "sessions": self.sessions[i]}
            for i, side in enumerate((self.a, self.b))
        ]
        return {
            "a": sides[0],
            "b": sides[1],
            **{name: getattr(self, name) for name in names},
            "metrics": {name: asdict(effect) for name, effect in self.effects.items()},
            "retention": asdict(self.retention) | {"test": self._test()},
            "segments": [asdict(segment) for segment in self.segments],
            "outcomes": asdict(self.outcomes) if self.outcomes else None,
            "flips": [asdict(flip) for flip in self.flips],
            "gates": [judged.data() for judged in self.gates],
        }

    def _test(self) -> dict[str, Any] | None:
        return self.retention.test._asdict() if self.retention.test else None


def verdict(
    name: str, difference: float | None, clear: bool, floor: float | None, replicated: bool
) -> Verdict:
    """The word for a difference that is `clear` or not, against a noise floor that replicates gave."""
    if difference is None:
        return "no data"
    if not clear:
        return "no clear difference"
    if replicated and floor is not None and abs(difference) <= floor:
        return "below noise floor"
    if name in NEITHER:
        return "higher" if difference > 0 else "lower"
    return "worse" if (difference > 0) == (name in DOWN) else "better"
