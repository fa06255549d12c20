"""People and ghosts side by side: what counts as alike, and what is told first."""

from __future__ import annotations

import numpy as np
import pytest

from app.evaluate.ghosts import Decided, Met, Pair, pooled


def _met(turn: int, you: str, ghost: str) -> Met:
    return Met(turn, f"{you} and {ghost}", tuple(you.split()), tuple(ghost.split()), "")


def _pair(*items: Met, mind: str = "embedded", decisions: tuple[Decided, ...] = ()) -> Pair:
    return Pair("a-1-1", "a-2-2", mind, "", items, decisions or (Decided(1, "continue", "continue"),))


def test_items_are_counted_by_whether_each_did_it() -> None:
    tables = _pair(_met(1, "skip", "skip"), _met(1, "open like", "open"), _met(2, "skip", "open like")).tables
    assert tables["open"].tolist() == [[1, 1], [0, 1]]
    assert tables["like"].tolist() == [[1, 1], [1, 0]]


def test_decisions_are_counted_by_kind() -> None:
    decisions = (Decided(1, "continue", "instruct"), Decided(2, "leave", "leave"))
    assert _pair(decisions=decisions).tables["decision"].tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("you", "ghost", "apart"),
    [
        ("skip", "skip", 0),
        ("open", "open watch", 0),
        ("open like", "open watch", 1),
        ("skip", "open", 1),
        ("open like", "skip", 3),
        ("open dislike", "open like", 5),
    ],
)
def test_the_further_apart_the_more_telling(you: str, ghost: str, apart: int) -> None:
    assert _met(1, you, ghost).apart == apart


def test_differences_are_told_turn_by_turn_with_the_decision_last() -> None:
    decisions = (Decided(1, "continue", "leave"), Decided(2, "leave", "leave"))
    pair = _pair(
        _met(2, "skip", "open"), _met(1, "open", "skip"), _met(1, "skip", "skip"), decisions=decisions
    )
    assert [(one.turn, type(one)) for one in pair.differing()] == [(1, Met), (1, Decided), (2, Met)]


def test_every_kind_of_ghost_is_pooled_for_itself() -> None:
    pairs = [_pair(_met(1, "open", "open")), _pair(_met(1, "open", "skip"), mind="gpt"), _pair()]
    found = pooled(pairs)
    assert [(one.mind, len(one.pairs), one.items) for one in found] == [("embedded", 2, 1), ("gpt", 1, 1)]
    assert found[1].agreements["open"].agreement == 0.0
    assert np.sum(found[0].agreements["decision"].table) == 2


def test_the_most_telling_items_come_first() -> None:
    (one,) = pooled([_pair(_met(1, "skip", "open"), _met(2, "open like", "skip"), _met(3, "skip", "skip"))])
    assert [item.turn for _, item in one.telling(5)] == [2, 1]
