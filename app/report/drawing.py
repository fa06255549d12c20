"""Charts as inline SVG: text stays text, colors are variables of the page, nothing points outside."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from markupsafe import Markup

from app.report.facts import ArmFacts
from app.report.numbers import wilson

ARMS = 6
"""Colors there are; further arms begin again, with another dash."""
_INK, _MUTED, _LINE = "#010101", "#010102", "#010103"
_COLORS = {_INK: "var(--ink)", _MUTED: "var(--muted)", _LINE: "var(--line)"}
_COLORS |= {f"#0101{0xA0 + n:x}": f"var(--arm{n})" for n in range(ARMS)}
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1, 2)))
_SIZE = (4.5, 2.5)
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 9,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _MUTED,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _MUTED,
    "ytick.labelcolor": _MUTED,
    "text.color": _INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.5,
    "figure.constrained_layout.use": True,
}

Draw = Callable[[Any], None]


def charts(arms: Sequence[ArmFacts]) -> Mapping[str, Markup]:
    """Every chart by name; those without data are left out."""
    drawn: dict[str, Draw] = {"retention": partial(_retention, arms=arms)}
    drawn |= {"length": partial(_length, arms=arms), "satisfaction": partial(_satisfaction, arms=arms)}
    if any(arm.reasons for arm in arms):
        drawn["reasons"] = partial(_reasons, arms=arms)
    if any(arm.wishes for arm in arms):
        drawn["wishes"] = partial(_wishes, arms=arms)
    if any(arm.exposure.total for arm in arms):
        drawn["lorenz"] = partial(_lorenz, arms=arms)
    rows = {"reasons": _reason_names(arms), "wishes": wish_names(arms)}
    return {name: _svg(name, draw, _height(rows.get(name), arms)) for name, draw in drawn.items()}


def _height(rows: Sequence[str] | None, arms: Sequence[ArmFacts]) -> float:
    return _SIZE[1] if rows is None else max(_SIZE[1], 0.7 + len(rows) * (0.1 + 0.14 * len(arms)))


def _svg(name: str, draw: Draw, height: float) -> Markup:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: Any = _STYLE | {"svg.hashsalt": name}
    with mpl.rc_context(style):
        figure = Figure(figsize=(_SIZE[0], height))
        draw(figure.subplots())
        file = io.StringIO()
        empty = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=empty)
    return Markup(_inline(name, file.getvalue()))  # matplotlib has escaped the text in it


def _inline(name: str, svg: str) -> str:
    """As part of a page: without a head and names of its own, in the page's colors and font."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg)
    svg = re.sub(r"<svg [^>]*?(viewBox=\"[^\"]*\")[^>]*>", r'<svg class="chart" aria-hidden="true" \1>', svg)
    svg = svg.replace("xlink:href", "href")
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', svg))
    svg = re.sub(r' id="([\w.-]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r"((?:url\(|href=\")#)", rf"\g<1>{name}-", svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--font)", svg)
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    return re.sub("|".join(_COLORS), lambda m: _COLORS[m[0]], svg)


def _look(n: int) -> dict[str, Any]:
    return {"color": f"#0101{0xA0 + n % ARMS:x}", "linestyle": _DASHES[n % len(_DASHES)]}


def _color(n: int) -> str:
    return str(_look(n)["color"])


def _percent_axis(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axis.set_major_locator(MaxNLocator(nbins=6, steps=(1, 2, 5, 10)))
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))


def _whole_axis(axis: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=8))


def _retention(axes: Any, arms: Sequence[ArmFacts]) -> None:
    for n, arm in enumerate(arms):
        curve = np.array([1.0, *arm.result.retention])
        turns = np.arange(len(curve))
        users = max(1, arm.result.sessions)
        bounds = np.array([wilson(round(share * users), users) for share in curve])
        axes.fill_between(turns[1:], bounds[1:, 0], bounds[1:, 1], color=_color(n), alpha=0.15, linewidth=0)
        axes.plot(turns, curve, linewidth=1.8, **_look(n))
    axes.set(xlabel="after turn", ylim=(0, 1.02), xlim=(0, max(len(arm.result.retention) for arm in arms)))
    _whole_axis(axes.xaxis)
    _percent_axis(axes.yaxis)


