"""What a layout is: the files it needs, and a reader of the place where they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.catalog.archive import Member, Progress, Source, silent
from app.catalog.catalog import ItemCatalog
from app.errors import DataError


@dataclass(frozen=True)
class Place:
    """A folder inside a source, and how the user wants it read."""

    source: Source
    prefix: str = ""
    name: str = "catalog"
    columns: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[float, float] | None = None
    progress: Progress = silent

    def has(self, name: str) -> bool:
        return self.source.has(self.prefix + name)

    def member(self, name: str) -> Member:
        """The file of this name; DataError where it is missing."""
        if not self.has(name):
            raise DataError(f"{self.source.path}: {self.prefix}{name} is missing")
        return Member(self.source, self.prefix + name, self.progress)

    def optional(self, *names: str) -> Member | None:
        """The first of the files that is there."""
        return next((self.member(name) for name in names if self.has(name)), None)

    @property
    def origin(self) -> str:
        """Where the catalog came from, as an absolute path; the images of its items are relative to it."""
        return str(self.source.path.resolve())


@dataclass(frozen=True)
class Layout:
    """A known arrangement of files: all of `needs` in one folder, or one of `either`, or a single file.

    A single file is known by its ending, one of `endings`.
    """

    name: str
    summary: str
    read: Callable[[Place], ItemCatalog]
    needs: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def found_in(self, source: Source, *, whatever_ending: bool = False) -> str | None:
        """The folder, empty or with a `/` at its end, that holds the files; None where there is none.

        The top comes first; several sub-folders that would do are a DataError.
        """
        if source.names == ("",):
            fits = whatever_ending or source.path.suffix.lower() in self.endings
            return "" if self.endings and fits else None
        folders = sorted({_folder(name) for name in source.names}, key=lambda p: (p.count("/"), p))
        found = [folder for folder in folders if self._lies_in(folder, source)]
        if len(found) > 1 and found[0]:
            several = ", ".join(folder.rstrip("/") for folder in found)
            raise DataError(f"{source.path}: there are several catalogs in it: {several}; give one of them")
        return found[0] if found else None

    def _lies_in(self, folder: str, source: Source) -> bool:
        all_there = all(source.has(folder + name) for name in self.needs)
        return all_there and bool(self.needs or any(source.has(folder + name) for name in self.either))


def _folder(name: str) -> str:
    parent = PurePosixPath(name).parent.as_posix()
    return "" if parent == "." else f"{parent}/"
