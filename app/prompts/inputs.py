"""What the inputs of prompts mean, for who writes one."""

from __future__ import annotations

from collections.abc import Mapping

_BOTH: Mapping[str, str] = {
    "noun": "what the service recommends, in the plural: films, items",
    "past": "titles with ratings that the user had before the first visit, oldest first",
    "number": "the number of the turn, from 1",
    "legend": "lines that say what the parts of semantic IDs mean; none where items are shown as texts",
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "user": {
        **_BOTH,
        "persona": "who the user is, whole: name, age, occupation, bio, tastes, dislikes, mood",
        "goal": "what the user is after in this visit, the strongest wish first; mostly empty",
        "memory": "what the user kept of earlier visits, in its own words; empty on the first",
        "turns": "the last turns as the user remembers them: each has number, asked, done, summary",
        "minutes": "how many minutes the user has for this visit",
        "minutes_left": "how many of them are left",
        "mindset": "satisfaction, boredom, fatigue, trust (0 to 1) and mood (-1 to 1) before the answer",
        "asked": "the instruction that this slate follows, in the user's words; empty if there was none",
        "message": "what the recommender says with the slate; may be empty",
        "items": "the items shown, in order: each has id and text",
        "looked": "the items looked at so far: each has title, outcome, thought",
        "left": "how many items of the slate were not looked at",
        "ending": "how the session ended, as the user saw it",
        "most": "the most words that the answer may have",
    },
    "recommender": {
        **_BOTH,
        "persona": "the public part of the persona: id, age, gender, occupation, country",
        "slate_size": "how many items the next slate has",
        "facets": "the facets of the catalog: each has kind, values and how many more there are",
        "people": "kinds of facets that take any name, such as creator and cast",
        "requests": "what was asked before the turns listed: each has number, asked",
        "turns": "the last turns as they were visible: each has number, asked, done",
        "request": "the instruction before this turn: words, reflection; nothing if there was none",
        "plan": "the plan of `reason`: reasoning, directives (kind, facet, value, strength), queries",
        "items": "the candidates, in an order that says nothing: each has id and text",
    },
}
"""By the side that a prompt is of, which is the folder it lies in."""


def meaning(name: str, item: str) -> str:
    """What the input of a prompt means; empty where it is not known."""
    return MEANINGS.get(name.partition("/")[0], {}).get(item, "")
