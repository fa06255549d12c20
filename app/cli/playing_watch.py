"""`recoworld play --as watch`: two simulated agents live, step by step or at a speed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from app.cli.session import directive_words, turn_parts
from app.cli.tables import labeled, shortened
from app.cli.talk import Talk
from app.interactive.playing import Stopped
from app.interactive.telling import slate_data, turn_data

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.runner import Step
    from graphs.messages import Plan, Request, Slate, Turn
    from graphs.ports import Catalog

HELP = "enter: next step · r: run on to the end · q: stop here"


class Watching:
    """Hears of every step and shows it; `speed` is the pause in seconds, None to wait for enter."""

    def __init__(self, talk: Talk, catalog: Catalog, speed: float | None) -> None:
        self.talk, self.catalog, self.speed = talk, catalog, speed
        self.plan: Plan | None = None
        self.asked: Request | None = None
        self._ask = speed is None

    def told(self, step: Step) -> None:
        if step.node == "reason":
            self.plan = step.changed["plan"]
        elif step.node == "rerank":
            self.talk.say(*self._shown(step.turn, step.changed["slate"]))
            self._pause()
        elif step.node == "score":
            self._scored(step.changed["turns"][-1])
            self.asked = step.changed["request"]
            if step.changed["status"] == "running":
                self._pause()

    def _shown(self, number: int, slate: Slate) -> Iterator[RenderableType]:
        """What was asked, how it was read, and the slate before anybody looked at it."""
        yield Text.assemble("\n", (f"turn {number}: the recommender shows", "bold"))
        if self.asked is not None:
            yield labeled("asked", f"“{self.asked.words}”", "bold yellow")
        read = [directive_words(d.model_dump()) for d in self.plan.directives] if self.plan else []
        if read:
            yield labeled("read as", ", ".join(read), "cyan")
        if slate.message:
            yield labeled("says", slate.message, "green")
        width = self.talk.width
        for slot in slate_data(slate, self.catalog):
            year = f" ({slot['year']})" if slot["year"] else ""
            line = Text(f"{slot['position']:>3}  ", "dim").append(shortened(slot["title"] + year, width - 5))
            room = width - len(line) - 2
            yield line.append(f"  {shortened(slot['reason'], room)}" if room > 12 else "", "dim")

    def _scored(self, turn: Turn) -> None:
        """What the user did, thought, felt and decided; the request and the plan were shown before."""
        data = turn_data(turn, self.catalog) | {"request": None, "plan": None, "message": ""}
        self.talk.say("", *turn_parts({}, data, self.talk.width))

    def _pause(self) -> None:
        if self.speed is not None:
            self.talk.wait(self.speed)
            return
        if not self._ask:
            return
        while (line := self.talk.ask("… ")) is not None:
            typed = line.strip().lower()
            if typed == "q":
                raise Stopped("stopped")
            if typed in ("", "r"):
                self._ask = typed == ""
                return
            self.talk.dim(HELP)
        self._ask = False
