"""The path of a session as SVG: a film strip, one row a turn, one column a node, satisfaction along the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from app.drawing.lettering import clipped, packed, wrapped
from app.drawing.measures import UNKNOWN_COST
from app.drawing.path import Path, PathTurn, Stop
from app.drawing.shape import side_of
from app.drawing.svg import COLORS, INK, MUTED, WRONG, box, label, svg

_COLUMNS: Mapping[str, int] = {
    "reason": 216, "retrieve": 120, "rerank": 196, "review": 168, "update_mindset": 160, "decide": 190, "score": 84,
}  # fmt: skip
_EDGE, _LABEL, _GAP, _PAD, _CHART = 24, 30, 8, 8, 150
_SIZE, _LINE = 11.5, 14.5
_TINY, _NARROW = 10.5, 14.0
_WORDS = 3
"""Most lines of a longer fact."""
_LEFT = dict(
    zip(_COLUMNS, accumulate((w + _GAP for w in _COLUMNS.values()), initial=_EDGE + _LABEL), strict=False)
)
_RIGHT = _EDGE + _LABEL + sum(_COLUMNS.values()) + _GAP * len(_COLUMNS)
_WIDE = _RIGHT + 16 + _CHART + _EDGE
_CHART_LEFT = _RIGHT + 16

Row = tuple[PathTurn, float, float]
"""A turn with the top and the height of its row."""


def path_svg(path: Path) -> str:
    """The whole picture; it needs no font, script or file from elsewhere."""
    prompts = max(len(_prompts(path, node)) for node in _COLUMNS)
    rows = list(_rows(path, 108 + _NARROW * prompts))
    bottom = rows[-1][1] + rows[-1][2]
    parts = [*_heading(path), *_headers(path, bottom)]
    parts += [part for row in rows for part in _row(row)]
    parts += [
        *_chart(path, rows),
        label(path.end(), _EDGE + _LABEL, bottom + 28, 13, _ink(path), "start", True),
    ]
    parts.append(label(" · ".join(path.total()), _RIGHT - _GAP, bottom + 28, 13, MUTED, "end"))
    return svg(_WIDE, bottom + 48, path.title(), parts)


def _rows(path: Path, top: float) -> Iterator[Row]:
    for turn in path.turns:
        most = max(len(_lines(stop)) + len(_measures(stop)) for stop in turn.stops)
        high = 2 * _PAD + _LINE * max(most, 2)
        yield turn, top, high
        top += high + _GAP


def _lines(stop: Stop) -> list[str]:
    """What a cell says; titles take one line each, words and lists a few."""
    room = _COLUMNS[stop.node] - 2 * _PAD
    if stop.failed:
        return wrapped(stop.failed, room, _SIZE, _WORDS + 2)
    most = 1 if stop.node in ("rerank", "update_mindset") else _WORDS
    return [line for fact in stop.facts for line in wrapped(fact, room, _SIZE, most)]


def _measures(stop: Stop) -> list[str]:
    """The cost only where it is known: what is not is told once, below."""
    known = [said for said in stop.measures() if said != UNKNOWN_COST]
    return packed(known, _COLUMNS[stop.node] - 2 * _PAD, _TINY, 2)


def _prompts(path: Path, node: str) -> list[str]:
    """What a node asks, in lines that its column can hold."""
    said = path.asking.of(node)
    return [line for one in said for line in wrapped(one, _COLUMNS[node] - _PAD, _TINY, 2)]


def _ink(path: Path) -> str:
    return WRONG if path.data["status"] == "failed" else INK


def _heading(path: Path) -> Iterator[str]:
    yield label(path.title(), _EDGE, 38, 19, INK, "start", bold=True)
    yield label(clipped(path.about(), 700, 13), _WIDE - _EDGE, 38, 13, MUTED, "end")


def _headers(path: Path, bottom: float) -> Iterator[str]:
    """A tinted lane a node, with its name and the versions of its prompts."""
    for node, left in _LEFT.items():
        fill, ink = COLORS[side_of(node)]
        wide = _COLUMNS[node]
        yield box(left - 2, 62, wide + 4, bottom - 62 + 6, fill, round=6)
        yield label(node, left + _PAD, 84, 14, ink, "start", bold=True)
        for at, line in enumerate(_prompts(path, node), 1):
            yield label(line, left + _PAD, 85 + _NARROW * at, _TINY, ink, "start")
    yield label("satisfaction", _CHART_LEFT, 84, 14, INK, "start", bold=True)


def _row(row: Row) -> Iterator[str]:
    turn, top, high = row
    yield label(str(turn.number), _EDGE + 10, top + high / 2 + 5, 15, INK, bold=True)
    for stop in turn.stops:
        yield from _cell(stop, top, high)


def _cell(stop: Stop, top: float, high: float) -> Iterator[str]:
    left, wide = _LEFT[stop.node], _COLUMNS[stop.node]
    ink = WRONG if stop.failed else INK
    yield box(
        left, top, wide, high, "#fdecea" if stop.failed else "#ffffff", WRONG if stop.failed else "none", 5
    )
    for at, line in enumerate(_lines(stop), 1):
        yield label(line, left + _PAD, top + _PAD + _LINE * at - 4, _SIZE, ink, "start")
    for up, line in enumerate(reversed(_measures(stop))):
        yield label(line, left + _PAD, top + high - _PAD - _NARROW * up, _TINY, MUTED, "start")


# -------------------------------------------------------------------------------- chart


def _chart(path: Path, rows: list[Row]) -> Iterator[str]:
    """Satisfaction from 0 at the left to 1 at the right: before the first turn, then after each."""
    top, bottom = rows[0][1] - 8, rows[-1][1] + rows[-1][2]
    for share in (0.0, 0.5, 1.0):
        x = _across(share)
        yield f'<line x1="{x:g}" y1="{top:g}" x2="{x:g}" y2="{bottom:g}" stroke="#d9dee4"/>'
        yield label(f"{share:g}", x, top - 4, 10.5, MUTED)
    after = [(t.satisfaction, y + high / 2) for t, y, high in rows if t.satisfaction is not None]
    points = [*([] if path.began is None else [(path.began, top)]), *after]
    line = " ".join(f"{_across(value):.1f},{y:g}" for value, y in points)
    color = COLORS["user"][1]
    yield f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.8"/>'
    for value, y in after:
        yield f'<circle cx="{_across(value):.1f}" cy="{y:g}" r="4" fill="{color}"/>'
        shift, anchor = (9, "start") if value < 0.7 else (-9, "end")
        yield label(f"{value:.2f}", _across(value) + shift, y + 4, 11, INK, anchor)


def _across(share: float) -> float:
    return _CHART_LEFT + 4 + (_CHART - 8) * share
