"""`recoworld play --as recommender`: a person picks for a simulated user, knowing what a recommender knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from app.cli.cards import persona_card
from app.cli.charts import spark
from app.cli.session import directive_words, turn_parts
from app.cli.slots import slate_lines
from app.cli.tables import labeled, shortened
from app.cli.talk import Talk
from app.interactive.playing import Stopped, Undone
from app.interactive.telling import slate_data, turn_data

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.catalog.lexical import LexicalIndex
    from graphs.messages import Item, Plan, Session, Slate, VisibleTurn
    from graphs.ports import Catalog, RecommenderView

HELP = "words: search · numbers: take from the list · ?: suggestions · enter: show it · u undo · q end the session"
_FOUND = 8
_NUMBERS = re.compile(r"\d+(?:[\s,]+\d+)*")


class PickingAtTheTerminal:
    """A `app.recommenders.human.Picker` who sits at the terminal."""

    def __init__(self, talk: Talk, items: Sequence[Item], index: LexicalIndex) -> None:
        self.talk, self.items, self.index = talk, items, index

    def pick(self, view: RecommenderView, plan: Plan, suggested: Slate) -> tuple[str, ...]:
        self.talk.say(*_seen(view, plan, self.talk.width))
        picked: list[str] = []
        listed: list[str] = []
        while len(picked) < view.slate_size:
            line = self.talk.ask(f"{len(picked)} of {view.slate_size}> ")
            typed = "q" if line is None else line.strip()
            if typed == "" and picked:
                break
            if typed in ("q", "quit", "leave"):
                raise Stopped("stopped")
            if typed in ("u", "undo"):
                _undo(picked)
            elif _NUMBERS.fullmatch(typed):
                self._take(view, typed, listed, picked)
            else:
                listed = self._listed(view, typed, suggested, listed)
        return tuple(picked)

    def _listed(self, view: RecommenderView, typed: str, suggested: Slate, listed: list[str]) -> list[str]:
        """The list that numbers refer to from here on."""
        if typed in ("", "h", "help"):
            self.talk.dim(HELP)
            return listed
        found = list(suggested.items) if typed == "?" else self._search(typed)
        if not found:
            self.talk.dim(f"nothing in the catalog matches {typed!r}")
            return listed
        self.talk.say(*_list(found, view, self.talk.width))
        return found

    def _search(self, text: str) -> list[str]:
        positions, _ = self.index.search(text, _FOUND)
        return [self.items[position].id for position in positions.tolist()]

    def _take(self, view: RecommenderView, typed: str, listed: list[str], picked: list[str]) -> None:
        for number in map(int, re.split(r"[\s,]+", typed)):
            wrong = _wrong(view, number, listed, picked)
            if wrong:
                self.talk.dim(wrong)
            elif len(picked) < view.slate_size:
                picked.append(listed[number - 1])
                self.talk.dim(f"{len(picked)}. {view.catalog[picked[-1]].title}")


def _undo(picked: list[str]) -> None:
    """The last item is taken back, or the last turn where nothing was picked yet."""
    if not picked:
        raise Undone(1)
    picked.pop()


def _wrong(view: RecommenderView, number: int, listed: Sequence[str], picked: Sequence[str]) -> str:
    """Why this number cannot be taken; empty where it can."""
    if not listed:
        return "there is no list yet; search for something, or type ? for suggestions"
    if not 1 <= number <= len(listed):
        return f"{number} is not in the list; it has 1 to {len(listed)}"
    item = listed[number - 1]
    title = view.catalog[item].title
    if item in view.shown:
        return f"{title} was shown before in this session"
    return f"{title} is in the slate already" if item in picked else ""


def _list(found: Sequence[str], view: RecommenderView, width: int) -> Iterator[RenderableType]:
    for number, item_id in enumerate(found, 1):
        item = view.catalog[item_id]
        year = f" ({item.year})" if item.year else ""
        note = "  shown before" if item_id in view.shown else f"  {', '.join(item.genres)}"
        yield Text(shortened(f"{number:>3}  {item.title}{year}{note}", width))


def _seen(view: RecommenderView, plan: Plan, width: int) -> Iterator[RenderableType]:
    """All that a recommender may see: the sign-up form, the past, visible reactions, and what is asked."""
    if view.turn == 1:
        yield from _visitor(view)
        yield Text(HELP, "dim")
    else:
        yield from _reactions(view.history[-1], view.catalog, width)
    yield Text.assemble("\n", (f"turn {view.turn}", "bold"))
    if view.request is not None:
        yield labeled("asks", f"“{view.request.words}”", "bold yellow")
        if view.request.reflection:
            yield labeled("because", view.request.reflection, "italic")
        read = [directive_words(d.model_dump()) for d in plan.directives]
        yield labeled("read as", ", ".join(read) or "nothing understood", "cyan")


def _visitor(view: RecommenderView) -> Iterator[RenderableType]:
    who = view.persona
    facts = (who.age and f"{who.age} years", who.gender, who.occupation, who.country)
    yield labeled("visitor", " · ".join(str(fact) for fact in facts if fact) or "says nothing of themselves")
    known = [view.catalog[past.item].title for past in who.history if past.item in view.catalog]
    if known:
        yield labeled("has seen", ", ".join(known[:12]))


def _reactions(turn: VisibleTurn, catalog: Catalog, width: int) -> Iterator[RenderableType]:
    review = turn.review.model_dump(mode="json")
    lines = slate_lines({"slate": slate_data(turn.slate, catalog), "review": review}, width, False)
    yield from (line for line in lines if str(line).strip())


def truth(session: Session, catalog: Catalog, width: int) -> Iterator[RenderableType]:
    """What was hidden while it was played: who the user is, what it thought and how it felt."""
    yield Text.assemble("\n", ("what you could not see", "bold"))
    yield persona_card(session.persona)
    for turn in session.turns:
        yield ""
        yield from turn_parts({}, turn_data(turn, catalog), width)
    if session.turns:
        felt = [session.turns[0].before.satisfaction, *(turn.after.satisfaction for turn in session.turns)]
        line = f"{spark(felt)}  from {felt[0]:.2f} to {felt[-1]:.2f}"
        yield labeled("satisfied", line, "cyan")
