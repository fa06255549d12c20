"""The two sides of an arm for one session of messages at a time, whoever plays them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from app.casting.cast import Cast
from app.casting.seats import Carried, Seat
from app.errors import UsageError
from app.language import LLM, Language
from app.llm.model import Model
from app.minds import endings, returning
from app.minds.llm import LlmMind, LlmUser
from app.minds.rows import MindRows, UserRows
from app.minds.scripted import ScriptedMind
from app.minds.single import EmbeddedMind, rows_of
from app.plans.script import SCRIPTED
from app.recommenders.given import GivenPlan
from app.recommenders.knowledge import Visitor
from app.recommenders.llm import LlmAgent, LlmRecommender
from app.recommenders.perturbed import Perturbed, PerturbedSession
from app.recommenders.profile import OPEN, weights_of
from app.recommenders.reader import Reader
from app.recommenders.single import SingleRecommender, reviewed_rows
from graphs.messages import Directive, Mindset, PublicPersona, Session

HUMAN = "human"


@dataclass(frozen=True)
class Sides:
    """Makes the mind and the recommender of a seat; `spoken` are the models, where one plays a role."""

    cast: Cast
    spoken: Language | None = None

    # -------------------------------------------------------------------------------- the user

    def mind(self, seat: Seat) -> Any:
        """The user of a session, as a `graphs.ports.Mind` with `start`. A person is a UsageError."""
        kind = self.cast.arm.mind
        if kind == LLM:
            memory, arrival = seat.carried.memory, self._arrival(seat.carried)
            return LlmMind(self._llm_user, seat.id, seat.key, memory, arrival, self._goal)
        if kind == SCRIPTED:
            return ScriptedMind(self.cast.arm.script, self.read, self._arrival(seat.carried))
        if kind == HUMAN:
            raise UsageError("the user of this session is a person, who cannot be played by itself")
        return self.embedded(seat)

    def embedded(self, seat: Seat) -> EmbeddedMind:
        """The simulated user of the behavioral model, whatever the arm's mind is."""
        user, row = self.cast.stage.user, self._row(seat)
        carried = seat.carried
        if carried.mindset is None:
            return EmbeddedMind(user, row, self.cast.user)
        last, since = rows_of(carried.mindset), np.array([carried.since])
        row, acting = self.cast.back(row, last, since, carried.day)
        return EmbeddedMind(user, row, acting)

    def read(self, words: str) -> tuple[Directive, ...]:
        """How words are understood on the catalog."""
        return tuple(self._reader.read(words).directives)

    @property
    def _goal(self) -> tuple[str, ...]:
        """What the user is after, the strongest wish first, as `Comedy`."""
        goal = self.cast.arm.goal
        return tuple(facet.partition(":")[2] for facet in sorted(goal, key=lambda facet: -goal[facet]))

    def _arrival(self, carried: Carried) -> Mindset:
        """How a user who is no embedded one arrives."""
        if carried.mindset is not None:
            return returning.faded(self.cast.stage.user.parameters, carried.mindset, carried.since)
        return Mindset.model_validate(self.cast.arm.mindset.given())

    def _row(self, seat: Seat) -> UserRows:
        return self.cast.users([(seat.number, seat.persona)])

    # ------------------------------------------------------------------------- the recommender

    def visitor(self, seat: Seat) -> Visitor:
        """The user as the recommender meets it."""
        carried = seat.carried
        person = (seat.number, seat.persona)
        (met,) = self.cast.visitors([person], carried.day, [carried.past] if carried.past else ())
        return met

    def public(self, seat: Seat) -> PublicPersona:
        """What a recommender may know of the user: the past grows with every visit."""
        return self.visitor(seat).persona

    def recommender(self, seat: Seat) -> Any:
        """The recommender of a session, as a `graphs.ports.Recommender`. A person is a UsageError."""
        kind, cohort, knowledge = self.cast.arm.recommender, self.cast.recommender, self.cast.stage.knowledge
        visitor = self.visitor(seat)
        if kind == HUMAN:
            raise UsageError("the recommender of this session is a person, who cannot be played by itself")
        if kind != LLM:
            return SingleRecommender(cohort, knowledge, visitor)
        given = GivenPlan(cohort, knowledge, visitor)
        made = LlmRecommender(self._llm_agent, given, seat.id, seat.key)
        return PerturbedSession(made, cohort, visitor) if isinstance(cohort, Perturbed) else made

    # ------------------------------------------------------------------------------ afterwards

    def days_away(self, seat: Seat, session: Session) -> float:
        """Days until the user comes back, by the return model, inf for never; from how the session ended."""
        if session.status not in ("left", "truncated") or not session.turns:
            return float("inf")
        last, row = session.turns[-1].after, self._row(seat)
        minds = rows_of(last) if last.memory else self._minds(row, last)
        luck = self.cast.luck_on(seat.carried.day)
        parameters = self.cast.stage.user.parameters
        return float(endings.return_days(parameters, row, minds, session.turns[-1].number + luck)[0])

    def _minds(self, row: UserRows, last: Mindset) -> MindRows:
        """The arrays of a mindset as far as the return model asks for them."""
        return replace(self.cast.stage.user.start(row), satisfaction=np.array([last.satisfaction]))

    def carried(self, seat: Seat, session: Session, away: float, memory: str) -> Carried:
        """What the session leaves behind for the next one, `away` days later."""
        last = seat.carried
        return Carried(
            day=last.day + int(away),
            visit=last.visit + 1,
            since=away,
            mindset=session.turns[-1].after,
            memory=memory,
            past=(*last.past, *self._opened(session)),
        )

    def _opened(self, session: Session) -> tuple[tuple[int, int], ...]:
        """Positions of the items that were opened, and what the visible reactions say of each."""
        position, size = self.cast.stage.catalog.position, self.cast.arm.slate_size
        found: list[tuple[int, int]] = []
        for turn in session.turns:
            items = np.full((1, size), -1, np.int32)
            items[0, : len(turn.slate.items)] = [position[item] for item in turn.slate.items]
            reviews = reviewed_rows(turn.visible(), size)
            weights = weights_of(items, reviews)[0]
            opened = np.flatnonzero(reviews.actions[0] & OPEN)
            found += [(int(items[0, slot]), int(weights[slot])) for slot in opened]
        return tuple(found)

    # -------------------------------------------------------------------------------- made once

    def _model(self, role: str) -> Model:
        if self.spoken is None:
            raise UsageError(f"a model plays the {role} here, and none was opened")
        return self.spoken.models[role]

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.cast.stage.catalog)

    @cached_property
    def _llm_user(self) -> LlmUser:
        stage, model = self.cast.stage, self._model("user")
        assert self.spoken is not None
        return LlmUser(model, self.spoken.prompts, self.cast.showing, stage.user.noun, self.cast.arm.per_item)

    @cached_property
    def _llm_agent(self) -> LlmAgent:
        stage, model = self.cast.stage, self._model("recommender")
        assert self.spoken is not None
        return LlmAgent(model, self.spoken.prompts, self.cast.showing.with_facets(), stage.user.noun)
