"""The same store on PostgreSQL, where a server is installed."""

from __future__ import annotations

import pytest
from store_rows import begin, one_session, put_and_read, row, session

from app.errors import StoreError, UsageError
from app.store.opening import HEAD
from app.store.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(postgres_url: str):
    with Store.open(postgres_url) as store:
        yield store


def test_a_session_is_read_whole_from_a_server(server: Store) -> None:
    begun, number = one_session(server)
    rows = server.session_rows(number)
    assert rows.turns[0].plan == {"reasoning": "asked"}
    assert [(e.item_id, e.seen) for e in rows.exposures] == [("i19", True), ("i1", False)]
    assert server.find(f"{begun.run.key[:5]}-1-1").session == rows.session


def test_a_session_put_again_replaces_the_first_on_a_server(server: Store) -> None:
    begun = begin(server)
    (number,) = server.new_session_ids(1)
    for status in ("running", "left"):
        server.put({"session": [session(begun, number, status=status)]}).wait()
    assert [s.status for s in server.sessions(begun.run.id)] == ["left"]


def test_tables_are_streamed_from_a_server(server: Store) -> None:
    begun = begin(server)
    (number,) = server.new_session_ids(1)
    turns = [row("turn", session_id=number, number=n) for n in range(1, 6)]
    server.put({"session": [session(begun, number)], "turn": turns}).wait()
    chunks = list(server.turn_table(run_id=begun.run.id, chunk=2))
    assert [list(chunk["turn"]) for chunk in chunks] == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize(
    ("view", "column", "value"),
    [
        ("v_sessions", "satisfaction", 0.75),
        ("v_turns", "decision", "instruct"),
        ("v_exposures", "liked", 1),
        ("v_calls", "reply", "grüß"),
    ],
)
def test_the_views_work_on_a_server(server: Store, view: str, column: str, value: object) -> None:
    begun, _ = one_session(server)
    with server._read() as connection:
        sql = f"SELECT max({column}) FROM {view} WHERE run = '{begun.run.key}'"
        assert connection.exec_driver_sql(sql).scalar() == value


def test_v_exposures_on_a_server_is_what_was_put(server: Store) -> None:
    wanted, found, begun = put_and_read(server)
    assert found == wanted
    (table,) = server.exposure_table(run_id=begun.run.id)
    assert list(table["utility"]) == [one["utility"] for one in wanted]
    shown = [item for chunk in server.shown_table(begun.arm.id) for item in chunk["item"]]
    assert set(shown) == {one["item"] for one in wanted}


def test_a_failed_batch_on_a_server_leaves_the_store_usable(server: Store) -> None:
    with pytest.raises(StoreError, match="foreign key"):
        server.put({"turn": [row("turn", session_id=-1)]}).wait()
    begin(server)
    with pytest.raises(UsageError, match="is used by the runs"):
        server.delete_catalog("films")


def test_a_database_of_another_program_on_a_server_is_refused(server: Store, postgres_url: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE foreign_one")
    other = postgres_url.replace("/postgres?", "/foreign_one?")
    with psycopg.connect(other.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE run (id INTEGER)")
    with pytest.raises(StoreError, match="belongs to something else"):
        Store.open(other)


def test_a_server_opens_again_unless_its_revision_is_foreign_or_newer(
    server: Store, postgres_url: str
) -> None:
    begun = begin(server)
    with Store.open(postgres_url) as again:
        assert again.runs(limit=1) == [begun.run]
    for revision, said in (("recoworld_9999", "newer recoworld"), ("4bc9a1", "something else")):
        mark(server, revision)
        with pytest.raises(StoreError, match=said):
            Store.open(postgres_url)
    mark(server, HEAD)


def mark(server: Store, revision: str) -> None:
    sql = f"UPDATE alembic_version SET version_num = '{revision}'"
    server._writer.write(lambda connection: connection.exec_driver_sql(sql))


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="the database refused") as caught:
        Store.open("postgresql+psycopg://me:secret@/world?host=/nowhere")
    assert "secret" not in str(caught.value)
