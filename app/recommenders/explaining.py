"""Why the agent put an item where it stands: a reason that is true of the item, and the message of a slate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.recommenders import reasons as codes
from app.recommenders.rows import COLLABORATIVE, EXPLORATION, F32, I32, POPULAR, U16, ConstraintRows
from graphs.messages import Plan

if TYPE_CHECKING:
    from app.recommenders.agent import Agent, AgentRows

_CLOSE = 0.35


def reasons(
    agent: Agent, own: AgentRows, standing: ConstraintRows, items: I32, source: U16, asked: F32, spoke: I32
) -> I32:
    """Packed reasons int32 (n, k). The first that holds: asked for, close to, usually opened, source, nearest."""
    dense = agent.knowledge.dense
    packed: I32 = np.full(items.shape, codes.pack(codes.NEAREST), np.int32)
    for bit, code in ((EXPLORATION, codes.EXPLORE), (COLLABORATIVE, codes.TOGETHER)):
        packed = np.where(source & bit, codes.pack(code), packed)
    famous = ((source & POPULAR) > 0) & (agent.popularity[items] >= agent.popular_from)
    packed = np.where(famous, codes.pack(codes.POPULAR), packed)
    packed = np.where(spoke >= 0, codes.pack(codes.LEARNED, spoke), packed)
    liked = np.repeat(own.profile.liked[:, None], items.shape[1], axis=1)
    near = (dense[items] * dense[np.maximum(own.profile.liked, 0)][:, None, :]).sum(axis=2) / (127.0 * 127.0)
    close = (liked >= 0) & (near >= _CLOSE)
    packed = np.where(close, codes.pack(codes.SIMILAR, liked), packed)
    packed = np.where(asked > 0.2, _asked(agent, standing, items, packed), packed)
    return np.where(items >= 0, packed, codes.NONE).astype(np.int32)


def _asked(agent: Agent, standing: ConstraintRows, items: I32, packed: I32) -> I32:
    """The wish that an item fulfills: a facet it has, a direction it lies in, or what it is like."""
    facets = agent.knowledge.facets.ids[items]
    rows = np.arange(len(items))[:, None, None]
    boost = standing.boost[rows, facets]
    best = np.take_along_axis(facets, boost.argmax(axis=2)[:, :, None], axis=2)[:, :, 0]
    pull = standing.numeric[:, None, :] * agent.numeric[items]
    column = pull.argmax(axis=2)
    upward = np.take_along_axis(standing.numeric, column, axis=1) > 0
    direction = np.array([[1, 0], [3, 2], [5, 4]], np.int32)[column, upward.astype(int)]
    by_number = pull.max(axis=2) > 0.3
    packed = np.where(by_number, codes.pack(codes.ASKED_NUMBER, direction), packed)
    return np.where(boost.max(axis=2) > 20, codes.pack(codes.ASKED, best), packed).astype(np.int32)


def message(plan: Plan | None) -> str:
    """What the recommender says with a slate that answers a request; empty where nothing was asked."""
    if plan is None:
        return ""
    if not plan.directives:
        words = ", ".join(plan.unknown)
        return f"I searched for {words}." if words else "I am not sure what you mean; here is my best guess."
    heard = [_heard(d.kind, d.value) for d in plan.directives]
    said = "You asked for " + " and ".join(filter(None, (", ".join(heard[:-1]), heard[-1]))) + "."
    return said + (f" I do not know: {', '.join(plan.unknown)}." if plan.unknown else "")


def _heard(kind: str, value: str | None) -> str:
    plain = {
        "surprise": "something different", "popular": "something well known", "niche": "something less known",
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    if kind in ("newer", "older", "shorter", "longer"):
        return f"something {kind}" + (f" ({value})" if value else "")
    return {"avoid": f"no {value}", "similar": f"something like {value}"}.get(kind, f"{kind} {value}")
