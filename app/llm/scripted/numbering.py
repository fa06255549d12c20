"""Numbers of an answer: their range from the schema, its description or the field's name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from app.llm.scripted.reading import FEELINGS
from app.llm.scripted.scene import Scene

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BETWEEN = re.compile(rf"(?:\[|\(|\bfrom |\bbetween ){_NUMBER}\s*(?:,|to|and|-|–|\.\.)\s*{_NUMBER}", re.I)
_AT_LEAST = re.compile(rf"\b(?:minimum|at least|more than|exclusiveMinimum)\b[\s:=]{{0,3}}{_NUMBER}", re.I)
_AT_MOST = re.compile(
    rf"\b(?:maximum|at most|less than|up to|exclusiveMaximum)\b[\s:=]{{0,3}}{_NUMBER}", re.I
)
_COUNT_LOW = re.compile(r"\b(?:minItems|at least|exactly)\b\W{0,3}(\d+)", re.I)
_COUNT_HIGH = re.compile(r"\b(?:maxItems|at most|up to|exactly)\b\W{0,3}(\d+)", re.I)

_USUAL = {"year": (1950, 2024), "rating": (1, 5), "minutes": (20, 150), "duration": (20, 150), "mood": (-1, 1),
          "expectation": (-1, 1), "watched": (0, 1.2), "seconds": (0, 7200)}  # fmt: skip
_LOW, _WIDE, _MOVES = 0.15, 0.7, 0.1

Draw = Callable[[Scene, float, float], float]


def bounds(name: str, schema: Mapping[str, Any], whole: bool) -> tuple[float, float]:
    """The lowest and the highest number that a field may have."""
    told_low, told_high = _told(schema.get("description", ""))
    low = _first(schema.get("minimum"), _beyond(schema.get("exclusiveMinimum"), 1, whole), told_low)
    high = _first(schema.get("maximum"), _beyond(schema.get("exclusiveMaximum"), -1, whole), told_high)
    usual = _USUAL.get(name, (0, 10) if whole else (0, 1))
    if low is None:
        low = usual[0] if high is None or usual[0] <= high else high - (usual[1] - usual[0])
    if high is None:
        high = usual[1] if low <= usual[1] else low + (usual[1] - usual[0])
    return (math.ceil(low), math.floor(high)) if whole else (low, high)


def _first(*numbers: float | None) -> float | None:
    return next((number for number in numbers if number is not None), None)


def _beyond(bound: float | None, way: int, whole: bool) -> float | None:
    return None if bound is None else bound + way * (1 if whole else 0.01)


def _told(description: str) -> tuple[float | None, float | None]:
    """A range written in words, where strict schemas may not say it otherwise."""
    if match := _BETWEEN.search(description):
        return float(match[1]), float(match[2])
    low, high = _AT_LEAST.search(description), _AT_MOST.search(description)
    return float(low[1]) if low else None, float(high[1]) if high else None


def counts(schema: Mapping[str, Any]) -> tuple[int, int | None]:
    """The least and the most entries of an array, from the schema or its description."""
    description = schema.get("description", "")
    low, high = _COUNT_LOW.search(description), _COUNT_HIGH.search(description)
    least = int(schema.get("minItems", low[1] if low else 0))
    most = schema.get("maxItems", high[1] if high else None)
    return least, None if most is None else int(most)


def number_fill(name: str, schema: Mapping[str, Any], whole: bool) -> Callable[[Scene], float]:
    """Makes the numbers of a field; what an item's number says agrees with what the user does."""
    low, high = bounds(name, schema, whole)
    step = float(schema.get("multipleOf", 0))
    draw = _felt(name) if name in FEELINGS else _BY_NAME.get(name, _anything)

    def fill(scene: Scene) -> float:
        number = draw(scene, low, high)
        if step:
            number = round(number / step) * step
        return int(min(max(round(number), low), high)) if whole else _rounded(number, low, high)

    return fill


def _rounded(number: float, low: float, high: float) -> float:
    near = round(number, 2)
    return float(near) if low <= near <= high else min(max(number, low), high)


def _anything(scene: Scene, low: float, high: float) -> float:
    return low + (high - low) * (_LOW + _WIDE * scene.rng.random())


def _felt(name: str) -> Draw:
    """A feeling: near what the prompt says that it was before, where it says so."""

    def draw(scene: Scene, low: float, high: float) -> float:
        before = scene.feelings.get(name)
        return (
            _anything(scene, low, high) if before is None else before + _MOVES * (2 * scene.rng.random() - 1)
        )

    return draw


def _watched(scene: Scene, low: float, high: float) -> float:
    return low if "watch" not in scene.acts() else low + (high - low) * (0.2 + 0.7 * scene.rng.random())


def _seconds(scene: Scene, low: float, high: float) -> float:
    most = 8 if "skip" in scene.acts() else 60 if "watch" not in scene.acts() else 3600
    return low + most * (0.3 + 0.7 * scene.rng.random())


def _position(scene: Scene, low: float, high: float) -> float:
    return scene.part.position or low


def _seen(scene: Scene, low: float, high: float) -> float:
    return scene.looks()


_BY_NAME: dict[str, Draw] = {
    **dict.fromkeys(("watched", "watch_fraction", "watched_fraction"), _watched),
    "seconds": _seconds,
    **dict.fromkeys(("position", "rank"), _position),
    **dict.fromkeys(("seen", "items_seen"), _seen),
}
