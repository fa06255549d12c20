"""Writes the recorded sessions of docs/play.md again: `recoworld play` and `evaluate ghost` in a pseudo-terminal.

    python docs/record_play.py            write them into docs/play.md
    python docs/record_play.py --check    exit code 1 where docs/play.md says something else

Needs a POSIX system and the package installed. Every answer, seed and width is fixed, so that only a change of
the program changes what it says; the keys of runs, which are random, are written as `q7m2kd`.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).with_name("play.md")
MOST_LINES = 55
KEY = "q7m2kd"
PLAY = ("play", "--slate-size", "2", "--max-turns", "2", "--seed", "7", "--ghost", "embedded")
ANSWERS = ("w", "", "more crime", "wl", "w", "")
EVALUATE = ("evaluate", "ghost")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
_RUN = re.compile(r"\b[a-z2-7]{6}(?=-\d+-\d+\b)")


def recorded(command: Sequence[str], answers: Sequence[str], folder: str, width: int = 80) -> str:
    """What a terminal shows of a command, each answer typed when it is asked for."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("RECOWORLD_", "COLUMNS"))}
    environment = kept | {"NO_COLOR": "1", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", "from app.cli import main; main()", *command],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    said, left = b"", list(answers)
    while chunk := _read(ours):
        said += chunk
        if left and said.decode(errors="ignore").endswith(("> ", "? ")):
            os.write(ours, left.pop(0).encode() + b"\n")
    os.close(ours)
    if process.wait() != 0 or left:
        raise SystemExit(
            f"{' '.join(command)} ended with {process.returncode}, {len(left)} answers left\n{said.decode()}"
        )
    return _plain(said.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def _plain(said: str) -> str:
    lines = [line.rstrip() for line in _CONTROL.sub("", said).split("\n")]
    return _RUN.sub(KEY, "\n".join(lines)).strip("\n")


def blocks() -> dict[str, str]:
    """The recordings by name, each with the command that made it."""
    with tempfile.TemporaryDirectory() as folder:
        made = {
            "play": (PLAY, recorded(PLAY, ANSWERS, folder)),
            "evaluate": (EVALUATE, recorded(EVALUATE, (), folder)),
        }
    return {name: f"$ recoworld {' '.join(command)}\n{said}" for name, (command, said) in made.items()}


def page(text: str, found: dict[str, str]) -> str:
    """The page with every recording between its marks."""
    for name, block in found.items():
        between = re.compile(rf"(<!-- {name} -->\n```\n).*?(\n```\n<!-- end -->)", re.DOTALL)
        text, times = between.subn(lambda match, block=block: match[1] + block + match[2], text)  # type: ignore[misc]
        if times != 1:
            raise SystemExit(f"{PAGE}: there must be one pair of marks <!-- {name} --> … <!-- end -->")
    return text


def main() -> None:
    found = blocks()
    if (lines := found["play"].count("\n") + 1) > MOST_LINES:
        raise SystemExit(f"the session has {lines} lines; at most {MOST_LINES} are wanted")
    old = PAGE.read_text(encoding="utf-8")
    new = page(old, found)
    if "--check" in sys.argv[1:]:
        raise SystemExit(f"{PAGE} is not what the program says; run {__file__}" if new != old else 0)
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
