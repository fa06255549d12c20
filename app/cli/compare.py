"""`recoworld compare`: is B better than A, by how much, for whom, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.cli import options
from app.cli.charts import spark, thinned

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from app.comparison import Comparison
    from app.comparison.results import Effect, End, Flip, SegmentEffect

_A, _B = "cyan", "magenta"
_GOOD, _BAD = ("better", "higher"), ("worse", "lower")
_SEGMENTS = 2
_METRIC = 14
_STAYED = {"truncated": "stayed"}
_MARKED = (1, 3, 5, 10, 20, 50, 100)


def compare(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="A run or an arm: latest, q7m2kd:popular, q7m2kd-1.",
            autocompletion=options.run_keys,
        ),
    ],
    b: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]",
            help="What to compare it with; not needed where A is a run of two arms.",
            autocompletion=options.run_keys,
        ),
    ] = None,
    metric: Annotated[
        str, typer.Option(help="The metric to lead with, and to take apart by segments.")
    ] = "turns",
    gate: Annotated[
        list[str] | None,
        typer.Option(
            help="A condition on the whole interval of B - A, as in 'turns > 0'; else exit 4. Repeatable."
        ),
    ] = None,
    flips: Annotated[int, typer.Option(min=0, help="Pairs of sessions to list that differ most.")] = 3,
    segments: Annotated[bool, typer.Option("--segments", help="List every segment of the users.")] = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Compare two arms or runs: paired differences with intervals, for whom, and where sessions flipped.

    Every difference is B - A. Exit code 4 when a gate does not hold.
    """
    from app.cli.output import out, print_json
    from app.comparison import Question, compare, parse_gate
    from app.comparison.gates import failure

    asked = Question(metric, tuple(map(parse_gate, gate or ())), flips)
    with options.open_store(db, create=False) as store:
        found = compare(store, a, b, asked)
    if json:
        print_json(found.data())
    else:
        print_comparison(out(), found, segments)
        _print_next(found)
    if error := failure(found.gates):
        raise error


def _print_next(found: Comparison) -> None:
    from app.cli.output import print_next

    if not found.flips:
        print_next(f"recoworld ls {found.b.run.key}", "the sessions of B")
        return
    flip = found.flips[0]
    turn = min(flip.diverged or 1, flip.b.turns)
    print_next(f"recoworld show {flip.b.session}:{turn}", "where the largest flip went apart")


def print_comparison(console: Console, found: Comparison, all_segments: bool = False) -> None:
    """Everything but the next command: the effect first, then the rest by how often it is asked."""
    width = min(console.width, 120)
    parts = (_header(found), _headline(found), *_metrics(found), _retention(found, width))
    more = (*_segments(found, all_segments), *_flips(found, width), *_gates(found), *_notes(found))
    for part in (*parts, *more):
        console.print(part, width=width)


def _title(text: str, more: str = "") -> Text:
    return Text.assemble((text, "bold"), (f"  {more}" if more else "", "dim"))


def _header(found: Comparison) -> Text:
    a, b, users = found.a, found.b, found.users
    who = (
        f"{users[0]:,} users, paired" if found.paired else f"{users[0]:,} and {users[1]:,} users, not paired"
    )
    line = Text.assemble(
        ("B ", "dim"), (b.name, f"bold {_B}"), ("  against  A ", "dim"), (a.name, f"bold {_A}")
    )
    runs = a.run.key if a.run.id == b.run.id else f"{b.run.key} and {a.run.key}"
    catalog = PurePath(str(a.setting("catalog"))).name
    return line.append(f"\nrun {runs} · {who} · catalog {catalog} · seed {a.run.seed}\n", "dim")


# --------------------------------------------------------------------------------- the effect


def _headline(found: Comparison) -> Text:
    effect = found.headline
    text = Text.assemble((found.metric, "bold"), "  ")
    if effect.difference is None:
        return text.append("no data on one side\n", "yellow")
    text.append(_signed(effect.difference, _digits(effect)), f"bold {_color(effect)}")
    text.append(f"  {_interval(effect)}  ", "bold").append(effect.verdict, _color(effect))
    text.append(f"   {_plain(effect.a, effect)} in A, {_plain(effect.b, effect)} in B")
    if effect.a:
        text.append(f" ({effect.difference / effect.a:+.0%})")
    return text.append("".join(f"\n  {line}" for line in _explained(found, effect)) + "\n", "dim")


