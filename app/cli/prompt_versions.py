"""The versions of prompts: those of the files in use, and those that the store has kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import UsageError, unknown
from app.prompts import Prompts
from app.prompts.nodes import AFTER_PROMPT_OF, ITEM_PROMPT_OF, PROMPT_OF
from app.prompts.reading import front_matter
from app.prompts.texts import SUFFIX, Text, split

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.prompts import PromptUse, StoredPrompt

SHORT = 8
"""Digits of a hash that are shown."""
ASKED_BY = {p: node for of in (PROMPT_OF, ITEM_PROMPT_OF, AFTER_PROMPT_OF) for node, p in of.items()}
WHEN = {"user/review_item": ", item by item (--per-item)", "user/remember": ", after a session"}
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
"""A variable, a statement or a comment of a template."""


@dataclass(frozen=True)
class Version:
    """One version of one prompt. `path` is its file, where it still has one."""

    name: str
    hash: str
    text: str
    path: Path | None
    uses: tuple[PromptUse, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.name}@{self.hash[:SHORT]}"

    @property
    def where(self) -> str:
        return str(self.path) if self.path else "in the store alone"

    @property
    def tokens(self) -> int:
        """An estimate of what it says before anything is filled in, by the scripted server's rule: 4 bytes each."""
        from app.llm.scripted.messages import text_tokens

        own, fragments = split(self.text)
        said = TAG.sub("", "".join((Text(Path(self.name), own).body, *fragments.values())))
        return text_tokens(len(said.strip().encode()))

    def data(self) -> dict[str, Any]:
        """JSON values, without the text."""
        front = front_matter(Text(self.path or Path(self.label), self.text))
        return {
            "prompt": self.name,
            "version": self.hash,
            "node": ASKED_BY.get(self.name),
            "description": front.description,
            "file": str(self.path) if self.path else None,
            "tokens_estimate": self.tokens,
            "used": totals(self.uses),
            "uses": [use._asdict() for use in self.uses],
        }


def totals(uses: Sequence[PromptUse]) -> dict[str, Any]:
    """All uses of a version as one: `accepted` is a share, `prompt_tokens` the mean of what was sent."""
    calls = sum(use.calls for use in uses)
    known = [use for use in uses if use.prompt_tokens is not None]
    metered = sum(use.calls for use in known)
    return {
        "runs": len(uses),
        "sessions": sum(use.sessions for use in uses),
        "calls": calls,
        "accepted": sum(use.accepted for use in uses) / calls if calls else None,
        "prompt_tokens": sum((use.prompt_tokens or 0) * use.calls for use in known) / metered
        if metered
        else None,
        "last": max((use.last for use in uses), default=None),
    }


@dataclass(frozen=True)
class Versions:
    """All of them: of each prompt the one of its file first, then those that were used last."""

    prompts: Prompts
    stored: Sequence[StoredPrompt] = ()
    uses: Sequence[PromptUse] = ()

    @classmethod
    def of(cls, settings: Settings) -> Versions:
        """The prompts of `settings`, and what the database has where there is one."""
        from app.cli.opening import has_store
        from app.cli.options import open_store

        prompts = Prompts(Path(settings.prompts) if settings.prompts else None)
        if not has_store(settings.db):
            return cls(prompts)
        with open_store(settings.db, create=False) as store:
            return cls(prompts, store.prompts(), store.prompt_uses())

    @property
    def names(self) -> list[str]:
        return sorted({*self.prompts, *(row.name for row in self.stored)})

    def of_name(self, name: str) -> list[Version]:
        """The versions of a prompt; a UsageError for an unknown one."""
        if name not in self.names:
            raise unknown("prompt", name, self.names)
        return [*self._current(name), *sorted(self._kept(name), key=_last_use, reverse=True)]

    def find(self, text: str) -> Version:
        """By NAME, NAME@VERSION (the beginning of its hash) or the path of a file."""
        if text.endswith(SUFFIX) or Path(text).is_file():
            return self._of_file(Path(text))
        name, _, wanted = text.partition("@")
        versions = self.of_name(name)
        found = [version for version in versions if version.hash.startswith(wanted.lower())]
        if not wanted:
            return versions[0]
        if len(found) == 1:
            return found[0]
        known = ", ".join(version.hash[:SHORT] for version in versions)
        said = "may be more than one" if found else "is not known"
        raise UsageError(f"version {wanted!r} of {name} {said}; its versions: {known}")

    def last_used(self, name: str) -> Version:
        """The version that was used last; a UsageError where none has been."""
        used = [version for version in self.of_name(name) if version.uses]
        if not used:
            raise UsageError(
                f"no version of {name} has been used in this database; name what to compare with:\n"
                f"recoworld prompt diff {name} FILE"
            )
        return max(used, key=_last_use)

    def _of_file(self, path: Path) -> Version:
        name = self.prompts.name_of(path)
        prompt = self.prompts.with_file(name, path)[name]
        return Version(name, prompt.hash, prompt.text, path, self._uses(prompt.hash))

    def _current(self, name: str) -> Iterator[Version]:
        if name in self.prompts:
            prompt = self.prompts[name]
            yield Version(name, prompt.hash, prompt.text, prompt.path, self._uses(prompt.hash))

    def _kept(self, name: str) -> Iterator[Version]:
        now = {version.hash for version in self._current(name)}
        for row in self.stored:
            if row.name == name and row.hash not in now:
                yield Version(name, row.hash, row.text, None, self._uses(row.hash))

    def _uses(self, version: str) -> tuple[PromptUse, ...]:
        return tuple(use for use in self.uses if use.hash == version)


def _last_use(version: Version) -> str:
    return max((use.last for use in version.uses), default="")
