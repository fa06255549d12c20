"""Delimited text, read two ways: row by row with line numbers, or in Arrow batches for millions of rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from app.catalog.archive import Member
from app.errors import DataError

BLOCK = 4 << 20
"""Bytes read at a time: some 150,000 ratings."""

_WHOLE = re.compile(r"-?[0-9]+")
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `names` are its columns where it has no header; `::` separates without quotes."""

    delimiter: str = ","
    encoding: str = "utf-8"
    names: tuple[str, ...] = ()
    quoted: bool = True


def sniffed(member: Member) -> Dialect:
    """The dialect of a file with a header: comma, semicolon or tab, whichever the header has most of."""
    first = next(text_lines(member.quiet(), "utf-8"), "")
    return Dialect(max(_SEPARATORS, key=first.count))


def text_lines(member: Member, encoding: str) -> Iterator[str]:
    """The lines with their ends, without a byte order mark; bytes of another encoding are a DataError."""
    with member.stream() as stream:
        for number, raw in enumerate(stream, 1):
            try:
                line = raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{member.label}:{number}: byte {error.start + 1} (0x{raw[error.start]:02x}) is not "
                    f"{encoding.upper()}; convert the file, for instance with iconv -f latin1 -t utf-8"
                ) from error
            yield line.removeprefix("\ufeff") if number == 1 else line


def header(member: Member, dialect: Dialect) -> tuple[str, ...]:
    """The column names; a file without any line is a DataError."""
    if dialect.names:
        return dialect.names
    first = next(_records(member.quiet(), dialect), None)
    if first is None:
        raise DataError(f"{member.label}: the file is empty; it needs a header and rows")
    return tuple(name.strip() for name in first[1])


def first_row(member: Member, dialect: Dialect) -> dict[str, str]:
    """The first row by column, empty where there is none."""
    cells = next(rows(member.quiet(), dialect), (0, []))[1]
    return dict(zip(header(member, dialect), cells, strict=False))


def type_of(cell: str) -> pa.DataType:
    """The type that a column of times with this cell has: whole, number, or a date and time."""
    kinds = (pa.int64(), pa.float64(), pa.timestamp("us"), pa.timestamp("us", "UTC"))
    return next((kind for kind in kinds if _converts(cell, kind)), pa.int64())


def rows(member: Member, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every row below the header; a row of another width is a DataError."""
    records = _records(member, dialect)
    names = dialect.names or tuple(next(records, (0, []))[1])
    for line, cells in records:
        if len(cells) != len(names):
            raise DataError(f"{member.label}:{line}: {len(cells)} cells where {len(names)} are expected")
        yield line, cells


def _records(member: Member, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    lines = text_lines(member, dialect.encoding)
    if not dialect.quoted:
        split = (line.rstrip("\r\n").split(dialect.delimiter) for line in lines)
        return ((number, cells) for number, cells in enumerate(split, 1) if cells != [""])
    return _quoted(member, lines, dialect.delimiter)


def _quoted(member: Member, lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(f"{member.label}:{first}: the row is malformed ({error})") from error
        if cells is None:
            return
        if cells:
            yield first, cells


def batches(
    member: Member, dialect: Dialect, types: Mapping[str, pa.DataType]
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(number of its first row, batch) with the columns of `types`, in bounded memory.

    Row numbers count from 0 below the header. A malformed row is a DataError that names its line.
    """
    first = 0
    try:
        with member.stream() as stream:
            source = _Tabbed(stream) if dialect.delimiter == "::" else stream
            for batch in pacsv.open_csv(source, **_options(dialect, types)):
                yield first, batch
                first += batch.num_rows
    except pa.ArrowInvalid as error:
        raise _fault(member, dialect, types, str(error)) from error


def _options(dialect: Dialect, types: Mapping[str, pa.DataType]) -> dict[str, Any]:
    delimiter = "\t" if dialect.delimiter == "::" else dialect.delimiter
    names = list(dialect.names) or None
    return {
        "read_options": pacsv.ReadOptions(block_size=BLOCK, column_names=names),
        "parse_options": pacsv.ParseOptions(
            delimiter=delimiter, quote_char='"' if dialect.quoted else False, newlines_in_values=False
        ),
        "convert_options": pacsv.ConvertOptions(
            column_types=dict(types), include_columns=list(types), null_values=[""], strings_can_be_null=False
        ),
    }


def line_of(member: Member, dialect: Dialect, row: int) -> int:
    """The line of a row number as `batches` counts them."""
    return next(line for i, (line, _) in enumerate(rows(member.quiet(), dialect)) if i == row)


def _fault(member: Member, dialect: Dialect, types: Mapping[str, pa.DataType], otherwise: str) -> DataError:
    """The first malformed row, found by a second, slow look."""
    names = header(member, dialect)
    checked = [(names.index(name), name, kind) for name, kind in types.items()]
    try:
        for line, cells in rows(member.quiet(), dialect):
            for column, name, kind in checked:
                if cells[column] and not _converts(cells[column], kind):
                    return DataError(
                        f"{member.label}:{line}: {name} is {cells[column]!r}; expected {_word(kind)}"
                    )
    except DataError as error:
        return error
    return DataError(f"{member.label}: {otherwise}")


def _converts(cell: str, kind: pa.DataType) -> bool:
    if pa.types.is_string(kind):
        return True
    if pa.types.is_integer(kind):
        return bool(_WHOLE.fullmatch(cell)) and abs(int(cell)) < 1 << 63
    try:
        # Python reads 1_000 as a number; Arrow does not.
        float(cell.replace("_", "?")) if pa.types.is_floating(kind) else pa.scalar(cell).cast(kind)
    except ValueError:
        return False
    return True


def _word(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "a whole number"
    return "a number" if pa.types.is_floating(kind) else "a date and time (2024-01-31T12:00:00)"


class _Tabbed(io.RawIOBase):
    """A stream of `::` separated numbers with tabs in place of the separators."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        while data.endswith(b":") and (more := self._stream.read(1)):
            data += more
        return data.replace(b"::", b"\t")
