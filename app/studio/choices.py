"""What can be chosen in Studio: prompts and models by node (the context), and what a run begins with (the input).

A field's `langgraph_nodes` names the nodes at which Studio offers it; `langgraph_type: prompt` makes it a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.prompts import Prompts
from app.prompts.nodes import PROMPT_OF
from app.settings import SlateSize, Turns
from graphs.recommender import VERBS as RECOMMENDER_VERBS

_PROMPTS = Prompts()
PERSON, MAX_TURNS = "night-shift-nurse", 5


def _at(nodes: Sequence[str], **more: str) -> dict[str, Any]:
    return {"langgraph_nodes": list(nodes), **more}


def _prompt(node: str) -> Any:
    prompt = _PROMPTS[PROMPT_OF[node]]
    said = f"{prompt.description} With its fragments; what it may use: recoworld prompt show {prompt.name}"
    return Field(prompt.text, description=said, json_schema_extra=_at([node], langgraph_type="prompt"))


def _model(node: str, instead: str) -> Any:
    said = f"The model that answers, at OPENAI_BASE_URL. Empty: that of the other node of its side, else {instead}."
    return Field("", description=said, json_schema_extra=_at([node]))


class _Choices(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def models(self) -> dict[str, str]:
        """Model by node; a node without one has that of the other node of its side, if that has one."""
        named = {node: getattr(self, f"{node}_model", "") for node in PROMPT_OF}
        sides = {node: PROMPT_OF[node].partition("/")[0] for node in PROMPT_OF}
        of_side = {sides[node]: name for node, name in named.items() if name}
        return {n: named[n] or of_side[sides[n]] for n in named if sides[n] in of_side}

    def prompts(self) -> Prompts:
        """The prompts as they were edited; what is wrong with one is a DataError."""
        fields = {name: getattr(self, f"{node}_prompt", "") for node, name in PROMPT_OF.items()}
        edited = {name: text for name, text in fields.items() if text and text != _PROMPTS[name].text}
        return Prompts.stored(edited) if edited else _PROMPTS


class RecommenderChoices(_Choices):
    """The recommender's side."""

    recommender: str = Field(
        "agent",
        description="Who recommends where no model is named: agent, deaf, random, popular, content.",
        json_schema_extra=_at(RECOMMENDER_VERBS),
    )
    slate_size: SlateSize = Field(
        10, description="Items in a slate.", json_schema_extra=_at(RECOMMENDER_VERBS[-1:])
    )
    reason_model: str = _model("reason", "the recommender named above")
    reason_prompt: str = _prompt("reason")
    rerank_model: str = _model("rerank", "the recommender named above")
    rerank_prompt: str = _prompt("rerank")


class UserChoices(_Choices):
    """The user's side."""

    review_model: str = _model("review", "the embedded user, who needs no key")
    review_prompt: str = _prompt("review")
    update_mindset_model: str = _model("update_mindset", "the embedded user, who needs no key")
    update_mindset_prompt: str = _prompt("update_mindset")


class SessionChoices(UserChoices, RecommenderChoices):
    """Both sides."""


class _Input(BaseModel):
    who: str = Field(PERSON, description="A persona or population; see `recoworld personas`.")


class SessionInput(_Input):
    """A session: who visits, and for how many turns at most."""

    max_turns: Turns = Field(MAX_TURNS, description="The session is cut off after so many turns.")


class UserInput(_Input):
    """One slate for one user."""

    items: tuple[str, ...] = Field(
        (), description="Ids of films to be shown; where there are none, what the embedded agent recommends."
    )


class RecommenderInput(_Input):
    """One slate for one user, after one request."""

    words: str = Field("", description="What the user asks for, in its own words; may be empty.")
