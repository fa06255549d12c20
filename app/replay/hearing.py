"""What models are asked while a session is played again: every prompt in pieces, with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from app.language import Language
from app.llm.model import Model, Place
from app.prompts import Image, Prompts, Rendered
from app.prompts.rendered import Marked

T = TypeVar("T", bound=BaseModel)


@dataclass
class Ear:
    """Hears the models of a session. `asked` has the prompt of each place at which one was asked."""

    asked: dict[Place, Marked] = field(default_factory=dict)
    _made: dict[Rendered, Marked] = field(default_factory=dict)

    def over(self, spoken: Language | None) -> Language | None:
        """The same models and prompts, heard."""
        if spoken is None:
            return None
        models: Any = {role: _HeardModel(model, self) for role, model in spoken.models.items()}
        prompts: Any = _HeardPrompts(spoken.prompts, self)
        return Language(models, prompts)

    def made(self, marked: Marked, rendered: Rendered) -> None:
        self._made[rendered] = marked

    def ask(self, at: Place, prompt: Rendered) -> None:
        self.asked[at] = self._made[prompt]


@dataclass(frozen=True)
class _HeardPrompts:
    prompts: Prompts
    ear: Ear

    def render(
        self, name: str, output: type[BaseModel], inputs: Mapping[str, Any], images: tuple[Image, ...] = ()
    ) -> Rendered:
        marked = self.prompts.marked(name, output, inputs, images)
        rendered = marked.rendered()
        self.ear.made(marked, rendered)
        return rendered


@dataclass(frozen=True)
class _HeardModel:
    model: Model
    ear: Ear

    async def ask(
        self, at: Place, prompt: Rendered, output: type[T], check: Callable[[T], None] | None = None
    ) -> T:
        self.ear.ask(at, prompt)
        return await self.model.ask(at, prompt, output, check)
