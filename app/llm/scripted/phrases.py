"""What the scripted user and the scripted recommender say. `{0}` is a genre or a title."""

from __future__ import annotations

WISHES = (
    ("less {0}", "less"), ("more {0}, please", "more"), ("a little more {0} tonight", "more"),
    ("no more {0}", "avoid"), ("only {0} from now on", "only"), ("something newer", "newer"),
    ("a surprise, something I would not find myself", "surprise"), ("shorter ones, I am tired", "shorter"),
)  # fmt: skip
"""Each with the kind of directive that it means."""
GOODBYES = ("That is enough for today.", "Nothing here for me.", "I found what I wanted.", "It is late.")
LIKED = (
    "{0} is just what I was in the mood for.",
    "I would tell a friend about {0}.",
    "{0} held me to the end.",
)
OPENED = ("{0} sounds worth a look.", "Not sure about {0}, but let me see.", "{0} might do for a while.")
SKIPPED = (
    "{0} is not for me.",
    "I have seen too much like {0}.",
    "{0} does not speak to me now.",
    "Not tonight.",
)
DISLIKED = ("{0} is the last thing I want.", "I am sorry I opened {0}.")
REFLECTIONS = (
    "Most of this was not what I came for, though one or two looked right.",
    "The slate repeats itself, and I want something else.",
    "It is getting closer to what I asked for.",
    "I have a little time left and I am still curious.",
)
SUMMARIES = (
    "I skipped most of it and opened what was close to my taste.",
    "A mixed slate: some things I would watch, much that I would not.",
    "Little here was for me.",
)
MEMORIES = (
    "Last time I looked for {0}, skipped most of the rest, and left a little tired but not unhappy.",
    "I watched some {0} and liked it; the later slates repeated themselves.",
)
MOODS = ("curious", "tired", "calm", "restless", "content", "impatient")
MESSAGES = (
    "Here is a mix with more {0}.",
    "I kept to what you asked: {0} first.",
    "Some {0}, and a surprise.",
)
REASONS = ("It is close to what you liked.", "You asked for this.", "For some variety.", "Many like it.")
PLANS = (
    "The user leans toward {0}; I keep that and add some variety.",
    "The request points to {0}, so I look there first.",
)
TALK = (
    "I would go with {0}.",
    "It depends on the mood, but {0} is a safe choice.",
    "There is more to {0} than it seems.",
)
REFUSAL = "I'm sorry, but I can't help with that."
