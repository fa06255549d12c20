"""A graph as SVG of our own layout: the recommender above, the user below, the score between them."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from app.drawing.shape import Edge, Node, Shape
from app.drawing.visits import Visits

COLORS = {
    "recommender": ("#e8f1fb", "#1f5fa8"),
    "user": ("#fdf0e4", "#b35a00"),
    "score": ("#eef3ea", "#3d6b2c"),
}
INK, MUTED = "#1d2733", "#5b6673"
FONT = "font-family=\"system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\""
_BOX, _HIGH, _STEP, _LEFT = 158, 62, 252, 366
_TOP, _LOOP, _BOTTOM, _OUT = 120, 231, 350, 470
_ROUND = 110
"""Where the start, the score and the end stand from the left; `_LOOP` is the height of the way back."""

Place = tuple[float, float]


def as_svg(shape: Shape, visits: Visits | None = None) -> str:
    """The whole picture; it needs no font, script or file from elsewhere."""
    places = _places(shape)
    ring = "score" in places
    wide, high = (1010, 510) if ring else (1010, 240)
    parts = [*_sides(shape, places), *_title(shape, visits)]
    parts += [part for edge in shape.edges for part in _edge(edge, places, visits)]
    parts += [part for node in shape.nodes for part in _node(node, places[node.name], visits)]
    return svg(wide, high, f"{shape.name} graph", parts)


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
    return f"<text {place}{weight}>{escape(text)}</text>"


def _places(shape: Shape) -> dict[str, Place]:
    """The middle of every node: a ring where there is a score, else a row."""
    names = [node.name for node in shape.nodes]
    if "score" not in names:
        return {name: (80 + 212.5 * at, 140) for at, name in enumerate(names)}
    places: dict[str, Place] = {"start": (_ROUND, _TOP), "score": (_ROUND, _BOTTOM), "end": (_ROUND, _OUT)}
    above = [node.name for node in shape.verbs if node.side == "recommender"]
    below = [node.name for node in shape.verbs if node.side == "user"][::-1]
    places |= {name: (_LEFT + _STEP * at, _TOP) for at, name in enumerate(above)}
    return places | {name: (_LEFT + _STEP * at, _BOTTOM) for at, name in enumerate(below)}


def _title(shape: Shape, visits: Visits | None) -> Iterator[str]:
    yield label(f"{shape.name} graph", 24, 34, 17, INK, "start", bold=True)
    if visits:
        facts = f"run {visits.run} · {visits.sessions:,} sessions · {visits.turns:,} turns"
        said = ", ".join(f"{times:,} {name}" for name, times in visits.decisions.items() if times)
        yield label(f"{facts} · {said}", 986, 34, 13, MUTED, "end")


def _sides(shape: Shape, places: dict[str, Place]) -> Iterator[str]:
    """A tinted ground behind the nodes of one side, with its name."""
    for side in ("recommender", "user"):
        mine = [places[node.name] for node in shape.verbs if node.side == side]
        if not mine:
            continue
        fill, ink = COLORS[side]
        left, right = min(x for x, _ in mine) - 102, max(x for x, _ in mine) + 102
        top = mine[0][1] - 64
        yield f'<rect x="{left:g}" y="{top:g}" width="{right - left:g}" height="116" rx="12" fill="{fill}"/>'
        yield f'<text x="{left + 14:g}" y="{top + 19:g}" font-size="12" font-weight="600" fill="{ink}">{side}</text>'


def _node(node: Node, place: Place, visits: Visits | None) -> Iterator[str]:
    x, y = place
    if not node.side:
        yield f'<rect x="{x - 34:g}" y="{y - 16:g}" width="68" height="32" rx="16" fill="{INK}"/>'
        yield f'<text x="{x:g}" y="{y + 4.5:g}" font-size="13" fill="#ffffff" text-anchor="middle">{node.name}</text>'
        return
    color = COLORS[node.side][1]
    box = f'width="{_BOX}" height="{_HIGH}" rx="8" fill="#ffffff" stroke="{color}" stroke-width="1.6"'
    yield f'<rect x="{x - _BOX / 2:g}" y="{y - _HIGH / 2:g}" {box}/>'
    lines = _facts(node.name, visits)
    first = y + 5 - 9 * len(lines)
    yield label(node.name, x, first, 15, color, bold=True)
    for at, line in enumerate(lines, 1):
        yield label(line, x, first + 17.5 * at, 11.5, MUTED)


def _facts(name: str, visits: Visits | None) -> list[str]:
    """At most two lines."""
    facts = visits.of(name) if visits else []
    lines = [" · ".join(facts[at : at + 2]) for at in range(0, len(facts), 2)]
    return lines if len(lines) <= 2 else [lines[0], " · ".join(facts[2:])]


def _edge(edge: Edge, places: dict[str, Place], visits: Visits | None) -> Iterator[str]:
    """A straight line, or the way back from the score; its words beside it."""
    one, other = places[edge.source], places[edge.target]
    start, end = _border(edge.source, one, other), _border(edge.target, other, one)
    times = f"{visits.edges[edge.source, edge.target]:,}" if visits else ""
    back = (edge.source, edge.target) == ("score", "reason")
    if back:
        start, end = (one[0], one[1] - _HIGH / 2), (other[0], other[1] + _HIGH / 2)
    way = f"V{_LOOP}H{end[0]:g}V{end[1]:g}" if back else f"L{end[0]:g} {end[1]:g}"
    dash = ' stroke-dasharray="5 4"' if edge.conditional else ""
    line = f'd="M{start[0]:g} {start[1]:g}{way}" fill="none" stroke="{MUTED}" stroke-width="1.6"'
    yield f'<path {line}{dash} marker-end="url(#arrow)"/>'
    yield from _words(edge.carries, times, start, end, back)


def _words(carries: str, times: str, start: Place, end: Place, back: bool) -> Iterator[str]:
    x, y = (start[0] + end[0]) / 2, _LOOP if back else (start[1] + end[1]) / 2
    if back or abs(start[1] - end[1]) < 1:
        yield label(carries, x, y - 8, 12.5)
        yield label(times, x, y + 18, 12, MUTED)
        return
    yield label(carries, x + 10, y + (-3 if times else 4), 12.5, anchor="start")
    yield label(times, x + 10, y + 14, 12, MUTED, "start")


def _border(name: str, at: Place, toward: Place) -> Place:
    """Where a line from the middle of a node toward another place leaves its box."""
    half_wide, half_high = (34, 16) if name in ("start", "end") else (_BOX / 2, _HIGH / 2)
    dx, dy = toward[0] - at[0], toward[1] - at[1]
    reach = min(half_wide / abs(dx) if dx else 1e9, half_high / abs(dy) if dy else 1e9)
    return at[0] + dx * reach, at[1] + dy * reach
