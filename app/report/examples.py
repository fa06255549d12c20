"""Example transcripts: the session that served its user best, the middle one, and the worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.report.facts import ArmFacts
from app.session_view import open_session
from app.store.rows import FoundSession, RunRow, SessionRow
from app.store.store import Store

_OPEN_TURNS = 2


@dataclass(frozen=True)
class Example:
    """One session whole, as `show --json` prints it; `opened` are the turns to show unfolded."""

    title: str
    arm: str
    place: int
    data: dict[str, Any]
    opened: frozenset[int]


def examples(store: Store, run: RunRow, arms: Sequence[ArmFacts]) -> list[Example]:
    """Three sessions by satisfaction at the end, then by turns; fewer where there are fewer."""
    ranked = sorted(_ranked(arms), key=lambda found: found[0])
    places = {"Worst": 0, "Median": len(ranked) // 2, "Best": len(ranked) - 1}
    chosen = {place: title for title, place in places.items() if ranked}
    return [_example(store, run, chosen[at], arms, *ranked[at][1:]) for at in sorted(chosen, reverse=True)]


def _ranked(arms: Sequence[ArmFacts]) -> Iterator[tuple[tuple[float, int, int], int, SessionRow]]:
    for place, arm in enumerate(arms):
        for row, satisfaction in zip(arm.sessions, arm.satisfaction.tolist(), strict=True):
            if row.status != "failed" and row.turns:
                yield (round(satisfaction, 2), row.turns, row.id), place, row


def _example(
    store: Store, run: RunRow, title: str, arms: Sequence[ArmFacts], place: int, row: SessionRow
) -> Example:
    data = open_session(store, FoundSession(run, row)).data()
    turns = [turn["number"] for turn in data["turns"]]
    told = [turn["number"] for turn in data["turns"] if turn["decision"]["kind"] == "instruct"][:1]
    opened = {*turns[:_OPEN_TURNS], *turns[-1:], *told, *(number + 1 for number in told)}
    return Example(title, arms[place].result.label, place, data, frozenset(opened))
