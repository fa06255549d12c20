"""`recoworld report`: what it writes and says, and what it refuses."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def test_the_newest_run_is_written_to_a_file_named_after_it(rw: Run, stored: Path, folder: Path) -> None:
    said = rw("report", "--db", str(stored)).stdout
    (file,) = folder.glob("recoworld-*.html")
    assert file.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert file.name in said
    assert "next: recoworld export" in said


def test_the_json_names_the_file_and_its_size(data: Callable[..., Any], stored: Path, folder: Path) -> None:
    told = data("report", "latest", "--html", "r.html", "--db", str(stored))
    assert told["file"] == "r.html"
    assert told["bytes"] == (folder / "r.html").stat().st_size > 50_000


def test_two_arms_are_compared_as_asked(rw: Run, stored: Path, folder: Path) -> None:
    pair = ("latest:popular", "latest:random")
    rw("report", "--html", "r.html", "--compare", *pair, "--db", str(stored))
    assert "random (B) against popular (A)" in (folder / "r.html").read_text("utf-8")


def test_without_matplotlib_the_command_to_install_it_is_told(
    rw: Run, stored: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else real(name)
    )
    assert "pip install 'recoworld[report]'" in rw("report", "--db", str(stored), code=2).stderr
    assert not list(folder.iterdir())


def test_a_session_is_not_a_run(rw: Run, stored: Path) -> None:
    assert (
        "is a session; a report is of a run" in rw("report", "latest-1-1", "--db", str(stored), code=2).stderr
    )


def test_a_missing_folder_is_named(rw: Run, stored: Path) -> None:
    said = rw("report", "--html", "no/r.html", "--db", str(stored), code=2).stderr
    assert "no/r.html cannot be written" in said
