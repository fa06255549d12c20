"""Asking a person in the terminal, line by line; from a pipe the answers are echoed so that the talk reads well."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from rich.text import Text

from app.cli.output import out
from app.errors import Interrupted

if TYPE_CHECKING:
    from rich.console import RenderableType


class Talk:
    """The terminal. Its width is looked up at every print, so a resize shows from the next line on."""

    @property
    def width(self) -> int:
        return min(out().width, 140)

    def say(self, *parts: RenderableType) -> None:
        console = out()
        for part in parts:
            console.print(part)

    def dim(self, text: str) -> None:
        self.say(Text(text, "dim"))

    def ask(self, prompt: str = "> ") -> str | None:
        """One line as it was typed; None at the end of the input. Ctrl-C is an Interrupted."""
        try:
            out().print(Text(prompt, "bold cyan"), end="")
            sys.stdout.flush()
            line = sys.stdin.readline()
        except KeyboardInterrupt as error:
            raise Interrupted("interrupted") from error
        if not line or not sys.stdin.isatty():
            out().print(Text(line.rstrip("\r\n")))
        return line.rstrip("\r\n") if line else None

    def wait(self, seconds: float) -> None:
        """Nothing happens for a while. Ctrl-C is an Interrupted."""
        sys.stdout.flush()
        try:
            time.sleep(seconds)
        except KeyboardInterrupt as error:
            raise Interrupted("interrupted") from error
