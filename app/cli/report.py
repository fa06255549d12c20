"""The report of a run in the terminal: who stayed, what was measured, why users left, what they asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from app.cli.charts import bar, curve, spark, thinned

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from app.summary import ArmResult, Summary

Metric = Mapping[str, float | int | None]
COLORS = ("cyan", "magenta", "yellow", "green", "blue", "red")
ASKED = 8
_INTERVAL = 21
_NAME = 15
_FINEST = 3
_MOST_NOTES = 3
_MARKED = {"turn": (1, 3, 5, 10, 20, 50, 100), "day": (1, 3, 7, 14, 30, 60)}
"""Turns and days whose shares are told in figures."""


def print_report(console: Console, summary: Summary, plan: Mapping[str, Any]) -> None:
    """Everything of a run but the next command. `plan` is the run's effective settings."""
    width = min(console.width, 120)
    curves = (_retention(summary, width), *_daily(summary, width))
    parts = (_header(summary, plan), *curves, *_numbers(summary, width))
    for part in (*parts, *_reasons(summary, width), *_stories(summary, width), *_notes(summary, width)):
        console.print(part, width=width)


def _title(text: str, more: str = "") -> Text:
    return Text.assemble(
        (text, "bold"), (f"  {more}" if more else "", "dim"), no_wrap=True, overflow="ellipsis"
    )


def color(position: int) -> str:
    """The color of an arm, by its place from 0."""
    return COLORS[position % len(COLORS)]


def _header(summary: Summary, plan: Mapping[str, Any]) -> Text:
    users = summary.planned // max(1, len(summary.arms))
    sizes = dict.fromkeys(arm["slate_size"] for arm in plan.get("arms", ()))
    facts = (
        f"{users:,} users ({plan.get('personas', '?')})",
        f"catalog {plan.get('catalog', '?')}",
        f"slates of {' or '.join(map(str, sizes)) or '?'}",
        f"up to {summary.max_turns} turns",
        f"seed {summary.seed}",
    )
    line = Text.assemble(("run ", "dim"), (summary.run, "bold cyan"), (f"  {summary.name}".rstrip(), "bold"))
    stored = summary.done + summary.failed
    some = "" if stored == summary.planned else f"{stored:,} of "
    speed = f"  {some}{summary.planned:,} sessions in {summary.seconds:.1f} s"
    line.append(speed, "dim").append(f"\n{' · '.join(facts)}\n")
    if summary.failed:
        line.append(f"{summary.failed:,} of {summary.planned:,} sessions failed\n", "bold red")
    return line


# ---------------------------------------------------------------------------------- retention


def _retention(summary: Summary, width: int) -> Text:
    text = _title("Retention", "share of users still there after each turn").append("\n")
    if len(summary.arms) == 1:
        lines = curve(summary.arms[0].retention, min(width - 2, 88), 6)
        return text.append("\n".join(lines) + "\n", color(0))
    return text.append_text(_sparks(summary, [arm.retention for arm in summary.arms], "turn", width))


def _daily(summary: Summary, width: int) -> Iterator[Text]:
    """Of a run of several days: who comes back on which."""
    if any(arm.daily for arm in summary.arms):
        text = _title("Days", "share of users with a session on each day after their first").append("\n")
        yield text.append_text(_sparks(summary, [arm.daily[1:] for arm in summary.arms], "day", width))


