"""`compare`: from two names in the store to a `Comparison`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from app.comparison import flips, survival
from app.comparison.arms import SETTINGS, Side, replicates, two_sides
from app.comparison.coverage import coverage_difference, shown
from app.comparison.gates import Gate, Judged
from app.comparison.measures import NAMES, user_sums
from app.comparison.results import SURE, Comparison, Effect, Retention, SegmentEffect, verdict
from app.comparison.samples import Pairing, Sample, load, pair
from app.comparison.segments import segments
from app.errors import UsageError, unknown
from app.metrics import METRICS
from app.stats import Difference, Sums, bands, difference, holm, permutation_p
from app.store.store import Store

F64 = npt.NDArray[np.float64]
_RESAMPLES = 2000
_FEWEST = 2


@dataclass(frozen=True)
class Question:
    """What is asked: the headline metric, gates on differences, and how many flips to list."""

    metric: str = "turns"
    gates: tuple[Gate, ...] = ()
    flips: int = 3

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise unknown("metric", self.metric, METRICS)


@dataclass
class Numbers:
    """Differences of all metrics as columns, those of `NAMES` first and coverage last: float64 (18,) each."""

    a: F64
    b: F64
    low: F64
    high: F64
    unpaired_low: F64
    unpaired_high: F64
    gain: F64
    p: F64
    floor: F64
    users: list[int] = field(default_factory=list)


def compare(store: Store, first: str, second: str | None = None, asked: Question | None = None) -> Comparison:
    """B = `second` against A = `first`, or the two arms of the one run that `first` names.

    A UsageError says what cannot be compared: unknown or unfinished runs, different catalogs, the same twice.
    """
    asked = asked or Question()
    a, b = two_sides(store, first, second)
    found = pair(store, a, b)
    if min(len(np.unique(s.users)) for s in (found.a, found.b)) < _FEWEST:
        raise UsageError(f"{a.label} and {b.label}: there are too few sessions to compare; run more users")
    with threadpool_limits(limits=1):
        return _compared(store, a, b, found, asked)


def _compared(store: Store, a: Side, b: Side, found: Pairing, asked: Question) -> Comparison:
    horizon, seed = min(a.horizon, b.horizon), a.run.seed
    sums = user_sums(found.a, horizon), user_sums(found.b, horizon)
    whole = difference(*sums, paired=found.paired, seed=seed, resamples=_RESAMPLES)
    numbers = _numbers(store, (a, b), found, sums, whole)
    effects = _effects(numbers)
    parts, same = _segments(found, sums, asked.metric, seed)
    return Comparison(
        a=a,
        b=b,
        paired=found.paired,
        pairing=found.says,
        users=(len(sums[0].over), len(sums[1].over)),
        sessions=(len(found.a), len(found.b)),
        horizon=horizon,
        metric=asked.metric,
        effects=effects,
        retention=_retention(found, sums, whole, horizon),
        segments=parts,
        outcomes=flips.outcomes(found) if found.paired else None,
        flips=flips.flips(store, found, asked.flips) if found.paired else [],
        gates=[Judged(g, g.holds(effects[g.metric]), effects[g.metric]) for g in asked.gates],
        notes=_notes(a, b, found, whole, horizon, asked) + _one_way(same),
    )


# ------------------------------------------------------------------------------------ metrics


def _numbers(
    store: Store, sides: tuple[Side, Side], found: Pairing, sums: tuple[Sums, Sums], whole: Difference
) -> Numbers:
    m, seed = len(NAMES), sides[0].run.seed
    a, b = (side.columns(slice(m)) for side in sums)
    unpaired = difference(a, b, paired=False, seed=seed, resamples=_RESAMPLES) if found.paired else whole
    numbers = Numbers(
        a=a.ratios(),
        b=b.ratios(),
        low=whole.low[:m],
        high=whole.high[:m],
        unpaired_low=unpaired.low[:m],
        unpaired_high=unpaired.high[:m],
        gain=_gain(unpaired.variance[:m], whole.variance[:m]),
        p=permutation_p(a, b, paired=found.paired, seed=seed),
        floor=_floor(store, sides, min(side.horizon for side in sides)),
        users=[_known(x, y, found.paired) for x, y in zip(a.under.T, b.under.T, strict=True)],
    )
    return _with_coverage(store, sides, found, numbers)


def _known(a: F64, b: F64, paired: bool) -> int:
    return int(((a > 0) | (b > 0)).sum() if paired else (a > 0).sum() + (b > 0).sum())


def _gain(unpaired: F64, paired: F64) -> F64:
    return np.where(paired > 0, unpaired / np.where(paired > 0, paired, 1.0), np.nan)


def _with_coverage(store: Store, sides: tuple[Side, Side], found: Pairing, numbers: Numbers) -> Numbers:
    seed = sides[0].run.seed
    a, b = (shown(store, side, sample) for side, sample in zip(sides, (found.a, found.b), strict=True))
    of_all = coverage_difference(a, b, paired=found.paired, seed=seed)
    alone = coverage_difference(a, b, paired=False, seed=seed) if found.paired else of_all
    gain = alone.variance / of_all.variance if of_all.variance > 0 else np.nan
    own = {"a": of_all.a, "b": of_all.b, "low": of_all.low, "high": of_all.high, "p": of_all.p, "gain": gain}
    own |= {"unpaired_low": alone.low, "unpaired_high": alone.high, "floor": np.nan}
    columns = {name: np.append(getattr(numbers, name), value) for name, value in own.items()}
    users = len(np.unique(found.a.users)) + (0 if found.paired else len(np.unique(found.b.users)))
    return Numbers(**columns, users=[*numbers.users, users])


def _floor(store: Store, sides: tuple[Side, Side], horizon: int) -> F64:
    """What luck alone makes of the same arm, float64 (17,): half the interval of A against A, NaN without replicates.

    Pooling r replicates makes the luck of a side smaller by the root of r. Of both sides the larger.
    """
    floors = [np.full(len(NAMES), np.nan)]
    for side in sides:
        widths = []
        for pair_of in replicates(store, side):
            samples = [user_sums(load(store, side.run, (arm,)), horizon) for arm in pair_of]
            again = difference(
                *(s.columns(slice(len(NAMES))) for s in samples), paired=True, seed=side.run.seed
            )
            widths.append((again.high - again.low) / 2)
        if widths:
            floors.append(np.mean(widths, axis=0) / np.sqrt(len(side.arms)))
    return np.asarray(np.fmax.reduce(floors))


def _effects(n: Numbers) -> dict[str, Effect]:
    adjusted = dict(zip((*NAMES, "coverage"), holm(n.p), strict=True))
    places = {name: at for at, name in enumerate((*NAMES, "coverage"))}
    return {name: _effect(name, n, places[name], float(adjusted[name])) for name in METRICS}


def _effect(name: str, n: Numbers, at: int, p_holm: float) -> Effect:
    low, high = float(n.low[at]), float(n.high[at])
    value = _finite(n.b[at] - n.a[at])
    replicated = bool(np.isfinite(n.floor[at]))
    floor = _finite(n.floor[at] if replicated else (high - low) / 2)
    clear = (low > 0 or high < 0) and p_holm <= SURE
    return Effect(
        a=_finite(n.a[at]),
        b=_finite(n.b[at]),
        difference=value,
        low=_finite(low),
        high=_finite(high),
        unpaired_low=_finite(n.unpaired_low[at]),
        unpaired_high=_finite(n.unpaired_high[at]),
        gain=_finite(n.gain[at]),
        p=_finite(n.p[at]),
        p_holm=_finite(p_holm),
        noise_floor=floor,
        noise_from="replicates" if replicated else "bootstrap",
        verdict=verdict(name, value, clear, floor, replicated),
        users=n.users[at],
    )


def _finite(value: float | np.float64) -> float | None:
    """The number, None for NaN; ten digits tell all there is."""
    return float(f"{value:.10g}") if np.isfinite(value) else None


# ---------------------------------------------------------------------------------- retention


def _retention(found: Pairing, sums: tuple[Sums, Sums], whole: Difference, horizon: int) -> Retention:
    m = len(NAMES)
    curve = Difference(whole.value[m:], whole.low[m:], whole.high[m:], whole.resampled[:, m:])
    band_low, band_high = bands(curve)
    a, b = (side.columns(slice(m, None)).ratios() for side in sums)
    return Retention(
        a=_listed(a),
        b=_listed(b),
        difference=_listed(curve.value),
        low=_listed(curve.low),
        high=_listed(curve.high),
        band_low=_listed(band_low),
        band_high=_listed(band_high),
        test_name="stratified log-rank" if found.paired else "log-rank",
        test=_logrank(found, horizon),
    )


def _listed(values: F64) -> list[float]:
    listed: list[float] = np.round(values, 6).tolist()
    return listed


def _logrank(found: Pairing, horizon: int) -> survival.LogRank | None:
    tallies = found.a.tally, found.b.tally
    times = tuple(np.minimum(t.turns, horizon) for t in tallies)
    left = tuple((t.left > 0) & (t.turns <= horizon) for t in tallies)
    if found.paired:
        return survival.paired_logrank((times[0], times[1]), (left[0], left[1]), found.a.users)
    return survival.unpaired_logrank((times[0], times[1]), (left[0], left[1]))


def _segments(
    found: Pairing, sums: tuple[Sums, Sums], metric: str, seed: int
) -> tuple[list[SegmentEffect], list[str]]:
    if metric == "coverage":
        return [], []
    at = NAMES.index(metric)
    one = (sums[0].columns(slice(at, at + 1)), sums[1].columns(slice(at, at + 1)))
    return segments((found.a, found.b), one, paired=found.paired, seed=seed)


# -------------------------------------------------------------------------------------- notes


def _notes(a: Side, b: Side, found: Pairing, whole: Difference, horizon: int, asked: Question) -> list[str]:
    notes = list(found.notes)
    if not found.paired:
        notes.append(
            f"the sessions are not paired: {found.says}; with one seed and the same personas "
            "the intervals would be narrower"
        )
    if other := _other_settings(a, b):
        notes.append(f"A and B differ not only in the recommender: {other}")
    if a.horizon != b.horizon:
        notes.append(
            f"the turn limits differ ({a.horizon} and {b.horizon}): turns and retention are of the first "
            f"{horizon} turns, other metrics of whole sessions"
        )
    if a.run.version != b.run.version:
        notes.append(f"the runs were made by different versions, {a.run.version} and {b.run.version}")
    if early := sum(_cut_early(sample, horizon) for sample in (found.a, found.b)):
        notes.append(f"{early:,} sessions were cut before turn {horizon}; they would have lasted longer")
    if found.paired and not whole.resampled.any():
        notes.append(
            "A and B are equal in every metric of every user: the same recommender with the same luck"
        )
    if asked.metric == "coverage":
        notes.append("coverage is of all users together, so there are no segments of it")
    return notes


def _one_way(same: list[str]) -> list[str]:
    return [f"segments that divide the users alike are listed once: {', '.join(same)}"] if same else []


def _other_settings(a: Side, b: Side) -> str:
    """What else the arms differ in, but for their luck and the turn limit, of which there is a note of its own."""
    both = a.arms[0].settings.keys() & b.arms[0].settings.keys()
    names = [*SETTINGS, *sorted(both - {*SETTINGS, "seed", "replicate"})]
    differ = ((name, a.setting(name), b.setting(name)) for name in names if name != "max_turns")
    return ", ".join(f"{name} {x} and {y}" for name, x, y in differ if x != y)


def _cut_early(sample: Sample, horizon: int) -> int:
    return int(((sample.tally.left == 0) & (sample.tally.turns < horizon)).sum())
