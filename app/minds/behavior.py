"""The embedded user as pure functions over arrays: how a slate is reviewed.

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
from app.minds.explaining import facets_behind, reasons
from app.minds.parameters import BehaviorParameters
from app.minds.rows import (
    F32,
    F64,
    I32,
    RECENT,
    Bool,
    ItemRows,
    MindRows,
    ReviewRows,
    UserRows,
)  # fmt: skip

Index = npt.NDArray[np.signedinteger[Any]]
SKIP, OPEN, WATCH, LIKE, DISLIKE, SAVE, SHARE, COMMENT = (np.uint8(1 << bit) for bit in range(8))


def sigmoid(x: F64) -> F64:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -40.0, 40.0)))


@dataclass(frozen=True)
class Look:
    """The parts of the utility that stay fixed while a slate is reviewed, (n, k) each; by facet (n, k, M)."""

    facets: I32
    weight: F32
    parts: dict[str, F64]
    fixed: F64
    bait: F64
    anchor: F64
    match: F64
    liking: F32


def taste(items: ItemRows, users: UserRows, dense: F32, slate: I32) -> tuple[F64, F32]:
    """Taste utility (n, k) of the shown items, and what each of their facets adds to it, float32 (n, k, M)."""
    facets = items.facets[slate]
    rows = np.arange(len(slate))[:, None, None]
    each = users.facet[rows, facets]
    latent = (dense[:, None, :] * items.dense[slate]).sum(axis=2, dtype=np.float64)
    return each.sum(axis=2, dtype=np.float64) + latent - users.center[:, None], each


def wish_match(items: ItemRows, facet: F32, numeric: F32, dense: F32, slate: I32) -> F64:
    """How well each shown item matches a wish, float64 (n, k) in (-1, 1)."""
    rows = np.arange(len(slate))[:, None, None]
    raw = facet[rows, items.facets[slate]].sum(axis=2, dtype=np.float64)
    raw += (numeric[:, None, :] * items.numeric[slate]).sum(axis=2, dtype=np.float64)
    raw += (dense[:, None, :] * items.dense[slate]).sum(axis=2, dtype=np.float64)
    return np.asarray(np.tanh(raw), np.float64)


def mean_match(match: F64, slate: I32) -> F64:
    """The mean over the items of each slate, float64 (n,); slots without an item do not count."""
    there = slate >= 0
    return np.asarray((match * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))


def _look(p: BehaviorParameters, items: ItemRows, users: UserRows, mind: MindRows, slate: I32) -> Look:
    affinity, liking = taste(items, users, mind.dense, slate)
    match = wish_match(items, mind.wish_facet, mind.wish_numeric, mind.wish_dense, slate)
    repeats = (mind.recent[:, None, :] == slate[:, :, None]).sum(axis=2)
    parts = {
        "quality": p.quality * items.quality[slate],
        "taste": p.taste * affinity,
        "popularity": p.conformity * users.trait("conformity")[:, None] * items.numeric[slate, 2],
        "wish": p.wish * match,
        "repeat": -p.repetition * np.log1p(repeats),
        "mood": np.repeat(p.mood * mind.mood[:, None], slate.shape[1], axis=1),
    }
    return Look(
        facets=items.facets[slate],
        weight=items.weight[slate],
        parts=parts,
        fixed=sum(parts.values(), np.zeros(slate.shape)),
        bait=p.clickbait * items.clickbait[slate],
        anchor=p.anchor * (users.trait("pickiness") - 0.5),
        match=match,
        liking=liking,
    )


@dataclass
class _Reviewing:
    """What one pass over the slots fills in and moves; `boring` and `novel` (n, k) are what was felt of each."""

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
    out = state.out
    _explain(p, look, state)
    boredom = state.boring.sum(axis=1) / np.maximum(out.seen, 1)
    out.mind = replace(mind, boredom=np.clip(boredom, 0.0, 1.0), recent=_remember(mind.recent, out))
    return out


_REACTION_DRAWS = (
    What.OPEN, What.LIKE, What.DISLIKE, What.SAVE, What.SHARE, What.COMMENT, What.LEAVE,
)  # fmt: skip


def _blank(mind: MindRows, slate: I32, look: Look) -> ReviewRows:
    n, k = slate.shape
    return ReviewRows(
        items=slate,
        actions=np.zeros((n, k), np.uint8),
        watched=np.zeros((n, k), np.float32),
        seconds=np.zeros((n, k), np.float32),
        utility=np.zeros((n, k), np.float32),
        factor=np.zeros((n, k), np.int8),
        part=np.zeros((n, k), np.float32),
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
    p: BehaviorParameters, items: ItemRows, users: UserRows, look: Look, state: _Reviewing, slot: int,
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
    state.novel[:, slot] = p.curiosity * users.trait("curiosity") * (novel - 0.5)
    core = look.fixed[:, slot] - p.satiation * boring + state.novel[:, slot]
    value = core - look.anchor - look.bait[:, slot]
    appeal = core - look.anchor + look.bait[:, slot] - p.position * np.log1p(slot)
    opened = on & (noise[What.OPEN][:, slot] < sigmoid(p.open + appeal))
    stayed = sigmoid(p.watch + p.watch_value * value + p.watch_spread * watch_noise)
    watched = np.where(opened, p.watch_most * stayed, 0.0)
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
        (What.DISLIKE, DISLIKE, p.dislike - p.dislike_value * value),
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


def _explain(p: BehaviorParameters, look: Look, state: _Reviewing) -> None:
    """Write down what weighed most in each utility."""
    out = state.out
    parts = look.parts | {
        "boredom": -p.satiation * state.boring,
        "novelty": state.novel,
        "clickbait": -look.bait,
    }
    out.factor, out.part = reasons(out.utility, parts)
    empty = out.mind.satiation.shape[1] - 1
    out.facet = facets_behind(
        out.factor, out.utility, look.facets, look.liking, out.mind.satiation, look.weight, empty
    )


def _remember(recent: I32, out: ReviewRows) -> I32:
    """The ring of recently seen items, newest last; unseen slots do not enter."""
    k = out.items.shape[1]
    items = np.where(np.arange(k) < out.seen[:, None], out.items, -1)
    joined = np.concatenate([recent, items.astype(np.int32)], axis=1)
    order = np.argsort(joined >= 0, axis=1, kind="stable")
    return np.take_along_axis(joined, order, axis=1)[:, -RECENT:]
