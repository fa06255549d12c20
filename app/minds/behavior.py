"""The embedded user as pure functions over arrays: review, update_mindset, and how a session ends.

Equations and provenance: docs/user-model.md; parameters: `app.minds.parameters`. Every function treats its
rows independently, in an order of operations that does not depend on how many there are, so a user alone
and a user in a cohort of thousands are the same user.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app import draws
from app.draws import What
from app.minds.parameters import BehaviorParameters
from app.minds.rows import (
    F32,
    F64,
    FACTORS,
    I32,
    RECENT,
    Bool,
    ItemRows,
    MindRows,
    ReviewRows,
    UserRows,
    no_wishes,
)  # fmt: skip

Index = npt.NDArray[np.signedinteger[Any]]
SKIP, OPEN, WATCH, LIKE, DISLIKE, SAVE, SHARE, COMMENT = (np.uint8(1 << bit) for bit in range(8))
_CODE = {name: index for index, name in enumerate(FACTORS)}


def sigmoid(x: F64) -> F64:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -40.0, 40.0)))


def start(p: BehaviorParameters, users: UserRows) -> MindRows:
    """The mindset on arrival."""
    n, width = users.facet.shape
    zeros = np.zeros(n)
    return MindRows(
        satisfaction=np.clip(0.55 + 0.1 * users.mood, 0.0, 1.0),
        expectation=np.full(n, 0.5),
        boredom=zeros.copy(),
        fatigue=zeros.copy(),
        trust=np.full(n, 0.6),
        mood=users.mood.copy(),
        seconds=zeros.copy(),
        skips=np.zeros(n, np.int32),
        seen=np.zeros(n, np.int32),
        satiation=np.zeros((n, width), np.float32),
        known=users.known.copy(),
        dense=users.dense.copy(),
        recent=users.recent.copy(),
        wish_facet=np.zeros((n, width), np.float32),
        wish_numeric=np.zeros((n, 3), np.float32),
        wish_dense=np.zeros_like(users.dense),
        asked=np.zeros(n, bool),
        match=zeros.copy(),
        unheard=np.zeros(n, np.int32),
        wants=no_wishes(n),
    )


@dataclass(frozen=True)
class _Slate:
    """The parts of the utility that stay fixed while a slate is reviewed, (n, k) each."""

    facets: I32
    weight: F32
    parts: dict[str, F64]
    fixed: F64
    bait: F64
    anchor: F64
    match: F64
    best: I32


def taste(items: ItemRows, users: UserRows, dense: F32, slate: I32) -> tuple[F64, I32]:
    """Taste utility (n, k) of the shown items and the facet that weighs most in each, int32 (n, k)."""
    facets = items.facets[slate]
    rows = np.arange(len(slate))[:, None, None]
    each = users.facet[rows, facets]
    best = np.take_along_axis(facets, np.abs(each).argmax(axis=2)[:, :, None], axis=2)[:, :, 0]
    latent = (dense[:, None, :] * items.dense[slate]).sum(axis=2, dtype=np.float64)
    return each.sum(axis=2, dtype=np.float64) + latent - users.center[:, None], best


def wish_match(items: ItemRows, facet: F32, numeric: F32, dense: F32, slate: I32) -> F64:
    """How well each shown item matches a wish, float64 (n, k) in (-1, 1)."""
    rows = np.arange(len(slate))[:, None, None]
    raw = facet[rows, items.facets[slate]].sum(axis=2, dtype=np.float64)
    raw += (numeric[:, None, :] * items.numeric[slate]).sum(axis=2, dtype=np.float64)
    raw += (dense[:, None, :] * items.dense[slate]).sum(axis=2, dtype=np.float64)
    return np.tanh(raw)


def mean_match(match: F64, slate: I32) -> F64:
    """The mean over the items of each slate, float64 (n,); slots without an item do not count."""
    there = slate >= 0
    return np.asarray((match * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def _look(p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, slate: I32) -> _Slate:
    liking, best = taste(items, users, mind.dense, slate)
    match = wish_match(items, mind.wish_facet, mind.wish_numeric, mind.wish_dense, slate)
    repeats = (mind.recent[:, None, :] == slate[:, :, None]).sum(axis=2)
    parts = {
        "quality": p.quality * items.quality[slate],
        "taste": p.taste * liking,
        "popularity": p.conformity * users.trait("conformity")[:, None] * items.numeric[slate, 2],
        "wish": p.wish * match,
        "repeat": -p.repetition * np.log1p(repeats),
        "mood": np.repeat(p.mood * mind.mood[:, None], slate.shape[1], axis=1),
    }
    return _Slate(
        facets=items.facets[slate],
        weight=items.weight[slate],
        parts=parts,
        fixed=sum(parts.values(), np.zeros(slate.shape)),
        bait=p.clickbait * items.clickbait[slate],
        anchor=p.anchor * (users.trait("pickiness") - 0.5),
        match=match,
        best=best,
    )


@dataclass
class _Reviewing:
    """What one pass over the slots fills in and moves."""

    out: ReviewRows
    on: Bool
    boring: F64
    novel: F64


def review(
    p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, slate: I32, turn: int
) -> ReviewRows:
    """Examine `slate` int32 (n, k) in order: a cascade that ends after the slot where the user had enough."""
    n, k = slate.shape
    look = _look(p, items, users, mind, slate)
    noise = {what: draws.uniform(users.key, turn, what, k) for what in _REACTION_DRAWS}
    watch_noise = draws.logistic(users.key, turn, What.WATCH, k)
    frailty = _frailty(p, users)
    mind = replace(
        mind,
        satisfaction=mind.satisfaction.copy(),
        fatigue=mind.fatigue.copy(),
        seconds=mind.seconds.copy(),
        skips=mind.skips.copy(),
        seen=mind.seen.copy(),
        satiation=mind.satiation.copy(),
        known=mind.known.copy(),
    )
    state = _Reviewing(_blank(mind, slate, look), np.ones(n, bool), np.zeros((n, k)), np.zeros((n, k)))
    for slot in range(k):
        _examine(p, items, users, look, state, slot, noise, watch_noise[:, slot], frailty)
        if not state.on.any():
            break
    _explain(look, state)
    out = state.out
    boredom = state.boring.sum(axis=1) / np.maximum(out.seen, 1)
    out.mind = replace(mind, boredom=np.clip(boredom, 0.0, 1.0), recent=_remember(mind.recent, out))
    return out


_REACTION_DRAWS = (
    What.OPEN, What.LIKE, What.DISLIKE, What.SAVE, What.SHARE, What.COMMENT, What.LEAVE,
)  # fmt: skip


def _blank(mind: MindRows, slate: I32, look: _Slate) -> ReviewRows:
    n, k = slate.shape
    return ReviewRows(
        items=slate,
        actions=np.zeros((n, k), np.uint8),
        watched=np.zeros((n, k), np.float32),
        seconds=np.zeros((n, k), np.float32),
        utility=np.zeros((n, k), np.float32),
        factor=np.zeros((n, k), np.int8),
        facet=np.full((n, k), mind.satiation.shape[1] - 1, np.int32),
        seen=np.zeros(n, np.int32),
        match=mean_match(look.match, slate),
        fired=np.zeros(n, bool),
        time_up=np.zeros(n, bool),
        pressure=np.zeros((n, 3)),
        mind=mind,
    )


def _frailty(p: BehaviorParameters, users: UserRows) -> F64:
    spread = p.frailty * draws.normal(users.key, 0, What.FRAILTY)
    return p.leave + spread - p.leave_patience * (users.trait("patience") - 0.5)


def _examine(
    p: BehaviorParameters, items: ItemRows, users: UserRows, look: _Slate, state: _Reviewing, slot: int,
    noise: dict[What, F64], watch_noise: F64, frailty: F64,
) -> None:  # fmt: skip
    """One slot: utility now, reaction, its cost, its trace in the mindset, and whether it was enough."""
    out, mind = state.out, state.out.mind
    state.on = on = state.on & (out.items[:, slot] >= 0)
    rows = np.arange(len(on))[:, None]
    facets, weight = look.facets[:, slot], look.weight[:, slot]
    boring = (mind.satiation[rows, facets] * weight).sum(axis=1, dtype=np.float64)
    novel = ((1.0 - mind.known[rows, facets]) * weight).sum(axis=1, dtype=np.float64)
    state.boring[:, slot] = np.where(on, boring, 0.0)
    state.novel[:, slot] = novel
    core = look.fixed[:, slot] - p.satiation * boring + p.curiosity * users.trait("curiosity") * (novel - 0.5)
    value = core - look.anchor - look.bait[:, slot]
    appeal = core - look.anchor + look.bait[:, slot] - p.position * np.log1p(slot)
    opened = on & (noise[What.OPEN][:, slot] < sigmoid(p.open + appeal))
    watched = np.where(opened, 1.25 * sigmoid(p.watch + p.watch_value * value + watch_noise), 0.0)
    out.actions[:, slot] = _acts(p, on, opened, watched, value, noise, slot)
    out.watched[:, slot] = watched
    out.utility[:, slot] = np.where(on, value, 0.0)
    spent = p.skip_seconds + np.where(
        opened, p.open_seconds + watched * items.seconds[out.items[:, slot]], 0.0
    )
    out.seconds[:, slot] = np.where(on, spent, 0.0)
    mind.seconds += np.where(on, spent, 0.0)
    mind.skips = np.where(on, np.where(opened, 0, mind.skips + 1), mind.skips).astype(np.int32)
    out.seen += on
    mind.seen += on
    mind.fatigue = np.clip(mind.fatigue + np.where(on, p.effort * (1.0 + opened), 0.0), 0.0, 1.0)
    got = np.where(opened, sigmoid(value), p.skip_value * sigmoid(value))
    moved = mind.satisfaction + p.learn * (got - mind.expectation)
    mind.satisfaction = np.where(on, np.clip(moved, 0.0, 1.0), mind.satisfaction)
    _imprint(p, mind, rows, facets, on, opened)
    _hazard(p, users, state, slot, boring, noise, frailty)


def _acts(
    p: BehaviorParameters, on: Bool, opened: Bool, watched: F64, value: F64, noise: dict[What, F64], slot: int
) -> np.ndarray:
    """uint8 (n,): the actions on one item."""
    engaged = p.engage_value * value
    long_view = watched >= 0.5
    acts = (
        np.where(on & ~opened, SKIP, 0) | np.where(opened, OPEN, 0) | np.where(opened & long_view, WATCH, 0)
    )
    chances = (
        (What.LIKE, LIKE, p.like - p.like_watch * ~long_view + engaged),
        (What.DISLIKE, DISLIKE, p.dislike - 1.5 * value),
        (What.SAVE, SAVE, p.save + engaged),
        (What.SHARE, SHARE, p.share + engaged),
        (What.COMMENT, COMMENT, p.comment + engaged),
    )
    for what, bit, logit in chances:
        acts |= np.where(opened & (noise[what][:, slot] < sigmoid(logit)), bit, 0)
    return acts.astype(np.uint8)


def _imprint(p: BehaviorParameters, mind: MindRows, rows: Index, facets: I32, on: Bool, opened: Bool) -> None:
    """Satiation and familiarity of the item's facets; the empty facet stays at 0."""
    added = np.where(on, p.exposed, 0.0) + np.where(opened, p.consumed, 0.0)
    before = mind.satiation[rows, facets]
    mind.satiation[rows, facets] = before + added[:, None].astype(np.float32) * (1 - before)
    mind.satiation[:, -1] = 0.0
    learned = np.where(opened, p.learn_facet, 0.0).astype(np.float32)
    before = mind.known[rows, facets]
    mind.known[rows, facets] = before + learned[:, None] * (1 - before)
    mind.known[:, -1] = 0.0


