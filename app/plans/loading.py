"""Run files from YAML: strict, with the file and line of everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from app.errors import DataError, UsageError, unknown
from app.personas.nodes import Value, read
from app.plans.expecting import Expectation
from app.plans.runfile import API_VERSION, RunFile

Place = tuple[str | int, ...]
_DEEPEST = 12
_MOST = 10_000
_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string_type": "text",
    "string_pattern": "kind:value, such as genre:Comedy",
    "dict": "a mapping of `key: value` lines",
    "mapping": "a mapping of `key: value` lines",
    "model": "a mapping of `key: value` lines",
    "tuple": "a list",
    "missing": "a list of two",
    "finite_number": "a finite number",
}
"""What should have been there, by the beginning of the validation's word for what is wrong."""


@dataclass
class Located:
    """A run file, and the line of each of its values by place: `("arms", "agent", "recommender")`."""

    path: Path
    file: RunFile = field(init=False)
    lines: dict[Place, int] = field(default_factory=dict)

    def error(self, place: Place, message: str) -> DataError:
        """An error at a place, or at the nearest one around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return DataError(f"{self.path}:{self.lines.get(place, 1)}: {message}")


def load_run_file(path: Path) -> Located:
    """The run file at `path`; whatever is wrong with it is a DataError with file and line."""
    if not path.is_file():
        raise UsageError(
            f"{path}: there is no such run file; see examples/ for some, and `recoworld config schema`"
        )
    document = read(path, "a run: apiVersion, kind, arms and so on")
    located = Located(path)
    data = _plain(document, (), located, count())
    if not isinstance(data, dict):
        raise located.error((), "a run file is a mapping of `key: value` lines")
    if "apiVersion" not in data:
        raise located.error((), f"the key apiVersion is missing; write `apiVersion: {API_VERSION}` first")
    try:
        located.file = RunFile.model_validate(data)
    except ValidationError as error:
        raise _first(error, located) from error
    _check(located)
    return located


def _plain(value: Value, place: Place, located: Located, counter: Any) -> Any:
    """The value as dicts, lists, words and None; the models make numbers of words, so that names stay words."""
    located.lines[place] = value.line
    if next(counter) > _MOST or len(place) > _DEEPEST:
        raise value.error("the file refers to itself, or holds more than a run file can")
    if value.is_nothing:
        return None
    if value.is_text:
        return value.text()
    if value.is_list:
        return [_plain(entry, (*place, i), located, counter) for i, entry in enumerate(value.sequence())]
    return {name: _plain(entry, (*place, name), located, counter) for name, entry in value.mapping().items()}


def _first(error: ValidationError, located: Located) -> DataError:
    """The error that comes first in the file, in our words."""
    errors = sorted(error.errors(), key=lambda e: located.lines.get(_known(e["loc"], located), 0))
    wrong = errors[0]
    place = _known(wrong["loc"], located)
    name = ".".join(map(str, place)) or "the file"
    if wrong["type"] == "extra_forbidden":
        model = _model_at(RunFile, place[:-1])
        keys = model.model_fields if model else ()
        return located.error(place, _prefixed(place[:-1], str(unknown("key", str(place[-1]), keys))))
    if wrong["type"] == "missing" and isinstance(wrong["loc"][-1], str):
        return located.error(place, f"{_prefixed(place, '')}the key {wrong['loc'][-1]!r} is missing")
    given = wrong["input"]
    shown = f" {given[:40]!r}" if isinstance(given, str) else ""
    return located.error(place, f"{name}{shown} is not allowed; it should be {_wanted(wrong)}")


def _wanted(wrong: Any) -> str:
    said = str(wrong["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return next((words for kind, words in _WANTED.items() if wrong["type"].startswith(kind)), said)


def _prefixed(place: Place, message: str) -> str:
    return f"{'.'.join(map(str, place))}: {message}" if place else message


def _known(place: Place, located: Located) -> Place:
    """The place without what the models add to it, such as the key of a mapping that was wrong."""
    kept = tuple(part for part in place if part != "[key]")
    while kept and kept not in located.lines:
        kept = kept[:-1]
    return kept


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The class of the value at a place; a part that is no field of it is a key or a number in a list of it."""
    found: Any = model
    for part in place:
        if isinstance(found, type) and issubclass(found, BaseModel) and part in found.model_fields:
            found = _class_in(found.model_fields[str(part)].annotation)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _class_in(annotation: Any) -> Any:
    """The one model that an annotation names: itself, or within Optional, a mapping or a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _class_in(part))), None)


def _check(located: Located) -> None:
    """What the models cannot know: two words for one thing, arms that extend each other in a circle."""
    file = located.file
    for one, other in (("personas", "population"), ("seed", "seeds"), ("replicates", "seeds")):
        if getattr(file, one) is not None and getattr(file, other) is not None:
            raise located.error((other,), f"{one} and {other} cannot both be given; keep one of them")
    if file.arms and file.recommender:
        raise located.error(
            ("recommender",), "with arms, every arm says its own recommender; take this line away"
        )
    _check_extends(located, file.arms or {})
    for i, text in enumerate(file.expect):
        try:
            Expectation.parse(text)
        except UsageError as error:
            raise located.error(("expect", i), str(error)) from error


def _check_extends(located: Located, arms: Mapping[str, Any]) -> None:
    for name in arms:
        seen, at = [name], arms[name].extends
        while at is not None:
            place: Place = ("arms", seen[-1], "extends")
            if at not in arms:
                raise located.error(place, str(unknown("arm", at, arms)))
            if at in seen:
                raise located.error(
                    place, f"the arms extend each other in a circle: {' -> '.join([*seen, at])}"
                )
            seen.append(at)
            at = arms[at].extends
