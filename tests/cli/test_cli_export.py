"""`recoworld export`: what it writes and says, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import Result

from app.cli.export import _KINDS
from app.export import SCHEMAS

Run = Callable[..., Result]


def test_the_kinds_that_the_help_names_are_those_there_are() -> None:
    assert tuple(SCHEMAS) == _KINDS


def test_a_file_gets_the_format_of_its_ending(data: Callable[..., Any], stored: Path, folder: Path) -> None:
    told = data("export", "latest", "--to", "turns.parquet", "--what", "turns", "--db", str(stored))
    assert (told["format"], told["what"], told["file"]) == ("parquet", "turns", "turns.parquet")
    assert told["bytes"] == (folder / "turns.parquet").stat().st_size


def test_without_options_the_sessions_come_as_jsonl_here(rw: Run, stored: Path, folder: Path) -> None:
    said = rw("export", "--db", str(stored)).stdout
    lines = (folder / "sessions.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 24
    assert json.loads(lines[0])["run_name"] == "two arms"
    assert "wrote 24 sessions to sessions.jsonl" in said
    assert "next: recoworld report" in said


def test_an_unknown_kind_is_told_with_the_nearest(rw: Run, stored: Path) -> None:
    said = rw("export", "--what", "exposure", "--db", str(stored), code=2).stderr
    assert "did you mean 'exposures'" in said


def test_a_session_is_not_a_run(rw: Run, stored: Path) -> None:
    assert "an export is of a run" in rw("export", "latest-1-1", "--db", str(stored), code=2).stderr
