"""A stored session made whole again: what `show SESSION --json` prints, with words rendered from the factors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.catalog.parts import from_parts
from app.errors import UsageError
from app.minds import words
from app.minds.rows import FACTORS
from app.minds.single import thought_variants
from app.prompts.nodes import node_of
from app.recommenders.messages import actions_of, sources_of
from app.recommenders.reasons import reason_text
from app.store.rows import ExposureRow, FoundSession, InstructionRow, MindsetRow, SessionRows
from app.store.store import Store

DECISIONS = ("continue", "instruct", "leave")


@dataclass(frozen=True)
class SessionView:
    """One session of a store, by its id."""

    rows: SessionRows
    catalog: ItemCatalog

    @cached_property
    def facets(self) -> Facets:
        return Facets.of(self.catalog)

    def data(self) -> dict[str, Any]:
        """The session whole: persona, turns, and the trace steps with calls."""
        rows, session = self.rows, self.rows.session
        return {
            "session": session.key,
            "run": rows.run.key,
            "arm": rows.arm.name,
            "recommender": rows.arm.recommender,
            "mind": rows.arm.mind,
            "catalog": self.catalog.name,
            "status": session.status,
            "leave_reason": session.leave_reason,
            "return_days": session.return_days,
            "minutes": session.minutes,
            "reward": session.reward,
            "failure": session.failure,
            "persona": rows.persona.body,
            "turns": [self._turn(turn.number) for turn in rows.turns],
            "trace": self._trace(),
        }

    def _turn(self, number: int) -> dict[str, Any]:
        turn = next(t for t in self.rows.turns if t.number == number)
        exposures = self._exposures[number]
        asked = self._instructions.get(number)
        return {
            "number": number,
            "request": self._instruction(self._instructions.get(number - 1)),
            "plan": turn.plan,
            "message": turn.message,
            "slate": [self._slot(row) for row in exposures],
            "review": self._review(number, exposures),
            "before": _mindset(self._mindsets.get(number - 1)),
            "after": _mindset(self._mindsets.get(number)),
            "decision": self._decision(turn.decision, asked),
            "match_before": turn.match_before,
            "match_after": turn.match_after,
            "reward": turn.reward,
        }

    def _slot(self, row: ExposureRow) -> dict[str, Any]:
        text = row.text or {}
        reason = text.get("reason") or reason_text(row.reason, self.catalog, self.facets)
        return {
            "position": row.position,
            "item": row.item_id,
            "title": row.title,
            "score": row.score,
            "sources": list(sources_of(row.source)),
            "propensity": row.propensity,
            "reason": reason,
        }

    def _review(self, number: int, exposures: list[ExposureRow]) -> dict[str, Any]:
        key = np.array([self.rows.scenario.draw_key], np.int64).astype(np.uint64)
        variants = thought_variants(key, number, max(1, len(exposures)))
        reactions = [self._reaction(row, variants[row.position - 1]) for row in exposures if row.seen]
        return {
            "seen": len(reactions),
            "summary": self._summary(number, reactions, len(exposures), variants[0]),
            "reactions": reactions,
        }

    def _reaction(self, row: ExposureRow, variant: int) -> dict[str, Any]:
        actions = actions_of(row.actions)
        reaction: dict[str, Any] = {
            "position": row.position,
            "item": row.item_id,
            "actions": list(actions),
            "watched": row.watched,
            "seconds": row.seconds,
        }
        stored = row.text or {}
        if row.factor is None or row.utility is None:
            return reaction | {"thought": stored.get("thought", "")}
        facet, factor = self._facet(row.facet), FACTORS[row.factor]
        item = self.catalog.items[row.item]
        thought = words.thought(item, factor, facet, row.utility, actions, row.watched, variant)
        because = {"factor": factor, "facet": ":".join(facet) if facet else None}
        return reaction | {"utility": row.utility, **because, "thought": thought}

    def _summary(self, number: int, reactions: list[dict[str, Any]], shown: int, variant: int) -> str:
        before, after = self._mindsets.get(number - 1), self._mindsets.get(number)
        if before is None or after is None or any("utility" not in r for r in reactions):
            return ""
        opened = sum("open" in r["actions"] for r in reactions)
        liked = sum("like" in r["actions"] for r in reactions)
        best = max(reactions, key=lambda r: float(r["utility"]), default=None)
        kind, _, value = ((best or {}).get("facet") or "").partition(":")
        top = (kind, value) if value else None
        return words.summary(
            len(reactions), opened, liked, shown, before.satisfaction, after.satisfaction, top, variant
        )

    def _facet(self, facet: int | None) -> tuple[str, str] | None:
        if facet is None or not 0 <= facet < len(self.facets.names):
            return None
        kind, _, value = self.facets.names[facet].partition(":")
        return kind, value

    def _decision(self, code: int, asked: InstructionRow | None) -> dict[str, Any]:
        decision: dict[str, Any] = {"kind": DECISIONS[code]}
        if DECISIONS[code] == "instruct":
            decision["instruction"] = self._instruction(asked)
        if DECISIONS[code] == "leave":
            decision["reason"] = self.rows.session.leave_reason
            decision["words"] = self.rows.session.leave_words or ""
        return decision

    def _instruction(self, row: InstructionRow | None) -> dict[str, Any] | None:
        if row is None:
            return None
        return {"words": row.words, "reflection": row.reflection, "directives": row.directives}

    def _trace(self) -> list[dict[str, Any]]:
        calls = defaultdict(list)
        for call in self.rows.calls:
            calls[call.turn, node_of(call.node)].append(call._asdict())
        return [step._asdict() | {"calls": calls[step.turn, step.node]} for step in self.rows.steps]

    @cached_property
    def _exposures(self) -> Mapping[int, list[ExposureRow]]:
        found: dict[int, list[ExposureRow]] = defaultdict(list)
        for row in self.rows.exposures:
            found[row.turn].append(row)
        return found

    @cached_property
    def _mindsets(self) -> dict[int, MindsetRow]:
        return {row.turn: row for row in self.rows.mindsets}

    @cached_property
    def _instructions(self) -> dict[int, InstructionRow]:
        return {row.turn: row for row in self.rows.instructions}


def _mindset(row: MindsetRow | None) -> dict[str, float] | None:
    if row is None:
        return None
    return {name: getattr(row, name) for name in ("satisfaction", "boredom", "fatigue", "trust", "mood")}


def open_session(store: Store, found: FoundSession) -> SessionView:
    """The session with the catalog that it used."""
    rows = store.session_rows(found.session.id)
    stored = store.catalog(rows.arm.catalog_id)
    return SessionView(rows, from_parts(stored.row.name, stored.row.source, stored.items, stored.parts))


def session_data(store: Store, key: str) -> dict[str, Any]:
    """`SessionView.data()` of the session that `key` names; a run's key is a UsageError."""
    found = store.find(key)
    if not isinstance(found, FoundSession):
        raise UsageError(f"{key!r} is a run, not a session; see its sessions with `recoworld ls {key}`")
    return open_session(store, found).data()
