"""Opening: what is new, what is ours, and what is left alone."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from store_rows import begin

from app.errors import StoreError
from app.store import database, migrate, opening
from app.store.store import Store
from app.store.tables import Base


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def refused(path: Path | str, *words: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    said = str(caught.value)
    assert all(word in said for word in words), said
    assert len(said) < 400


def refused_untouched(path: Path, *words: str) -> None:
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.is_dir()}
    refused(path, str(path), *words)
    after = {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.is_dir()}
    assert after == before


# ------------------------------------------------------------------------------ ours


def test_a_new_file_is_made_in_wal_mode_with_our_mark(path: Path) -> None:
    Store.open(path).close()
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    assert query(path, "PRAGMA application_id") == [(opening.APPLICATION_ID,)]
    assert query(path, "SELECT version_num FROM alembic_version") == [(opening.HEAD,)]


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    Store.open(path).close()
    assert query(path, "SELECT count(*) FROM v_sessions") == [(0,)]


def test_a_path_with_odd_signs_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "50% off?#&.db"
    Store.open(path).close()
    Store.open(path).close()
    assert path.exists()


def test_a_sqlite_url_is_a_path_too(path: Path) -> None:
    Store.open(f"sqlite:///{path}").close()
    assert query(path, "SELECT count(*) FROM run") == [(0,)]


def test_opening_again_keeps_what_is_stored(path: Path) -> None:
    with Store.open(path) as store:
        begun = begin(store)
    with Store.open(path) as store:
        assert store.runs() == [begun.run]


def test_an_up_to_date_file_opens_without_alembic(path: Path, child) -> None:
    Store.open(path).close()
    code = "import sys; from app.store.store import Store; Store.open(sys.argv[1]).close();"
    told, _ = child(code + "print('alembic' in sys.modules)", path).communicate()
    assert told.strip() == "False"


def test_two_processes_make_one_store_together(path: Path, child) -> None:
    code = "import sys; from app.store.store import Store; Store.open(sys.argv[1]).close(); print('ok')"
    processes = [child(code, path) for _ in range(3)]
    assert [process.communicate()[0].strip() for process in processes] == ["ok"] * 3


@pytest.fixture
def locked(path: Path):
    """An empty file that another connection holds; `rollback` lets it go."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield connection


def test_a_file_that_is_locked_for_a_moment_is_waited_for(path: Path, locked: sqlite3.Connection) -> None:
    timer = threading.Timer(0.2, locked.rollback)
    timer.start()
    Store.open(path).close()
    timer.join()


