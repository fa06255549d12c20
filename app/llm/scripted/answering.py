"""What the scripted model says to a chat request: text, a value of a schema, a tool call, or a fault."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from app.llm.scripted import phrases, reading
from app.llm.scripted.compiling import compiled
from app.llm.scripted.messages import BYTES_PER_TOKEN, text_tokens
from app.llm.scripted.options import CONTENT_FAULTS, Hook
from app.llm.scripted.request import ChatRequest, Form
from app.llm.scripted.scene import Scene
from app.llm.scripted.spoiling import packed, spoiled
from app.llm.scripted.wording import talk


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `outcome` is how it is counted; `text` is the content or the arguments of the tool."""

    text: str
    outcome: str = "ok"
    finish: str = "stop"
    tool: str = ""
    refusal: str | None = None
    empty: bool = False
    """No choices at all."""

    @property
    def tokens(self) -> int:
        said = self.refusal or self.text
        return 0 if self.empty else text_tokens(len(said.encode()))


def answered(request: ChatRequest, seed: int, fault: str, faults: Random, hook: Hook | None) -> Answer:
    """The answer to a request. `seed` settles what is said, `faults` how a fault spoils it.

    A fault that the answer has nothing for is not applied and not counted.
    """
    if fault == "empty_choices":
        return Answer("", fault, empty=True)
    if fault == "refusal":
        return Answer("", fault, refusal=phrases.REFUSAL)
    text, outcome = _said(request, seed, fault, faults, hook)
    tool = request.form.tool
    answer = Answer(text, outcome, "tool_calls" if tool and not request.form.forced else "stop", tool)
    if fault == "truncation" and len(text) > 1:
        cut = text[: 1 + int((len(text) - 1) * (0.2 + 0.6 * faults.random()))]
        return Answer(cut, fault, "length", tool)
    return _limited(answer, request.max_tokens)


def _limited(answer: Answer, most: int | None) -> Answer:
    """The answer cut to its `max_tokens`, at a whole character."""
    raw = answer.text.encode()
    if most is None or len(raw) <= most * BYTES_PER_TOKEN:
        return answer
    cut = raw[: most * BYTES_PER_TOKEN].decode(errors="ignore")
    return Answer(cut, "length", "length", answer.tool)


def _said(request: ChatRequest, seed: int, fault: str, faults: Random, hook: Hook | None) -> tuple[str, str]:
    """The text and how it is counted."""
    scene = Scene(request.said, Random(seed))
    form, told = _form(request)
    own = hook(request.body) if hook else None
    if isinstance(own, str):
        return own, "ok"
    if own is None and form.schema is None and form.kind == "text":
        return talk(scene), "ok"
    value = _made(form, scene) if own is None else own
    bad = spoiled(fault, value, faults) if fault in CONTENT_FAULTS else None
    text = packed(value) if bad is None else bad
    return (_wrapped(text, scene) if told else text), "ok" if bad is None else fault


def _made(form: Form, scene: Scene) -> Any:
    """A value of the schema, or some object where there is none."""
    return {"answer": talk(scene)} if form.schema is None else compiled(form.schema)(scene)


def _form(request: ChatRequest) -> tuple[Form, bool]:
    """The form of the answer, and whether a free answer follows a schema that the prompt writes out."""
    form = request.form
    if form.schema is not None:
        return form, False
    schema: Any = reading.schema(request.said)
    return Form(form.kind, schema), form.kind == "text" and schema is not None


def _wrapped(text: str, scene: Scene) -> str:
    """JSON the way models give it without being held to it: bare, fenced, or in the middle of talk."""
    ways = ("{0}", "```json\n{0}\n```", "Here is my answer:\n\n```\n{0}\n```", "Sure. {0} Anything else?")
    return str(scene.draw(ways)).replace("{0}", text)
