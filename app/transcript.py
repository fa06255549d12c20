"""From a session of messages to rows of the store, turn by turn as it happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
import orjson

from app.adherence import adherence
from app.metrics import DIGITS, Tally
from app.recommenders.messages import mask_of
from app.store.batches import Batch
from app.store.packing import pack
from app.store.tables import COLUMNS
from graphs.messages import (
    ACTIONS,
    SOURCES,
    Directive,
    Instruct,
    Item,
    Leave,
    Mindset,
    Session,
    Turn,
)  # fmt: skip

_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_PARENT = ("parent_id", "parent_turn", "parent_node")
_CODE = {"continue": 0, "instruct": 1, "leave": 2}


@dataclass
class Transcript:
    """One session of messages on its way into the store.

    `items` and `position` are the catalog's. `turn` gives the rows of a turn, to be written as it ends; `end`
    the row of the session with the sums that metrics are made of. Until then the session is `running`.
    `parent` is the session that this one began out of: its id, and the turn and node where.
    """

    id: int
    key: str
    arm_id: int
    scenario_id: int
    items: tuple[Item, ...]
    position: Mapping[str, int]
    parent: tuple[int, int, str] | None = None
    sums: Tally = field(default_factory=lambda: Tally.zeros(1))
    _asked: tuple[tuple[Directive, ...], float | None, tuple[Item, ...]] | None = None

    def begin(self, mindset: Mindset) -> Batch:
        """The running session and the mindset on arrival."""
        return {"session": [self._session({"status": "running"})], "mindset": [self._mindset(0, mindset)]}

    def turn(self, turn: Turn) -> Batch:
        """The rows of one turn."""
        shown = tuple(self.items[self.position[item]] for item in turn.slate.items)
        after = self._honored(shown)
        before = self._ask(turn, shown)
        self._count(turn, shown)
        row = (
            self.id, turn.number, _CODE[turn.decision.kind], turn.review.seen,
            round(turn.review.minutes * 60.0, 1), turn.reward, before, after, turn.slate.message or None,
            turn.plan.model_dump_json(),
        )  # fmt: skip
        return {
            "turn": [row],
            "mindset": [self._mindset(turn.number, turn.after)],
            "exposure": self._exposures(turn),
            "exposure_text": self._texts(turn),
            "instruction": self._instruction(turn),
        }

    def end(self, session: Session, away: float | None = None, day: int = 0) -> Batch:
        """The session as it ended; `away` are the days until the user comes back, inf for never, None unknown.

        `day` is told with the sums where it is not the first.
        """
        last = session.turns[-1].decision if session.turns else None
        left = session.status == "left" and isinstance(last, Leave)
        self.sums.left[0] = float(left)
        row: dict[str, Any] = {"status": session.status}
        if left and away is not None:
            self.sums.return_days[0] = away
            row["return_days"] = away if isfinite(away) else None
        if isinstance(last, Leave) and left:
            row |= {"leave_reason": last.reason, "leave_words": last.words or None}
        if session.failure is not None:
            row["failure"] = session.failure.model_dump_json()
        return {"session": [self._session(row, {"day": day} if day else {})]}

    # ------------------------------------------------------------------------------- inside

    def _honored(self, shown: tuple[Item, ...]) -> float | None:
        """How well this slate honors what was asked after the last one."""
        if self._asked is None:
            return None
        directives, before, complained_about = self._asked
        after = adherence(directives, shown, complained_about)
        if before is not None and after is not None:
            self.sums.judged[0] += 1
            self.sums.kept[0] += after > before + 1e-9
        return after

    def _ask(self, turn: Turn, shown: tuple[Item, ...]) -> float | None:
        """How well the slate just seen matches what is asked for now."""
        self._asked = None
        if not isinstance(turn.decision, Instruct):
            return None
        directives = turn.decision.instruction.directives
        before = adherence(directives, shown, shown)
        self._asked = (directives, before, shown)
        return before

    def _count(self, turn: Turn, shown: tuple[Item, ...]) -> None:
        t, reactions = self.sums, turn.review.reactions
        t.turns[0] = turn.number
        t.items_seen[0] += turn.review.seen
        t.minutes[0] += turn.review.minutes
        t.watched[0] += sum(r.watched for r in reactions)
        for name, action in (("opens", "open"), ("likes", "like"), ("saves", "save"), ("shares", "share")):
            getattr(t, name)[0] += sum(action in r.actions for r in reactions)
        t.satisfaction[0] = turn.after.satisfaction
        t.reward[0] += turn.reward
        t.novelty[0] += float(np.mean([1.0 - item.popularity for item in shown])) if shown else 0.0
        t.diversity[0] += _diversity(shown)
        if isinstance(turn.decision, Instruct):
            t.instructs[0] += 1
            t.first_instruct[0] = t.first_instruct[0] or turn.number

    def _mindset(self, number: int, mindset: Mindset) -> tuple[Any, ...]:
        detail = mindset.model_dump(
            mode="json", include={"interests", "wants", "avoids"}, exclude_defaults=True
        )
        values = [round(getattr(mindset, name), 4) for name in _FEELINGS]
        return (self.id, number, *values, orjson.dumps(detail).decode() if detail else None)

    def _exposures(self, turn: Turn) -> np.ndarray:
        slots, k = turn.slate.slots, len(turn.slate.slots)
        reactions = {r.item: r for r in turn.review.reactions}
        met = [reactions.get(slot.item) for slot in slots]
        propensity = [np.nan if slot.propensity is None else slot.propensity for slot in slots]
        return pack(
            {
                "session_id": np.full(k, self.id),
                "turn": np.full(k, turn.number),
                "position": np.arange(1, k + 1),
                "item": np.array([self.position[slot.item] for slot in slots], np.int64),
                "score": np.array([slot.score for slot in slots], np.float64),
                "source": np.array([mask_of(slot.sources, SOURCES) for slot in slots], np.int64),
                "propensity": np.array(propensity, np.float64),
                "reason": np.zeros(k, np.int64),
                "seen": np.array([r is not None for r in met], bool),
                "actions": np.array([mask_of(r.actions, ACTIONS) if r else 0 for r in met], np.int64),
                "watched": np.array([r.watched if r else 0.0 for r in met], np.float64),
                "seconds": np.array([r.seconds if r else 0.0 for r in met], np.float64),
                "utility": np.full(k, np.nan),
                "factor": np.full(k, -1),
                "facet": np.full(k, -1),
            }
        )

    def _texts(self, turn: Turn) -> list[tuple[Any, ...]]:
        """Reasons and thoughts in words."""
        thoughts = {r.item: r.thought for r in turn.review.reactions}
        rows = []
        for position, slot in enumerate(turn.slate.slots, 1):
            said = {"reason": slot.reason, "thought": thoughts.get(slot.item, "")}
            kept = {name: text for name, text in said.items() if text}
            if kept:
                rows.append((self.id, turn.number, position, orjson.dumps(kept).decode()))
        return rows

    def _instruction(self, turn: Turn) -> list[tuple[Any, ...]]:
        if not isinstance(turn.decision, Instruct):
            return []
        said = turn.decision.instruction
        meant = orjson.dumps([d.model_dump() for d in said.directives]).decode()
        return [(self.id, turn.number, said.words, said.reflection, meant, None)]

    def _session(self, values: dict[str, Any], more: Mapping[str, int] | None = None) -> tuple[Any, ...]:
        sums = {name: float(column[0]) for name, column in self.sums.columns().items()}
        kept = {name: round(value, DIGITS) for name, value in sums.items() if isfinite(value)}
        row: dict[str, Any] = {
            "id": self.id,
            "key": self.key,
            "arm_id": self.arm_id,
            "scenario_id": self.scenario_id,
            "turns": int(sums["turns"]),
            "items_seen": int(sums["items_seen"]),
            "minutes": sums["minutes"],
            "reward": sums["reward"],
            "sums": orjson.dumps(kept | dict(more or {})).decode(),
        }
        row |= dict(zip(_PARENT, self.parent or (), strict=False)) | values
        return tuple(row.get(column) for column in COLUMNS["session"])


def _diversity(shown: tuple[Item, ...]) -> float:
    """Mean 1 - cosine of facet sets over the pairs of a slate."""
    sets = [set(item.all_facets()) for item in shown]
    pairs = [(a, b) for i, a in enumerate(sets) for b in sets[:i]]
    near = [len(a & b) / max(1.0, (len(a) * len(b)) ** 0.5) for a, b in pairs]
    return 1.0 - float(np.mean(near)) if near else 0.0
