"""Strings and truths of an answer, filled by the name of their field from the prompt's own content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.llm.scripted import phrases
from app.llm.scripted.scene import Scene

Say = Callable[[Scene], str]

FREE = ("surprise", "popular", "niche")
"""Kinds of directives that need no facet."""
VALUELESS = (*FREE, "newer", "older", "shorter", "longer")
"""Kinds of directives that need no value."""

_SHAPES = (
    "2024-05-17",
    "2024-05-17T20:15:00Z",
    "20:15:00",
    "user@example.com",
    "a1",
    "1",
    "A",
    "item-1",
    "#a1b2c3",
)
_FACETS = {"newer": "year", "older": "year", "shorter": "duration", "longer": "duration"}
_MOST = re.compile(r"\bat most (\d+) characters", re.I)
_LONG = 1 << 20
_FORMATS = {
    "date": "2024-05-17",
    "date-time": "2024-05-17T20:15:00Z",
    "time": "20:15:00Z",
    "duration": "PT90M",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "uri": "https://example.com/",
}


def thought(scene: Scene) -> str:
    """What the user thinks of the item, in line with what it does."""
    acts = scene.acts() if scene.part.item else ("open",)
    lines = (
        phrases.SKIPPED if "skip" in acts
        else phrases.DISLIKED if "dislike" in acts
        else phrases.LIKED if "like" in acts or "save" in acts
        else phrases.OPENED
    )  # fmt: skip
    return str(scene.draw(lines)).format(_subject(scene))


def _subject(scene: Scene) -> str:
    return (scene.part.item.title if scene.part.item else "") or "this one"


def words(scene: Scene) -> str:
    """What the user says aloud: a wish, or a goodbye where it leaves."""
    if scene.part.decision == "leave":
        return str(scene.draw(phrases.GOODBYES))
    return scene.spoken[0]


def reason(scene: Scene) -> str:
    """Why an item was chosen, or why the user leaves."""
    return str(scene.draw(phrases.GOODBYES if scene.part.decision == "leave" else phrases.REASONS))


def facet(scene: Scene) -> str:
    """The facet of a directive."""
    return _FACETS.get(scene.part.kind, "genre")


def value(scene: Scene) -> str:
    """The value of a directive; empty where its kind needs none."""
    return "" if scene.part.kind in VALUELESS else scene.genre()


def _about_genre(lines: tuple[str, ...]) -> Say:
    return lambda scene: str(scene.draw(lines)).format(scene.genre().lower())


def _one_of(lines: tuple[str, ...]) -> Say:
    return lambda scene: str(scene.draw(lines))


def talk(scene: Scene) -> str:
    """A short plain sentence about something that the prompt shows."""
    subject = scene.draw(scene.items).title if scene.items else ""
    return str(scene.draw(phrases.TALK)).format(subject or scene.genre().lower())


_BY_NAME: dict[str, Say] = {
    **dict.fromkeys(("item", "id", "item_id"), lambda scene: scene.item().id),
    "title": (lambda scene: scene.item().title or "Untitled"),
    **dict.fromkeys(("thought", "thoughts", "why", "comment", "opinion"), thought),
    **dict.fromkeys(("words", "instruction", "instructions", "request", "says"), words),
    **dict.fromkeys(("reason", "explanation", "because"), reason),
    **dict.fromkeys(("reflection", "feeling"), _one_of(phrases.REFLECTIONS)),
    "summary": _one_of(phrases.SUMMARIES),
    **dict.fromkeys(("memory", "remember", "note"), _about_genre(phrases.MEMORIES)),
    **dict.fromkeys(("mood", "emotion"), _one_of(phrases.MOODS)),
    "message": _about_genre(phrases.MESSAGES),
    **dict.fromkeys(("reasoning", "plan", "analysis"), _about_genre(phrases.PLANS)),
    **dict.fromkeys(("query", "queries", "interests", "interest", "genre", "genres"), Scene.genre),
    "facet": facet,
    "value": value,
    "kind": Scene.kind,
    "decision": Scene.decision,
    **dict.fromkeys(("action", "actions"), lambda scene: scene.acts()[-1]),
}


def text_fill(name: str, schema: Mapping[str, Any]) -> Say:
    """Makes the strings of a field; `format`, `pattern`, `minLength` and `maxLength` are kept to.

    A pattern is only kept where the usual words or one of a few common shapes match it.
    """
    said = _FORMATS.get(schema.get("format", ""))
    say = _BY_NAME.get(name, talk) if said is None else (lambda scene: said)
    told = _MOST.search(schema.get("description", ""))
    low, high = int(schema.get("minLength", 0)), int(schema.get("maxLength", told[1] if told else _LONG))
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    if not low and high == _LONG and pattern is None:
        return say
    return lambda scene: _fitted(say(scene), low, high, pattern)


def _fitted(text: str, low: int, high: int, pattern: re.Pattern[str] | None) -> str:
    if pattern is not None and not pattern.search(text):
        text = next((shape for shape in _SHAPES if pattern.search(shape)), text)
    return text.ljust(low, ".")[:high]


_ACT_OF = {
    "skip": "skip", "skipped": "skip", "open": "open", "opened": "open", "clicked": "open",
    "watch": "watch", "watched": "watch", "like": "like", "liked": "like", "dislike": "dislike",
    "disliked": "dislike", "save": "save", "saved": "save", "share": "share", "shared": "share",
    "comment": "comment", "commented": "comment",
}  # fmt: skip
_STOPS_AT_AN_ITEM = 0.06
_DECISION_OF = {"leave": "leave", "leaving": "leave", "instruct": "instruct", "continue": "continue"}


def truth_fill(name: str) -> Callable[[Scene], bool]:
    """Makes the booleans of a field, in line with what the user does and decides."""
    if name in _ACT_OF:
        return lambda scene: _ACT_OF[name] in scene.acts()
    if name in _DECISION_OF:
        return lambda scene: scene.decision() == _DECISION_OF[name]
    if name == "stopped":
        return _stopped
    if name == "seen":
        return lambda scene: True
    return lambda scene: scene.rng.random() < 0.5


def _stopped(scene: Scene) -> bool:
    """Whether the user looks no further: after the items it saw, or after the one item it is shown."""
    if scene.part.seen is None:
        return scene.rng.random() < _STOPS_AT_AN_ITEM
    return scene.part.seen < len(scene.items)