def _hazard(
    p: BehaviorParameters, users: UserRows, state: _Reviewing, slot: int, boring: F64, noise: dict[What, F64],
    frailty: F64,
) -> None:  # fmt: skip
    """Had enough after this item? `logit h = a - b log(1 + k) - c (s - 1/2) + d boredom + f skips…`."""
    out, on, mind = state.out, state.on, state.out.mind
    drivers = np.stack(
        [
            p.leave_satisfaction * (0.5 - mind.satisfaction) + p.leave_friction * mind.skips,
            p.leave_boredom * boring,
            p.leave_fatigue * mind.fatigue,
        ],
        axis=1,
    )
    logit = frailty - p.leave_age * np.log1p(mind.seen) + drivers[:, 0] + drivers[:, 1] + drivers[:, 2]
    late = on & (mind.seconds >= users.minutes * 60.0)
    enough = on & ~late & (noise[What.LEAVE][:, slot] < sigmoid(logit))
    out.pressure = np.where(enough[:, None], drivers, out.pressure)
    out.fired |= enough
    out.time_up |= late
    state.on = on & ~(late | enough)


def _explain(look: _Slate, state: _Reviewing) -> None:
    """The part of each seen item's utility that weighed most, and the facet behind it."""
    out = state.out
    parts = np.zeros((*look.fixed.shape, len(FACTORS)))
    for name, part in look.parts.items():
        parts[:, :, _CODE[name]] = part
    parts[:, :, _CODE["boredom"]] = -2.0 * state.boring
    parts[:, :, _CODE["novelty"]] = state.novel - 0.5
    parts[:, :, _CODE["clickbait"]] = -2.0 * look.bait
    out.factor = np.abs(parts).argmax(axis=2).astype(np.int8)
    tired = out.factor == _CODE["boredom"]
    rows = np.arange(len(look.facets))[:, None, None]
    satiated = out.mind.satiation[rows, look.facets].argmax(axis=2)[:, :, None]
    worn = np.take_along_axis(look.facets, satiated, axis=2)[:, :, 0]
    out.facet = np.where(tired, worn, look.best).astype(np.int32)


