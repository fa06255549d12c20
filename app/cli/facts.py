"""What is in a catalog: counts, facets with their commonest values, years and ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from app.cli.charts import bar
from app.cli.tables import labeled, shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.catalog.catalog import Interactions, ItemCatalog

TOP = 8
_BINS = 10


def catalog_facts(catalog: ItemCatalog) -> dict[str, Any]:
    """JSON values: items, facets by kind {"values", "top"}, years, users, interactions, ratings."""
    counts: dict[str, Counter[str]] = {}
    for item in catalog:
        for kind, value in item.all_facets():
            counts.setdefault(kind, Counter())[value] += 1
    years = sorted(item.year for item in catalog if item.year is not None)
    minutes = sorted(item.duration for item in catalog if item.duration is not None)
    known = catalog.interactions
    return {
        "name": catalog.name,
        "source": catalog.source,
        "fingerprint": catalog.fingerprint,
        "items": len(catalog),
        "facets": {kind: {"values": len(c), "top": c.most_common(TOP)} for kind, c in counts.items()},
        "years": [years[0], years[-1]] if years else None,
        "minutes": [minutes[0], minutes[-1]] if minutes else None,
        "users": 0 if known is None else len(known.users),
        "interactions": 0 if known is None else len(known),
        "ratings": None if known is None else _ratings(known),
    }


def _ratings(known: Interactions) -> list[list[float]]:
    """[rating on the source's scale, how many] of each value, or of ten bins where there are more."""
    import numpy as np

    low, high = known.scale
    rated = known.rating[~np.isnan(known.rating)] * (high - low) + low
    values, counts = np.unique(np.round(rated, 3), return_counts=True)
    if len(values) > _BINS:
        counts, edges = np.histogram(rated, _BINS, (low, high))
        values = edges[:-1]
    return [[round(float(v), 3), int(n)] for v, n in zip(values, counts, strict=True)]


def facts_lines(facts: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The facts to be read by a person, line by line."""
    source = f"  {facts['source']}" if facts["source"] else ""
    yield Text.assemble((facts["name"], "bold cyan"), (source, "dim"))
    yield _row("items", f"{facts['items']:,}")
    for name, unit in (("years", ""), ("minutes", "")):
        if facts[name]:
            low, high = facts[name]
            yield _row(name, f"{low:g} to {high:g}{unit}")
    if facts["interactions"]:
        yield _row("ratings", f"{facts['interactions']:,} by {facts['users']:,} users")
        yield from _histogram(facts["ratings"])
    for kind, found in facts["facets"].items():
        top = ", ".join(f"{shortened(value, 30)} {n:,}" for value, n in found["top"])
        yield _row(kind, f"{found['values']:,}: ", top)


def _row(label: str, text: str, more: str = "") -> RenderableType:
    return labeled(label, Text.assemble((text, "bold"), more), width=15)


def _histogram(ratings: list[list[float]] | None) -> Iterator[Text]:
    most = max((n for _, n in ratings or ()), default=1)
    total = sum(n for _, n in ratings or ()) or 1
    for value, n in ratings or ():
        yield Text.assemble(f"{value:>14g} ", (bar(n / most, 24), "cyan"), f" {n / total:>4.0%}")
