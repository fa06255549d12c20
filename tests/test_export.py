"""Exports: the same rows in JSONL and Parquet as in the views, and conversations that tell no secrets."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from app import batch
from app.errors import UsageError
from app.export import SCHEMAS, export
from app.export.exporting import target
from app.export.rows import chunks
from app.export.schemas import JSON_COLUMNS
from app.settings import Settings
from app.store.store import Store
from app.store.tables import COLUMNS

Row = dict[str, Any]
DOCS = Path(__file__).parents[1] / "docs" / "export.md"
VIEWS = ("sessions", "turns", "exposures", "calls")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("export") / "w.db") as opened:
        settings = Settings(sessions=30, recommender=("popular", "agent"), max_turns=6)
        run = batch.execute(settings, opened).run
        session = opened.find(f"{run}-1-1").session.id  # type: ignore[union-attr]
        opened.put({"blob": [("r1", b"a reply")], "call": [_call(session, at) for at in (1, 2)]}).wait()
        yield opened


def _call(session: int, attempt: int) -> tuple[Any, ...]:
    """A call of the session's first turn; the second attempt was accepted."""
    values = {"session_id": session, "turn": 1, "node": "plan", "attempt": attempt, "position": attempt}
    values |= {"request_hash": "q", "model": "m", "reply_blob": "r1", "prompt_tokens": 5}  # type: ignore[dict-item]
    return tuple((values | {"accepted": attempt == 2}).get(name) for name in COLUMNS["call"])


def jsonl(store: Store, what: str, folder: Path) -> list[Row]:
    done = export(store, store.runs()[0], what, folder, "jsonl")
    return [json.loads(line) for line in Path(done.file).read_text("utf-8").splitlines()]


def parquet(store: Store, what: str, folder: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(export(store, store.runs()[0], what, folder, "parquet").file).to_pylist()
    for row in rows:
        for name in JSON_COLUMNS.get(what, ()):
            row[name] = json.loads(row[name]) if row[name] else None
    return rows


@pytest.mark.parametrize("what", SCHEMAS)
def test_both_formats_have_the_same_rows_and_columns(store: Store, what: str, tmp_path: Path) -> None:
    rows = jsonl(store, what, tmp_path)
    assert rows == parquet(store, what, tmp_path)
    assert all(list(row) == SCHEMAS[what].names for row in rows)


@pytest.mark.parametrize("what", VIEWS)
def test_the_columns_are_those_of_the_view(store: Store, what: str) -> None:
    with closing(sqlite3.connect(store.shown)) as connection, connection:
        names = [column[0] for column in connection.execute(f"SELECT * FROM v_{what} LIMIT 0").description]
    assert SCHEMAS[what].names == names


@pytest.mark.parametrize("what", VIEWS)
def test_no_row_of_the_view_is_lost(store: Store, what: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store.shown)) as connection, connection:
        (count,) = connection.execute(f"SELECT count(*) FROM v_{what}").fetchone()
    assert len(jsonl(store, what, tmp_path)) == count > 0


