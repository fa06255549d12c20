"""Small charts in text: bars and curves of shares in [0, 1], aligned by their width in characters."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.output import fancy, levels

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LABEL = 5


def bar(share: float, width: int) -> str:
    """A horizontal bar of exactly `width` characters, in eighths of one where the terminal can."""
    share = min(max(share, 0.0), 1.0)
    if not fancy():
        return ("#" * round(share * width)).ljust(width)
    full, eighths = divmod(round(share * width * 8), 8)
    return ("█" * full + (_EIGHTHS[eighths] if eighths else "")).ljust(width)


def spark(shares: Sequence[float]) -> str:
    """One character a share; a share above 0 is always seen."""
    steps = levels()
    top = len(steps)
    return "".join(steps[min(top, max(1, round(s * top))) - 1] if s > 0 else " " for s in shares)


def thinned(shares: Sequence[float], room: int) -> list[int]:
    """The places (0-based) of at most `room` values, spread evenly, first and last among them."""
    n = len(shares)
    if n <= room or room < 2:
        return list(range(n))[: max(room, 1)]
    return [round(i * (n - 1) / (room - 1)) for i in range(room)]


def curve(shares: Sequence[float], width: int, height: int) -> list[str]:
    """Columns from turn 1 on, as `height` lines with a scale at the left and the turns below."""
    places = thinned(shares, width - _LABEL - 2)
    cell = max(1, min(4, (width - _LABEL - 2) // max(len(places), 1)))
    lines = []
    for row in range(height, 0, -1):
        drawn = "".join(_cell(shares[p] * height - (row - 1), cell) for p in places)
        label = f"{row / height:.0%}" if row in (height, height / 2) else ""
        lines.append(f"{label:>{_LABEL}} {_edge()}{drawn}".rstrip())
    return [*lines, _axis(places, cell)]


def _cell(filled: float, cell: int) -> str:
    """One column's part in one line: `filled` of it, with a gap to the next where there is room."""
    steps = levels()
    if filled * len(steps) < 0.5:
        return " " * cell
    mark = steps[min(len(steps), round(filled * len(steps))) - 1]
    return (mark * max(1, cell - 1)).ljust(cell)


def _edge() -> str:
    return "│" if fancy() else "|"


def _axis(places: Sequence[int], cell: int) -> str:
    """The numbers of the turns: the first, the last, and round ones where they fit."""
    line = [" "] * (len(places) * cell + 4)
    step = next(
        s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if s * cell >= 12 or s == 10_000
    )
    free = 0
    for at, place in enumerate(places):
        number = str(place + 1)
        if at * cell >= free and (at == 0 or at == len(places) - 1 or (place + 1) % step == 0):
            line[at * cell : at * cell + len(number)] = number
            free = at * cell + len(number) + 1
    return " " * _LABEL + (" └" if fancy() else " +") + "".join(line).rstrip()
