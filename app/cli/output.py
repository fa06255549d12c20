"""What the commands print: data on stdout, talk on stderr, plain text where nobody can see colors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from rich.console import Console

LEVELS = "▁▂▃▄▅▆▇█"
ASCII_LEVELS = ".:-=+*%#"


def out() -> Console:
    """The console of stdout. NO_COLOR and pipes get no control codes at all."""
    return _console(sys.stdout)


def err() -> Console:
    """The console of stderr."""
    return _console(sys.stderr)


def _console(file: TextIO) -> Console:
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> NoReturn:
            hang_up()

    if os.environ.get("NO_COLOR"):
        return Quiet(file=file, color_system=None, highlight=False, emoji=False, markup=False)
    return Quiet(file=file, highlight=False, emoji=False, markup=False)


def hang_up() -> NoReturn:
    """Ends silently after a reader such as `head` has closed the pipe; what comes later goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    raise SystemExit(0)


def fancy(file: TextIO | None = None) -> bool:
    """Whether a stream can show blocks and lines beyond ASCII."""
    encoding = (getattr(file or sys.stdout, "encoding", None) or "utf-8").lower()
    return encoding.replace("-", "").startswith("utf")


def levels() -> str:
    """Eight characters from low to full."""
    return LEVELS if fancy() else ASCII_LEVELS


def print_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON value on stdout: indented for a person, on one line for a program."""
    text = json.dumps(
        data, ensure_ascii=not fancy(), indent=2 if sys.stdout.isatty() else None, allow_nan=False
    )
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()


def print_next(command: str, why: str = "") -> None:
    """Names the next useful command."""
    from rich.text import Text

    text = Text.assemble(("next: ", "dim"), (command, "bold cyan"))
    out().print(text.append(f"  {why}", "dim") if why else text, soft_wrap=True)


def say(message: str) -> None:
    """One line of talk on stderr."""
    from rich.text import Text

    err().print(Text(message, "dim"), soft_wrap=True)