def _remember(recent: I32, out: ReviewRows) -> I32:
    """The ring of recently seen items, newest last; unseen slots do not enter."""
    k = out.items.shape[1]
    items = np.where(np.arange(k) < out.seen[:, None], out.items, -1)
    joined = np.concatenate([recent, items.astype(np.int32)], axis=1)
    order = np.argsort(joined >= 0, axis=1, kind="stable")
    return np.take_along_axis(joined, order, axis=1)[:, -RECENT:]


def update_mindset(
    p: BehaviorParameters, items: ItemRows, users: UserRows, before: MindRows, out: ReviewRows, turn: int
) -> MindRows:
    """After the slate: expectation, trust in being heard, taste drift, mood, and boredom that recovers."""
    mind = out.mind
    mean = np.where(out.seen > 0, mind.satisfaction, before.satisfaction)
    kept = np.where(before.asked, np.tanh(4.0 * (out.match - before.match)), 0.0)
    satisfaction = np.clip(mind.satisfaction + p.kept * kept, 0.0, 1.0)
    dense = _drift(p, items, users, mind, out)
    noise = draws.normal(users.key, turn, What.MOOD)
    mood = p.mood_keep * mind.mood + (1 - p.mood_keep) * users.mood * 0.5 + p.mood_sd * 0.5 * noise
    fade = np.float32(p.wish_keep)
    return replace(
        mind,
        satisfaction=satisfaction,
        expectation=mind.expectation + p.expect * (0.5 * mean + 0.25 - mind.expectation),
        trust=np.clip(mind.trust + p.trust * kept, 0.0, 1.0),
        mood=np.clip(mood, -1.0, 1.0),
        satiation=mind.satiation * np.float32(p.recover),
        dense=dense,
        wish_facet=mind.wish_facet * fade,
        wish_numeric=mind.wish_numeric * fade,
        wish_dense=mind.wish_dense * fade,
        asked=np.zeros_like(mind.asked),
        unheard=mind.unheard + (before.asked & (kept <= 0.0)),
    )


