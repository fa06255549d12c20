"""`recoworld play` through a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.llm.scripted import ScriptedServer

ROOT = Path(__file__).parents[2]
MODEL = ("--model", "scripted", "--slate-size", "3")
_COLORS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Terminal:
    """`recoworld` in a pseudo-terminal of its own, `width` columns wide."""

    def __init__(self, *args: str, width: int = 80, **more: str) -> None:
        self.ours, theirs = pty.openpty()
        self.resize(width)
        kept = {
            k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
        }
        environment = kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm"} | more
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from app.cli import main; main()", *args],
            stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        self.raw = ""

    def resize(self, width: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    def until(self, *words: str, seconds: float = 30.0) -> str:
        """What is said from here on, up to the first of `words`, without colors."""
        start, end = len(self.raw), time.monotonic() + seconds
        while not any(word in _COLORS.sub("", self.raw[start:]) for word in words):
            assert time.monotonic() < end, f"no {words} in {self.raw[start:]!r}"
            if not self._read():
                raise AssertionError(f"ended without {words}: {self.raw[start:]!r}")
        return _COLORS.sub("", self.raw[start:])

    def _read(self) -> bool:
        if not select.select([self.ours], [], [], 0.2)[0]:
            return True
        try:
            found = os.read(self.ours, 65536)
        except OSError:
            return False
        self.raw += found.decode("utf-8", "replace")
        return bool(found)

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def rest(self) -> tuple[int, str]:
        """The exit code, and all that was said without colors."""
        while self._read() and self.process.poll() is None:
            pass
        while self._read() and select.select([self.ours], [], [], 0)[0]:
            pass
        return self.process.wait(30), _COLORS.sub("", self.raw)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*args: str, **more: Any) -> Terminal:
        opened.append(Terminal(*args, **more))
        return opened[-1]

    yield start
    for one in opened:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGKILL)
            one.process.wait()
        os.close(one.ours)


@pytest.mark.slow
def test_a_person_at_a_terminal_acts_instructs_undoes_and_leaves(terminal: Callable[..., Terminal]) -> None:
    at = terminal("play")
    for typed in ("wl\n", "q\n", "only comedies\n", "u\n"):
        at.until("> ", "what next? ")
        at.type(typed)
    assert "turn 1" in at.until("> ")
    at.type("q\n")
    at.until("what next? ")
    at.type("leave\n")
    code, said = at.rest()
    assert (code, "left after 1 turn" in said) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize(("role", "prompt"), [("user", "\n> "), ("watch", "\n… "), ("recommender", "of 5> ")])
def test_ctrl_c_at_a_prompt_keeps_the_session(
    terminal: Callable[..., Terminal], data: Callable[..., Any], role: str, prompt: str
) -> None:
    at = terminal("play", "--as", role)
    firsts = {"user": ("q\n", "\n"), "watch": ("\n", "\n"), "recommender": ("?\n", "1 2 3 4 5\n")}
    for typed in firsts[role]:
        at.until(prompt, "what next? ")
        at.type(typed)
    at.until(prompt)
    at.type("\x03")
    code, said = at.rest()
    assert (code, "1 turn kept" in said, "Traceback" in said) == (130, True, False)
    stored = data("show", "latest-1-1")
    assert (stored["status"], len(stored["turns"])) == ("truncated", 1)


@pytest.mark.slow
def test_a_resize_shows_from_the_next_card_on(terminal: Callable[..., Terminal]) -> None:
    at = terminal("play", width=100)
    wide = at.until("> ")
    at.resize(40)
    at.type("\n")
    narrow = at.until("> ")
    assert max(map(len, wide.splitlines())) > 60
    assert max(map(len, narrow.splitlines()[1:])) <= 40


@pytest.mark.slow
def test_watching_at_a_speed_needs_no_keys(terminal: Callable[..., Terminal]) -> None:
    code, said = terminal("play", "--as", "watch", "--speed", "0.01", "--max-turns", "2").rest()
    assert (code, "turn 2: the recommender shows" in said) == (0, True)


@pytest.mark.slow
def test_no_color_at_a_terminal_is_plain(terminal: Callable[..., Terminal]) -> None:
    at = terminal("play", NO_COLOR="1")
    at.until("> ")
    at.type("\x04")
    at.until("what next? ")
    at.type("leave\n")
    at.rest()
    assert "\x1b[" not in at.raw


@pytest.mark.slow
def test_a_ghost_at_a_terminal_is_silent_until_the_person_leaves(terminal: Callable[..., Terminal]) -> None:
    at = terminal("play", "--ghost", "embedded", "--slate-size", "3")
    for typed in ("wl\n", "q\n", "only comedies\n", "u\n", "q\n", "\n", "q\n", "leave\n"):
        at.until("> ", "what next? ")
        at.type(typed)
    code, said = at.rest()
    assert code == 0
    assert said.index("left after 2 turns") < said.index("your ghost")
    assert re.search(r"what next +2 +\d+%", said)


@pytest.mark.slow
def test_ctrl_c_with_a_model_keeps_the_session_and_its_calls(
    server: ScriptedServer,
    terminal: Callable[..., Terminal],
    data: Callable[..., Any],
    calls_of: Callable[[str], list[str]],
) -> None:
    at = terminal("play", "--recommender", "llm", *MODEL)
    for typed in ("q\n", "\n"):
        at.until("> ", "what next? ")
        at.type(typed)
    at.until("\n> ")
    at.type("\x03")
    code, said = at.rest()
    assert (code, "1 turn kept" in said, "Traceback" in said) == (130, True, False)
    assert len(data("show", "latest-1-1")["turns"]) == 1
    assert len(calls_of("latest-1-1")) == server.counts()["calls"] - 1


@pytest.mark.slow
def test_ctrl_c_while_a_model_thinks_waits_for_what_was_sent(
    monkeypatch: pytest.MonkeyPatch,
    terminal: Callable[..., Terminal],
    data: Callable[..., Any],
    calls_of: Callable[[str], list[str]],
) -> None:
    with ScriptedServer(latency=1.5) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        at = terminal("play", "--recommender", "llm", *MODEL)
        for typed in ("q\n", "\n"):
            at.until("> ", "what next? ")
            at.type(typed)
        end = time.monotonic() + 30.0
        while server.counts()["calls"] < 3 and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.3)  # the server has it; by now the client has let go of it and waits
        at.type("\x03")
        code, said = at.rest()
        assert (code, "1 turn kept" in said, "Traceback" in said) == (130, True, False)
        assert len(calls_of("latest-1-1")) == server.counts()["calls"] - 1
