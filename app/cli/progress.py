"""Progress on stderr: a bar with rate and remaining time, one plain line without colors, else nothing."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_EVERY = 0.2


class Bar:
    """Progress of a batch of sessions, and of an import in bytes; a context manager.

    Drawn only where stderr is a terminal: without control sequences where NO_COLOR is set.
    """

    def __init__(self, quiet: bool = False) -> None:
        terminal = sys.stderr.isatty() and not quiet
        self._plain = terminal and bool(os.environ.get("NO_COLOR"))
        self._bar = _progress() if terminal and not self._plain else None
        self._task: TaskID | None = None
        self._import: TaskID | None = None
        self._total = self._done = 0
        self._told = 0.0

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
        if self._plain and self._told:
            sys.stderr.write("\r" + " " * 60 + "\r")

    def total(self, n: int) -> None:
        """How many sessions there will be."""
        self._total = n
        if self._bar:
            self._hide_import()
            self._task = self._bar.add_task("sessions", total=n, what="sessions")

    def advance(self, n: int, text: str) -> None:
        """`n` more are done, the last of them in the arm `text`."""
        self._done += n
        if self._bar and self._task is not None:
            self._bar.update(self._task, advance=n, what=text)
        elif self._plain:
            self._line(f"{self._done:,} of {self._total:,} sessions  {text}")

    def imported(self, done: int, total: int, what: str) -> None:
        """`done` of `total` bytes are read."""
        if self._plain:
            self._line(f"{done / max(total, 1):4.0%} of {what}")
        if not self._bar:
            return
        if self._import is None:
            self._import = self._bar.add_task("import", total=total, what=what)
        self._bar.update(self._import, completed=done, total=total, what=what)

    def _hide_import(self) -> None:
        if self._bar and self._import is not None:
            self._bar.update(self._import, visible=False)
            self._import = None

    def _line(self, text: str) -> None:
        now = time.monotonic()
        if now - self._told >= _EVERY:
            self._told = now
            sys.stderr.write("\r" + text[:60].ljust(60))
            sys.stderr.flush()


def _progress() -> Progress:
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    from app.cli.output import err

    class Amount(ProgressColumn):
        def render(self, task: Task) -> Text:
            if task.description == "import":
                return Text(f"{task.completed / 1e6:,.1f} of {(task.total or 0) / 1e6:,.1f} MB", "green")
            return Text(f"{task.completed:,.0f}/{task.total or 0:,.0f}", "green")

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            if not task.speed:
                return Text("")
            imported = task.description == "import"
            return Text(f"{task.speed / 1e6:.0f} MB/s" if imported else f"{task.speed:,.0f}/s", "dim")

    columns = (
        TextColumn("{task.fields[what]:<12.24}", markup=False),
        BarColumn(None),
        Amount(),
        Rate(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=err(), transient=True, expand=False)