def _sparks(summary: Summary, curves: Sequence[Sequence[float]], unit: str, width: int) -> Text:
    """One line an arm: its curve and the shares at a few turns or days."""
    last = max(map(len, curves), default=0)
    marked = sorted({t for t in (*_MARKED[unit], last) if 0 < t <= last})[-5:]
    name = min(_NAME + 5, max(len(arm.label) for arm in summary.arms))
    room = max(8, width - name - 2 - 6 * len(marked) - 2)
    places = thinned(range(last), room)
    cell = max(1, min(3, room // max(1, len(places))))
    head = " " * (name + 2) + f"{unit} 1".ljust(len(places) * cell)
    text = Text(head + "".join(f"{unit[0] + str(t):>6}" for t in marked) + "\n", "dim")
    for position, (arm, curve_) in enumerate(zip(summary.arms, curves, strict=True)):
        drawn = "".join(mark * cell for mark in spark([curve_[p] for p in places if p < len(curve_)]))
        text.append(f"{_short(arm.label, name):<{name}}  {drawn.ljust(len(places) * cell)}", color(position))
        text.append("".join(f"{curve_[t - 1]:>6.0%}" for t in marked if t <= len(curve_)) + "\n")
    return text


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


# ------------------------------------------------------------------------------------ numbers


def _numbers(summary: Summary, width: int) -> Iterator[RenderableType]:
    yield _title("Metrics", "mean [95 % interval over users]")
    if len(summary.arms) == 1:
        yield _two_columns(summary.arms[0])
        return
    yield from _in_blocks(summary.arms, width, _side_by_side)


def _in_blocks(
    arms: Sequence[ArmResult], width: int, make: Callable[[Sequence[tuple[int, ArmResult]]], Table]
) -> Iterator[RenderableType]:
    """As many arms beside each other as fit, the rest below."""
    fit = max(1, (width - _NAME + 3) // _INTERVAL)
    numbered = list(enumerate(arms))
    for start in range(0, len(numbered), fit):
        yield make(numbered[start : start + fit])


def _plain(*widths: int | None) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(no_wrap=True, overflow="ellipsis", width=width)
    return table


def _two_columns(arm: ArmResult) -> Table:
    """The metrics of one arm in two halves beside each other."""
    table = _plain(_NAME - 1, _INTERVAL, _NAME - 1, _INTERVAL)
    names = list(arm.metrics)
    half = (len(names) + 1) // 2
    for left, right in zip_longest(names[:half], names[half:]):
        cells = [(name, arm.metrics[name]) for name in (left, right) if name]
        table.add_row(
            *(cell for name, metric in cells for cell in (name, _interval(metric, _digits([metric]))))
        )
    table.add_row("")
    return table


def _columns(arms: Sequence[tuple[int, ArmResult]]) -> Table:
    """A column for names and one for each arm, headed by it."""
    table = _plain(_NAME - 1, *[_INTERVAL - 2] * len(arms))
    table.add_row("", *(Text(_short(arm.label, _INTERVAL - 2), f"bold {color(i)}") for i, arm in arms))
    return table


def _side_by_side(arms: Sequence[tuple[int, ArmResult]]) -> Table:
    table = _columns(arms)
    for name in arms[0][1].metrics:
        row = [arm.metrics[name] for _, arm in arms]
        table.add_row(name, *(_interval(metric, _digits(row)) for metric in row))
    table.add_row("")
    return table


def _interval(metric: Metric, digits: int) -> Text:
    mean, low, high = (metric[key] for key in ("mean", "low", "high"))
    if mean is None or low is None or high is None:
        return Text("–".rjust(5), "dim")
    between = ", ".join(
        f"{end:.{digits}f}".removeprefix("0" if digits == _FINEST else "") for end in (low, high)
    )
    return Text.assemble((f"{mean:>5.{digits}f}", "bold"), (f" [{between}]", "dim"))


def _digits(metrics: Iterable[Metric]) -> int:
    """The decimals that suit the largest number of a row."""
    largest = max((metric["high"] or 0.0 for metric in metrics), default=0.0)
    return 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest > 1 else _FINEST


# ------------------------------------------------------------------------- leaving and asking


def _reasons(summary: Summary, width: int) -> Iterator[RenderableType]:
    if len(summary.arms) == 1:
        yield _left_and_asked(summary.arms[0], width)
        return
    yield _title("Why sessions ended", "share of sessions")
    yield from _in_blocks(summary.arms, width, _why)
    if any(arm.asked for arm in summary.arms):
        yield _title("What they asked for", "times")
        yield from _in_blocks(summary.arms, width, _asked)


def _left_and_asked(arm: ArmResult, width: int) -> Table:
    """Both lists of one arm beside each other."""
    half = width // 2 - 2
    table = _plain(half, width - half - 4)
    table.add_row(_title("Why sessions ended"), _title("What they asked for", "times"))
    left = [_reason(reason, share, half) for reason, share in arm.leave_reasons.items()]
    right = [Text.assemble((f"{times:>5} ", "bold"), words) for words, times in arm.asked[:ASKED]]
    if not right:
        right = [Text("    – nothing", "dim")]
    for one, other in zip_longest(left, right, fillvalue=Text("")):
        table.add_row(one, other)
    table.add_row("")
    return table


def _reason(reason: str, share: float, width: int) -> Text:
    return Text.assemble(
        f"{_short(reason, 12):<12} ", (bar(share, width - 20), color(0)), (f" {share:>4.0%}", "bold")
    )


def _why(arms: Sequence[tuple[int, ArmResult]]) -> Table:
    table = _columns(arms)
    for reason in dict.fromkeys(reason for _, arm in arms for reason in arm.leave_reasons):
        table.add_row(
            _short(reason, _NAME - 1), *(_share(arm.leave_reasons.get(reason, 0.0), i) for i, arm in arms)
        )
    table.add_row("")
    return table


def _share(share: float, position: int) -> Text:
    return Text.assemble((bar(share, 13), color(position)), (f" {share:>4.0%}", "bold"))


def _asked(arms: Sequence[tuple[int, ArmResult]]) -> Table:
    table = _columns(arms)
    for row in range(min(ASKED, max(len(arm.asked) for _, arm in arms))):
        table.add_row("", *(_wish(arm, row) for _, arm in arms))
    table.add_row("")
    return table


def _wish(arm: ArmResult, row: int) -> Text:
    if row >= len(arm.asked):
        return Text("")
    words, times = arm.asked[row]
    return Text.assemble((f"{times:>4} ", "bold"), words)


# ---------------------------------------------------------------------------- stories, notes


def _stories(summary: Summary, width: int) -> Iterator[Text]:
    arms, one = summary.arms, len(summary.arms) == 1
    both = [(a, kind, s) for a in arms for kind, s in (("best", a.best), ("worst", a.worst)) if s is not None]
    labels = [kind if one else f"{kind} of {_short(arm.label, 12)}" for arm, kind, _ in both]
    first, second = (max(map(len, texts), default=0) for texts in (labels, [story.key for *_, story in both]))
    for label, (_, kind, story) in zip(labels, both, strict=True):
        line = Text(f"{label:<{first}}  ", "green" if kind == "best" else "red", no_wrap=True)
        line.append(f"{story.key:<{second}}  ", "cyan").append(f"{_short(story.persona, 16)}  ", "default")
        line.append(story.line, "dim").truncate(width, overflow="ellipsis")
        yield line


def _notes(summary: Summary, width: int) -> Iterator[RenderableType]:
    for note in summary.notes[:_MOST_NOTES]:
        yield Text(f"note: {note}", "yellow")
    if len(summary.notes) > _MOST_NOTES:
        yield Text(f"note: and {len(summary.notes) - _MOST_NOTES} more", "yellow")


def worst_key(summary: Summary) -> str | None:
    """The worst session of the first arm: the one to look at next."""
    stories = [story for arm in summary.arms for story in (arm.worst,) if story is not None]
    return stories[0].key if stories else None
