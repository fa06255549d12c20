"""The embedded user as a mind: n users in lock-step, or one user of messages through the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app import draws
from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.draws import What
from app.minds import behavior, endings, mindset, wishes, words
from app.minds.parameters import BehaviorParameters
from app.minds.rows import DecisionRows, ItemRows, MindRows, ReviewRows, UserRows, WishRows
from graphs.messages import LEAVE_REASONS, Directive, LeaveReason, Request
from graphs.session import CONTINUE, INSTRUCT, LEAVE

_REASON = {reason: np.int8(LEAVE_REASONS.index(reason)) for reason in LEAVE_REASONS}


@dataclass(frozen=True)
class EmbeddedUser:
    """The behavioral model over one catalog; implements `graphs.ports.CohortMind`.

    With `may_instruct` False users who have had enough can only leave: the control for what instructing is
    worth.
    """

    parameters: BehaviorParameters
    catalog: ItemCatalog
    facets: Facets
    items: ItemRows
    may_instruct: bool = True
    noun: str = "items"

    def start(self, users: UserRows) -> MindRows:
        return mindset.start(self.parameters, users)

    def review(self, users: UserRows, minds: MindRows, slates: object, turn: int) -> ReviewRows:
        shown = slates.items  # type: ignore[attr-defined]
        return behavior.review(self.parameters, self.items, users, minds, shown, turn)

    def update_mindset(self, users: UserRows, minds: MindRows, reviews: ReviewRows, turn: int) -> MindRows:
        """The mindset after the slate; who has had enough also knows what it would ask for."""
        after = mindset.update_mindset(self.parameters, self.items, users, minds, reviews, turn)
        enough = np.flatnonzero(reviews.fired)
        if enough.size:
            after = self._want(users.take(enough), after, reviews.take(enough), enough, turn)
        return after

    def _want(
        self, users: UserRows, after: MindRows, reviews: ReviewRows, enough: np.ndarray, turn: int
    ) -> MindRows:
        """Write the new wish of the rows `enough` into the mindset, with how the slate just seen matched it."""
        mind = after.take(enough)
        wish, share = wishes.choose(self.parameters, self.items, users, mind, reviews, turn)
        old = (mind.wish_facet, mind.wish_numeric, mind.wish_dense)
        facet, numeric, dense = wishes.encode(self.parameters, self.items, wish, share, old)
        match = behavior.wish_match(self.items, facet, numeric, dense, reviews.items)
        asks = wish.kind[:, 0] >= 0
        after = replace(after, wants=_put(after.wants, enough, wish))
        for name, values in (("wish_facet", facet), ("wish_numeric", numeric), ("wish_dense", dense)):
            whole = getattr(after, name).copy()
            whole[enough] = values
            after = replace(after, **{name: whole})
        standing = after.match.copy()
        standing[enough] = behavior.mean_match(match, reviews.items)
        asked = after.asked.copy()
        asked[enough] = asks
        return replace(after, match=standing, asked=asked)

    def decide(self, users: UserRows, minds: MindRows, reviews: ReviewRows, turn: int) -> DecisionRows:
        """Who has had enough instructs, where its traits and trust allow and it knows what it wants, or leaves."""
        n = len(reviews.seen)
        kind = np.where(reviews.time_up | reviews.fired, LEAVE, CONTINUE).astype(np.int8)
        if self.may_instruct:
            says = endings.instructs(self.parameters, users, minds, turn) & minds.asked
            kind[reviews.fired & says] = INSTRUCT
        reason = np.where(kind == LEAVE, self._reasons(minds, reviews), -1).astype(np.int8)
        leaving = kind == LEAVE
        days = endings.return_days(self.parameters, users, minds, turn)
        requests: list[Request | None] = [None] * n
        variants = draws.uniform(users.key, turn, What.WORDS)
        for row in np.flatnonzero(kind == INSTRUCT):
            requests[row] = self.request(minds, int(row), float(variants[row]))
        return DecisionRows(kind, reason, np.where(leaving, days, np.nan), requests)

    def _reasons(self, minds: MindRows, reviews: ReviewRows) -> np.ndarray:
        """int8 (n,): time, else what drove the hazard most; done where nothing was wrong."""
        pressure = reviews.pressure
        names: tuple[LeaveReason, ...] = ("dissatisfied", "bored", "tired")
        worst = np.array([_REASON[name] for name in names], np.int8)[pressure.argmax(axis=1)]
        reason = np.where(pressure.max(axis=1) > 0.25, worst, _REASON["done"])
        unheard = (minds.unheard > 0) & (minds.trust < 0.5)
        reason = np.where(unheard, _REASON["unheard"], reason)
        return np.where(reviews.time_up, _REASON["time"], reason)

    def directives(self, minds: MindRows, row: int) -> list[Directive]:
        ids = self.catalog.ids
        return wishes.directives(minds.wants, row, self.facets.names, ids)

    def request(self, minds: MindRows, row: int, draw: float) -> Request:
        """The instruction of one row in words, and the reflection behind it."""
        meant = self.directives(minds, row)
        variant = int(draw * 1_000_000_007)
        gaps = list(zip(meant, minds.wants.gap[row].tolist(), strict=False))
        mood = (float(minds.satisfaction[row]), float(minds.boredom[row]))
        return Request(
            words=words.instruction(meant, self.titles(meant), variant, self.noun),
            reflection=words.reflection(gaps, *mood, variant, self.titles(meant), self.noun),
        )

    def leaving(self, users: UserRows, minds: MindRows, row: int, reason: LeaveReason, turn: int) -> str:
        """What it says on leaving; an inexpressive user leaves silently."""
        draw = float(draws.uniform(users.key[row : row + 1], turn, What.WORDS)[0])
        silent = draw > 0.3 + users.trait("expressiveness")[row]
        variant = int(draw * 1_000_000_007)
        return words.leaving(reason, float(minds.satisfaction[row]), variant, self.noun, silent)

    def facet_pair(self, facet: int) -> tuple[str, str] | None:
        """(kind, value) of a facet number, None for the empty one."""
        if not 0 <= facet < len(self.facets.names):
            return None
        kind, _, value = self.facets.names[facet].partition(":")
        return kind, value

    def interests(self, users: UserRows, row: int, most: int = 6) -> dict[str, float]:
        """The facets that attract the user most, by name."""
        weights = users.facet[row, :-1]
        top = np.argsort(-weights, kind="stable")[:most]
        return {self.facets.names[i]: round(float(weights[i]), 3) for i in top if weights[i] > 0}

    def titles(self, meant: Sequence[Directive]) -> dict[str, str]:
        """Titles of the items that the directives name."""
        return {d.value: self.catalog[d.value].title for d in meant if d.kind == "similar" and d.value}


def _put(whole: WishRows, at: np.ndarray, part: WishRows) -> WishRows:
    kind, target = whole.kind.copy(), whole.target.copy()
    strength, gap = whole.strength.copy(), whole.gap.copy()
    kind[at], target[at], strength[at], gap[at] = part.kind, part.target, part.strength, part.gap
    return WishRows(kind, target, strength, gap)
