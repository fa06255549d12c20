"""YAML with line numbers: values that know the file and line they stand in, for errors that name both."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.errors import DataError, unknown

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20


@dataclass(frozen=True)
class Value:
    """One value of a YAML file. `line` is that of its key, counted from 1; `name` is what errors call it."""

    path: Path
    line: int
    name: str
    node: yaml.Node

    def error(self, message: str) -> DataError:
        return DataError(f"{self.path}:{self.line}: {message}")

    @property
    def is_text(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_nothing(self) -> bool:
        """Whether there is no value, or a blank one."""
        return _is_nothing(self.node)

    def text(self) -> str:
        """The words as written, so that a title `1917` or a country `NO` stays text; never empty."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"{self.name} must be text, not {_kind(self.node)}")
        words = str(self.node.value).strip()
        if _is_nothing(self.node):
            raise self.error(f"{self.name} is empty; write a value or take the line away")
        return words

    def number(self, low: float, high: float, *, above: bool = False) -> float:
        """A finite number in [low, high], or in (low, high] with `above`."""
        allowed = f"{'above' if above else 'from'} {low:g} {'up ' if above else ''}to {high:g}"
        words = self.text()
        try:
            number = float(words)
        except ValueError as error:
            raise self.error(f"{self.name} {words!r} is not a number; give one {allowed}") from error
        if math.isnan(number) or not low <= number <= high or (above and number == low):
            raise self.error(f"{self.name} {words} is out of range; give a number {allowed}")
        return number

    def whole(self, low: int, high: int) -> int:
        number = self.number(low, high)
        if number != int(number):
            raise self.error(f"{self.name} {number:g} is not a whole number; give one from {low} to {high}")
        return int(number)

    def mapping(self, known: Collection[str] | None = None) -> dict[str, Value]:
        """The entries by key, in the order of the file; nothing at all counts as no entries.

        A key that stands twice or, where `known` is given, is not one of them is a DataError.
        """
        if _is_nothing(self.node):
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{self.name} must be a mapping of `key: value` lines, not {_kind(self.node)}")
        found: dict[str, Value] = {}
        for key, entry in self._entries(self.node):
            if key in found:
                raise entry.error(f"the key {key!r} stands twice, first in line {found[key].line}")
            if known is not None and key not in known:
                raise entry.error(str(unknown("key", key, known)))
            found[key] = entry
        return found

    def sequence(self) -> list[Value]:
        """The entries of a list; nothing at all counts as no entries."""
        if _is_nothing(self.node):
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{self.name} must be a list, not {_kind(self.node)}")
        return [Value(self.path, _line(node), f"an entry of {self.name}", node) for node in self.node.value]

    def _entries(self, node: yaml.MappingNode) -> Iterator[tuple[str, Value]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Value(self.path, _line(key), "", key).error(f"a key must be text, not {_kind(key)}")
            yield key.value, Value(self.path, _line(key), key.value, value)


def read(path: Path, holds: str = "one persona or one population") -> Value:
    """The one document of a file. What cannot be read, is not UTF-8, not YAML or empty is a DataError.

    `holds` names what an empty file should have held.
    """
    text = _text(path)
    try:
        _refuse_depth(path, text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise DataError(f"{path}:{_place(error, text)}: malformed YAML: {_problem(error)}") from error
    if node is None or _is_nothing(node):
        raise DataError(f"{path}:1: the file is empty; it should hold {holds}")
    return Value(path, _line(node), "the file", node)


def _refuse_depth(path: Path, text: str) -> None:
    """Composing recurses, and the C loader dies of deep nesting; parsing does not."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                line = getattr(event.start_mark, "line", 0) + 1
                raise DataError(f"{path}:{line}: nested more than {_DEEPEST} deep; a few levels are enough")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(f"{path}:{line}: byte {error.object[error.start]:#04x} is not UTF-8; "
                        "save the file as UTF-8") from error  # fmt: skip


def _place(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text[: getattr(error, "position", 0) or 0].count("\n") + 1


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    return str(problem).strip().replace("\n", " ")


def _is_nothing(node: yaml.Node) -> bool:
    """Whether there is no value, or a blank one; a quoted word is one, also '~'."""
    if not isinstance(node, yaml.ScalarNode):
        return False
    quoted = node.style in ("'", '"', "|", ">")
    return not node.value.strip() or (not quoted and node.value in ("~", "null"))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return f"{str(node.value)[:40]!r}" if node.value else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
