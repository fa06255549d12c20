"""From turns of a cohort to rows of the store and sums of the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from app.metrics import Coverage, Tally
from app.minds.embedded import EmbeddedUser
from app.recommenders.knowledge import Knowledge
from app.store.tables import COLUMNS
from graphs.messages import ACTIONS, LEAVE_REASONS
from graphs.session import FAILED, GOES_ON, INSTRUCT, LEAVE, LEFT
from graphs.state import CohortTurn

_BIT = {name: 1 << bit for bit, name in enumerate(ACTIONS)}
_STATUS = {LEFT: "left", FAILED: "failed"}


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
    tally: Tally = field(init=False)
    coverage: Coverage = field(init=False)
    asked: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    rows: dict[str, list[tuple[Any, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.ids)
        self.tally = Tally.zeros(n)
        self.coverage = Coverage(n, len(self.knowledge.catalog))
        self.rows = {name: [] for name in ("session", "turn", "mindset", "exposure", "instruction")}
        self._asked_match = np.full(n, np.nan)
        self._exposed: list[dict[str, npt.NDArray[Any]]] = []

    def start(self, minds: Any) -> None:
        """The mindsets on arrival, as turn 0."""
        self._mindsets(self.ids, 0, minds)

    def add(self, turn: CohortTurn) -> None:
        """One turn of the cohort."""
        self._count(turn)
        self._exposures(turn)
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
        there = (items >= 0)[:, :, None]
        near = np.where(there, self.knowledge.dense[items], np.float32(0.0))
        length = np.maximum(np.sqrt((near * near).sum(axis=2, keepdims=True)), 1e-6)
        unit = near / length
        n = np.maximum(there[:, :, 0].sum(axis=1), 2)
        whole = (unit.sum(axis=1) ** 2).sum(axis=1)
        return np.asarray(1.0 - (whole - there[:, :, 0].sum(axis=1)) / (n * (n - 1)), np.float64)

    def _novelty(self, items: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        there = items >= 0
        popularity = np.asarray(self.knowledge.numeric.popularity, np.float64)[items]
        return np.asarray(((1.0 - popularity) * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1))

    # -------------------------------------------------------------------------------- rows

    def _exposures(self, turn: CohortTurn) -> None:
        """Keep the exposures of a turn as arrays; `batch` makes rows of them."""
        slates, reviews = turn.slates, turn.reviews
        n, k = slates.items.shape
        there = (slates.items >= 0).ravel()
        columns: dict[str, npt.NDArray[Any]] = {
            "session_id": np.repeat(self.ids[turn.sessions], k),
            "turn": np.full(n * k, turn.number),
            "position": np.tile(np.arange(1, k + 1), n),
            "item": slates.items,
            "score": _round(slates.score, 4),
            "source": slates.source,
            "propensity": _round(slates.propensity, 6),
            "reason": slates.reason,
            "seen": (np.arange(k) < reviews.seen[:, None]).astype(np.int8),
            "actions": reviews.actions,
            "watched": _round(reviews.watched, 3),
            "seconds": _round(reviews.seconds, 1),
            "utility": _round(reviews.utility, 3),
            "factor": reviews.factor,
            "facet": reviews.facet,
            "text": self._texts(turn, n * k),
        }
        self._exposed.append({name: columns[name].ravel()[there] for name in COLUMNS["exposure"]})

    def batch(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of the cohort; exposures in the order of their key, which is quickest to write."""
        if self._exposed:
            joined = {
                name: np.concatenate([part[name] for part in self._exposed]) for name in self._exposed[0]
            }
            order = np.lexsort((joined["position"], joined["turn"], joined["session_id"]))
            columns = [_values(joined[name][order]) for name in COLUMNS["exposure"]]
            self.rows["exposure"] = list(zip(*columns, strict=True))
        return self.rows

    def _texts(self, turn: CohortTurn, size: int) -> npt.NDArray[Any]:
        """Reasons that a recommender gave in its own words, as JSON; None elsewhere."""
        texts = np.full(size, None, object)
        said = [text for row in turn.slates.texts for text in row]
        for at, text in enumerate(said):
            if text:
                texts[at] = orjson.dumps({"reason": text}).decode()
        return texts

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
        values = [
            _rounded(getattr(minds, name), 4)
            for name in ("satisfaction", "boredom", "fatigue", "trust", "mood")
        ]
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
            said = orjson.dumps([d.model_dump() for d in meant]).decode()
            session = int(self.ids[turn.sessions[row]])
            self.rows["instruction"].append(
                (session, turn.number, request.words, request.reflection, said, None)
            )

    def _ended(self, turn: CohortTurn) -> None:
        decisions, t = turn.decisions, self.tally
        for row in np.flatnonzero(turn.ended != GOES_ON):
            at, how = int(turn.sessions[row]), int(turn.ended[row])
            reason = LEAVE_REASONS[decisions.reason[row]] if decisions.kind[row] == LEAVE else None
            if how == LEFT:
                t.left[at], t.return_days[at] = 1.0, decisions.return_days[row]
                self.reasons[str(reason)] += 1
            failure = self._failure(turn, int(row)) if how == FAILED else None
            self.failed += failure is not None
            self.rows["session"].append(self._session(at, _STATUS.get(how, "truncated"), reason, failure))

    def _failure(self, turn: CohortTurn, row: int) -> str:
        said = turn.slates.failures[row] if turn.slates.failures else "the recommender returned no items"
        kind, _, message = said.partition(": ")
        failure = {"node": "rerank", "kind": kind, "message": message or kind, "turn": turn.number}
        return orjson.dumps(failure).decode()

    def _session(self, at: int, status: str, reason: str | None, failure: str | None) -> tuple[Any, ...]:
        t = self.tally
        days = t.return_days[at]
        sums = {name: float(values[at]) for name, values in t.columns().items()}
        own = {
            "id": int(self.ids[at]),
            "key": self.keys[at],
            "arm_id": self.arm_id,
            "scenario_id": self.scenario_ids[at],
            "status": status,
            "leave_reason": reason,
            "failure": failure,
            "turns": int(t.turns[at]),
            "items_seen": int(t.items_seen[at]),
            "return_days": float(days) if np.isfinite(days) else None,
            "sums": orjson.dumps({name: round(v, 6) for name, v in sums.items() if np.isfinite(v)}).decode(),
        }
        values = {name: sums[name] for name in ("minutes", "reward")} | own
        return tuple(values.get(column) for column in _SESSION_COLUMNS)


_SESSION_COLUMNS = COLUMNS["session"]


def _round(values: npt.NDArray[Any], digits: int) -> npt.NDArray[np.float64]:
    return np.round(values.astype(np.float64), digits)


def _rounded(values: npt.NDArray[Any], digits: int) -> list[float]:
    rounded: list[float] = _round(values, digits).tolist()
    return rounded


def _values(column: npt.NDArray[Any]) -> list[Any]:
    """Plain Python values, None for NaN."""
    if column.dtype.kind == "f" and np.isnan(column).any():
        column = np.where(np.isnan(column), None, column)
    values: list[Any] = column.tolist()
    return values


def _where(there: npt.NDArray[np.bool_], values: npt.NDArray[np.float64]) -> list[float | None]:
    rounded = np.round(values, 4).tolist()
    return [value if keep else None for keep, value in zip(there.tolist(), rounded, strict=True)]
