"""The real command line in a folder of its own, and a database with one run of two arms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import cli
from app.llm.scripted import ScriptedServer
from app.store.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and an environment without settings."""
    for name in [name for name in os.environ if name.startswith("RECOWORLD_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def rw(folder: Path) -> Callable[..., Result]:
    """Runs a command; `code` is the exit code it must have."""

    def call(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, list(args), prog_name="recoworld")
        assert result.exit_code == code, f"{args}: {result.exit_code}\n{result.output}"
        return result

    return call


@pytest.fixture
def data(rw: Callable[..., Result]) -> Callable[..., Any]:
    """Runs a command with --json; its value."""
    return lambda *args: json.loads(rw(*args, "--json").stdout)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a run of 12 users and the arms random and popular."""
    db = tmp_path_factory.mktemp("stored") / "world.db"
    args = ["run", "--sessions", "12", "-r", "random", "-r", "popular", "--name", "two arms", "--db", str(db)]
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0, result.output
    return db


@pytest.fixture
def started(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a real process with pipes for its streams; keywords are variables of its environment."""
    running: list[subprocess.Popen[str]] = []
    kept = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    code = [sys.executable, "-c", "from app.cli import main; main()"]

    def start(*args: str, **more: str) -> subprocess.Popen[str]:
        environment = kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([*code, *args], env=environment, text=True, encoding="utf-8", **pipes)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def ended(started: Callable[..., subprocess.Popen[str]]) -> Callable[..., tuple[int, str, str]]:
    """Runs a real process to its end: exit code, stdout, stderr."""

    def run(*args: str, **more: str) -> tuple[int, str, str]:
        process = started(*args, **more)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """The scripted model server as the endpoint of the environment."""
    with ScriptedServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield running


@pytest.fixture
def calls_of() -> Callable[[str], list[str]]:
    """The calls of a session as `turn:node`, in order."""

    def found(key: str) -> list[str]:
        with Store.open("recoworld.db") as store:
            session = store.find(key).session  # type: ignore[union-attr]
            return [f"{call.turn}:{call.node}" for call in store.recorded_calls(session.id)]

    return found
