"""Progress on stderr: a bar with rate and remaining time, one plain line without colors, else nothing."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

    from app.llm.ledger import Spent

_EVERY = 0.2
_TICK = 1.0


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
        self._began = time.monotonic()
        self._told = 0.0
        self._arm = "sessions"
        self._spent: Callable[[], Spent] | None = None
        self._over = threading.Event()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._bar:
            self._bar.stop()
        if self._plain and self._told:
            sys.stderr.write("\r" + " " * _width() + "\r")

    def total(self, n: int) -> None:
        """How many sessions there will be."""
        self._total, self._began = n, time.monotonic()
        if self._bar:
            self._hide_import()
            self._task = self._bar.add_task("sessions", total=n, what="sessions", spent=self._tell)

    def watch(self, spent: Callable[[], Spent]) -> None:
        """Models play: what they use is shown too, and goes on while no session ends."""
        self._spent = spent
        if self._plain:
            threading.Thread(target=self._tick, name="recoworld-progress", daemon=True).start()

    def advance(self, n: int, text: str) -> None:
        """`n` more are done, the last of them in the arm `text`."""
        self._done += n
        self._arm = text
        if self._bar and self._task is not None:
            self._bar.update(self._task, advance=n, what=text)
        elif self._plain:
            self._line(self._sessions())

    def imported(self, done: int, total: int, what: str) -> None:
        """`done` of `total` bytes are read."""
        if self._plain:
            self._line(f"{done / max(total, 1):4.0%} of {what}")
        if not self._bar:
            return
        if self._import is None:
            self._import = self._bar.add_task("import", total=total, what=what, spent=str)
        self._bar.update(self._import, completed=done, total=total, what=what)

    def _hide_import(self) -> None:
        if self._bar and self._import is not None:
            self._bar.update(self._import, visible=False)
            self._import = None

    def _tick(self) -> None:
        while not self._over.wait(_TICK):
            self._line(self._sessions())

    def _sessions(self) -> str:
        """The plain line."""
        if self._spent is None:
            return f"{self._done:,} of {self._total:,} sessions  {self._arm}"
        return f"{self._done:,} of {self._total:,}, {self._tell()}"

    def _tell(self) -> str:
        """What models use and how long they still need; nothing where none play."""
        if self._spent is None:
            return ""
        return tell(self._spent(), self._done, self._total, time.monotonic() - self._began)

    def _line(self, text: str) -> None:
        now = time.monotonic()
        if now - self._told >= _EVERY and not self._over.is_set():
            self._told = now
            width = _width()
            sys.stderr.write("\r" + text[:width].ljust(width))
            sys.stderr.flush()


def _width() -> int:
    """Columns of a line that does not wrap."""
    return shutil.get_terminal_size().columns - 1


def tell(spent: Spent, done: int, total: int, seconds: float) -> str:
    """What models use, in a line: rate, time left, sessions and calls in flight, failures, cost.

    Dollars where every price is known, else tokens.
    """
    rate = done / seconds if seconds > 0 else 0.0
    parts = [
        f"{_rate(rate)}, {_clock((total - done) / rate)} left" if done else "",
        f"{spent.playing:.0f} playing",
        f"{spent.asking:.0f} calls in flight",
        f"{spent.failed:,.0f} failed" if spent.failed else "",
        _cost(spent),
    ]
    return ", ".join(filter(None, parts))


def _rate(per_second: float) -> str:
    return f"{per_second:.1f}/s" if per_second >= 1 else f"{per_second * 60:.1f}/min"


def _cost(spent: Spent) -> str:
    return f"{short(spent.tokens)} tokens" if spent.unpriced or not spent.usd else f"${spent.usd:,.2f}"


def short(number: float) -> str:
    """A count in a few characters, as 12.3k."""
    for size, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.1f}{name}"
    return f"{number:.0f}"


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


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
            if not task.speed or task.fields["spent"]():
                return Text("")
            imported = task.description == "import"
            return Text(f"{task.speed / 1e6:.0f} MB/s" if imported else f"{task.speed:,.0f}/s", "dim")

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return Text("") if task.fields["spent"]() else super().render(task)

    class WithModels(Progress):
        """What models use stands in a line of its own below."""

        def get_renderables(self) -> Iterable[RenderableType]:
            yield self.make_tasks_table(self.tasks)
            for task in self.tasks:
                if told := task.fields["spent"]():
                    yield Text(told, "dim", no_wrap=True, overflow="ellipsis")

    columns = (
        TextColumn("{task.fields[what]:<12.24}", markup=False),
        BarColumn(None),
        Amount(),
        Rate(),
        Left(),
    )
    return WithModels(*columns, console=err(), transient=True, expand=False)
