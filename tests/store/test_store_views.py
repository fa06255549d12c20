"""The views: the public contract, as docs/store.md tells it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from store_rows import one_session, put_and_read, row

from app.store.migrations import views_0001
from app.store.reading import exposure_statement
from app.store.store import Store
from graphs.messages import ACTIONS, LEAVE_REASONS, SOURCES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "store.md").read_text()
VIEWS = ("v_sessions", "v_turns", "v_exposures", "v_calls")


def rows(store: Store, view: str) -> list[dict[str, object]]:
    with store._read() as connection:
        return [dict(found) for found in connection.exec_driver_sql(f"SELECT * FROM {view}").mappings()]


def documented(view: str) -> list[str]:
    common = DOCUMENT.split("## v_sessions")[0]
    section = DOCUMENT.split(f"## {view}\n")[1].split("\n## ")[0]
    return [name for part in (common, section) for name in re.findall(r"^\| `(\w+)`", part, re.MULTILINE)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_column_of_a_view_is_documented(store: Store, view: str) -> None:
    one_session(store)
    columns = list(rows(store, view)[0])
    assert sorted(columns) == sorted(documented(view))


def test_the_bits_of_the_views_are_those_of_the_messages() -> None:
    assert SOURCES == views_0001.SOURCES
    stems = [name.removesuffix("ped").removesuffix("ed").rstrip("e") for name in views_0001.ACTIONS]
    assert stems == [action.rstrip("e") for action in ACTIONS]


def test_the_documented_leave_reasons_are_those_of_the_messages() -> None:
    told = re.search(r"\| `leave_reason` \| (.*?);", DOCUMENT)[1]
    assert tuple(re.findall(r"`(\w+)`", told)) == LEAVE_REASONS


def test_v_sessions_joins_what_belongs_to_a_session(store: Store) -> None:
    begun, _ = one_session(store)
    (one,) = rows(store, "v_sessions")
    wanted = {"session": f"{begun.run.key}-1-1", "arm": 1, "arm_name": "popular", "scenario": 1, "seed": 7}
    assert wanted.items() <= one.items()
    assert (one["catalog"], one["persona"], one["satisfaction"]) == ("films", "Ana", 0.75)


def test_v_turns_has_the_words_and_both_mindsets(store: Store) -> None:
    _, number = one_session(store)
    store.put({"turn": [row("turn", session_id=number, number=2, decision=2)]}).wait()
    first, second = rows(store, "v_turns")
    assert (first["decision"], first["request"], first["words"]) == ("instruct", None, "less horror")
    assert (first["satisfaction_before"], first["satisfaction"]) == (0.5, 0.75)
    assert (second["decision"], second["request"], second["words"]) == ("leave", "less horror", None)
    assert (second["satisfaction_before"], second["satisfaction"]) == (0.75, None)


def test_v_exposures_has_a_column_for_every_action_and_source(store: Store) -> None:
    one_session(store)
    first, second = rows(store, "v_exposures")
    assert [name for name in views_0001.ACTIONS if first[name]] == ["opened", "liked"]
    assert [name for name in SOURCES if first[f"from_{name}"]] == ["popular", "lexical"]
    assert (first["item_id"], first["title"], first["seen"]) == ("i19", "Film 19", 1)
    assert (second["item_id"], second["seen"]) == ("i1", 0)


def test_v_exposures_is_what_was_put(store: Store) -> None:
    wanted, found, _ = put_and_read(store)
    assert found == wanted


def test_session_rows_and_the_table_are_what_was_put(store: Store) -> None:
    wanted, _, begun = put_and_read(store)
    (table,) = store.exposure_table(arm_id=begun.arm.id)
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    assert [{n: one[n] for n in wanted[0]} for one in rows] == wanted
    whole = [e for s in store.sessions(begun.run.id) for e in store.session_rows(s.id).exposures]
    assert [{n: getattr(e, n) for n in wanted[0]} for e in whole] == wanted


def test_v_exposures_has_the_words_of_an_exposure(store: Store) -> None:
    one_session(store)
    texts = {one["position"]: one["text"] for one in rows(store, "v_exposures")}
    assert texts == {1: None, 2: '{"thought":"no"}'}


def test_v_calls_has_the_text_of_the_reply(store: Store) -> None:
    one_session(store)
    store.put({"call": [row("call", session_id=None, node="trial", accepted=False)]}).wait()
    first, outside = sorted(rows(store, "v_calls"), key=lambda call: call["call"])
    assert (first["reply"], first["prompt"], first["accepted"]) == ("grüß", "decide", 1)
    assert (outside["session"], outside["run"], outside["accepted"]) == (None, None, 0)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_cannot_be_written(store: Store, view: str) -> None:
    one_session(store)
    with pytest.raises(Exception, match="because it is a view"):
        store._writer.write(lambda connection: connection.exec_driver_sql(f"DELETE FROM {view}"))


def plan(store: Store, where: str) -> list[str]:
    with store._read() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT * FROM v_exposures WHERE {where}")
        return [step.detail for step in steps]


def test_one_session_is_found_by_its_key_without_reading_all(store: Store) -> None:
    assert not any("SCAN" in step for step in plan(store, "session = 'a-1-1'"))


@pytest.mark.parametrize(
    "where",
    ["1", "item = 7", "item_id = 'i7'", "title = 'Film 7'", "liked", "turn = 1", "run = 'a'", "arm = 2"],
)
def test_exposures_and_their_sessions_find_each_other_whatever_is_asked(store: Store, where: str) -> None:
    one_session(store)
    first_of_session = "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    session_of_each = "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"
    assert {first_of_session, session_of_each} & set(plan(store, where))


@pytest.mark.parametrize("chosen", [(1, None), (None, 1)])
def test_exposures_of_a_run_are_streamed_in_order_without_sorting(store: Store, chosen: Any) -> None:
    one_session(store)
    sql = exposure_statement(*chosen).compile(store._engine, compile_kwargs={"literal_binds": True})
    with store._read() as connection:
        steps = [step.detail for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert steps[0].startswith("SEARCH")
    assert not any("TEMP B-TREE" in step for step in steps)
