"""The lines of a scripted user: what it does with a slate, and what it says or does after it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from app.errors import UsageError
from app.plans.strict import Arrival, Strict
from graphs.messages import Directive, LeaveReason

SCRIPTED = "scripted"
"""The mind or recommender that does what its arm says."""
Position = Annotated[int, Field(ge=1, le=1_000)]


def _which(value: Any) -> Any:
    """One value or several as a list; whole numbers are places, whatever they were written as."""
    values = value if isinstance(value, list | tuple) else [value]
    return [int(one) if isinstance(one, str) and one.isdecimal() else one for one in values]


Which = Annotated[tuple[Position | str, ...], BeforeValidator(_which)]
"""Places in the slate from 1, items as `id:ID`, or `all`."""


class ScriptTurn(Strict):
    """One turn of a script. What it does not say is skipped, and the user carries on.

    After the last turn of a script the user leaves, unless that turn says something: then it sees one more slate.
    """

    seen: Annotated[int, Field(ge=0, le=1_000)] | None = None
    """How many items are looked at; all where it is not given."""
    open: Which = ()
    watch: Which = ()
    like: Which = ()
    dislike: Which = ()
    save: Which = ()
    share: Which = ()
    comment: Which = ()
    mindset: Arrival = Arrival()
    """What the user feels after the slate, where that changes."""
    say: str = ""
    """The words of an instruction."""
    meant: tuple[Directive, ...] = ()
    """What is meant by it, where the reader's understanding should not be taken for it."""
    leave: LeaveReason | None = None
    words: str = ""
    """What is said on leaving."""

    @model_validator(mode="after")
    def _one_end(self) -> ScriptTurn:
        if self.say and self.leave:
            raise ValueError("a turn ends with `say` or with `leave`, not with both")
        if self.meant and not self.say:
            raise ValueError("`meant` belongs to `say`")
        return self

    def does(self, action: str, position: int, item: str) -> bool:
        """Whether the user does `action` with the item at `position`."""
        which = getattr(self, action, ())
        return "all" in which or position in which or f"id:{item}" in which

    def check(self, where: str, slate_size: int) -> None:
        """A UsageError for a place that no slate has."""
        for action in ("open", "watch", "like", "dislike", "save", "share", "comment"):
            beyond = [at for at in getattr(self, action) if isinstance(at, int) and at > slate_size]
            if beyond:
                raise UsageError(
                    f"{where}: {action} names place {beyond[0]}, but a slate has {slate_size} items"
                )
