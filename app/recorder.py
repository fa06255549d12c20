"""From turns of a cohort to rows of the store and sums of the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from pydantic import TypeAdapter

from app.metrics import DIGITS, Coverage, Tally
from app.minds.embedded import EmbeddedUser
from app.recommenders.knowledge import Knowledge
from app.store.batches import Batch
from app.store.packing import I64, PACKED, pack
from app.store.tables import COLUMNS
from graphs.messages import ACTIONS, LEAVE_REASONS, Directive
from graphs.session import FAILED, GOES_ON, INSTRUCT, LEAVE, LEFT, TRUNCATED
from graphs.state import CohortTurn

_BIT: dict[str, int] = {name: 1 << bit for bit, name in enumerate(ACTIONS)}
_STATUS = {LEFT: "left", TRUNCATED: "truncated", FAILED: "failed"}
_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_DIRECTIVES = TypeAdapter(list[Directive])


@dataclass
class Recorder:
    """Collects one cohort: `ids` int64 (n,) are its session ids in the store, numbered 0… in the cohort.

    The rows of the whole cohort go to the store together, so a session is there whole or not at all.
    """

    user: EmbeddedUser
    knowledge: Knowledge
    ids: npt.NDArray[np.int64]
    keys: Sequence[str]
    arm_id: int
    scenario_ids: Sequence[int]
    day: int = 0
    """The day of these sessions, told with their sums where it is not the first."""
    tally: Tally = field(init=False)
    coverage: Coverage = field(init=False)
    asked: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rows: dict[str, list[tuple[Any, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.ids)
        self.tally = Tally.zeros(n)
        self.coverage = Coverage(n, len(self.knowledge.catalog))
        self.rows = {name: [] for name in ("turn", "mindset", "exposure_text", "instruction")}
        self._asked_match = np.full(n, np.nan)
        self._exposed: list[I64] = [np.empty((0, len(PACKED)), np.int64)]
        self._end = np.full(n, GOES_ON, np.int8)
        self._reason = np.full(n, -1, np.int8)
        self._failures: dict[int, str] = {}

    @property
    def failed(self) -> int:
        """Sessions that ended with an error."""
        return len(self._failures)

    def start(self, minds: Any) -> None:
        """The mindsets on arrival, as turn 0."""
        self._mindsets(self.ids, 0, minds)

    def add(self, turn: CohortTurn) -> None:
        """One turn of the cohort."""
        self._count(turn)
        self._exposures(turn)
        self._texts(turn)
        self._turns(turn)
        self._mindsets(self.ids[turn.sessions], turn.number, turn.minds)
        self._instructions(turn)
        self._ended(turn)

    # -------------------------------------------------------------------------------- sums

    def _count(self, turn: CohortTurn) -> None:
        t, at, reviews = self.tally, turn.sessions, turn.reviews
        t.turns[at] = turn.number
        t.items_seen[at] += reviews.seen
        t.minutes[at] += reviews.seconds.sum(axis=1, dtype=np.float64) / 60.0
        for name, action in (("opens", "open"), ("likes", "like"), ("saves", "save"), ("shares", "share")):
            getattr(t, name)[at] += ((reviews.actions & _BIT[action]) > 0).sum(axis=1)
        t.watched[at] += reviews.watched.sum(axis=1, dtype=np.float64)
        t.satisfaction[at] = turn.minds.satisfaction
        t.reward[at] += turn.rewards
        t.diversity[at] += self._diversity(turn.slates.items)
        t.novelty[at] += self._novelty(turn.slates.items)
        before = self._asked_match[at]
        judged = ~np.isnan(before)
        t.judged[at] += judged
        t.kept[at] += judged & (np.nan_to_num(reviews.match) > np.nan_to_num(before, nan=np.inf) + 1e-9)
        says = turn.decisions.kind == INSTRUCT
        t.instructs[at] += says
        t.first_instruct[at] = np.where((t.first_instruct[at] == 0) & says, turn.number, t.first_instruct[at])
        self._asked_match[at] = np.where(says, turn.minds.match, np.nan)
        self.coverage.add(at, turn.slates.items)

    def _diversity(self, items: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Mean 1 - cosine over the pairs of each slate, float64 (n,)."""
        there = items >= 0
        near = self.knowledge.dense[items]
        length = np.sqrt(np.maximum(np.einsum("nkd,nkd->nk", near, near), np.float32(1e-12)))
        whole = (np.einsum("nk,nkd->nd", there / length, near) ** 2).sum(axis=1)
        count = there.sum(axis=1)
        pairs = np.maximum(count, 2) * (np.maximum(count, 2) - 1)
        return np.asarray(1.0 - (whole - count) / pairs, np.float64)

    def _novelty(self, items: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        there = items >= 0
        popularity = np.asarray(self.knowledge.numeric.popularity, np.float64)[items]
        return np.asarray(((1.0 - popularity) * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))

    # -------------------------------------------------------------------------------- rows

    def batch(self) -> Batch:
        """All rows of the cohort in the order of their keys, which is quickest to write."""
        for name in ("turn", "mindset"):
            self.rows[name].sort(key=itemgetter(0))  # stable, and the turns were added in order
        exposed = np.concatenate(self._exposed)
        exposed = exposed[np.argsort(exposed[:, 0])]
        return {"session": self._sessions(), "exposure": exposed, **self.rows}

    def _exposures(self, turn: CohortTurn) -> None:
        slates, reviews = turn.slates, turn.reviews
        there, place = slates.items >= 0, np.arange(slates.items.shape[1])
        columns: dict[str, npt.NDArray[Any]] = {
            "session_id": self.ids[turn.sessions][:, None],
            "turn": np.array([[turn.number]]),
            "position": place + 1,
            "item": slates.items,
            "score": slates.score,
            "source": slates.source,
            "propensity": slates.propensity,
            "reason": slates.reason,
            "seen": place < reviews.seen[:, None],
            "actions": reviews.actions,
            "watched": reviews.watched,
            "seconds": reviews.seconds,
            "utility": reviews.utility,
            "factor": reviews.factor,
            "facet": reviews.facet,
        }
        self._exposed.append(pack({n: np.broadcast_to(c, there.shape)[there] for n, c in columns.items()}))

    def _texts(self, turn: CohortTurn) -> None:
        """Reasons that a recommender gave in its own words."""
        for row, texts in enumerate(turn.slates.texts):
            session = int(self.ids[turn.sessions[row]])
            for position, text in enumerate(texts, 1):
                if text:
                    said = orjson.dumps({"reason": text}).decode()
                    self.rows["exposure_text"].append((session, turn.number, position, said))

    def _turns(self, turn: CohortTurn) -> None:
        n = len(turn.sessions)
        says = turn.decisions.kind == INSTRUCT
        heard = np.array([request is not None for request in turn.requests], bool)
        messages = turn.slates.messages or [""] * n
        self.rows["turn"] += zip(
            self.ids[turn.sessions].tolist(),
            [turn.number] * n,
            turn.decisions.kind.tolist(),
            turn.reviews.seen.tolist(),
            _rounded(turn.reviews.seconds.sum(axis=1), 1),
            turn.rewards.tolist(),
            _where(says, turn.minds.match),
            _where(heard, turn.reviews.match),
            [message or None for message in messages],
            [plan.model_dump_json() if plan else None for plan in turn.plans.plans],
            strict=True,
        )

    def _mindsets(self, ids: npt.NDArray[np.int64], number: int, minds: Any) -> None:
        values = [_rounded(getattr(minds, name), 4) for name in _FEELINGS]
        n = len(ids)
        self.rows["mindset"] += zip(ids.tolist(), [number] * n, *values, [None] * n, strict=True)

    def _instructions(self, turn: CohortTurn) -> None:
        for row in np.flatnonzero(turn.decisions.kind == INSTRUCT):
            request = turn.decisions.requests[row]
            meant = self.user.directives(turn.minds, int(row))
            titles = self.user.titles(meant)
            for d in meant:
                value = titles.get(d.value, d.value) if d.value else None
                self.asked[" ".join(filter(None, (d.kind, value)))] += 1
            said = _DIRECTIVES.dump_json(meant).decode()
            session = int(self.ids[turn.sessions[row]])
            self.rows["instruction"].append(
                (session, turn.number, request.words, request.reflection, said, None)
            )

    def _ended(self, turn: CohortTurn) -> None:
        over = np.flatnonzero(turn.ended != GOES_ON)
        left = np.flatnonzero(turn.ended == LEFT)
        decisions, at = turn.decisions, turn.sessions
        self._end[at[over]] = turn.ended[over]
        self._reason[at[over]] = np.where(decisions.kind[over] == LEAVE, decisions.reason[over], -1)
        self.tally.left[at[left]] = 1.0
        self.tally.return_days[at[left]] = decisions.return_days[left]
        self.reasons.update(LEAVE_REASONS[code] for code in decisions.reason[left].tolist())
        for row in np.flatnonzero(turn.ended == FAILED).tolist():
            self._failures[int(at[row])] = self._failure(turn, row)

    def _failure(self, turn: CohortTurn, row: int) -> str:
        said = turn.slates.failures[row] if turn.slates.failures else "the recommender returned no items"
        kind, _, message = said.partition(": ")
        failure = {"node": "rerank", "kind": kind, "message": message or kind, "turn": turn.number}
        return orjson.dumps(failure).decode()

    def _sessions(self) -> list[tuple[Any, ...]]:
        """The rows of the sessions that have ended."""
        over = np.flatnonzero(self._end != GOES_ON)
        places, t = over.tolist(), self.tally
        columns: dict[str, Sequence[Any]] = {
            "id": self.ids[over].tolist(),
            "key": [self.keys[at] for at in places],
            "arm_id": [self.arm_id] * len(places),
            "scenario_id": [self.scenario_ids[at] for at in places],
            "status": [_STATUS[end] for end in self._end[over].tolist()],
            "leave_reason": [LEAVE_REASONS[r] if r >= 0 else None for r in self._reason[over].tolist()],
            "failure": [self._failures.get(at) for at in places],
            "turns": t.turns[over].astype(np.int64).tolist(),
            "items_seen": t.items_seen[over].astype(np.int64).tolist(),
            "minutes": t.minutes[over].tolist(),
            "reward": t.reward[over].tolist(),
            "return_days": [days if isfinite(days) else None for days in t.return_days[over].tolist()],
            "sums": _sums(t, over, {"day": self.day} if self.day else {}),
        }
        none = [None] * len(places)
        return list(zip(*(columns.get(name, none) for name in COLUMNS["session"]), strict=True))


def _sums(tally: Tally, at: npt.NDArray[np.int64], more: dict[str, int]) -> list[str]:
    """The tally of some sessions as JSON each, without what is not finite, and `more` that holds for all."""
    columns = tally.columns()
    rows = np.round(np.stack([values[at] for values in columns.values()], axis=1), DIGITS).tolist()
    kept = ({n: v for n, v in zip(columns, row, strict=True) if isfinite(v)} for row in rows)
    return [orjson.dumps(sums | more).decode() for sums in kept]


def _round(values: npt.NDArray[Any], digits: int) -> npt.NDArray[np.float64]:
    return np.asarray(np.round(values.astype(np.float64), digits), np.float64)


def _rounded(values: npt.NDArray[Any], digits: int) -> list[float]:
    rounded: list[float] = _round(values, digits).tolist()
    return rounded


def _where(there: npt.NDArray[np.bool_], values: npt.NDArray[np.float64]) -> list[float | None]:
    rounded = np.round(values, 4).tolist()
    return [value if keep else None for keep, value in zip(there.tolist(), rounded, strict=True)]
