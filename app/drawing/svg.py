"""A graph as SVG of our own layout: the recommender above, the user below, the score beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from app.drawing.formats import Drawing
from app.drawing.lettering import wrapped
from app.drawing.shape import Edge, Node

COLORS = {
    "recommender": ("#e8f1fb", "#1f5fa8"),
    "user": ("#fdf0e4", "#b35a00"),
    "score": ("#eef3ea", "#3d6b2c"),
}
INK, MUTED, WRONG = "#1d2733", "#5b6673", "#b3261e"
FONT = "font-family=\"system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\""
_BOX, _STEP, _EDGE = 234, 352, 24
_SMALL, _LINE, _TITLE = 11.5, 15.5, 32
_HEAD, _BETWEEN = 76, 128
"""The height above the upper row, and between the rows."""

Place = tuple[float, float]


@dataclass(frozen=True)
class _Layout:
    """The middle of every node, the height of the boxes, and the size of the picture."""

    places: Mapping[str, Place]
    high: float
    size: Place
    loop: float = 0.0
    """The height of the way back from the score."""


def as_svg(drawing: Drawing) -> str:
    """The whole picture; it needs no font, script or file from elsewhere."""
    layout = _layout(drawing)
    shape = drawing.shape
    parts = [*_sides(drawing, layout), *_title(drawing, layout)]
    parts += [part for edge in shape.edges for part in _edge(edge, layout, drawing.times(edge))]
    parts += [part for node in shape.nodes for part in _node(node, drawing, layout)]
    return svg(*layout.size, f"{shape.name} graph", parts)


def svg(wide: float, high: float, title: str, parts: list[str]) -> str:
    """A picture of parts on white, with the arrowhead that its lines use."""
    marker = (
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{MUTED}"/></marker></defs>'
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" '
    head += f'viewBox="0 0 {wide:g} {high:g}" role="img" {FONT}>'
    back = f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", marker, back, *parts, "</svg>"]) + "\n"


def label(
    text: str,
    x: float,
    y: float,
    size: float = 13,
    color: str = INK,
    anchor: str = "middle",
    bold: bool = False,
) -> str:
    """One line of text; `y` is its base line."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{color}" text-anchor="{anchor}"'
    return f"<text {place}{weight}>{escape(printable(text))}</text>"


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def box(
    x: float, y: float, wide: float, high: float, fill: str, stroke: str = "none", round: float = 8
) -> str:
    """A rectangle by its upper left corner."""
    place = f'x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{round:g}"'
    return f'<rect {place} fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'


# ------------------------------------------------------------------------------- layout


def _layout(drawing: Drawing) -> _Layout:
    """A ring where there is a score, else a row."""
    most = max(len(_lines(node, drawing)) for node in drawing.shape.verbs)
    high = max(_TITLE + 12 + _LINE * most, 62)
    names = [node.name for node in drawing.shape.nodes]
    return _ring(drawing, high) if "score" in names else _row(names, high)


def _row(names: list[str], high: float) -> _Layout:
    first, y = _EDGE + 68 + 94 + _BOX / 2, _HEAD + 30 + high / 2
    places = {name: (first + _STEP * at, y) for at, name in enumerate(names[1:-1])}
    right = first + _STEP * (len(places) - 1) + _BOX / 2
    places |= {names[0]: (_EDGE + 34, y), names[-1]: (right + 94 + 34, y)}
    return _Layout(places, high, (right + 94 + 68 + _EDGE, y + high / 2 + 40))


def _ring(drawing: Drawing, high: float) -> _Layout:
    left, step = _EDGE + _BOX / 2, _STEP
    upper = _HEAD + 30 + high / 2
    lower = upper + high + _BETWEEN
    out = lower + high / 2 + 84
    places: dict[str, Place] = {"start": (left, upper), "score": (left, lower), "end": (left, out)}
    above = [node.name for node in drawing.shape.verbs if node.side == "recommender"]
    below = [node.name for node in drawing.shape.verbs if node.side == "user"][::-1]
    places |= {name: (left + step * at, upper) for at, name in enumerate(above, 1)}
    places |= {name: (left + step * at, lower) for at, name in enumerate(below, 1)}
    wide = left + step * len(above) + _BOX / 2 + 22 + _EDGE
    return _Layout(places, high, (wide, out + 16 + _EDGE), (upper + lower) / 2 - 4)


# -------------------------------------------------------------------------------- parts