def test_rows_are_in_the_order_in_which_things_happened(store: Store, tmp_path: Path) -> None:
    places = [
        (r["arm"], r["scenario"], r["turn"], r["position"]) for r in jsonl(store, "exposures", tmp_path)
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("what", SCHEMAS)
def test_every_column_is_documented(what: str) -> None:
    told = DOCS.read_text("utf-8") + (DOCS.parent / "store.md").read_text("utf-8")
    assert all(f"`{name}`" in told for name in SCHEMAS[what].names)
    assert f"## {what}" in DOCS.read_text("utf-8")


def test_few_sessions_are_in_memory_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.export.rows._SESSIONS", 7)
    found = list(chunks(store, store.runs()[0], "turns"))
    assert len(found) == -(-60 // 7)
    assert all(len({row["session"] for row in rows}) <= 7 for rows in found)


def test_a_parquet_file_of_many_row_groups_is_read_whole(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.export.exporting._GROUP", 100)
    monkeypatch.setattr("app.export.rows._SESSIONS", 7)
    rows = parquet(store, "exposures", tmp_path)
    assert pq.ParquetFile(tmp_path / "exposures.parquet").num_row_groups > 3
    assert rows == jsonl(store, "exposures", tmp_path)


# ------------------------------------------------------------------------------ conversations


def test_a_conversation_alternates_and_ends_with_the_user(store: Store, tmp_path: Path) -> None:
    for row in jsonl(store, "trajectories", tmp_path):
        roles = [message["role"] for message in row["messages"]]
        assert roles == ["system", "user", *("assistant", "user") * row["turns"]]
        assert len(row["rewards"]) == len(row["satisfaction"]) == row["turns"]


def test_the_rewards_add_up_to_the_reward_of_the_session(store: Store, tmp_path: Path) -> None:
    for row in jsonl(store, "trajectories", tmp_path):
        assert sum(row["rewards"]) == pytest.approx(row["reward"])


def test_instructions_are_in_the_conversation_in_the_users_words(store: Store, tmp_path: Path) -> None:
    said = {(r["session"], r["turn"]): r["words"] for r in jsonl(store, "turns", tmp_path) if r["words"]}
    talks = {row["session"]: row["messages"] for row in jsonl(store, "trajectories", tmp_path)}
    assert said
    for (session, turn), words in said.items():
        assert f"says: {words}" in talks[session][2 * turn + 1]["content"]


def test_a_conversation_tells_nothing_that_is_hidden_from_the_recommender(
    store: Store, tmp_path: Path
) -> None:
    people = {row.number: row.persona_id for row in store.scenarios(store.runs()[0].id)}
    bodies = store.personas(store.runs()[0].id)
    for row in jsonl(store, "trajectories", tmp_path):
        text = " ".join(message["content"] for message in row["messages"])
        body = bodies[people[row["scenario"]]].body
        assert body["id"] not in text
        assert body["bio"] not in text
        assert not any(word in text for word in ("satisfaction", "genre:", "tag:", "pickiness"))


def test_a_slate_names_its_items_with_their_reasons(store: Store, tmp_path: Path) -> None:
    first = jsonl(store, "exposures", tmp_path)[0]
    slate = jsonl(store, "trajectories", tmp_path)[0]["messages"][2]["content"]
    assert slate.splitlines()[0].startswith(f"1. {first['title']} [{first['item_id']}]: ")


# -------------------------------------------------------------------------------- preferences


def test_the_chosen_slate_served_the_same_user_better(store: Store, tmp_path: Path) -> None:
    pairs = jsonl(store, "preferences", tmp_path)
    assert pairs
    felt = {(r["session"], r["turn"]): r for r in jsonl(store, "turns", tmp_path)}
    for pair in pairs:
        good, bad = (felt[pair[f"{side}_session"], pair["turn"]] for side in ("chosen", "rejected"))
        assert good["satisfaction_before"] == bad["satisfaction_before"]
        gain = good["satisfaction"] - bad["satisfaction"]
        assert gain == pytest.approx(pair["chosen_outcome"] - pair["rejected_outcome"], abs=1e-5)
        assert gain >= 0.05 - 1e-9


def test_both_answers_follow_the_same_prompt(store: Store, tmp_path: Path) -> None:
    talks = {row["session"]: row["messages"] for row in jsonl(store, "trajectories", tmp_path)}
    for pair in jsonl(store, "preferences", tmp_path):
        for side in ("chosen", "rejected"):
            talk = talks[pair[f"{side}_session"]]
            assert talk[: 2 * pair["turn"]] == pair["prompt"]
            assert talk[2 * pair["turn"]] == pair[side][0]


def test_a_larger_margin_leaves_fewer_pairs(store: Store) -> None:
    run = store.runs()[0]
    counts = [sum(map(len, chunks(store, run, "preferences", margin))) for margin in (0.0, 0.05, 0.2)]
    assert counts[0] > counts[1] > counts[2]


def test_the_same_slates_make_no_pair(tmp_path: Path) -> None:
    with Store.open(tmp_path / "same.db") as store:
        batch.execute(Settings(sessions=10, recommender=("popular",), max_turns=4), store)
        assert sum(map(len, chunks(store, store.runs()[0], "preferences", 0.0))) == 0


# -------------------------------------------------------------------------------------- files


def test_a_failed_export_leaves_the_old_file_and_nothing_else(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "turns.jsonl").write_text("old")

    def broken(*_: object) -> Iterator[list[Row]]:
        yield [dict.fromkeys(SCHEMAS["turns"].names)]
        raise RuntimeError("lost")

    monkeypatch.setattr("app.export.exporting.chunks", broken)
    with pytest.raises(RuntimeError, match="lost"):
        export(store, store.runs()[0], "turns", tmp_path, "jsonl")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("turns.jsonl", "old")]


def test_the_ending_of_a_file_is_its_format(tmp_path: Path) -> None:
    assert target(tmp_path / "a.parquet", "turns", None) == (tmp_path / "a.parquet", "parquet")
    assert target(tmp_path, "turns", None) == (tmp_path / "turns.jsonl", "jsonl")
    assert target(tmp_path / "new" / "folder", "calls", "parquet")[0].name == "calls.parquet"


def test_what_cannot_be_meant_is_refused(store: Store, tmp_path: Path) -> None:
    run = store.runs()[0]
    for args, says in (
        (("turn", tmp_path), "did you mean 'turns'"),
        (("turns", tmp_path, "csv"), "unknown format"),
        (("turns", tmp_path / "a.csv"), "no known ending"),
        (("turns", tmp_path / "a.jsonl", "parquet"), "do not agree"),
        (("turns", tmp_path / "no" / "a.jsonl"), "cannot be written"),
    ):
        with pytest.raises(UsageError, match=says):
            export(store, run, *args)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
