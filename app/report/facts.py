"""What a report tells of each arm, gathered from the store in one pass with bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.metrics import Tally
from app.recommenders.messages import mask_of
from app.report.numbers import gini, lorenz
from app.store.rows import ArmRow, PersonaRow, RunRow, SessionRow
from app.store.store import Store
from app.summary import ArmResult, Summary
from graphs.messages import ACTIONS

F64 = npt.NDArray[np.float64]
STAYED = "still there at the limit"
FAILED = "failed"
_TOP = 8


@dataclass
class Wish:
    """Instructions with one kind of directive: how many, judged by a further slate, honored by it."""

    asked: int = 0
    judged: int = 0
    honored: int = 0


@dataclass(frozen=True)
class TopItem:
    """One of the items shown most; `share` is of all exposures, `opened` of those examined."""

    title: str
    share: float
    opened: float | None


@dataclass(frozen=True)
class Exposure:
    """How the exposures of an arm spread over the catalog."""

    total: int
    shown: int
    items: int
    gini: float
    lorenz: F64
    top: list[TopItem]


@dataclass(frozen=True)
class ArmFacts:
    """One arm. `turns` and `satisfaction` are of its ended sessions, in the order of `sessions`."""

    row: ArmRow
    result: ArmResult
    sessions: list[SessionRow]
    people: list[PersonaRow]
    turns: F64
    satisfaction: F64
    reasons: dict[str, float]
    wishes: dict[str, Wish]
    exposure: Exposure


@dataclass
class Counts:
    """Exposures by position in the catalog."""

    shown: F64
    seen: F64
    opened: F64 = field(init=False)

    def __post_init__(self) -> None:
        self.opened = np.zeros_like(self.shown)


def gather(store: Store, run: RunRow, summary: Summary) -> list[ArmFacts]:
    """The arms in order; of a run that goes on, the sessions that have ended."""
    sessions = [row for row in store.sessions(run.id) if row.status != "running"]
    bodies = store.personas(run.id)
    people = {row.id: bodies[row.persona_id] for row in store.scenarios(run.id)}
    return [
        _arm(store, row, result, [s for s in sessions if s.arm_id == row.id], people)
        for row, result in zip(store.arms(run.id), summary.arms, strict=True)
    ]


def _arm(
    store: Store, row: ArmRow, result: ArmResult, sessions: list[SessionRow], people: Mapping[int, PersonaRow]
) -> ArmFacts:
    tally = Tally.stored([session.sums or {} for session in sessions])
    return ArmFacts(
        row=row,
        result=result,
        sessions=sessions,
        people=[people[session.scenario_id] for session in sessions],
        turns=np.array([session.turns for session in sessions], np.float64),
        satisfaction=np.nan_to_num(tally.satisfaction),
        reasons=_reasons(sessions),
        wishes=wishes(store, row.id),
        exposure=exposure(store, row),
    )


def _reasons(sessions: Sequence[SessionRow]) -> dict[str, float]:
    ends = [_end(session) for session in sessions]
    return {name: ends.count(name) / len(ends) for name in dict.fromkeys(ends)}


def _end(session: SessionRow) -> str:
    named = {"truncated": STAYED, "failed": FAILED}
    return named.get(session.status) or session.leave_reason or session.status


def wishes(store: Store, arm_id: int) -> dict[str, Wish]:
    """Instructions of an arm by kind of directive; one with two kinds counts for both."""
    said = {
        (scenario, turn): sorted({directive["kind"] for directive in directives})
        for chunk in store.instruction_table(arm_id)
        for scenario, turn, directives in zip(
            chunk["scenario"], chunk["turn"], chunk["directives"], strict=True
        )
    }
    found: dict[str, Wish] = {}
    for kinds in said.values():
        for kind in kinds:
            found.setdefault(kind, Wish()).asked += 1
    before: dict[tuple[int, int], float] = {}
    for chunk in store.turn_table(arm_id=arm_id):
        names = ("scenario", "turn", "match_before", "match_after")
        for scenario, turn, asked, heard in zip(*(chunk[name] for name in names), strict=True):
            was = before.pop((scenario, turn - 1), None)
            if asked is not None:
                before[scenario, turn] = asked
            if was is not None and heard is not None:
                _judge(found, said.get((scenario, turn - 1), ()), heard > was + 1e-9)
    return found


def _judge(found: Mapping[str, Wish], kinds: Sequence[str], honored: bool) -> None:
    for kind in kinds:
        found[kind].judged += 1
        found[kind].honored += honored


def exposure(store: Store, arm: ArmRow) -> Exposure:
    """How often each item was shown, over all sessions of the arm."""
    items = store.catalog_row(arm.catalog_id).items
    counts, opened = Counts(np.zeros(items), np.zeros(items)), mask_of(("open",), ACTIONS)
    for chunk in store.exposure_table(arm_id=arm.id):
        item = np.array(chunk["item"], np.int64)
        seen, did = np.array(chunk["seen"], bool), np.array(chunk["actions"], np.int64)
        counts.shown += np.bincount(item, minlength=items)
        counts.seen += np.bincount(item[seen], minlength=items)
        counts.opened += np.bincount(item[(did & opened) > 0], minlength=items)
    return Exposure(
        total=int(counts.shown.sum()),
        shown=int((counts.shown > 0).sum()),
        items=items,
        gini=gini(counts.shown),
        lorenz=lorenz(counts.shown),
        top=_top(store, arm, counts),
    )


def _top(store: Store, arm: ArmRow, counts: Counts) -> list[TopItem]:
    order = np.argsort(-counts.shown, kind="stable")[:_TOP].tolist()
    titles = store.titles_at(arm.catalog_id, order)
    total = max(1.0, counts.shown.sum())
    return [
        TopItem(
            title=titles.get(at, "?"),
            share=float(counts.shown[at] / total),
            opened=float(counts.opened[at] / counts.seen[at]) if counts.seen[at] else None,
        )
        for at in order
        if counts.shown[at]
    ]
