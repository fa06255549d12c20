"""`recoworld compare`: the report, its JSON, gates as exit codes, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import compare
from app.cli.entry import Root
from app.metrics import METRICS

Run = Callable[..., Result]


@pytest.fixture
def cmp(stored: Path, folder: Path) -> Run:
    """Runs `compare` on the stored database; `code` is the exit code it must have."""
    cli = typer.Typer(cls=Root, pretty_exceptions_enable=False)
    cli.command("compare")(compare.compare)
    cli.callback()(lambda: None)

    def call(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, ["compare", *args, "--db", str(stored)], prog_name="recoworld")
        assert result.exit_code == code, f"{args}: {result.exit_code}\n{result.output}"
        return result

    return call


def data(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_run_of_two_arms_is_compared_with_itself(cmp: Run) -> None:
    found = data(cmp("latest", "--json"))
    assert (found["a"]["name"], found["b"]["name"]) == ("random", "popular")
    assert (found["paired"], found["a"]["users"], found["metric"]) == (True, 12, "turns")
    assert list(found["metrics"]) == list(METRICS)


def test_the_json_is_complete(cmp: Run) -> None:
    found = data(cmp("latest", "--json", "--gate", "turns > -99"))
    assert set(found) == {
        "a", "b", "paired", "pairing", "horizon", "metric", "notes", "metrics", "retention", "segments",
        "outcomes", "flips", "gates",
    }  # fmt: skip
    assert set(found["metrics"]["turns"]) == {
        "a", "b", "difference", "low", "high", "unpaired_low", "unpaired_high", "gain", "p", "p_holm",
        "noise_floor", "noise_from", "verdict", "users",
    }  # fmt: skip
    assert len(found["retention"]["band_low"]) == found["horizon"] == 20
    assert found["gates"][0]["passed"]


def test_the_arms_can_be_named_either_way(cmp: Run) -> None:
    by_name = data(cmp("latest:popular", "latest:random", "--json"))
    by_number = data(cmp("latest-2", "latest-1", "--json"))
    assert by_name["metrics"] == by_number["metrics"]
    assert by_name["a"]["name"] == "popular"


def test_the_report_leads_with_the_effect_and_its_interval(cmp: Run) -> None:
    lines = cmp("latest").stdout.splitlines()
    assert lines[0] == "B popular  against  A random"
    assert lines[3].startswith("turns  ")
    assert lines[3].index("[") < 20
    assert "mean length within 20 turns" in lines[4]


def test_the_report_fits_a_screen_of_80_columns(cmp: Run) -> None:
    lines = cmp("latest", "--gate", "turns > -99").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 55
    assert {name for name in METRICS if any(line.startswith(name) for line in lines)} == set(METRICS)


def test_another_metric_can_lead(cmp: Run) -> None:
    said = cmp("latest", "--metric", "satisfaction").stdout
    assert said.splitlines()[3].startswith("satisfaction  ")
    assert "of coverage" not in said


def test_coverage_leads_without_segments(cmp: Run) -> None:
    said = cmp("latest", "--metric", "coverage").stdout
    assert "Segments" not in said
    assert "there are no segments of it" in " ".join(said.split())


def test_flips_are_as_many_as_asked_and_the_next_command_shows_the_first(cmp: Run) -> None:
    found = data(cmp("latest", "--flips", "2", "--json"))
    assert len(found["flips"]) == 2
    flip = found["flips"][0]
    assert f"next: recoworld show {flip['b']['session']}:{flip['diverged']}" in cmp("latest").stdout
    assert "next: recoworld ls" in cmp("latest", "--flips", "0").stdout


def test_all_segments_are_listed_on_demand(cmp: Run) -> None:
    found = data(cmp("latest", "--json"))
    known = [segment for segment in found["segments"] if segment["low"] is not None]
    said = cmp("latest", "--segments").stdout
    assert all(f"{s['by']} {s['segment']}"[:33] in said for s in known)


def test_a_gate_that_does_not_hold_exits_with_4_and_is_named(cmp: Run) -> None:
    result = cmp("latest", "--gate", "turns > 99", "--gate", "turns > -99", code=4)
    assert "1 of 2 gates failed" in result.stderr
    assert "turns > 99: the interval is [" in result.stderr
    assert "gate pass turns > -99" in result.stdout
    assert "gate FAIL turns > 99" in result.stdout


def test_a_failed_gate_still_prints_the_json(cmp: Run) -> None:
    result = cmp("latest", "--gate", "turns > 99", "--json", code=4)
    assert data(result)["gates"][0]["passed"] is False


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("latest:populer", "latest:random"), "did you mean 'popular'?"),
        (("latest:popular", "latest-2"), "are the same arm"),
        (("latest", "latest"), "has 2 arms; say which"),
        (("latest:popular",), "is one arm; give another"),
        (("latest-1-3", "latest"), "is a session"),
        (("nope", "latest"), "unknown run 'nope'"),
        (("latest~3", "latest"), "there is only one run"),
        (("latest", "--gate", "turns"), "--gate 'turns' is no condition"),
        (("latest", "--gate", "trns > 0"), "unknown metric in --gate 'trns'"),
        (("latest", "--metric", "lenght"), "unknown metric 'lenght'"),
        (("latest", "--flips", "-1"), "--flips"),
    ],
)
def test_bad_input_says_what_to_do(cmp: Run, args: tuple[str, ...], says: str) -> None:
    result = cmp(*args, code=2)
    assert says in " ".join(result.stderr.split())
    assert len(result.stderr.splitlines()) <= 5
    assert result.stdout == ""
