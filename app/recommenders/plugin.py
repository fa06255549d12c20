"""A user's own recommender: a plain class with one method `recommend(view)`, called user by user."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.errors import PluginError
from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.messages import Visits, to_slate_rows
from app.recommenders.ranking import mark
from app.recommenders.rows import CandidateRows, MemoryRows, PlanRows, SlateRows, no_plans
from graphs.messages import Request, Slate, Slot
from graphs.ports import RecommenderView, SimpleRecommender
from graphs.state import Rows


def build(target: object, spec: str, knowledge: Knowledge) -> SimpleRecommender:
    """An instance with `recommend`: a class is called with the catalog where its constructor takes one.

    Anything without a `recommend` method is a PluginError that names it.
    """
    made = _instance(target, spec, knowledge) if inspect.isclass(target) else target
    if not callable(getattr(made, "recommend", None)):
        raise PluginError(
            f"{spec} ({type(made).__name__}) has no method 'recommend'; "
            "a recommender is a class with `def recommend(self, view): ...` that returns item ids"
        )
    if inspect.iscoroutinefunction(made.recommend):  # type: ignore[attr-defined]
        raise PluginError(
            f"{spec}: its method 'recommend' is async; it is called plainly, so leave out 'async'"
        )
    return made  # type: ignore[return-value]


def _instance(target: type, spec: str, knowledge: Knowledge) -> object:
    try:
        needed = [
            p for p in inspect.signature(target).parameters.values()
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]  # fmt: skip
    except ValueError:
        needed = []
    if len(needed) > 1:
        raise PluginError(
            f"{spec}: its constructor needs {len(needed)} arguments; it is called with the catalog or with nothing"
        )
    try:
        return target(knowledge.visible) if needed else target()
    except Exception as error:
        raise PluginError(f"{spec} could not be created: {type(error).__name__}: {error}") from error


@dataclass
class PluginRows(Rows):
    """The visits so far of n users."""

    visits: list[Visits]


class Plugin:
    """A `SimpleRecommender` in a cohort; implements `graphs.ports.CohortRecommender`.

    An exception, an unknown id or a repeated one fails the session it happened in, with the error as data.
    """

    def __init__(self, simple: SimpleRecommender, spec: str, knowledge: Knowledge) -> None:
        self.simple, self.spec, self.knowledge = simple, spec, knowledge

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = self.knowledge.memory(visitors)
        memory.own = PluginRows([Visits(visitor.persona) for visitor in visitors])
        return memory

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        plans = no_plans(len(memory.key))
        plans.own = list(requests)
        return plans

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        shape = (len(memory.key), 0)
        return CandidateRows(
            np.zeros(shape, np.int32), np.zeros(shape, np.float32), np.zeros(shape, np.uint16)
        )

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        slates, failures = [], []
        for visit, request in zip(memory.own.visits, plans.own, strict=True):
            slate, failure = self._one(visit, request, turn)
            slates.append(slate)
            failures.append(failure)
        return to_slate_rows(slates, failures, self.knowledge)

    def _one(self, visit: Visits, request: Request | None, turn: int) -> tuple[Slate, str]:
        view = RecommenderView(
            persona=visit.persona,
            turn=turn,
            slate_size=self.knowledge.slate_size,
            request=request,
            history=visit.turns,
            catalog=self.knowledge.visible,
        )
        try:
            return checked(self.simple.recommend(view), view), ""
        except Exception as error:  # noqa: BLE001 - the one place where a plug-in's failure becomes data
            return Slate(slots=()), f"{type(error).__name__}: {error}"

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        after = [
            visit.after(row, turn, plans.own[row], slates, reviews, self.knowledge)
            for row, visit in enumerate(memory.own.visits)
        ]
        memory.own = PluginRows(after)
        mark(memory.seen, memory.left, slates.items)
        return memory


def checked(given: Slate | Sequence[str], view: RecommenderView) -> Slate:
    """A slate of known, distinct items, at most `view.slate_size`; ValueError says what is wrong with it."""
    if not isinstance(given, Slate):
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise ValueError(
                f"recommend() returned {type(given).__name__}; return a Slate or a list of item ids"
            )
        given = Slate(slots=tuple(Slot(item=str(item), sources=("plugin",)) for item in given))
    unknown = next((item for item in given.items if item not in view.catalog), None)
    if unknown is not None:
        raise ValueError(f"recommend() returned the item {unknown!r}, which is not in {view.catalog.name!r}")
    if not given.slots:
        raise ValueError("recommend() returned no items")
    if len(given.slots) > view.slate_size:
        given = given.model_copy(update={"slots": given.slots[: view.slate_size]})
    return given
