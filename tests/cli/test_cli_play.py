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
from app.llm.scripted import ScriptedServer
from app.store.store import Store

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


# ------------------------------------------------------------------------------------- ghosts and models


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """The scripted model server as the endpoint of the environment."""
    with ScriptedServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield running


MODEL = ("--model", "scripted", "--slate-size", "3")


def _calls(key: str) -> list[str]:
    """The calls of a session as `turn:node`, in order."""
    with Store.open("recoworld.db") as store:
        session = store.find(key).session  # type: ignore[union-attr]
        return [f"{call.turn}:{call.node}" for call in store.recorded_calls(session.id)]


def test_a_ghost_says_nothing_until_the_end(data: Callable[..., Any]) -> None:
    said = _play("w\n\nq\nless drama\nl\nq\nleave bored\n", "--ghost", "embedded")
    before, _, after = said.partition("your ghost")
    assert "no character" in before
    assert before.count("ghost") == 1
    assert re.search(r"what next +2 +\d+%", after)
    ghost = data("show", "latest-2-2")
    assert (ghost["arm"], len(ghost["turns"])) == ("ghost", 2)
    assert all(r["thought"] for r in ghost["turns"][0]["review"]["reactions"])


def test_a_ghost_may_have_a_character() -> None:
    assert "the character" in _play("", "--ghost", "embedded", "--personas", "everyone")


def test_where_they_differ_is_told_with_what_the_ghost_thought(data: Callable[..., Any]) -> None:
    said = _play("l\nl\nl\nl\nl\nleave\n", "--ghost", "embedded", "--seed", "3")
    reactions = data("show", "latest-2-2")["turns"][0]["review"]["reactions"]
    other = next(r for r in reactions if "like" not in r["actions"])
    flat = re.sub(r"\s+", " ", said.partition("your ghost")[2])
    assert "you: like; ghost: " in flat
    assert other["thought"] in flat


def test_a_recommender_that_is_a_model_meets_a_person(
    server: ScriptedServer, data: Callable[..., Any]
) -> None:
    said = _play("w\nq\nonly comedies\nq\nleave\n", "--recommender", "llm", *MODEL)
    assert "read as" in said
    stored = data("show", "latest-1-1")
    assert (stored["recommender"], stored["mind"], len(stored["turns"])) == ("llm", "human", 2)
    assert {step["node"] for step in stored["trace"]} >= {"reason", "rerank", "review", "score"}
    assert [call["node"] for step in stored["trace"] for call in step["calls"]] == [
        "rerank",
        "reason",
        "rerank",
    ]
    assert len(_calls("latest-1-1")) == server.counts()["calls"] - 1


def test_a_ghost_that_is_a_model_remembers_its_own_turns(server: ScriptedServer) -> None:
    _play("w\nq\n\nq\nleave\n", "--ghost", "llm", *MODEL)
    assert _calls("latest-1-1") == []
    assert _calls("latest-2-2") == ["1:review", "1:update_mindset", "2:review", "2:update_mindset"]


def test_two_models_are_watched(server: ScriptedServer, data: Callable[..., Any]) -> None:
    both = ("--as", "watch", "--mind", "llm", "--recommender", "llm", "--max-turns", "2")
    assert "turn 1: the recommender shows" in _play("", *both, *MODEL)
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["recommender"]) == ("llm", "llm")
    assert len(_calls("latest-1-1")) == server.counts()["calls"] - 1


def test_a_person_picks_for_a_user_that_is_a_model(server: ScriptedServer, data: Callable[..., Any]) -> None:
    typed = "?\n1 2 3\nu\n?\n3 2 1\n?\n1\nq\n"
    _play(typed, "--as", "recommender", "--mind", "llm", "--recommender", "llm", *MODEL)
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["recommender"]) == ("llm", "human")
    calls = _calls("latest-1-1")
    assert calls.count("1:rerank") == 1
    assert {"1:review", "1:review:undone1", "1:update_mindset:undone1"} <= set(calls)


def test_undo_asks_a_model_again_only_for_what_is_new(server: ScriptedServer) -> None:
    said = _play("q\nonly comedies\nu\nq\n\nq\nleave\n", "--recommender", "llm", *MODEL)
    first, second = re.findall(r"^ 1  .*$", said, re.MULTILINE)[::2][:2]
    assert first == second
    calls = _calls("latest-1-1")
    assert sorted(calls) == sorted(
        [
            "1:rerank",
            "2:reason:undone1",
            "2:rerank:undone1",
            *(c for c in calls if c in ("2:reason", "2:rerank")),
        ]
    )
    assert "2:rerank" in calls
    assert len(calls) == server.counts()["calls"] - 1


def test_a_spent_budget_ends_the_session_and_keeps_it(
    server: ScriptedServer, data: Callable[..., Any]
) -> None:
    _play("w\nq\nonly comedies\n", "--recommender", "llm", *MODEL, "--max-calls", "2", code=5)
    stored = data("show", "latest-1-1")
    assert (stored["status"], len(stored["turns"])) == ("truncated", 1)


def test_a_wrong_endpoint_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    assert "127.0.0.1:9" in _play("", "--recommender", "llm", *MODEL, code=2)


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
    server: ScriptedServer, terminal: Callable[..., Terminal], data: Callable[..., Any]
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
    assert len(_calls("latest-1-1")) == server.counts()["calls"] - 1


@pytest.mark.slow
def test_ctrl_c_while_a_model_thinks_waits_for_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, terminal: Callable[..., Terminal], data: Callable[..., Any]
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
        at.type("\x03")
        code, said = at.rest()
        assert (code, "1 turn kept" in said, "Traceback" in said) == (130, True, False)
        assert len(_calls("latest-1-1")) == server.counts()["calls"] - 1
