"""`export`: rows of a run into a file, in bounded memory, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import UsageError, unknown
from app.export.rows import MARGIN, Rows, chunks
from app.export.schemas import JSON_COLUMNS, SCHEMAS
from app.files import written
from app.store.rows import RunRow
from app.store.store import Store

_ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
_GROUP = 20_000
"""Rows of a row group, at least: smaller ones read slowly."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    run: str
    what: str
    format: str
    file: str
    rows: int
    bytes: int

    def data(self) -> dict[str, Any]:
        """The object that `export --json` prints."""
        return asdict(self)


def export(
    store: Store, run: RunRow, what: str, to: Path, file_format: str | None = None, margin: float = MARGIN
) -> Exported:
    """Writes one kind of rows of a run. `to` is a file, or a folder that gets WHAT.FORMAT.

    Without a format the file's ending decides, and JSONL where there is none. UsageError for an unknown kind
    or format, an ending that says otherwise, and a place where nothing can be written.
    """
    if what not in SCHEMAS:
        raise unknown("export", what, SCHEMAS)
    path, name = target(to, what, file_format)
    with written(path) as file:
        rows = FORMATS[name](file, what, chunks(store, run, what, margin))
    return Exported(run.key, what, name, str(path), rows, path.stat().st_size)


def target(to: Path, what: str, file_format: str | None) -> tuple[Path, str]:
    """The file to write and its format."""
    if file_format is not None and file_format not in FORMATS:
        raise unknown("format", file_format, FORMATS)
    if to.is_dir() or not to.suffix:
        name = file_format or "jsonl"
        to.mkdir(parents=True, exist_ok=True)
        return to / f"{what}.{name}", name
    ending = _ENDINGS.get(to.suffix.lower())
    if file_format is None and ending is None:
        raise UsageError(f"--to {to}: {to.suffix} is no known ending; say --format jsonl or --format parquet")
    if file_format and ending and file_format != ending:
        raise UsageError(f"--to {to} and --format {file_format} do not agree; change one of them")
    return to, file_format or str(ending)


def _jsonl(file: BinaryIO, what: str, found: Iterator[Rows]) -> int:
    names, count = SCHEMAS[what].names, 0
    for rows in found:
        file.writelines(orjson.dumps({name: row[name] for name in names}) + b"\n" for row in rows)
        count += len(rows)
    return count


def _parquet(file: BinaryIO, what: str, found: Iterator[Rows]) -> int:
    schema, count, waiting = SCHEMAS[what], 0, Rows()
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in found:
            waiting += rows
            count += len(rows)
            if len(waiting) >= _GROUP:
                writer.write_table(_table(waiting, what, schema))
                waiting = []
        writer.write_table(_table(waiting, what, schema))
    return count


def _table(rows: Rows, what: str, schema: pa.Schema) -> pa.Table:
    for row in rows:
        for name in JSON_COLUMNS.get(what, ()):
            if row[name] is not None:
                row[name] = orjson.dumps(row[name]).decode()
    return pa.Table.from_pylist(rows, schema)


FORMATS: dict[str, Callable[[BinaryIO, str, Iterator[Rows]], int]] = {"jsonl": _jsonl, "parquet": _parquet}
"""What writes each format."""
