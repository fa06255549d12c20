"""Which prompt in which version each node asks: by the files as they are, or in the calls of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.prompts.nodes import ITEM_PROMPT_OF, PROMPT_OF, node_of
from graphs import recommender

if TYPE_CHECKING:
    from app.prompts import Prompts
    from app.store.calls import NodeCalls
    from app.store.rows import ArmRow

DIGITS = 8
_LLM = "llm"


@dataclass(frozen=True)
class Asked:
    """A prompt in one version (its content hash). `calls` are those of a run; `current`: the file is still so."""

    name: str
    version: str
    calls: int | None = None
    current: bool = True
    per_item: bool = False

    def words(self) -> str:
        """`user/review 1f9c0a2b`, and what is special about it."""
        said = f"{self.name} {self.version[:DIGITS]}"
        said += "" if self.calls is None else f", {self.calls:,}×"
        said += " (--per-item)" if self.per_item and self.calls is None else ""
        return said + ("" if self.current else ", file changed since")

    def data(self) -> dict[str, Any]:
        told = {"name": self.name, "version": self.version, "per_item": self.per_item}
        return told if self.calls is None else told | {"calls": self.calls, "current": self.current}


@dataclass(frozen=True)
class Asking:
    """Prompts by node, and who plays a node without one, such as the embedded mind."""

    prompts: Mapping[str, tuple[Asked, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, node: str) -> list[str]:
        """The prompts of a node in words."""
        said = [asked.words() for asked in self.prompts.get(node, ())]
        others = self.without.get(node, ())
        return said + ([f"no prompt: {', '.join(others)}"] if others else [])

    def sentences(self, node: str) -> list[str]:
        """The same where the words stand alone: `asks user/review 1f9c0a2b`."""
        return [said if said.startswith("no ") else f"asks {said}" for said in self.of(node)]


def asking_now(prompts: Prompts) -> Asking:
    """What the nodes would ask where models play, by the files as they are."""
    return Asking({node: tuple(_files(prompts, node)) for node in PROMPT_OF})


def _files(prompts: Prompts, node: str) -> Iterator[Asked]:
    for names, per_item in ((PROMPT_OF, False), (ITEM_PROMPT_OF, True)):
        if node in names:
            yield Asked(names[node], prompts[names[node]].hash, per_item=per_item)


def asking_nothing() -> Asking:
    """The embedded minds of a cohort ask no prompt."""
    return Asking(without=dict.fromkeys(PROMPT_OF, ("embedded",)))


def asking_in_run(rows: Sequence[NodeCalls], arms: Sequence[ArmRow], prompts: Prompts) -> Asking:
    """What the calls of a run asked, and the arms' players that ask nothing."""
    counts: dict[str, Counter[tuple[str, str]]] = {}
    for row in rows:
        if row.prompt_hash is not None:
            versions = counts.setdefault(node_of(row.node), Counter())
            versions[row.prompt or "?", row.prompt_hash] += row.calls + row.cached
    asked = {node: tuple(_used(versions, prompts)) for node, versions in counts.items()}
    return Asking(asked, without_prompt(arms))


def _used(versions: Counter[tuple[str, str]], prompts: Prompts) -> Iterator[Asked]:
    for (name, version), calls in versions.items():
        current = name in prompts and prompts[name].hash == version
        yield Asked(name, version, calls, current, name in ITEM_PROMPT_OF.values())


def without_prompt(arms: Sequence[ArmRow]) -> dict[str, tuple[str, ...]]:
    """Who plays a node that could ask a prompt without one, in some arms, by node."""
    return {node: others for node in PROMPT_OF if (others := _others(node, arms))}


def _others(node: str, arms: Sequence[ArmRow]) -> tuple[str, ...]:
    played = [arm.recommender if node in recommender.VERBS else arm.mind for arm in arms]
    return tuple(dict.fromkeys(name for name in played if name != _LLM))