def _explained(found: Comparison, effect: Effect) -> Iterator[str]:
    """What the interval rests on."""
    if found.metric == "turns":
        cut = [curve[-1] for curve in (found.retention.a, found.retention.b)]
        yield (
            f"mean length within {found.horizon} turns, where the limit cut {cut[0]:.0%} of A and "
            f"{cut[1]:.0%} of B"
        )
    if found.paired and effect.gain is not None:
        unpaired = _between(effect.unpaired_low, effect.unpaired_high, _digits(effect))
        yield f"unpaired it would be {unpaired}: pairing is worth {effect.gain:.1f} times the users"
    if effect.noise_floor is not None:
        source = "the same arm again" if effect.noise_from == "replicates" else "the interval; no replicates"
        yield f"noise floor ±{effect.noise_floor:.{_digits(effect)}f} ({source})"


def _color(effect: Effect) -> str:
    return "green" if effect.verdict in _GOOD[:1] else "red" if effect.verdict in _BAD[:1] else "yellow"


def _digits(effect: Effect | SegmentEffect) -> int:
    """The decimals that suit the largest number of a row."""
    known = (effect.a, effect.b, effect.low, effect.high)
    largest = max((abs(x) for x in known if x is not None), default=0.0)
    return 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest > 1 else 3


def _signed(value: float | None, digits: int) -> str:
    """`+.144`: with its sign, and without a zero that only takes room."""
    if value is None:
        return "–"
    text = f"{value:+.{digits}f}"
    return text if digits < 3 else text.replace("0.", ".", 1)


def _plain(value: float | None, effect: Effect | SegmentEffect) -> str:
    return _signed(value, _digits(effect)).lstrip("+")


def _between(low: float | None, high: float | None, digits: int) -> str:
    return f"[{_signed(low, digits)}, {_signed(high, digits)}]"


def _interval(effect: Effect | SegmentEffect) -> str:
    return _between(effect.low, effect.high, _digits(effect))


def _p(p: float | None) -> str:
    if p is None:
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


# -------------------------------------------------------------------------------- the metrics


def _metrics(found: Comparison) -> Iterator[RenderableType]:
    yield _title("Metrics", "B - A [95 % interval]; p from permutations, adjusted for all (Holm)")
    table = _table(_METRIC, 5, 5, 21, 5, None)
    table.add_row(
        "", Text("A", _A, justify="right"), Text("B", _B, justify="right"), "", Text("p", "dim"), ""
    )
    for name, effect in found.effects.items():
        color = _color(effect) if effect.verdict in _GOOD + _BAD else "dim"
        values = [Text(_plain(value, effect), justify="right") for value in (effect.a, effect.b)]
        table.add_row(
            name, *values, _effect(effect), Text(_p(effect.p_holm), "dim"), Text(effect.verdict, color)
        )
    yield table
    yield ""


def _table(*widths: int | None) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(no_wrap=True, overflow="ellipsis", width=width)
    return table


def _effect(effect: Effect | SegmentEffect) -> Text:
    if effect.difference is None:
        return Text("too few" if effect.a is not None else "–", "dim")
    value = f"{_signed(effect.difference, _digits(effect)):>5}"
    return Text.assemble((value, "bold"), (f" {_interval(effect)}", "dim"))


# ---------------------------------------------------------------------------------- retention


