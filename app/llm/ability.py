"""What an endpoint can do for a model, learned from its answers and remembered for the process."""

from __future__ import annotations

from dataclasses import dataclass

from app.llm.request import Mode

IGNORED = 2
"""Replies of a wrong shape, one after the other, before a way to ask that never worked is given up."""


@dataclass
class Ability:
    """How to ask one model for structure. One server that refuses a way is enough to leave it for good;
    one that only ignores it is left when it never worked."""

    mode: Mode = Mode.SCHEMA
    seed: bool = True
    _proven: bool = False
    _ignored: int = 0

    def for_repair(self, used: Mode) -> Mode:
        """The way to ask again after a reply of a wrong shape: one step down where `used` never worked."""
        return max(self.mode, used if self._proven else _below(used))

    def refused(self, used: Mode) -> bool:
        """The server refuses the way `used`; False where there is nothing below it."""
        if used is self.mode:
            self._down()
        return used is not Mode.TEXT

    def ignored(self, used: Mode) -> None:
        """A reply whose shape an enforced schema would have made impossible."""
        if used is not self.mode or self._proven:
            return
        self._ignored += 1
        if self._ignored >= IGNORED:
            self._down()

    def worked(self, used: Mode) -> None:
        """A reply of the right shape."""
        if used is self.mode:
            self._proven = True

    def _down(self) -> None:
        self.mode, self._proven, self._ignored = _below(self.mode), False, 0


def _below(mode: Mode) -> Mode:
    return Mode(min(mode + 1, Mode.TEXT))