def _length(axes: Any, arms: Sequence[ArmFacts]) -> None:
    most = max((int(arm.turns.max(initial=1)) for arm in arms), default=1)
    step = max(1, -(-most // 40))
    edges = np.arange(0.5, most + step + 0.5, step)
    for n, arm in enumerate(arms):
        _outline(axes, arm.turns, edges, n)
    axes.set(xlabel="turns in a session", xlim=(0.5, edges[-1]), ylabel="share of sessions")
    _whole_axis(axes.xaxis)


def _satisfaction(axes: Any, arms: Sequence[ArmFacts]) -> None:
    for n, arm in enumerate(arms):
        _outline(axes, arm.satisfaction, np.linspace(0, 1, 21), n)
    axes.set(xlabel="satisfaction at the end", xlim=(0, 1), ylabel="share of sessions")


def _outline(axes: Any, values: Any, edges: Any, n: int) -> None:
    counts = np.histogram(values, edges)[0] / max(1, len(values))
    axes.stairs(counts, edges, fill=True, color=_color(n), alpha=0.15)
    axes.stairs(counts, edges, linewidth=1.6, **_look(n))
    _percent_axis(axes.yaxis)


def _reason_names(arms: Sequence[ArmFacts]) -> list[str]:
    means = {
        name: np.mean([arm.reasons.get(name, 0.0) for arm in arms]) for arm in arms for name in arm.reasons
    }
    return sorted(means, key=lambda name: (-means[name], name))


def _reasons(axes: Any, arms: Sequence[ArmFacts]) -> None:
    names = _reason_names(arms)
    _bars(axes, names, [[arm.reasons.get(name, 0.0) for name in names] for arm in arms])
    axes.set_xlabel("share of all sessions")


def wish_names(arms: Sequence[ArmFacts]) -> list[str]:
    asked = {
        name: sum(arm.wishes[name].asked for arm in arms if name in arm.wishes)
        for arm in arms
        for name in arm.wishes
    }
    return sorted(asked, key=lambda name: (-asked[name], name))


def _wishes(axes: Any, arms: Sequence[ArmFacts]) -> None:
    names = wish_names(arms)
    places = _rows(axes, names, len(arms))
    for n, arm in enumerate(arms):
        for place, name in zip(places[n], names, strict=True):
            wish = arm.wishes.get(name)
            if wish and wish.judged:
                bounds = wilson(wish.honored, wish.judged)
                axes.plot(bounds, (place, place), color=_color(n), linewidth=1.4, alpha=0.6)
                axes.plot(
                    wish.honored / wish.judged, place, "o", color=_color(n), markersize=4.5, clip_on=False
                )
    axes.set(xlabel="share honored better by the next slate", xlim=(0, 1))


def _bars(axes: Any, names: Sequence[str], shares: Sequence[Sequence[float]]) -> None:
    """Horizontal bars, one of each arm for every name."""
    for n, (values, places) in enumerate(zip(shares, _rows(axes, names, len(shares)), strict=True)):
        axes.barh(places, values, height=0.72 / len(shares), color=_color(n))


def _rows(axes: Any, names: Sequence[str], arms: int) -> list[Any]:
    """A row for every name from the top; the places of each arm in the rows."""
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", labelcolor=_INK, length=0)
    axes.grid(axis="y", visible=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    _percent_axis(axes.xaxis)
    return [np.arange(len(names)) - 0.4 + 0.8 / arms * (n + 0.5) for n in range(arms)]


def _lorenz(axes: Any, arms: Sequence[ArmFacts]) -> None:
    axes.plot((0, 1), (0, 1), color=_MUTED, linewidth=0.8)
    for n, arm in enumerate(arms):
        curve = arm.exposure.lorenz
        axes.plot(np.linspace(0, 1, len(curve)), curve, linewidth=1.8, **_look(n))
    axes.set(
        xlabel="share of items, least shown first",
        ylabel="their share of exposures",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    _percent_axis(axes.xaxis)
    _percent_axis(axes.yaxis)