def _drift(p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, out: ReviewRows) -> F32:
    """`p' = (1 - w) p + w |p| mean q of consumed`, reverting to the taste at the start."""
    consumed = (out.actions & OPEN).astype(bool)
    count = consumed.sum(axis=1)
    chosen = np.where(consumed[:, :, None], items.dense[out.items], np.float32(0.0)).sum(axis=1)
    scale = np.sqrt((users.dense**2).sum(axis=1)) / np.maximum(np.sqrt((chosen**2).sum(axis=1)), 1e-6)
    weight = (1.0 - (1.0 - p.drift) ** count).astype(np.float32)[:, None]
    moved = (1 - weight) * mind.dense + weight * chosen * scale[:, None].astype(np.float32)
    back = np.float32(p.revert)
    return np.asarray((1 - back) * moved + back * users.dense, dtype=np.float32)


def instructs(p: BehaviorParameters, users: UserRows, mind: MindRows, turn: int) -> Bool:
    """Whether a user who has had enough says so instead of leaving."""
    logit = (
        p.instruct
        + p.instruct_expressive * users.trait("expressiveness")
        + p.instruct_patience * users.trait("patience")
        + p.instruct_trust * (mind.trust - 0.6) * 2.0
        - 0.5 * mind.unheard
    )
    return np.asarray(draws.uniform(users.key, turn, What.INSTRUCT) < sigmoid(logit))


def return_days(p: BehaviorParameters, users: UserRows, mind: MindRows, turn: int) -> F64:
    """Days until the user comes back (>= 1), inf for never: a discrete Weibull with a cure fraction."""
    good, loyal = mind.satisfaction - 0.5, users.trait("loyalty") - 0.5
    never = sigmoid(p.churn - p.churn_satisfaction * good - p.churn_loyalty * loyal)
    base = np.log(p.gap_q / (1.0 - p.gap_q))
    q = sigmoid(base - p.gap_satisfaction * good - p.gap_loyalty * loyal)
    u = draws.uniform(users.key, turn, What.RETURN)
    days = np.ceil((np.log(u) / np.log(q)) ** (1.0 / p.gap_shape))
    gone = draws.uniform(users.key, turn, What.CHURN) < never
    return np.where(gone, np.inf, np.maximum(days, 1.0))
