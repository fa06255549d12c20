"""The page put together: facts, charts, comparisons, examples, then the template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.comparison import Comparison, compare
from app.errors import UsageError
from app.metrics import METRICS
from app.report import numbers
from app.report.drawing import ARMS, charts, wish_names
from app.report.examples import examples
from app.report.facts import ArmFacts, gather
from app.report.slices import slices
from app.store.rows import RunRow
from app.store.store import Store
from app.summary import Summary, restored, summarize

_PAGES = Path(__file__).parent / "pages"
_HIDDEN = frozenset({"db", "api_key", "key"})
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_MOST_PAIRS = 5


class Places(NamedTuple):
    """An interval on a scale from 0 to 100."""

    low: float
    middle: float
    high: float


def build(store: Store, run: RunRow, pair: tuple[str, str] | None = None) -> str:
    """The page. `pair` names what to compare; without it the other arms are compared with the first.

    UsageError for a run without sessions and for a pair that cannot be compared.
    """
    summary = _summary(store, run)
    arms = gather(store, run, summary)
    if not any(arm.sessions for arm in arms):
        raise UsageError(f"run {run.key} has no finished session to report; see `recoworld ls {run.key}`")
    compared, why_not = _compared(store, run, arms, pair)
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            summary=summary,
            arms=arms,
            plan=_shown_plan(run.plan),
            catalogs=_catalogs(store, arms),
            metrics=METRICS,
            wish_kinds=wish_names(arms),
            compared=compared,
            notes=[*summary.notes, *why_not],
            charts=charts(arms),
            slices=slices(arms),
            examples=examples(store, run, arms),
            calls=store.call_totals(run.id),
        )
    )


def _summary(store: Store, run: RunRow) -> Summary:
    return restored(run.usage) if run.usage and "arms" in run.usage else summarize(store, run)


def _catalogs(store: Store, arms: Sequence[ArmFacts]) -> list[str]:
    rows = (store.catalog_row(number) for number in dict.fromkeys(arm.row.catalog_id for arm in arms))
    return [f"{row.name} ({row.items:,} items)" for row in rows]


def _shown_plan(plan: Mapping[str, Any]) -> dict[str, str]:
    """The plan as it took effect, without places on this machine and logins."""
    shown = {name: value for name, value in plan.items() if name not in _HIDDEN}
    return {name: _LOGIN.sub("…@", _setting(value)) for name, value in shown.items()}


def _setting(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = (f"{key}: {_setting(part)}" for key, part in value.items() if key not in _HIDDEN)
        return ", ".join(inner) or "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_setting, value)) or "–"
    return {None: "–", "": "–", True: "yes", False: "no"}.get(value) or str(value)


# --------------------------------------------------------------------------------- comparison


def _compared(
    store: Store, run: RunRow, arms: Sequence[ArmFacts], pair: tuple[str, str] | None
) -> tuple[list[Comparison], list[str]]:
    """The comparisons, and why there are none where one would expect them."""
    if pair is not None:
        return [compare(store, *pair)], []
    names = list(dict.fromkeys(arm.row.name for arm in arms))
    pairs = [(f"{run.key}:{names[0]}", f"{run.key}:{name}") for name in names[1 : 1 + _MOST_PAIRS]]
    try:
        return [compare(store, *both) for both in pairs], []
    except UsageError as error:
        return [], [f"the arms are not compared: {error}"]


# ------------------------------------------------------------------------------------ template


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": numbers.percent,
        "plain": numbers.plain,
        "metric": lambda value, name: numbers.metric(name, value),
        "signed": lambda value, name: numbers.signed(name, value),
        "directive": directive_words,
    }
    environment.globals |= {"style": Markup((_PAGES / "report.css").read_text("utf-8")), "ARMS": ARMS}
    environment.globals |= {"span": span, "around_zero": around_zero, "is_share": numbers.SHARES.__contains__}
    return environment


def directive_words(directive: Mapping[str, Any]) -> str:
    """`less genre Horror`."""
    return " ".join(str(directive[key]) for key in ("kind", "facet", "value") if directive.get(key))


def span(arms: Sequence[ArmFacts], name: str) -> list[Places | None]:
    """Where low, mean and high of a metric are on a scale from 0 to 100 that fits all arms."""
    found = [[arm.result.metrics[name][key] for key in ("low", "mean", "high")] for arm in arms]
    known = [value for values in found for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    scale = 92 / (high - low) if high > low else 0.0
    return [
        Places(*(4 + scale * (value - low) for value in values if value is not None))
        if None not in values
        else None
        for values in found
    ]


def around_zero(value: float | None, low: float | None, high: float | None) -> Places | None:
    """Low, value and high on a scale from 0 to 100 with zero in the middle; None where something is unknown."""
    if value is None or low is None or high is None or not np.isfinite([value, low, high]).all():
        return None
    most = max(abs(low), abs(high), abs(value)) or 1.0
    return Places(*(50 + 46 * x / most for x in (low, value, high)))
