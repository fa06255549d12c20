"""Writing: what a ticket promises, and what happens when a write fails."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from store_rows import Begun, begin, row, session

from app.errors import StoreError
from app.store import writer
from app.store.store import Store


@pytest.fixture
def begun(store: Store) -> Begun:
    return begin(store)


def turns(store: Store, begun: Begun) -> list[int]:
    return [number for chunk in store.turn_table(run_id=begun.run.id) for number in chunk["turn"]]


def test_what_a_ticket_has_told_is_committed(store: Store, begun: Begun) -> None:
    ticket = store.put({"session": [session(begun, 1)], "turn": [row("turn", session_id=1)]})
    ticket.wait()
    assert ticket.done
    assert turns(store, begun) == [1]


def test_children_may_stand_before_their_parents_in_a_batch(store: Store, begun: Begun) -> None:
    store.put({"turn": [row("turn", session_id=1)], "session": [session(begun, 1)]}).wait()
    assert turns(store, begun) == [1]


def test_a_ticket_can_be_awaited(store: Store, begun: Begun) -> None:
    async def put() -> None:
        await store.put({"session": [session(begun, 1)]})

    asyncio.run(put())
    assert len(store.sessions(begun.run.id)) == 1


def test_a_caller_that_is_canceled_does_not_take_its_rows_along(store: Store, begun: Begun) -> None:
    async def put() -> None:
        task = asyncio.ensure_future(asyncio.wait_for(store.put({"session": [session(begun, 1)]}), 30))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(put())
    store.flush()
    assert len(store.sessions(begun.run.id)) == 1


def test_a_session_put_again_replaces_the_first(store: Store, begun: Begun) -> None:
    store.put({"session": [session(begun, 1, status="running")], "turn": [row("turn", session_id=1)]})
    store.put({"session": [session(begun, 1, status="left", turns=9)]}).wait()
    assert [(s.status, s.turns) for s in store.sessions(begun.run.id)] == [("left", 9)]
    assert turns(store, begun) == [1]


def test_content_stored_twice_is_stored_once(store: Store, begun: Begun) -> None:
    for _ in range(2):
        store.put({"blob": [("b", b"text")], "prompt": [("p", "decide", "text")]}).wait()
    with store._read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM blob, prompt").scalar() == 1


def test_an_unknown_table_is_refused_at_once(store: Store) -> None:
    with pytest.raises(ValueError, match=r"no table 'slates' to write; there are .*exposure"):
        store.put({"slates": [(1,)]})


def test_a_short_row_is_refused_at_once(store: Store) -> None:
    with pytest.raises(ValueError, match=r"a row of turn has 2 values; it needs 10: session_id, number"):
        store.put({"turn": [(1, 2)]})


def test_a_numpy_value_is_refused_at_once(store: Store) -> None:
    with pytest.raises(ValueError, match=r"turn\.number cannot hold a int64; give a plain Python value"):
        store.put({"turn": [row("turn", session_id=1, number=np.int64(1))]})


@pytest.mark.parametrize(
    "wrong", [np.zeros((2, 5), np.int64), np.zeros((2, 6), np.int32), np.zeros(6, np.int64)]
)
def test_an_array_of_another_form_is_refused_at_once(store: Store, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"an array of exposure is .*needs int64 \(rows, 6\): id, item"):
        store.put({"exposure": wrong})


@pytest.mark.parametrize("n", [1, 149, 150, 151, 30_000, 30_151])
def test_every_row_of_an_array_is_written_once(store: Store, n: int) -> None:
    rows = np.arange(6 * n, dtype=np.int64).reshape(n, 6)
    store.put({"exposure": rows}).wait()
    with store._read() as connection:
        assert [tuple(r) for r in connection.exec_driver_sql("SELECT * FROM exposure ORDER BY id")] == [
            tuple(r) for r in rows.tolist()
        ]


@pytest.mark.parametrize("n", [89, 90, 91, 181])
def test_every_row_of_many_is_written_once(store: Store, begun: Begun, n: int) -> None:
    rows = [row("turn", session_id=1, number=k) for k in range(1, n + 1)]
    store.put({"session": [session(begun, 1)], "turn": rows}).wait()
    assert turns(store, begun) == list(range(1, n + 1))


# ------------------------------------------------------------------------------ failed writes


def test_a_failed_write_is_told_by_its_ticket(store: Store) -> None:
    with pytest.raises(StoreError, match=r"world\.db: the database refused: FOREIGN KEY"):
        store.put({"turn": [row("turn", session_id=99)]}).wait()


def test_a_failed_batch_leaves_its_neighbors_alone(store: Store, begun: Begun) -> None:
    held = hold(store)
    good = store.put({"session": [session(begun, 1)]})
    bad = store.put({"turn": [row("turn", session_id=1), row("turn", session_id=1)]})
    other = store.put({"turn": [row("turn", session_id=1, number=2)]})
    held.set()
    good.wait()
    other.wait()
    with pytest.raises(StoreError, match="UNIQUE"):
        bad.wait()
    assert turns(store, begun) == [2]


def hold(store: Store) -> threading.Event:
    """Keeps the writer busy until the event is set."""
    event, begins = threading.Event(), threading.Event()

    def wait(connection: object) -> None:
        begins.set()
        event.wait(30)

    store._writer.put(wait, 0)
    assert begins.wait(30)
    return event


def test_batches_that_wait_together_are_committed_together(store: Store, begun: Begun) -> None:
    commits: list[object] = []
    held = hold(store)
    for _ in range(3):
        store._writer.put(lambda connection: commits.append(connection.get_transaction()), 1)
    held.set()
    store.flush()
    assert len(commits) == 3
    assert len(set(map(id, commits))) == 1


def test_flush_tells_a_failure_nobody_asked_about_once(store: Store) -> None:
    store.put({"turn": [row("turn", session_id=99)]})
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.flush()
    store.flush()


def test_flush_is_silent_about_a_failure_a_ticket_has_told(store: Store) -> None:
    with pytest.raises(StoreError):
        store.put({"turn": [row("turn", session_id=99)]}).wait()
    store.flush()


def test_leaving_the_store_tells_a_failure_nobody_asked_about(path: Path) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"), Store.open(path) as store:
        store.put({"turn": [row("turn", session_id=99)]})


def test_too_many_waiting_rows_make_the_caller_wait(store: Store, begun: Begun, monkeypatch) -> None:
    monkeypatch.setattr(writer, "WAITING_ROWS", 2)
    held = hold(store)
    store.put({"session": [session(begun, 1), session(begun, 2, 2)]})
    third = threading.Thread(target=lambda: store.put({"session": [session(begun, 3, 3)]}))
    third.start()
    third.join(0.1)
    assert third.is_alive()
    held.set()
    third.join(30)
    store.flush()
    assert len(store.sessions(begun.run.id)) == 3


def test_a_full_disk_is_told_and_keeps_what_was_committed(path: Path) -> None:
    with Store.open(path) as store:
        begun = begin(store)
        store.put({"session": [session(begun, 1)], "turn": [row("turn", session_id=1)]}).wait()
        store._writer.write(fill_up)
        long = [row("turn", session_id=1, number=n, message="word " * 1000) for n in range(2, 99)]
        with pytest.raises(StoreError, match=r"world\.db: the disk is full; free some space"):
            store.put({"turn": long}).wait()
        assert turns(store, begun) == [1]
    with Store.open(path) as store:
        assert turns(store, begun) == [1]
        store.put({"turn": long}).wait()


def fill_up(connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")


def test_a_closed_store_does_not_write(path: Path) -> None:
    store = Store.open(path)
    store.close()
    with pytest.raises(StoreError, match="the store is closed; open it again to write"):
        store.put({"blob": [("b", b"")]})


def test_a_forked_process_must_open_its_own(store: Store) -> None:
    store._process = os.getpid() + 1
    with pytest.raises(StoreError, match="opened by another process"):
        store.runs()
    store._process = os.getpid()


# ------------------------------------------------------------------------------ other processes

WRITER = """
import sys
from store_rows import begin, row, session
from app.store.store import Store
with Store.open(sys.argv[1]) as store:
    begun = begin(store, users=1)
    (number,) = store.new_session_ids(1)
    store.put({"session": [session(begun, number)]}).wait()
    for n in range(1, int(sys.argv[2]) + 1):
        store.put({"turn": [row("turn", session_id=number, number=n)]}).wait()
        print(begun.run.id, n, flush=True)
