"""Thoughts about one item, by what weighed most, whether it was liked, and whether it was opened.

Slots: {t} title, {a} "a comedy", {A} the same with a capital, {another} "another comedy", {p} "comedies",
{many} much or many, {film} the item noun. {p} stands only where the facet itself is what was felt; {a} may
stand anywhere, it is a fact.
"""

from __future__ import annotations

Phrases = tuple[str, ...]
Cell = tuple[Phrases, Phrases, Phrases, Phrases]
"""Liked and opened, liked and skipped, not liked and opened, not liked and skipped."""

TASTE: Cell = (
    (
        "{A}, and that is just my thing.",
        "I do like {p}, and I like this one.",
        "{t}: exactly what I come here for, {a}.",
        "Happy to find {a} here.",
        "{A}: yes please.",
        "I have a weakness for {p}.",
    ),
    (
        "{A}, so my kind of thing, but not right now.",
        "I like {p}; I'll keep {t} in mind.",
        "{t} sounds like me. Another time, maybe.",
        "Nice to see {a}, though I'll move on for now.",
    ),
    (
        "I gave {t} a try, but {a} isn't for me.",
        "I don't really get on with {p}, and this didn't change that.",
        "{A}, and I felt it. Not my kind of thing.",
        "I wanted to like {t}. It isn't my taste.",
    ),
    (
        "{A}; not for me.",
        "I'm not one for {p}.",
        "{t}? No, I don't care for {p}.",
        "I'll pass: {a} isn't what I like.",
        "Not my kind of {film}.",
    ),
)

TASTE_BARE: Cell = (
    (
        "{t} is just my kind of {film}.",
        "This one suits me.",
        "{t}: yes, that's me all over.",
    ),
    (
        "{t} sounds like my kind of {film}, maybe another time.",
        "This would suit me, but not right now.",
        "I could like {t}; I'll keep it in mind.",
    ),
    (
        "I gave {t} a try, but it isn't my kind of {film}.",
        "I opened it and didn't take to it.",
        "{t} and I don't get on.",
    ),
    (
        "{t} isn't my kind of {film}.",
        "Not for me, this one.",
        "I'll pass on {t}, it isn't my taste.",
    ),
)

COMBINED: Phrases = (
    "{One} and {two}, that is my thing.",
    "{One}, and {two} too: my kind of {film}.",
    "{One} and {two}; that works for me.",
)
"""Two adjectives of a liked item, the first from the facet that weighed most."""

QUALITY: Cell = (
    (
        "{t} is a good one, you can tell.",
        "This is well done.",
        "{A}, and a really good one.",
        "Good choice, {t}.",
    ),
    (
        "{t} is supposed to be good. Maybe later.",
        "That's a good one, but I'm not after it right now.",
        "{A}, and a good one by all accounts; another time.",
    ),
    (
        "{t} may be good, but it left me cold.",
        "I can see it's well made, and still it isn't for me.",
        "{A}, and a good one, just not for me.",
    ),
    (
        "{t} may be good, but I'm not drawn to it.",
        "I'm sure it's well made. I'll pass.",
        "A good one, they say; it doesn't call me.",
    ),
)

WEAKNESS: Cell = (
    (
        "{t} is no masterpiece, and I like it anyway.",
        "Not the best made, but I'm enjoying it.",
        "{A}, nothing great, and good fun all the same.",
    ),
    (
        "{t} is no masterpiece, but I might come back to it.",
        "Not a great one, I think, though I could like it.",
        "{A}, not the best there is; maybe on another day.",
    ),
    (
        "{t} just isn't very good.",
        "I gave it a chance, and it's as weak as it looked.",
        "{A}, and not a good one.",
        "That was rather poor.",
    ),
    (
        "{t} doesn't look like a good one.",
        "That one looks weak to me.",
        "{A}, and not a good one, I'd say.",
    ),
)

POPULAR: Cell = (
    (
        "Everybody knows {t}, and I see why.",
        "{t} is the one people talk about; I'm glad I opened it.",
        "A crowd-pleaser, and it pleases me too.",
    ),
    (
        "Everybody knows {t}. I'll get to it.",
        "{t} is the one people talk about; maybe later.",
        "A famous one. I should see it some day.",
    ),
    (
        "Everybody knows {t}, and I don't see why.",
        "So popular, and it does nothing for me.",
        "I opened {t} because everyone knows it. Not for me.",
    ),
    (
        "Everybody knows {t}; it doesn't make me want it.",
        "A famous one, and I still don't feel like it.",
        "{t} may be popular, but it isn't for me.",
    ),
)

OBSCURE: Cell = (
    (
        "Hardly anyone talks about {t}, and it's a find.",
        "Not a big name, and I like it for that.",
        "{A}, and off the beaten track. That was worth opening.",
    ),
    (
        "{t} isn't a big name, but I might come back to it.",
        "A lesser-known one. I could be tempted, another time.",
        "{A}, and off the beaten track; maybe later.",
    ),
    (
        "Few people know {t}, and I can live without it too.",
        "Not a big name, and now I know it's not for me.",
        "I tried a lesser-known one; it didn't work for me.",
    ),
    (
        "{t}? It isn't one that people talk about.",
        "Hardly anyone seems to know this one. I'll pass.",
        "Not a big name, and nothing draws me to it.",
    ),
)

