"""What a run came to: the numbers of `run --json`, and what the report tells besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app.metrics import Tally, measure, retention_curve
from app.settings import Settings

Metric = dict[str, float | int | None]


@dataclass(frozen=True)
class Story:
    """One session worth a look."""

    key: str
    persona: str
    line: str


@dataclass(frozen=True)
class ArmResult:
    """One arm: its metrics, who was still there after each turn, why users left, what they asked for."""

    name: str
    recommender: str
    mind: str
    sessions: int
    metrics: dict[str, Metric]
    retention: list[float]
    leave_reasons: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    best: Story | None = None
    worst: Story | None = None

    def data(self) -> dict[str, Any]:
        """The arm in `run --json`."""
        names = ("name", "recommender", "mind", "sessions", "metrics", "retention")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Summary:
    """A run: `data()` is the object that `run --json` prints."""

    run: str
    name: str
    seed: int
    seconds: float
    planned: int
    done: int
    failed: int
    arms: list[ArmResult]
    notes: list[str]
    max_turns: int
    status: str = "done"

    def data(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "name": self.name,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "sessions": {"planned": self.planned, "done": self.done, "failed": self.failed},
            "usage": {"calls": 0, "cached": 0, "prompt_tokens": 0, "completion_tokens": 0, "usd": 0.0},
            "arms": [arm.data() for arm in self.arms],
        }

    def stored(self) -> dict[str, Any]:
        """The whole as JSON values, to be kept with the run."""
        return asdict(self)


def restored(stored: Mapping[str, Any]) -> Summary:
    """The summary that `Summary.stored()` gave."""
    arms = [_restored_arm(arm) for arm in stored["arms"]]
    return Summary(**(dict(stored) | {"arms": arms}))


def _restored_arm(stored: Mapping[str, Any]) -> ArmResult:
    stories = {name: Story(**stored[name]) if stored[name] else None for name in ("best", "worst")}
    asked = [(str(words), int(count)) for words, count in stored["asked"]]
    return ArmResult(**(dict(stored) | stories | {"asked": asked}))


def arm_result(
    *,
    name: str,
    recommender: str,
    mind: str,
    tally: Tally,
    coverage: Metric,
    asked: Counter[str],
    reasons: Counter[str],
    keys: Sequence[str],
    names: Sequence[str],
    settings: Settings,
) -> ArmResult:
    """One arm from the sums of its sessions, in the order of `keys`."""
    ended = max(1, sum(reasons.values()))
    best, worst = _stories(tally, keys, names)
    return ArmResult(
        name=name,
        recommender=recommender,
        mind=mind,
        sessions=len(keys),
        metrics=measure(tally, coverage, settings.seed),
        retention=retention_curve(tally.turns, tally.left, settings.max_turns),
        leave_reasons={reason: count / ended for reason, count in reasons.most_common()},
        asked=asked.most_common(20),
        best=best,
        worst=worst,
    )


def _stories(tally: Tally, keys: Sequence[str], names: Sequence[str]) -> tuple[Story | None, Story | None]:
    """The session that served its user best and the one that failed it: by satisfaction, then by turns."""
    if not len(keys):
        return None, None
    order = np.lexsort((tally.turns, np.round(tally.satisfaction, 2)))
    return _story(tally, int(order[-1]), keys, names), _story(tally, int(order[0]), keys, names)


def _story(tally: Tally, at: int, keys: Sequence[str], names: Sequence[str]) -> Story:
    turns, opened, seen = int(tally.turns[at]), int(tally.opens[at]), int(tally.items_seen[at])
    line = f"{turns} turn{'s' * (turns != 1)}, opened {opened} of {seen}"
    if asked := int(tally.instructs[at]):
        line += f", asked {asked} time{'s' * (asked != 1)}"
        line += f" ({int(tally.kept[at])} honored)" if tally.judged[at] else ""
    return Story(keys[at], names[at], f"{line}, satisfaction {tally.satisfaction[at]:.2f}")
