"""Rewards of a turn. `retention`: 1 when the user stays after the turn, 0 when it leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graphs.messages import Leave, Turn
from graphs.session import LEAVE


def retention(turn: Turn) -> float:
    """1.0 when the user stays after the turn, 0.0 when it leaves."""
    return 0.0 if isinstance(turn.decision, Leave) else 1.0


def cohort_retention(slates: Any, reviews: Any, decisions: Any) -> npt.NDArray[np.float64]:
    """`retention` of n turns, float64 (n,)."""
    return np.where(decisions.kind == LEAVE, 0.0, 1.0)
