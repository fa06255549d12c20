"""Where the texts of prompts come from: files in folders, one file in place of another, copies in the store."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import BaseLoader, Environment, StrictUndefined
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

from app.errors import DataError
from app.prompts.fencing import clip, fence, shield

SUFFIX = ".md"
FRONT = re.compile(r"---\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
FRAGMENT = r"\S+" + re.escape(SUFFIX)
_MARK = re.compile(rf"\n\{{# ({FRAGMENT}) #\}}\n")
"""The line that goes before each fragment in the stored text of a prompt."""


@dataclass(frozen=True, slots=True)
class Text:
    """One prompt or fragment as it was written; `path` is what errors call it."""

    path: Path
    text: str

    @property
    def body(self) -> str:
        """With front matter as empty lines, so that line numbers are the file's."""
        front = FRONT.match(self.text)
        return self.text if front is None else "\n" * front[0].count("\n") + self.text[front.end() :]


class Texts(BaseLoader):
    """Prompts and fragments by file name, such as `user/_rules.md`."""

    @abstractmethod
    def find(self, name: str) -> Text | None:
        """The text of that name; None where there is none. One that cannot be read is a DataError."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text = self.find(template)
        if text is None:
            raise TemplateNotFound(template)
        return text.body, str(text.path), lambda: True

    @cached_property
    def environment(self) -> Environment:
        """What renders them: in a sandbox, with nothing undefined, and all that is printed made safe."""
        environment = SandboxedEnvironment(
            loader=self,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=shield,
            autoescape=False,
            cache_size=-1,
        )
        environment.filters |= {"fence": fence, "clip": clip}
        return environment


class Folders(Texts):
    """The files of several folders; of those with the same name, the one in the first folder that has it."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def find(self, name: str) -> Text | None:
        paths = (folder / name for folder in self.folders)
        return next((read_file(path) for path in paths if path.is_file()), None)


class Copies(Texts):
    """Texts that are at hand, and those of others where it has none."""

    def __init__(self, texts: Mapping[str, Text], others: Texts | None = None) -> None:
        self.texts = texts
        self.others = others

    def find(self, name: str) -> Text | None:
        return self.texts.get(name) or (self.others.find(name) if self.others else None)


def read_file(path: Path) -> Text:
    """What a file says; a DataError where it cannot be read."""
    try:
        return Text(path, path.read_text(encoding="utf-8-sig").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); a prompt is a file of UTF-8 text") from error


def join(own: str, fragments: Iterable[tuple[str, str]]) -> str:
    """The text of a prompt as the store keeps it: the file, then its fragments (name, text) by their marks."""
    return own + "".join(f"\n{{# {name} #}}\n{text}" for name, text in fragments)


def split(stored: str) -> tuple[str, dict[str, str]]:
    """The file and its fragments by name: what `join` made one text of."""
    own, *rest = _MARK.split(stored)
    return own, dict(zip(rest[::2], rest[1::2], strict=True))


def mark_line(text: str) -> int | None:
    """The first line of a text that `split` would take for the beginning of a fragment."""
    found = _MARK.search(f"\n{text}\n")
    return None if found is None else text[: found.start()].count("\n") + 1