def _retention(found: Comparison, width: int) -> Text:
    curves = found.retention
    turns = found.horizon
    marked = sorted({t for t in (*_MARKED, turns) if t <= turns})[-4:]
    name = min(16, max(len(found.a.name), len(found.b.name)) + 2)
    room = max(8, width - name - 2 - 9 * len(marked))
    places = thinned(range(turns), room)
    cell = max(1, min(3, room // max(1, len(places))))
    text = _title("Retention", _tested(found)).append("\n" + " " * (name + 2))
    text.append(
        "turn 1".ljust(len(places) * cell) + "".join(f"{'t' + str(t):>9}" for t in marked) + "\n", "dim"
    )
    for letter, side, curve, color in (("A", found.a, curves.a, _A), ("B", found.b, curves.b, _B)):
        drawn = "".join(mark * cell for mark in spark([curve[p] for p in places]))
        text.append(f"{letter + ' ' + side.name:<{name}.{name}}  {drawn:<{len(places) * cell}}", color)
        text.append("".join(f"{curve[t - 1]:>9.0%}" for t in marked) + "\n")
    bands = (f"{100 * curves.difference[t - 1]:+.0f} ±{_half(found, t):.0f}" for t in marked)
    label = f"{'B - A':<{name}}  " + "points ± 95 % band"[: len(places) * cell].ljust(len(places) * cell)
    return text.append(label, "dim").append("".join(f"{band:>9}" for band in bands) + "\n", "bold")


def _half(found: Comparison, turn: int) -> float:
    """Half the band at a turn, in points."""
    curves = found.retention
    return 50 * (curves.band_high[turn - 1] - curves.band_low[turn - 1])


def _tested(found: Comparison) -> str:
    test = found.retention.test
    if test is None:
        return "nobody left first"
    first = "" if test.a_first is None else f"left first: {test.a_first:,} in A, {test.b_first:,} in B; "
    return f"{first}{found.retention.test_name} p {_p(test.p)}"


# --------------------------------------------------------------------------- segments, flips


def _segments(found: Comparison, everything: bool) -> Iterator[RenderableType]:
    measured = [segment for segment in found.segments if segment.low is not None]
    if not measured:
        return
    chance = max(1, round(0.05 * len(measured)))
    yield _title(
        "Segments",
        f"{len(measured)} looks at {found.metric}: about {chance} misled by chance; --segments: all",
    )
    table = _table(34, 6, 5, 5, 22)
    head = (Text(text, color, justify="right") for text, color in (("users", "dim"), ("A", _A), ("B", _B)))
    table.add_row("", *head, "")
    by_effect = sorted(measured, key=lambda segment: segment.difference or 0.0, reverse=True)
    ends = [*by_effect[:_SEGMENTS], *by_effect[max(_SEGMENTS, len(by_effect) - _SEGMENTS) :]]
    for segment in found.segments if everything else ends:
        values = (f"{segment.users:,}", _plain(segment.a, segment), _plain(segment.b, segment))
        cells = (Text(value, justify="right") for value in values)
        table.add_row(f"{segment.by} {segment.segment}", *cells, _effect(segment))
    yield table
    yield ""


def _flips(found: Comparison, width: int) -> Iterator[RenderableType]:
    if found.outcomes is None:
        return
    of = found.outcomes
    said = (
        f"B lasted longer for {of.longer:,}, shorter for {of.shorter:,}; {of.stays_in_b:,} left in A only, "
    )
    yield _title("Flips", f"{said}{of.stays_in_a:,} in B only")
    table = _table(max(10, width - 68), 24, 24, None)
    for flip in found.flips:
        table.add_row(flip.persona, _end(flip.a, _A), _end(flip.b, _B), _parted(flip))
    if found.flips:
        yield table
    yield ""


def _end(end: End, color: str) -> Text:
    return Text.assemble(
        (end.session, color),
        f" {end.turns}",
        (f" {end.reason or _STAYED.get(end.status, end.status)}", "dim"),
    )


def _parted(flip: Flip) -> Text:
    where = "" if flip.diverged is None else f" t{flip.diverged} {flip.differs}"
    return Text.assemble((f"{flip.turns:+d}", "bold"), (where, "dim"))


# ------------------------------------------------------------------------------- gates, notes


def _gates(found: Comparison) -> Iterator[Text]:
    for judged in found.gates:
        word = ("pass ", "bold green") if judged.passed else ("FAIL ", "bold red")
        yield Text.assemble(("gate ", "dim"), word, judged.gate.text, (f"  {judged.interval}", "dim"))


def _notes(found: Comparison) -> Iterator[Text]:
    for note in found.notes:
        yield Text(f"note: {note}", "yellow")
