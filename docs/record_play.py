"""Writes the recorded sessions of docs/play.md and the README again, played in a pseudo-terminal.

    python docs/record_play.py            write them into both pages
    python docs/record_play.py --check    exit code 1 where a page says something else

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

PAGES = (Path(__file__).with_name("play.md"), Path(__file__).resolve().parents[1] / "README.md")
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


def page(path: Path, found: dict[str, str]) -> str:
    """The page with every recording that it has marks for between them."""
    text = path.read_text(encoding="utf-8")
    for name, block in found.items():
        between = re.compile(rf"(<!-- {name} -->\n```\n).*?(\n```\n<!-- end -->)", re.DOTALL)
        text, times = between.subn(lambda match, block=block: match[1] + block + match[2], text)  # type: ignore[misc]
        if times > 1 or (name == "play" and not times):
            raise SystemExit(f"{path}: there must be one pair of marks <!-- {name} --> … <!-- end -->")
    return text


def main() -> None:
    found = blocks()
    if (lines := found["play"].count("\n") + 1) > MOST_LINES:
        raise SystemExit(f"the session has {lines} lines; at most {MOST_LINES} are wanted")
    for path in PAGES:
        new = page(path, found)
        if "--check" in sys.argv[1:] and new != path.read_text(encoding="utf-8"):
            raise SystemExit(f"{path} is not what the program says; run {__file__}")
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
