"""The entry: quick help, exit codes, short errors, plain text where nobody sees colors."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import Result

from app import __version__
from app.cli import entry
from app.cli.program import COMMANDS, command
from app.errors import Interrupted, PluginError, RecoWorldError, StoreError, TooManyFailures

Run = Callable[..., Result]
Started = Callable[..., subprocess.Popen[str]]
Ended = Callable[..., tuple[int, str, str]]
HEAVY = {"langgraph", "pandas", "sklearn", "sqlalchemy", "numpy", "scipy", "pydantic"}


def test_help_imports_nothing_heavy(ended: Ended) -> None:
    code, _, said = ended("--help", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in said.splitlines()}
    assert (code, "typer" in imported) == (0, True)
    assert imported & HEAVY == set()
    assert {name for name in imported if name.startswith("app.cli.")} == {"app.cli.entry", "app.cli.program"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    first, *_ = command(name).help.split("\n\n")
    assert " ".join(first.split()) == COMMANDS[name]


def test_help_names_every_command(rw: Run) -> None:
    said = rw("--help").stdout
    for name in COMMANDS:
        assert f"│ {name} " in said


def test_without_a_command_the_help_is_shown(rw: Run) -> None:
    assert rw().stdout == rw("--help").stdout
    assert rw().stderr == ""


def test_version_is_that_of_the_package(rw: Run) -> None:
    assert rw("--version").stdout == f"recoworld {__version__}\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("rnu",), "did you mean 'run'?"),
        (("run", "--sesions", "3"), "no such option --sesions; did you mean --sessions"),
        (("run", "--zzz"), "no such option --zzz; known: --seed"),
        (("run", "--sessions", "many"), "'--sessions'"),
        (("doctor", "spare"), "unexpected extra argument"),
        (("show",), "missing argument"),
        (("catalog", "imprt"), "did you mean 'import'?"),
    ],
)
def test_a_wrong_command_line_says_what_is_near_and_exits_with_2(
    rw: Run, args: tuple[str, ...], says: str
) -> None:
    result = rw(*args, code=2)
    assert says.lower() in result.stderr.lower()
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) <= 5
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RecoWorldError("x"), 1),
        (StoreError("x"), 2),
        (PluginError("x"), 2),
        (TooManyFailures("x"), 3),
        (Interrupted("x"), 130),
        (ValueError("x"), 1),
        (typer.BadParameter("x"), 2),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert entry.failed(error, debug=False) == code


def test_a_long_error_is_cut_to_five_lines(capsys: pytest.CaptureFixture[str]) -> None:
    entry.failed(RecoWorldError("\n".join("abcdefgh")), debug=False)
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_an_internal_error_is_short_and_names_debug(capsys: pytest.CaptureFixture[str]) -> None:
    entry.failed(ZeroDivisionError("division by zero"), debug=False)
    said = capsys.readouterr().err
    assert "error: ZeroDivisionError: division by zero" in said
    assert "--debug" in said
    assert "Traceback" not in said


def test_debug_may_stand_after_the_command_and_shows_the_traceback(rw: Run) -> None:
    assert "Traceback" in rw("ls", "--debug", code=2).stderr
    assert "Traceback" not in rw("ls", code=2).stderr


def test_what_follows_two_dashes_is_not_taken_for_debug(rw: Run) -> None:
    assert "unknown run '--debug'" not in rw("show", "--", "--debug", code=2).stdout


def test_ctrl_c_is_130(rw: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.settings.load_settings", interrupted)
    rw("config", code=130)


@pytest.mark.parametrize("args", [("ls",), ("ls", "latest", "--json"), ("show", "latest-1-1")])
def test_a_closed_pipe_is_silent(started: Started, stored: Path, args: tuple[str, ...]) -> None:
    process = started(*args, "--db", str(stored))
    with process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.parametrize("args", [("show", "latest"), ("ls",), ("show", "latest-1-1"), ("doctor",), ("lls",)])
def test_pipes_get_no_control_codes(ended: Ended, stored: Path, args: tuple[str, ...]) -> None:
    assert not any("\x1b" in text for text in ended(*args, "--db", str(stored))[1:])


def test_no_color_beats_forced_color(ended: Ended, stored: Path) -> None:
    assert "\x1b" in ended("ls", "--db", str(stored), FORCE_COLOR="1")[1]
    assert "\x1b" not in ended("ls", "--db", str(stored), FORCE_COLOR="1", NO_COLOR="1")[1]


def test_a_terminal_without_unicode_gets_ascii(ended: Ended, stored: Path) -> None:
    code, said, _ = ended("show", "latest", "--db", str(stored), PYTHONIOENCODING="ascii")
    assert (code, said.isascii()) == (0, True)
    assert "Retention" in said