def _title(drawing: Drawing, layout: _Layout) -> Iterator[str]:
    yield label(f"{drawing.shape.name} graph", _EDGE, 38, 19, INK, "start", bold=True)
    visits, right = drawing.visits, layout.size[0] - _EDGE
    if visits:
        facts = f"run {visits.run} · {visits.sessions:,} sessions · {visits.turns:,} turns"
        said = ", ".join(f"{times:,} {name}" for name, times in visits.decisions.items() if times)
        yield label(f"{facts} · {said}" if said else facts, right, 38, 13, MUTED, "end")
    elif drawing.asking.prompts:
        yield label("the prompts asked where a language model plays", right, 38, 13, MUTED, "end")


def _sides(drawing: Drawing, layout: _Layout) -> Iterator[str]:
    """A tinted ground behind the nodes of one side, with its name."""
    for side in ("recommender", "user"):
        mine = [layout.places[node.name] for node in drawing.shape.verbs if node.side == side]
        if not mine:
            continue
        fill, ink = COLORS[side]
        left, right = (end(x for x, _ in mine) for end in (min, max))
        top = mine[0][1] - layout.high / 2 - 30
        wide = right - left + _BOX + 44
        yield box(left - _BOX / 2 - 22, top, wide, layout.high + 46, fill, round=12)
        yield label(side, left - _BOX / 2, top + 20, 12.5, ink, "start", bold=True)


def _node(node: Node, drawing: Drawing, layout: _Layout) -> Iterator[str]:
    x, y = layout.places[node.name]
    if not node.side:
        yield box(x - 34, y - 16, 68, 32, INK, round=16)
        yield label(node.name, x, y + 4.5, 13, "#ffffff")
        return
    color = COLORS[node.side][1]
    top = y - layout.high / 2
    lines = _lines(node, drawing)
    yield box(x - _BOX / 2, top, _BOX, layout.high, "#ffffff", color)
    yield label(node.name, x, top + 24 if lines else y + 5, 15, color, bold=True)
    for at, (line, ink) in enumerate(lines, 1):
        yield label(line, x, top + 27 + _LINE * at, _SMALL, ink)


def _lines(node: Node, drawing: Drawing) -> list[tuple[str, str]]:
    """What a box says below the name, each line with its color."""
    if not node.side:
        return []
    facts = [(said, WRONG if said.startswith("failed:") else MUTED) for said in drawing.facts(node)]
    said = [*facts, *((prompt, COLORS[node.side][1]) for prompt in drawing.prompts(node))]
    return [(line, ink) for text, ink in said for line in wrapped(text, _BOX - 14, _SMALL, 2)]


def _edge(edge: Edge, layout: _Layout, times: str) -> Iterator[str]:
    """A straight line, or the way back from the score; its words beside it."""
    one, other = layout.places[edge.source], layout.places[edge.target]
    start, end = _border(edge.source, one, other, layout), _border(edge.target, other, one, layout)
    back = (edge.source, edge.target) == ("score", "reason")
    if back:
        start, end = (one[0], one[1] - layout.high / 2), (other[0], other[1] + layout.high / 2)
    way = f"V{layout.loop:g}H{end[0]:g}V{end[1]:g}" if back else f"L{end[0]:g} {end[1]:g}"
    dash = ' stroke-dasharray="5 4"' if edge.conditional else ""
    line = f'd="M{start[0]:g} {start[1]:g}{way}" fill="none" stroke="{MUTED}" stroke-width="1.6"'
    yield f'<path {line}{dash} marker-end="url(#arrow)"/>'
    yield from _words(edge.carries, times, start, end, layout.loop if back else None)


def _words(carries: str, times: str, start: Place, end: Place, loop: float | None) -> Iterator[str]:
    """What travels above a level line and how often below it; both at the right of an upright one."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 if loop is None else loop
    if loop is not None or abs(start[1] - end[1]) < 1:
        yield label(carries, x, y - 8, 12.5)
        yield label(times, x, y + 18, 12, MUTED)
        return
    yield label(carries, x + 10, y + (-3 if times else 4), 12.5, anchor="start")
    yield label(times, x + 10, y + 14, 12, MUTED, "start")


def _border(name: str, at: Place, toward: Place, layout: _Layout) -> Place:
    """Where a line from the middle of a node toward another place leaves its box."""
    half_wide, half_high = (34, 16) if name in ("start", "end") else (_BOX / 2, layout.high / 2)
    dx, dy = toward[0] - at[0], toward[1] - at[1]
    reach = min(half_wide / abs(dx) if dx else 1e9, half_high / abs(dy) if dy else 1e9)
    return at[0] + dx * reach, at[1] + dy * reach