"""


def test_another_process_writes_and_reads_the_same_file_meanwhile(store: Store, path: Path, child) -> None:
    own = begin(store)
    store.put({"session": [session(own, number := store.new_session_ids(1)[0])]}).wait()
    process = child(WRITER, path, 150)
    run = int(process.stdout.readline().split()[0])
    for n in range(1, 151):
        store.put({"turn": [row("turn", session_id=number, number=n)]}).wait()
    assert process.wait(60) == 0
    for run_id in (own.run.id, run):
        assert [n for c in store.turn_table(run_id=run_id) for n in c["turn"]] == list(range(1, 151))


def test_a_killed_process_loses_nothing_it_was_told_is_stored(path: Path, child) -> None:
    process = child(WRITER, path, 100_000)
    for _ in range(300):
        run, told = map(int, process.stdout.readline().split())
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate()
    told = max([told, *(int(line.split()[1]) for line in rest.splitlines() if line.count(" ") == 1)])
    with Store.open(path) as store:
        kept = [n for chunk in store.turn_table(run_id=run) for n in chunk["turn"]]
        assert kept in (list(range(1, told + 1)), list(range(1, told + 2)))
        assert store.runs()[0].status == "running"


def test_processes_never_share_a_session_id(store: Store, path: Path, child) -> None:
    code = """
import sys
from app.store.store import Store
with Store.open(sys.argv[1]) as store:
    print(*(n for _ in range(20) for n in store.new_session_ids(3)))
"""
    processes = [child(code, path) for _ in range(2)]
    own = [n for _ in range(20) for n in store.new_session_ids(3)]
    given = own + [int(n) for process in processes for n in process.communicate()[0].split()]
    assert sorted(given) == list(range(1, 181))
