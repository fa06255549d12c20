"""Files in a folder or a zip, read as streams; nothing is ever extracted to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, Protocol, cast

from app.errors import DataError

MAX_UNPACKED = 8 << 30
"""Bytes: a zip that unpacks to more is refused."""

Progress = Callable[[int, int, str], None]
"""Called with the bytes read, the bytes there are, and the file being read; maybe from another thread."""


def silent(done: int, total: int, what: str) -> None:
    """A progress that nobody watches."""


class Source(Protocol):
    """A folder, zip or single file at `path`. `names` are relative paths with `/`, of a folder two levels deep;
    the only name of a single file is empty."""

    @property
    def path(self) -> Path: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    def has(self, name: str) -> bool: ...

    def size(self, name: str) -> int: ...

    def open(self, name: str) -> BinaryIO: ...


@dataclass(frozen=True)
class Member:
    """One file of a source. `label` names it in messages."""

    source: Source
    name: str
    progress: Progress = silent

    @property
    def label(self) -> str:
        return str(self.source.path / self.name) if self.name else str(self.source.path)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name or self.source.path.name).suffix.lower()

    @property
    def size(self) -> int:
        return self.source.size(self.name)

    def quiet(self) -> Member:
        """The same file without progress, for looking twice."""
        return Member(self.source, self.name)

    def advanced(self, done: int, total: int) -> None:
        """Report progress counted in another unit as the same share of the bytes."""
        self.progress(self.size * done // max(total, 1), self.size, self.label)

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """The bytes from the start; damage and refused reading are DataErrors."""
        with self._opened() as raw, _Watched(raw, self.size, self.label, self.progress) as watched:
            yield cast(BinaryIO, io.BufferedReader(watched, 1 << 20))

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """The bytes in any order, without progress; refused reading is a DataError."""
        with self._opened() as raw:
            yield raw

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self.source.open(self.name) as raw:
                yield raw
        except OSError as error:
            raise DataError(f"{self.label}: cannot be read: {error.strerror or error}") from error


class _Watched(io.RawIOBase):
    """A stream that reports how far it is and turns damage into DataErrors."""

    def __init__(self, raw: BinaryIO, total: int, label: str, progress: Progress) -> None:
        self._raw, self._total, self._label, self._progress = raw, total, label, progress
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._raw.read(len(view))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise DataError(f"{self._label}: the zip is damaged ({error}); get it again") from error
        view[: len(data)] = data
        self._done += len(data)
        self._progress(self._done, self._total, self._label)
        return len(data)


@dataclass(frozen=True)
class _File:
    """One file."""

    path: Path
    names: tuple[str, ...] = ("",)

    def has(self, name: str) -> bool:
        return not name

    def size(self, name: str) -> int:
        return self.path.stat().st_size

    def open(self, name: str) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True)
class _Folder:
    """A folder and its sub-folders."""

    path: Path

    @cached_property
    def names(self) -> tuple[str, ...]:
        found = [p for pattern in ("*", "*/*") for p in self.path.glob(pattern) if p.is_file()]
        return tuple(sorted(p.relative_to(self.path).as_posix() for p in found))

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size

    def open(self, name: str) -> BinaryIO:
        return (self.path / name).open("rb")


@dataclass(frozen=True)
class _Zip:
    """The members of a zip."""

    path: Path
    archive: zipfile.ZipFile

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(info.filename for info in self.archive.infolist() if not info.is_dir()))

    def has(self, name: str) -> bool:
        return name in self.archive.NameToInfo

    def size(self, name: str) -> int:
        return self.archive.getinfo(name).file_size

    def open(self, name: str) -> BinaryIO:
        try:
            return cast(BinaryIO, self.archive.open(name))
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise DataError(
                f"{self.path}: {name} cannot be unpacked ({error}); pack the zip again"
            ) from error


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """The folder, zip or single file at `path`; a missing path and a bad zip are DataErrors."""
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder")
    if path.is_dir():
        yield _Folder(path)
    elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
        with _opened(path) as archive:
            yield _Zip(path, archive)
    else:
        yield _File(path)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path}: not a zip, or a damaged one ({error}); get it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    with archive:
        _check(path, archive.infolist())
        yield archive


def _check(path: Path, members: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse what could only be meant to harm, before anything is read."""
    total = 0
    for info in members:
        total += info.file_size
        if climbs(info.filename):
            raise DataError(
                f"{path}: the zip holds the path {info.filename!r}, which climbs out of it; refused"
            )
        if info.flag_bits & 1:
            raise DataError(f"{path}: {info.filename} is encrypted; unpack the zip and give the folder")
    if total > MAX_UNPACKED:
        raise DataError(
            f"{path}: the zip unpacks to {total / 2**30:.1f} GiB, more than {MAX_UNPACKED >> 30}; refused"
        )


def climbs(name: str) -> bool:
    """Whether a relative path is absolute, names a drive, or leaves its folder, by the rules of any system."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or bool(PureWindowsPath(name).drive) or ".." in parts
