"""Expectations: conditions on the means of a run's metrics, such as `agent.turns > 6`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import UsageError, unknown
from app.metrics import DAY_METRICS, METRICS

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_TERM = r"(?:(.+)\.)?([A-Za-z_]\w*)"
_CONDITION = re.compile(rf"\s*{_TERM}\s*(>=|<=|>|<)\s*(?:({_NUMBER})|{_TERM})\s*")
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip

Metrics = Mapping[str, Mapping[str, float | int | None]]


@dataclass(frozen=True)
class Outcome:
    """An expectation and what came of it; `said` tells the figures."""

    text: str
    passed: bool
    said: str


@dataclass(frozen=True)
class Expectation:
    """`arm.metric sign bound`, where the bound is a number or `arm.metric`; without an arm it is meant of all."""

    text: str
    arm: str | None
    metric: str
    sign: str
    bound: float | tuple[str | None, str]

    @classmethod
    def parse(cls, text: str) -> Expectation:
        """A UsageError says what is wrong with the words."""
        match = _CONDITION.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} is no condition; write an arm's metric, one of > >= < <=, and a number or another "
                "arm's metric: agent.turns > 6"
            )
        arm, metric, sign, number, other, second = match.groups()
        for name in filter(None, (metric, second)):
            if name not in METRICS and name not in DAY_METRICS:
                raise unknown("metric", name, [*METRICS, *DAY_METRICS])
        return cls(text.strip(), arm, metric, sign, float(number) if number else (other, second))

    def check(self, names: Sequence[str]) -> None:
        """A UsageError for an arm that the plan does not have."""
        other = self.bound[0] if isinstance(self.bound, tuple) else None
        for name in filter(None, (self.arm, other)):
            if name not in names:
                raise unknown(f"arm in {self.text!r}", name, names)

    def judge(self, arms: Sequence[tuple[str, Metrics]]) -> Outcome:
        """Against (name, metrics) of every arm; of replicates the average counts. Unknown values fail."""
        wanted = [self.arm] if self.arm else list(dict.fromkeys(name for name, _ in arms))
        judged = [self._one(name, arms) for name in wanted]
        wrong = [said for passed, said in judged if not passed]
        return Outcome(self.text, not wrong, "; ".join(wrong or [said for _, said in judged]))

    def _one(self, arm: str, arms: Sequence[tuple[str, Metrics]]) -> tuple[bool, str]:
        left = _mean(arms, arm, self.metric)
        said = f"{arm}.{self.metric} is {_told(left)}"
        if isinstance(self.bound, float):
            right: float | None = self.bound
        else:
            other = self.bound[0] or arm
            right = _mean(arms, other, self.bound[1])
            said += f", {other}.{self.bound[1]} is {_told(right)}"
        known = left is not None and right is not None
        return known and _SIGNS[self.sign](left or 0.0, right or 0.0), said


def _mean(arms: Sequence[tuple[str, Metrics]], arm: str, metric: str) -> float | None:
    values = [metrics[metric]["mean"] for name, metrics in arms if name == arm and metric in metrics]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _told(value: float | None) -> str:
    return "not known" if value is None else f"{value:.4g}"
