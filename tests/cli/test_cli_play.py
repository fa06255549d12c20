"""`recoworld play` with scripted input, and through a real pseudo-terminal."""

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
from typer.testing import CliRunner, Result

from app.cli.program import cli

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
_COLORS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def _play(typed: str, *args: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["play", *args], input=typed, prog_name="recoworld")
    assert result.exit_code == code, result.output
    return result.output


# ------------------------------------------------------------------------------------- piped


def test_a_piped_person_plays_a_whole_session(data: Callable[..., Any]) -> None:
    said = _play("w\n\nq\nless drama\nl\nq\nleave bored\n", "--as", "user")
    assert "read as  less genre Drama" in said
    assert "left after 2 turns" in said
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["status"], stored["leave_reason"]) == ("human", "left", "bored")
    assert stored["turns"][0]["review"]["seen"] == 2


def test_the_end_of_the_input_leaves_cleanly(data: Callable[..., Any]) -> None:
    assert "left after 1 turn" in _play("")
    assert data("show", "latest-1-1")["leave_reason"] == "interrupted"


def test_a_wrong_key_is_explained_and_asked_again() -> None:
    said = _play("zap\nq\nleave\n")
    assert "'zap' is not an action" in said
    assert "left after 1 turn" in said


def test_undo_at_the_first_item_goes_back_a_turn() -> None:
    said = _play("q\nonly comedies\nu\nq\nleave\n")
    assert [line.split()[1] for line in said.splitlines() if line.startswith("turn ")] == ["1", "2", "1"]
    assert "left after 1 turn" in said


def test_watching_runs_on_when_the_input_ends(data: Callable[..., Any]) -> None:
    said = _play("", "--as", "watch", "--max-turns", "2")
    assert "turn 2: the recommender shows" in said
    assert len(data("show", "latest-1-1")["turns"]) == len(
        re.findall(r"^turn \d+ · seen", said, re.MULTILINE)
    )


def test_who_watches_may_stop(data: Callable[..., Any]) -> None:
    said = _play("\n\n\nq\n", "--as", "watch")
    assert "still there after" in said or "left after" in said
    assert data("show", "latest-1-1")["turns"]


def test_the_same_seed_is_the_same_session() -> None:
    one, two = (re.sub(r"\w{6}-1-1", "", _play("", "--as", "watch", "--seed", "3")) for _ in range(2))
    assert one == two


def test_a_played_session_is_listed_and_reported(rw: Run) -> None:
    _play("w\nq\nleave\n")
    assert "you" in rw("ls", "latest").stdout
    assert "Retention" in rw("show", "latest").stdout


def test_a_person_picks_by_search_number_and_suggestion(data: Callable[..., Any]) -> None:
    said = _play("toy story\n1\n?\n1 2 9\n\nq\n", "--as", "recommender", "--slate-size", "3")
    assert "9 is not in the list" in said
    stored = data("show", "latest-1-1")
    slate = stored["turns"][0]["slate"]
    assert (stored["recommender"], stored["mind"], slate[0]["title"]) == ("human", "embedded", "Toy Story")
    assert [slot["sources"] for slot in slate] == [["human"]] * 3


def test_what_the_user_felt_is_hidden_until_the_end() -> None:
    said = _play("?\n1 2 3\n?\n4 5\n1 2\n\nq\n", "--as", "recommender", "--slate-size", "3")
    before, _, after = said.partition("what you could not see")
    assert "satisfaction" not in before
    assert "likes" not in before
    assert "satisfaction" in after
    assert "“" in after


def test_an_item_that_was_shown_cannot_be_picked_again() -> None:
    said = _play("toy story\n1\n\ntoy story\n1\nq\n", "--as", "recommender", "--slate-size", "3")
    assert "Toy Story was shown before in this session" in said


def test_a_picked_item_and_a_shown_slate_can_be_taken_back(data: Callable[..., Any]) -> None:
    typed = "toy story\n1\nu\njaws\n1\n\nu\npsycho\n1\n\nq\n"
    _play(typed, "--as", "recommender", "--slate-size", "3")
    turns = data("show", "latest-1-1")["turns"]
    assert [[slot["title"] for slot in turn["slate"]] for turn in turns] == [["Psycho"]]


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = _play("w\nq\nless drama\nq\nleave\n")
    assert max(len(line) for line in said.splitlines() if not line.startswith("next: ")) <= width


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--as", "wach"), "unknown role 'wach': did you mean 'watch'"),
        (("--recommender", "agnt"), "unknown recommender 'agnt': did you mean 'agent'"),
        (("--recommender", "llm"), "none is named; give --model NAME"),
        (("--mind", "llm"), "--mind is for simulated users"),
        (("--ghost", "lm"), "unknown ghost 'lm': did you mean 'llm'"),
        (("--as", "watch", "--ghost", "llm"), "--ghost is for --as user"),
        (("--ghost", "llm"), "the user should think with a model"),
        (("--as", "watch", "--mind", "scripted"), "belong together"),
        (("--personas", "everyone"), "--personas is for simulated users"),
        (("--speed", "1"), "--speed is for --as watch"),
        (("--as", "watch", "--personas", "everyon"), "everyone"),
    ],
)
def test_a_wrong_option_says_what_to_do(rw: Run, args: tuple[str, ...], says: str) -> None:
    assert says in rw("play", *args, code=2).stderr


# ------------------------------------------------------------------------------------- a real terminal


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
