"""The mindset of n users as arrays: how it is on arrival, and what it is after a slate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app import draws
from app.draws import What
from app.minds.behavior import OPEN
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, ItemRows, MindRows, ReviewRows, UserRows, no_wishes


def start(p: BehaviorParameters, users: UserRows) -> MindRows:
    """The mindset on arrival."""
    n, width = users.facet.shape
    zeros = np.zeros(n)
    return MindRows(
        satisfaction=np.clip(p.arrive + p.arrive_mood * users.mood, 0.0, 1.0),
        expectation=np.full(n, p.expect_start),
        boredom=zeros.copy(),
        fatigue=zeros.copy(),
        trust=np.full(n, p.trust_start),
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


def update_mindset(
    p: BehaviorParameters, items: ItemRows, users: UserRows, before: MindRows, out: ReviewRows, turn: int
) -> MindRows:
    """After the slate: expectation, trust in being heard, taste drift, mood, and boredom that recovers."""
    mind = out.mind
    kept = np.where(before.asked, np.tanh(p.kept_slope * (out.match - before.match)), 0.0)
    satisfaction = np.clip(mind.satisfaction + p.kept * kept, 0.0, 1.0)
    dense = _drift(p, items, users, mind, out)
    noise = draws.normal(users.key, turn, What.MOOD)
    mood = p.mood_keep * mind.mood + (1 - p.mood_keep) * p.mood_base * users.mood + p.mood_sd * noise
    level = p.expect_adapt * mind.satisfaction + (1 - p.expect_adapt) * p.expect_start
    fade = np.float32(p.wish_keep)
    return replace(
        mind,
        satisfaction=satisfaction,
        expectation=mind.expectation + p.expect * (level - mind.expectation),
        fatigue=np.clip(mind.fatigue + p.instruct_effort * before.asked, 0.0, 1.0),
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
