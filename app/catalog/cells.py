"""Cells of a table as values: text, lists, numbers and times, whatever the file type made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

SEPARATOR = "|"
"""Between the values of a list in one cell."""


def text(cell: Any) -> str:
    """The cell as text; a whole number loses its `.0`, a list is joined with commas, nothing is empty."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list):
        return ", ".join(labels(cell))
    if isinstance(cell, dict):
        raise ValueError("text")
    return str(cell).strip()


def labels(cell: Any) -> tuple[str, ...]:
    """The distinct non-empty values of a list or of a cell separated by `|`."""
    values: Iterable[Any] = cell if isinstance(cell, list) else text(cell).split(SEPARATOR)
    return tuple(dict.fromkeys(label for value in values if (label := text(value))))


def number(cell: Any) -> float | None:
    """A finite number, or None where the cell is empty."""
    if cell is None or cell == "":
        return None
    try:
        value = float(cell)
    except (TypeError, ValueError):
        raise ValueError("a number") from None
    if math.isinf(value):
        raise ValueError("a finite number")
    return None if math.isnan(value) else value


def year(cell: Any) -> int | None:
    """A whole year, negative before our era, or None where the cell is empty."""
    try:
        value = number(cell)
    except ValueError:
        raise ValueError("a whole year") from None
    if value is not None and not value.is_integer():
        raise ValueError("a whole year")
    return None if value is None else int(value)


def moment(cell: Any) -> int:
    """A time as whole seconds, days or a place in a sequence; a date and time is seconds since 1970 (UTC)."""
    if isinstance(cell, str) and not cell.lstrip("-").replace(".", "", 1).isdecimal():
        try:
            cell = datetime.fromisoformat(cell)
        except ValueError:
            raise ValueError("a number or a date and time") from None
    if isinstance(cell, date):
        return _seconds(cell)
    value = number(cell)
    if value is None:
        raise ValueError("a time")
    return math.floor(value)


def _seconds(day: date) -> int:
    at = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
    return math.floor((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
