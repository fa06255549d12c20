"""A recommender that is a language model: it plans and ranks, and the embedded agent retrieves in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.draws import key as draw_key
from app.llm.model import Place
from app.prompts.fencing import clip
from app.prompts.nodes import prompt_of
from app.prompts.past import Catalog, TurnLine, past_titles, seen_turn, window
from app.recommenders.llm_answers import PlanAnswer, RankAnswer, check_rank, to_plan, to_slate
from graphs.messages import Candidate, Plan, Request, Slate
from graphs.ports import RecommenderView

if TYPE_CHECKING:
    from app.catalog.showing import Showing
    from app.llm.model import Model
    from app.prompts import Prompts
    from app.recommenders.given import GivenPlan

PAST_TITLES, MOST_TURNS, TURN_STEP = 15, 5, 2
CANDIDATES = 30
_SAID, _REFLECTION, _DONE = 300, 300, 500
"""Most UTF-8 bytes of each text."""


@dataclass(frozen=True)
class LlmAgent:
    """What the recommenders of one run share. `noun` is what the service offers."""

    model: Model
    prompts: Prompts
    showing: Showing
    noun: str = "items"
    candidates: int = CANDIDATES


@dataclass(frozen=True)
class LlmRecommender:
    """One user's recommender in one session; implements `graphs.ports.Recommender`.

    `embedded` retrieves from the model's plan. `counts` says what was dropped or filled in: `unknown_facets`,
    `empty_directives`, `empty_bounds`, `unknown_items`, `repeated_items`, `filled_slots`. Errors are those of
    `Model.ask`.
    """

    agent: LlmAgent
    embedded: GivenPlan
    session: int | None
    key: str
    counts: Counter[str] = field(default_factory=Counter)

    async def reason(self, view: RecommenderView) -> Plan:
        """The model's plan of all that holds now; none is asked for where nothing is known of the user."""
        if not (view.request or view.history or view.persona.history):
            return Plan(reasoning="Nothing was asked and nothing is known yet.")
        inputs = self._about(view) | {
            "facets": self.agent.showing.vocabulary.lists,
            "people": self.agent.showing.vocabulary.people,
        }
        prompt = self.agent.prompts.render(prompt_of("reason"), PlanAnswer, inputs)
        answer = await self.agent.model.ask(self._place(view, "reason"), prompt, PlanAnswer)
        return to_plan(answer, self.agent.showing.vocabulary, self.counts)

    async def retrieve(self, view: RecommenderView, plan: Plan) -> tuple[Candidate, ...]:
        """The embedded agent's candidates for the plan, by fused rank."""
        return await self.embedded.retrieve(view, plan)

    async def rerank(self, view: RecommenderView, plan: Plan, candidates: tuple[Candidate, ...]) -> Slate:
        """The model's choice of the best candidates, shown to it in an order that says nothing."""
        if not candidates:
            return Slate(slots=(), message="")
        best = candidates[: max(self.agent.candidates, view.slate_size)]
        ids, showing = [candidate.item for candidate in best], self.agent.showing
        shown = shuffled(ids, self.embedded.visitor.key, view.turn)
        inputs = self._about(view) | {
            "plan": plan,
            "items": [showing.card(item) for item in shown],
        }
        prompt = self.agent.prompts.render(prompt_of("rerank"), RankAnswer, inputs, showing.images(shown))
        written = showing.written(ids)

        def check(answer: RankAnswer) -> None:
            check_rank(answer, written)

        answer = await self.agent.model.ask(self._place(view, "rerank"), prompt, RankAnswer, check)
        named = dict(zip(written, ids, strict=True))
        return to_slate(answer, candidates, named, view.slate_size, self.counts)

    # ------------------------------------------------------------------------------- inside

    def _place(self, view: RecommenderView, node: str) -> Place:
        return Place(self.session, self.key, view.turn, node)

    def _about(self, view: RecommenderView) -> dict[str, Any]:
        showing = self.agent.showing
        told = {"noun": self.agent.noun, "slate_size": view.slate_size, "legend": showing.legend}
        return told | known_of(view, showing.items)


def known_of(view: RecommenderView, items: Catalog) -> dict[str, Any]:
    """What the prompts are given of a user: the public persona, and what was said, shown and visibly done."""
    turns = window(view.history, MOST_TURNS, TURN_STEP)
    older = view.history[: len(view.history) - len(turns)]
    return {
        "persona": view.persona,
        "past": past_titles(view.persona.history, items, PAST_TITLES),
        "requests": [
            TurnLine(turn.number, clip(turn.request.words, _SAID), "") for turn in older if turn.request
        ],
        "turns": [_clipped(seen_turn(turn, items)) for turn in turns],
        "number": view.turn,
        "request": _request(view.request),
    }


def shuffled(ids: Sequence[str], key: int, turn: int) -> list[str]:
    """A permutation that depends on the user's draws and the turn alone, not on the order given."""
    return sorted(ids, key=lambda item: (draw_key("candidates", key, turn, item), item))


def _clipped(line: TurnLine) -> TurnLine:
    return TurnLine(line.number, clip(line.asked, _SAID), clip(line.done, _DONE))


def _request(request: Request | None) -> Request | None:
    if request is None:
        return None
    return Request(words=clip(request.words, _SAID), reflection=clip(request.reflection, _REFLECTION))