NOVELTY: Cell = (
    (
        "{t} is something new for me, and I like that.",
        "I hadn't seen much like this, and it works.",
        "{A}: a change from what I know, and a good one.",
        "That's new to me. More surprises like this, please.",
    ),
    (
        "{t} would be something new for me; maybe later.",
        "That's different. Not now, but I'll remember it.",
        "{A}: a change from what I know. Another time.",
    ),
    (
        "Opened {t}, and there was nothing new in it for me.",
        "I know this kind of {film} too well by now.",
        "{A}, and no surprises for me.",
    ),
    (
        "Nothing new for me in {t}.",
        "I know this kind of {film} already.",
        "{A}, and I've been there before.",
    ),
)

WISH: Cell = (
    (
        "{t} is close to what I asked for.",
        "That's what I meant when I asked.",
        "{A}, and it fits what I asked for. Good.",
        "So I was heard: {t} fits.",
    ),
    (
        "{t} fits what I asked for, though I'll look further.",
        "That's along the lines I asked for. Let me see what else there is.",
        "{A}, as near to what I asked for as you like, but I'll move on.",
    ),
    (
        "I opened {t}, but it isn't what I asked for.",
        "I asked for something else than this.",
        "{A}, and not what I had asked for.",
    ),
    (
        "{t} isn't what I asked for.",
        "I asked for something else.",
        "{A}? That isn't what I asked for.",
        "Not what I meant at all.",
    ),
)

BOREDOM: Cell = (
    (
        "I've had plenty of {p} by now, and this one still works.",
        "More {p}, but {t} I don't mind.",
        "Enough {p} for a while, I thought, and then I liked {t}.",
    ),
    (
        "I might have taken {t}, if I hadn't just had so {many} {p}.",
        "{t} looks fine, but that's a lot of {p} by now.",
        "More {p}. A good one perhaps, only not straight away.",
    ),
    (
        "I opened {t} and noticed I'd had enough of {p}.",
        "Too {many} {p} by now; {t} didn't stand a chance.",
        "More {p}. It's all starting to feel the same.",
    ),
    (
        "More {p}; I've had enough of that for now.",
        "Not {another}, please.",
        "Too {many} {p} in a row for me.",
        "{A} again? I need a change.",
    ),
)

BOREDOM_BARE: Cell = (
    (
        "More of the same, and {t} still works for me.",
        "I've seen a lot like this, but {t} I don't mind.",
        "It's the same sort of {film} again, and I like it even so.",
    ),
    (
        "{t} looks fine, but I've just had a lot like it.",
        "More of the same. A good one perhaps, only not straight away.",
        "I might have taken {t}, with a little more variety before it.",
    ),
    (
        "I opened {t}, and it's more of the same.",
        "These are all starting to feel the same, {t} included.",
        "I've had too much like this by now.",
    ),
    (
        "More of the same; I need a change.",
        "{t} is like what I've just seen. Enough.",
        "The same sort of {film} again.",
    ),
)

REPEAT: Cell = (
    (
        "I know {t} already, and I was glad to go back to it.",
        "Seen it before; still good.",
        "{t} again, and I don't mind at all.",
    ),
    (
        "I know {t} already. A good one, but no need to go back today.",
        "Seen it before, and liked it well enough to leave it there.",
        "{t} again; fine, but I'd like something I don't know.",
    ),
    (
        "I opened {t} again, and once was enough.",
        "Seen it before, and it doesn't get better.",
        "I've had this one already. Why did I open it?",
    ),
    (
        "{t} again? I've had that already.",
        "Seen that one before.",
        "I was shown {t} before, and I didn't need it again.",
    ),
)

MOOD: Cell = (
    (
        "I'm in a good mood for {t}.",
        "I feel like this just now.",
        "{A}, and I'm in the right frame of mind for it.",
    ),
    (
        "I'm in a good mood, and {t} sounds nice; maybe later.",
        "{t} sounds nice the way I feel, but let me look further.",
        "I might well come back to this one, the mood I'm in.",
    ),
    (
        "I opened {t}, but I'm not in the mood.",
        "Maybe it's me: nothing much pleases me just now, and this didn't either.",
        "{A}, and I'm in the wrong frame of mind.",
    ),
    (
        "I'm not in the mood for {t}.",
        "I don't feel like it, that's all.",
        "{A}? Not the way I feel just now.",
    ),
)

CLICKBAIT: Cell = (
    (
        "{t} is better than it looked.",
        "It didn't look like much, and there's more to it.",
        "{A}, and there's more to it than I could see at first.",
    ),
    (
        "There may be more to {t} than it seems, but I'll move on.",
        "It doesn't look like much, though I suspect it's good.",
        "{A}, and it doesn't sell itself well. Maybe later.",
    ),
    (
        "{t} looked better than it was.",
        "It promised more than it kept.",
        "{A}, nice to look at from outside, and that was all.",
    ),
    (
        "{t} promises a lot, and I don't quite believe it.",
        "That looks too good to be true.",
        "{A}, and made to be clicked on. I'll leave it.",
    ),
)

CELLS: dict[str, Cell] = {
    "quality": QUALITY, "weakness": WEAKNESS, "taste": TASTE, "taste_bare": TASTE_BARE, "popularity": POPULAR,
    "obscurity": OBSCURE, "novelty": NOVELTY, "wish": WISH, "boredom": BOREDOM, "boredom_bare": BOREDOM_BARE,
    "repeat": REPEAT, "mood": MOOD, "clickbait": CLICKBAIT,
}  # fmt: skip

_DESCRIBES = {"a", "A", "another"}

UNDESCRIBED: dict[str, Cell] = {
    name: tuple(
        tuple(text for text in part if not _DESCRIBES & set(text.replace("}", "{").split("{")))
        for part in cell
    )  # type: ignore[misc]
    for name, cell in CELLS.items()
}
"""The phrasings that suit an item of which only the title is known; empty where the facet is needed."""
