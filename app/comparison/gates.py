"""Gates: conditions on the interval of a difference, such as `turns > 0`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.comparison.results import Effect
from app.errors import RecoWorldError, UsageError, unknown
from app.metrics import METRICS

_GATE = re.compile(r"\s*([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")


class GateFailed(RecoWorldError):
    """The comparison is done, and a gate did not hold."""

    exit_code = 4


@dataclass(frozen=True)
class Gate:
    """`metric` of B less that of A must be `sign` `bound`, with its whole 95 % interval."""

    metric: str
    sign: str
    bound: float

    @property
    def text(self) -> str:
        return f"{self.metric} {self.sign} {self.bound:g}"

    def holds(self, effect: Effect) -> bool:
        """False also where the difference is not known."""
        low, high = effect.low, effect.high
        if low is None or high is None:
            return False
        return {
            ">": low > self.bound,
            ">=": low >= self.bound,
            "<": high < self.bound,
            "<=": high <= self.bound,
        }[self.sign]


def parse_gate(text: str) -> Gate:
    """A gate from its words; a UsageError says what is wrong with them."""
    match = _GATE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--gate {text!r} is no condition; write a metric, one of > >= < <=, and a number: 'turns > 0'"
        )
    if match[1] not in METRICS:
        raise unknown("metric in --gate", match[1], METRICS)
    return Gate(match[1], match[2], float(match[3]))


@dataclass(frozen=True)
class Judged:
    """A gate and what came of it."""

    gate: Gate
    passed: bool
    effect: Effect

    @property
    def interval(self) -> str:
        if self.effect.low is None or self.effect.high is None:
            return "there is no difference to judge"
        return f"the interval is [{self.effect.low:+.4g}, {self.effect.high:+.4g}]"

    def data(self) -> dict[str, Any]:
        effect = self.effect
        return {"gate": self.gate.text, "passed": self.passed, "low": effect.low, "high": effect.high}


def failure(judged: Sequence[Judged]) -> GateFailed | None:
    """The error that names the gates that did not hold, if any."""
    wrong = [f"{one.gate.text}: {one.interval}" for one in judged if not one.passed]
    if not wrong:
        return None
    shown = wrong[:3] + ([f"and {len(wrong) - 3} more"] if len(wrong) > 3 else [])
    return GateFailed("\n".join([f"{len(wrong)} of {len(judged)} gates failed", *shown]))
