"""Phrasings of a slate in one sentence: how far it was seen, what was mostly there, what was done, how it felt."""

from __future__ import annotations

Ending = tuple[str, ...]

ALL = ("I went through all {slate}", "I looked at all {slate}", "I saw the whole selection of {slate}")
PART = (
    "I stopped after {seen} of {slate}",
    "I got through {seen} of the {slate}",
    "I looked at {seen} of {slate}",
)
TOP = (", a lot of {p} among them", ", mostly {p}", ", plenty of {p} among them")
OPENED = ("opened {opened}", "had a look at {opened}", "tried {opened}")
NOTHING = ("opened none", "didn't feel like opening any", "left them all closed")
UP: Ending = (": a good selection", "; that did me good", "; I liked what I was shown", "; better and better")
DOWN: Ending = ("; not what I'd hoped for", "; it let me down a little", "; I'd expected more")
STEADY: Ending = ("; neither good nor bad", "; all right, I suppose", "; fair enough")
