"""Charts, the report, progress, and what the help and the completion know without importing."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import Result

from app.cli import options
from app.cli.charts import bar, curve, spark, thinned
from app.cli.progress import Bar, tell
from app.cli.report import print_report
from app.llm.ledger import Spent
from app.metrics import METRICS
from app.recommenders.registry import RECOMMENDERS
from app.settings import Settings, option
from app.summary import ArmResult, Story, Summary

Run = Callable[..., Result]


def arm(name: str, alive: float = 0.8, turns: int = 20) -> ArmResult:
    metric = {"mean": 12.3456, "low": 10.0, "high": 14.0, "n": 50}
    return ArmResult(
        name=name,
        recommender=name,
        mind="embedded",
        sessions=50,
        metrics={name: dict(metric) for name in METRICS},
        retention=[alive**t for t in range(1, turns + 1)],
        leave_reasons={"bored": 0.75, "time": 0.25},
        asked=[(f"less thing {i}", 30 - i) for i in range(12)],
        best=Story(f"abcdef-1-{name}", "a-persona-with-a-long-name", "9 turns " * 9),
        worst=Story("abcdef-1-2", "p", "1 turn"),
    )


def report(*arms: ArmResult, width: int = 80, notes: tuple[str, ...] = ()) -> str:
    summary = Summary("abcdef", "trial", 7, 1.25, 50 * len(arms), 50, 0, list(arms), list(notes), 20)
    console = Console(file=io.StringIO(), width=width, color_system=None)
    print_report(console, summary, {"personas": "everyone", "catalog": "films", "slate_size": 10})
    return console.file.getvalue()  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------- charts


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.001, 0.3, 0.5, 0.999, 1.0, 2.0])
def test_a_bar_is_exactly_as_wide_as_asked(share: float) -> None:
    assert len(bar(share, 10)) == 10


def test_a_bar_grows_in_eighths() -> None:
    assert [bar(n / 16, 2) for n in (0, 1, 8, 9, 16)] == ["  ", "▏ ", "█ ", "█▏", "██"]


def test_a_spark_is_one_character_a_share_and_shows_any_above_none() -> None:
    assert spark([1.0, 0.5, 0.001, 0.0]) == "█▄▁ "


def test_a_curve_is_aligned_and_as_high_as_asked() -> None:
    lines = curve([1.0, 0.5, 0.25, 0.0], 40, 4)
    assert len(lines) == 5
    assert {line.index(mark) for line, mark in zip(lines, "││││└", strict=True)} == {6}
    assert lines[0].startswith(" 100% │███")
    assert lines[3] == "      │███ ███ ███"
    assert lines[4].startswith("      └1")


@pytest.mark.parametrize("turns", [1, 2, 20, 60, 500])
@pytest.mark.parametrize("width", [30, 78])
def test_a_curve_of_any_length_fits(turns: int, width: int) -> None:
    assert max(map(len, curve([0.5] * turns, width, 3))) <= width + 4


def test_thinning_keeps_the_ends() -> None:
    assert thinned([0.0] * 100, 5) == [0, 25, 50, 74, 99]
    assert thinned([0.0] * 3, 5) == [0, 1, 2]
    assert thinned([], 5) == []


def test_without_unicode_charts_are_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert all(text.isascii() for text in (bar(0.3, 10), spark([0.4]), *curve([0.4], 20, 3)))


# ------------------------------------------------------------------------------------- report


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("width", [80, 120])
def test_a_report_fits_its_width_with_any_number_of_arms(count: int, width: int) -> None:
    said = report(*(arm(f"recommender-{i}") for i in range(count)), width=width)
    assert max(len(line.rstrip()) for line in said.splitlines()) <= width
    assert said.count("[10.0, 14.0]") == count * len(METRICS)
    assert count == 1 or all(said.count(f" recommender-{i}") >= 3 for i in range(count))


def test_the_report_of_one_arm_fits_a_screen() -> None:
    said = report(arm("agent"), notes=("one", "two"))
    assert len(said.splitlines()) <= 45
    assert all(f"less thing {i}" in said for i in range(8))
    assert "less thing 8" not in said


def test_a_better_arm_has_the_longer_curve() -> None:
    said = report(arm("worse", 0.6), arm("better", 0.95)).splitlines()
    worse, better = (next(line for line in said if line.startswith(name)) for name in ("worse", "better"))
    assert better.count("█") > worse.count("█")


def test_nothing_measured_is_a_dash_and_nothing_asked_is_said() -> None:
    empty = arm("agent")
    metrics = {name: {"mean": None, "low": None, "high": None, "n": 0} for name in METRICS}
    said = report(ArmResult("a", "a", "m", 0, metrics, [], {}, [], None, None), empty)
    assert "–" in said
    assert "nothing" in report(ArmResult("a", "a", "m", 0, metrics, [], {}, [], None, None))


def test_many_notes_are_counted_not_listed() -> None:
    said = report(arm("agent"), notes=tuple("abcdef"))
    assert said.count("note: ") == 4
    assert "note: and 3 more" in said


# ----------------------------------------------------------------------------------- progress


def test_progress_draws_nothing_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with Bar() as progress:
        progress.imported(5, 10, "x.csv")
        progress.total(10)
        progress.advance(10, "agent")
    assert capfd.readouterr() == ("", "")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_shows_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with Bar() as progress:
        progress.imported(5_000_000, 10_000_000, "x.csv")
        progress.total(40)
        progress.advance(30, "agent")
    assert "30/40" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_progress_without_color_uses_no_control_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    with Bar() as progress:
        progress.total(40)
        progress.advance(30, "agent")
    said = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "30 of 40 sessions" in said
    assert "\x1b" not in said


def test_of_models_progress_tells_rate_what_is_in_flight_failures_cost_and_time_left() -> None:
    spent = Spent(calls=200, tokens=123_400, usd=1.234, asking=14, playing=16, failed=2)
    assert tell(spent, 20, 100, 40.0) == (
        "30.0/min, 2:40 left, 16 playing, 14 calls in flight, 2 failed, $1.23"
    )
    unpriced = spent._replace(unpriced=3, failed=0)
    assert tell(unpriced, 80, 100, 40.0) == "2.0/s, 0:10 left, 16 playing, 14 calls in flight, 123.4k tokens"
    assert tell(Spent(playing=16, asking=8), 0, 100, 5.0) == "16 playing, 8 calls in flight, 0 tokens"
    assert tell(spent, 1, 100, 400.0).startswith("0.1/min, 11:00:00 left, ")


def test_what_models_use_is_on_both_kinds_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    for color in ("", "1"):
        monkeypatch.setattr(sys, "stderr", Terminal())
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", color)
        with Bar() as progress:
            progress.total(40)
            progress.watch(lambda: Spent(tokens=2_000, playing=3))
            progress.advance(10, "llm")
        said = sys.stderr.getvalue()  # type: ignore[attr-defined]
        assert "0:00 left, 3 playing, 0 calls in flight, 2.0k tokens" in said


# ------------------------------------------------------------------------ help and completion


def test_the_names_for_completion_are_those_of_the_registry() -> None:
    assert set(options.BUILT_IN) == set(RECOMMENDERS)


def test_the_help_of_run_tells_the_true_defaults(rw: Run) -> None:
    said = " ".join(rw("run", "--help").stdout.replace("│", " ").split())
    for field, value in Settings().model_dump().items():
        found = re.search(rf"{option(field)} (?:(?! --).)*?\[default: ([^\]]*)\]", said)
        if found and field not in ("instruct", "columns", "scale", "name"):
            shown = ",".join(value) if isinstance(value, tuple) else str(value)
            assert found[1] == shown, field


def test_every_setting_of_a_run_is_an_option(rw: Run) -> None:
    said = rw("run", "--help").stdout
    hidden = {"failure_limit", "cohort", "instruct"}
    assert all(option(field) in said for field in set(Settings.model_fields) - hidden)
    assert "--no-instruct" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("recoworld run --recommender po", "popular"),
        ("recoworld run --personas night-s", "night-shift-nurse"),
        ("recoworld run --catalog fi", "films"),
        ("recoworld under", "understand"),
        ("recoworld show lat", "latest"),
    ],
)
def test_the_shell_completes_names(
    ended: Callable[..., tuple[int, str, str]], stored: Path, words: str, expected: str
) -> None:
    variables = {"_RECOWORLD_COMPLETE": "complete_bash", "COMP_WORDS": words, "RECOWORLD_DB": str(stored)}
    code, said, _ = ended(COMP_CWORD=str(len(words.split()) - 1), **variables)
    assert (code, said.split()) == (0, [expected])


def test_completion_is_silent_without_a_database(ended: Callable[..., tuple[int, str, str]]) -> None:
    variables = {
        "_RECOWORLD_COMPLETE": "complete_bash",
        "COMP_WORDS": "recoworld show lat",
        "COMP_CWORD": "2",
    }
    code, said, talk = ended(**variables)
    assert (code, said.strip(), talk) == (0, "", "")
