"""A user who comes back some days later: what of the last session is left, and what has faded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app import draws
from app.draws import What
from app.minds import mindset
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, F64, MindRows, UserRows
from graphs.messages import Mindset

_LARGEST_MOOD = 1.0


def arriving(p: BehaviorParameters, users: UserRows, luck: int) -> UserRows:
    """The same users with a new mood on arrival, drawn around the persona's with other luck."""
    first, now = (p.arrive_spread * draws.normal(users.key, turn, What.MOOD) for turn in (0, luck))
    return replace(users, mood=np.clip(users.mood - first + now, -_LARGEST_MOOD, _LARGEST_MOOD))


def carried(p: BehaviorParameters, users: UserRows, last: MindRows, days: F64) -> MindRows:
    """The mindset on arrival, `days` float64 (n,) after the last one, which ended as `last`.

    Satisfaction, trust, expectation and boredom go back toward those of a new user, and satiation toward none:
    a share `recover ** days` of the distance is left, as satiation recovers from turn to turn. Drifted taste
    goes back by `revert` a day. What was seen stays familiar; fatigue, the session's clock and the standing
    wish are gone.
    """
    fresh = mindset.start(p, users)
    left = p.recover**days
    drift = ((1.0 - p.revert) ** days)[:, None].astype(np.float32)
    return replace(
        fresh,
        satisfaction=_faded(last.satisfaction, fresh.satisfaction, left),
        expectation=_faded(last.expectation, fresh.expectation, left),
        trust=_faded(last.trust, fresh.trust, left),
        boredom=_faded(last.boredom, fresh.boredom, left),
        satiation=_narrow(last.satiation * left[:, None]),
        known=last.known,
        dense=_narrow(users.dense + (last.dense - users.dense) * drift),
        recent=last.recent,
    )


def faded(p: BehaviorParameters, last: Mindset, since: float) -> Mindset:
    """The mindset on arrival of a user who is no embedded one, `since` days after `last`: what it feels goes back
    toward a new user's in the same way; fatigue and mood are gone.
    """
    fresh, left = Mindset(), p.recover**since
    feelings = ("satisfaction", "boredom", "trust")
    kept = {n: getattr(fresh, n) + (getattr(last, n) - getattr(fresh, n)) * left for n in feelings}
    return fresh.model_copy(update=kept)


def _faded(then: F64, base: F64, left: F64) -> F64:
    return base + (then - base) * left


def _narrow(values: np.ndarray) -> F32:
    return np.asarray(values, np.float32)
