"""What a run was expected to come to, judged after it: expectations on means, gates on paired differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.errors import ExpectationFailed

if TYPE_CHECKING:
    from app.plans import Plan
    from app.store.store import Store
    from app.summary import Summary

_MOST = 3


def judge(store: Store, plan: Plan, summary: Summary) -> tuple[str, ExpectationFailed | None]:
    """What held, in a line (empty where nothing was expected), and an error that names what did not."""
    judged = [*_expectations(plan, summary), *_gates(store, plan, summary)]
    wrong = [said for passed, said in judged if not passed]
    line = f"expected: {len(judged) - len(wrong)} of {len(judged)} held" if judged else ""
    if not wrong:
        return line, None
    more = [f"and {len(wrong) - _MOST} more"] if len(wrong) > _MOST else []
    told = [f"{len(wrong)} of {len(judged)} that the run file expects did not hold", *wrong[:_MOST], *more]
    return line, ExpectationFailed("\n".join(told))


def _expectations(plan: Plan, summary: Summary) -> Iterator[tuple[bool, str]]:
    from app.plans import Expectation

    arms = [(arm.name, arm.metrics) for arm in summary.arms]
    for text in plan.expect:
        outcome = Expectation.parse(text).judge(arms)
        yield outcome.passed, f"{outcome.text}: {outcome.said}"


def _gates(store: Store, plan: Plan, summary: Summary) -> Iterator[tuple[bool, str]]:
    if not plan.gates:
        return
    from app.comparison import Question, compare, parse_gate

    for gate in plan.gates:
        asked = Question(gates=(parse_gate(gate.that),), flips=0)
        found = compare(store, f"{summary.run}:{gate.a}", f"{summary.run}:{gate.b}", asked)
        for one in found.gates:
            yield one.passed, f"{gate.b} against {gate.a}, {one.gate.text}: {one.interval}"
