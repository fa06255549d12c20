"""Counter-based random numbers: a draw is a pure function of (seed, user, turn, what is drawn, slot).

So results depend neither on batching, order, threads nor processes, and two arms on one seed meet the same
exogenous draws (common random numbers). The mixer is splitmix64's finalizer (Steele, Lea and Flood,
OOPSLA 2014) applied to each coordinate in turn.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


class What(IntEnum):
    """The exogenous quantities; a number never changes its meaning."""

    OPEN = 1
    WATCH = 2
    LIKE = 3
    SAVE = 4
    SHARE = 5
    COMMENT = 6
    LEAVE = 7
    INSTRUCT = 8
    WISH = 9
    WORDS = 10
    MOOD = 11
    FRAILTY = 12
    RETURN = 13
    CHURN = 14
    CLICKBAIT = 15
    SAMPLE = 16
    TRAIT = 17
    TASTE = 18
    RECOMMEND = 19
    DISLIKE = 20
    EXPLORE = 21
    THOUGHT = 22
    DROP = 23
    DISTURB = 24


def key(*parts: object) -> int:
    """A 64-bit key from any parts, by content."""
    text = "\x1f".join(str(part) for part in parts).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def keys(seed: int, numbers: npt.NDArray[np.int64]) -> Keys:
    """uint64 (n,): one key per user number under a run's seed."""
    start = np.uint64(key("user", seed))
    return _mix(_mix(numbers.astype(np.uint64) * np.uint64(_GOLDEN) + start) ^ start)


def uniform(user: Keys, turn: int, what: What, slots: int | None = None) -> Floats:
    """float64 in (0, 1), of shape (n,) or (n, slots)."""
    bits = _bits(user, turn, what, slots)
    return ((bits >> _S11).astype(np.float64) + 0.5) * (1.0 / (1 << 53))


def logistic(user: Keys, turn: int, what: What, slots: int | None = None) -> Floats:
    """Standard logistic draws, of shape (n,) or (n, slots)."""
    u = uniform(user, turn, what, slots)
    return np.log(u / (1.0 - u))


def normal(user: Keys, turn: int, what: What, slots: int | None = None) -> Floats:
    """Standard normal draws by Box and Muller's transform, of shape (n,) or (n, slots)."""
    u = uniform(user, turn, what, slots)
    v = ((_mix(_bits(user, turn, what, slots)) >> _S11).astype(np.float64) + 0.5) * (1.0 / (1 << 53))
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


def _bits(user: Keys, turn: int, what: What, slots: int | None) -> Keys:
    counter = np.uint64(((turn << 16) + int(what)) * _GOLDEN & _MASK)
    bits = _mix(user ^ _mix(np.atleast_1d(counter)))
    if slots is None:
        return bits
    steps = np.arange(1, slots + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    return _mix(bits[:, None] + steps[None, :])


def _mix(x: Keys) -> Keys:
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return np.asarray(x ^ (x >> _S31))
