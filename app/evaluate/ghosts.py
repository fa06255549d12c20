"""People and the ghosts that met the same slates: what each did, and how far they agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.catalog.parts import from_parts
from app.evaluate.agreement import F64, Agreement, agreement
from app.interactive.sitting import GHOST
from app.language import LLM, names_of
from app.session_view import DECISIONS, SessionView
from app.store.rows import SessionRow
from app.store.store import Store

QUESTIONS = ("open", "like", "decision")
_LEVEL = {"dislike": -2, "skip": 0, "open": 1, "watch": 2, "save": 3, "share": 3, "like": 3}
"""How much an item was to somebody, by what was done with it."""


@dataclass(frozen=True)
class Met:
    """One item that both examined."""

    turn: int
    title: str
    you: tuple[str, ...]
    ghost: tuple[str, ...]
    thought: str

    @property
    def apart(self) -> int:
        """How far apart they are, 0 where both opened or left, liked or did not."""
        differ = any((question in self.you) != (question in self.ghost) for question in QUESTIONS[:2])
        return max(1, abs(_level(self.you) - _level(self.ghost))) if differ else 0


@dataclass(frozen=True)
class Decided:
    """What each wanted after a slate, in a word, and in words where something was said."""

    turn: int
    you: str
    ghost: str
    you_said: str = ""
    ghost_said: str = ""


@dataclass(frozen=True)
class Pair:
    """A person's session and its ghost's; `mind` is the ghost's: `embedded`, or the name of its model."""

    session: str
    ghost: str
    mind: str
    persona: str
    items: tuple[Met, ...]
    decisions: tuple[Decided, ...]

    @property
    def tables(self) -> dict[str, F64]:
        """What the person said (rows) against the ghost (columns): no and yes, or by kind of decision."""
        found = {question: _table(self.items, question) for question in QUESTIONS[:2]}
        decided = np.zeros((len(DECISIONS), len(DECISIONS)))
        for one in self.decisions:
            decided[DECISIONS.index(one.you), DECISIONS.index(one.ghost)] += 1
        return found | {QUESTIONS[2]: decided}

    def differing(self) -> list[Met | Decided]:
        """Where they differ, turn by turn: the items, then the decision."""
        items: list[Met | Decided] = [item for item in self.items if item.apart]
        found = items + [one for one in self.decisions if one.you != one.ghost]
        return sorted(found, key=lambda one: (one.turn, isinstance(one, Decided)))


@dataclass(frozen=True)
class Pooled:
    """All pairs of one kind of ghost, with the agreement on each question."""

    mind: str
    pairs: Sequence[Pair]
    agreements: Mapping[str, Agreement]

    @property
    def turns(self) -> int:
        return sum(len(pair.decisions) for pair in self.pairs)

    @property
    def items(self) -> int:
        return sum(len(pair.items) for pair in self.pairs)

    def telling(self, most: int) -> list[tuple[Pair, Met]]:
        """The items on which people and ghosts are furthest apart."""
        apart = [(pair, item) for pair in self.pairs for item in pair.items if item.apart]
        return sorted(apart, key=lambda one: -one[1].apart)[:most]

    def data(self, most: int) -> dict[str, Any]:
        return {
            "ghost": self.mind,
            "sessions": len(self.pairs),
            "turns": self.turns,
            "items": self.items,
            "agreement": {question: found.data() for question, found in self.agreements.items()},
            "disagreements": [
                {"session": pair.session, "ghost_session": pair.ghost} | asdict(item)
                for pair, item in self.telling(most)
            ],
        }


def pooled(pairs: Sequence[Pair]) -> list[Pooled]:
    """By kind of ghost, in order of name."""
    minds = sorted({pair.mind for pair in pairs})
    return [_pool(mind, [pair for pair in pairs if pair.mind == mind]) for mind in minds]


def _pool(mind: str, pairs: Sequence[Pair]) -> Pooled:
    tables = [pair.tables for pair in pairs]
    found = {question: agreement(np.stack([table[question] for table in tables])) for question in QUESTIONS}
    return Pooled(mind, pairs, found)


# --------------------------------------------------------------------------- as they are stored


@dataclass
class Ghosts:
    """The pairs of a store. A ghost or a person without a turn is no pair."""

    store: Store
    _catalogs: dict[int, ItemCatalog] = field(default_factory=dict)

    def pairs(self, wanted: Callable[[SessionRow], bool] = lambda row: True) -> list[Pair]:
        """Those whose ghost's session is wanted, the oldest first."""
        rows = [row for row in self.store.sessions_from(GHOST) if row.parent_id is not None and wanted(row)]
        found = (self._pair(row) for row in rows)
        return [pair for pair in found if pair.decisions]

    def _pair(self, row: SessionRow) -> Pair:
        assert row.parent_id is not None
        view = self._view(row.id)
        person, ghost = self._view(row.parent_id).data(), view.data()
        turns = {turn["number"]: turn for turn in ghost["turns"]}
        both = [(turn, turns[turn["number"]]) for turn in person["turns"] if turn["number"] in turns]
        return Pair(
            session=person["session"],
            ghost=row.key,
            mind=_kind(view),
            persona=str(ghost["persona"].get("name", "")),
            items=tuple(item for mine, its in both for item in _met(mine, its)),
            decisions=tuple(_decided(mine, its) for mine, its in both),
        )

    def _view(self, session_id: int) -> SessionView:
        rows = self.store.session_rows(session_id)
        if rows.catalog.id not in self._catalogs:
            stored = self.store.catalog(rows.catalog.id)
            catalog = from_parts(stored.row.name, stored.row.source, stored.items, stored.parts)
            self._catalogs[rows.catalog.id] = catalog
        return SessionView(rows, self._catalogs[rows.catalog.id])


def _kind(view: SessionView) -> str:
    arm = view.rows.arm
    if arm.mind != LLM:
        return arm.mind
    return names_of(arm.settings.get("model", ()), {"user"})["user"]


def _met(mine: Mapping[str, Any], its: Mapping[str, Any]) -> list[Met]:
    """The items of a turn that both examined."""
    titles = {slot["position"]: slot["title"] for slot in mine["slate"]}
    theirs = {r["position"]: r for r in its["review"]["reactions"]}
    return [
        Met(
            mine["number"],
            titles[r["position"]],
            tuple(r["actions"]),
            tuple(theirs[r["position"]]["actions"]),
            theirs[r["position"]]["thought"],
        )
        for r in mine["review"]["reactions"]
        if r["position"] in theirs
    ]


def _decided(mine: Mapping[str, Any], its: Mapping[str, Any]) -> Decided:
    you, ghost = mine["decision"], its["decision"]
    return Decided(mine["number"], you["kind"], ghost["kind"], _said(you), _said(ghost))


def _said(decision: Mapping[str, Any]) -> str:
    if decision["kind"] == "instruct":
        return str((decision["instruction"] or {}).get("words", ""))
    return str(decision.get("words") or "")


def _table(items: Sequence[Met], question: str) -> F64:
    table = np.zeros((2, 2))
    for item in items:
        table[int(question in item.you), int(question in item.ghost)] += 1
    return table


def _level(actions: Sequence[str]) -> int:
    levels = [_LEVEL.get(action, 0) for action in actions]
    return min(levels) if "dislike" in actions else max(levels, default=0)