def test_a_file_that_stays_locked_is_told(path: Path, locked: sqlite3.Connection, monkeypatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    refused(path, str(path), "another process has kept it locked")


def test_the_newest_revision_is_the_one_we_write() -> None:
    assert migrate.scripts().get_heads() == [opening.HEAD]


def test_the_migrations_make_the_mapped_tables(store: Store) -> None:
    with store._read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrations_make_tables_without_row_ids_as_mapped(store: Store, path: Path) -> None:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'"
    mapped = {
        name for name, t in Base.metadata.tables.items() if not t.dialect_options["sqlite"]["with_rowid"]
    }
    assert {name for (name,) in query(path, sql)} == mapped == {"mindset", "turn"}


# ------------------------------------------------------------------------------ older and newer


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Adds a revision after the newest, with the given body."""

    def add(body: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(Path(migrate.__file__).parent / "migrations", folder)
        text = f"from alembic import op\nrevision = 'recoworld_9999'\ndown_revision = {opening.HEAD!r}\n"
        (folder / "versions" / "recoworld_9999.py").write_text(f"{text}def upgrade():\n    {body}\n")
        monkeypatch.setattr(migrate, "LOCATION", str(folder))
        monkeypatch.setattr(opening, "HEAD", "recoworld_9999")

    return add


def test_a_file_of_no_revision_yet_is_migrated(path: Path) -> None:
    query(path, f"PRAGMA application_id = {opening.APPLICATION_ID}")
    query(path, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    Store.open(path).close()
    assert query(path, "SELECT version_num FROM alembic_version") == [(opening.HEAD,)]


def test_an_older_file_is_migrated_and_keeps_its_rows(path: Path, next_revision) -> None:
    with Store.open(path) as store:
        begun = begin(store)
    next_revision("op.execute('ALTER TABLE run ADD COLUMN note TEXT')")
    with Store.open(path) as store:
        assert store.runs() == [begun.run]
    assert query(path, "SELECT note FROM run") == [(None,)]


def test_a_migration_that_fails_leaves_the_older_file(path: Path, next_revision) -> None:
    Store.open(path).close()
    next_revision("op.execute('CREATE TABLE half (a INTEGER)'); op.execute('DROP TABLE nowhere')")
    refused(path, str(path), "no such table: nowhere")
    assert query(path, "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == [(0,)]
    assert query(path, "SELECT version_num FROM alembic_version") != [("recoworld_9999",)]


def test_a_damaged_older_file_is_not_migrated(path: Path, next_revision, monkeypatch) -> None:
    monkeypatch.setattr(opening, "CHECKED_BYTES", 0)
    damage(path)
    next_revision("op.execute('ALTER TABLE run ADD COLUMN note TEXT')")
    refused_untouched(path, "damaged")


def test_a_newer_file_is_refused_untouched(path: Path) -> None:
    Store.open(path).close()
    query(path, "UPDATE alembic_version SET version_num = 'recoworld_9999'")
    refused_untouched(path, "newer recoworld", "recoworld_9999", "upgrade")


# ------------------------------------------------------------------------------ not ours


def damage(path: Path) -> None:
    """Overwrites the pages in the middle of a store's file."""
    with Store.open(path) as store:
        begin(store, users=500)
    data = bytearray(path.read_bytes())
    data[8192 : len(data) // 2] = b"\xff" * (len(data) // 2 - 8192)
    path.write_bytes(bytes(data))


def test_a_text_file_is_refused_untouched(path: Path) -> None:
    path.write_text("title,year\n" * 500)
    refused_untouched(path, "not a SQLite database", "--db")


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_foreign_database_is_refused_untouched(path: Path, journal: str) -> None:
    query(path, f"PRAGMA journal_mode = {journal}")
    query(path, "CREATE TABLE invoices (id INTEGER)")
    refused_untouched(path, "something else", "invoices")


def test_a_database_with_migrations_of_another_program_is_refused(path: Path) -> None:
    query(path, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    query(path, "INSERT INTO alembic_version VALUES ('4bc9a1')")
    refused_untouched(path, "something else")


def test_an_empty_database_marked_by_another_program_is_refused(path: Path) -> None:
    query(path, "PRAGMA application_id = 77")
    refused_untouched(path, "something else")


def test_a_damaged_store_is_refused_untouched(path: Path) -> None:
    damage(path)
    refused_untouched(path, "damaged", "restore a copy")


def test_a_store_cut_short_is_refused_untouched(path: Path) -> None:
    with Store.open(path) as store:
        begin(store, users=500)
    path.write_bytes(path.read_bytes()[:9000])
    refused_untouched(path, "damaged")


# ------------------------------------------------------------------------------ no place for it


def test_a_folder_is_not_a_store(tmp_path: Path) -> None:
    refused(tmp_path, str(tmp_path), "is a folder")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    refused(tmp_path / "no" / "world.db", str(tmp_path / "no"), "does not exist")


@pytest.mark.parametrize("prepare", [lambda path: None, Path.touch])
def test_reading_makes_no_store(path: Path, prepare) -> None:
    prepare(path)
    with pytest.raises(StoreError, match="there is no store yet; `recoworld run` makes one"):
        Store.open(path, create=False)
    assert not path.exists() or path.stat().st_size == 0


def test_a_file_that_may_not_be_written_is_refused(unprivileged: Path) -> None:
    path = unprivileged / "world.db"
    Store.open(path).close()
    path.chmod(0o444)
    refused_untouched(path, "may not be written", "permissions")


def test_a_file_that_may_not_be_read_is_refused(unprivileged: Path) -> None:
    path = unprivileged / "world.db"
    Store.open(path).close()
    path.chmod(0)
    refused(path, str(path), "may not be")


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_may_not_be_written_is_refused(unprivileged: Path, exists: bool) -> None:
    path = unprivileged / "world.db"
    if exists:
        Store.open(path).close()
    unprivileged.chmod(0o555)
    refused(path, f"the folder {unprivileged} may not be written")


@pytest.mark.parametrize("name", [":memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused(name: str) -> None:
    refused(name, "needs a file", "--db")


@pytest.mark.parametrize("url", ["://", "postgresql://a:b"])
def test_a_url_that_cannot_be_read_says_how_to_write_one(url: str) -> None:
    refused(url, "cannot be read", "dialect+driver://")


def test_an_unsupported_database_is_named() -> None:
    refused("mysql://me:secret@host/world", "mysql", "SQLite and PostgreSQL")


def test_a_missing_driver_says_what_to_install_and_no_password() -> None:
    with pytest.raises(StoreError, match="install psycopg") as caught:
        Store.open("postgresql+pg8000://me:secret@host/world")
    assert "secret" not in str(caught.value)
