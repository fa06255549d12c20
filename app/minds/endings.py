"""How a session ends: whether a user who has had enough says so, and when one who left comes back."""

from __future__ import annotations

import numpy as np

from app import draws
from app.draws import What
from app.minds.behavior import sigmoid
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F64, Bool, MindRows, UserRows


def instructs(p: BehaviorParameters, users: UserRows, mind: MindRows, turn: int) -> Bool:
    """bool (n,): whether a user who has had enough says so instead of leaving."""
    logit = (
        p.instruct
        + p.instruct_expressive * users.trait("expressiveness")
        + p.instruct_patience * users.trait("patience")
        + p.instruct_trust * (mind.trust - p.trust_start)
        - p.instruct_unheard * mind.unheard
    )
    return np.asarray(draws.uniform(users.key, turn, What.INSTRUCT) < sigmoid(logit))


def return_days(p: BehaviorParameters, users: UserRows, mind: MindRows, turn: int) -> F64:
    """Days until the user comes back, float64 (n,) from 1 and whole, inf for never.

    A discrete Weibull, `P(days > t) = q^(t^shape)`, with a share that never returns.
    """
    good, loyal = mind.satisfaction - 0.5, users.trait("loyalty") - 0.5
    never = sigmoid(p.churn - p.churn_satisfaction * good - p.churn_loyalty * loyal)
    base = np.log(p.gap_q / (1.0 - p.gap_q))
    q = sigmoid(base - p.gap_satisfaction * good - p.gap_loyalty * loyal)
    u = draws.uniform(users.key, turn, What.RETURN)
    days = np.ceil((np.log(u) / np.log(q)) ** (1.0 / p.gap_shape))
    gone = draws.uniform(users.key, turn, What.CHURN) < never
    return np.where(gone, np.inf, np.maximum(days, 1.0))
