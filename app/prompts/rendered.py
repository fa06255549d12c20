"""A prompt made ready to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Image(NamedTuple):
    """A picture that goes with the user's message: `image/png` and the like in base64, or a web address.

    `about` says before it what it is of.
    """

    base64: str = ""
    mime_type: str = ""
    url: str = ""
    about: str = ""

    @property
    def words(self) -> str:
        """What it is, for who reads and does not look: `image/jpeg, 4,096 bytes`, or the address."""
        return self.url or f"{self.mime_type}, {len(self.base64) * 3 // 4:,} bytes"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Two messages and the version (`hash`) of the prompt that they were made from."""

    name: str
    hash: str
    system: str
    user: str
    images: tuple[Image, ...] = ()


class Piece(NamedTuple):
    """Part of a message: what the template itself says, or what was put in where it has a variable."""

    text: str
    variable: bool


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A rendering in pieces: those of a message, one after the other, are exactly what is sent."""

    name: str
    hash: str
    system: Pieces
    user: Pieces
    images: tuple[Image, ...] = ()

    def rendered(self) -> Rendered:
        return Rendered(self.name, self.hash, whole(self.system), whole(self.user), self.images)


def whole(pieces: Iterable[Piece]) -> str:
    """The text of all pieces."""
    return "".join(piece.text for piece in pieces)


def stripped(pieces: Iterable[Piece]) -> Pieces:
    """Without the white space around the whole, and neighbors of the same kind as one."""
    kept: list[Piece] = []
    for piece in pieces:
        text = piece.text if kept else piece.text.lstrip()
        if kept and kept[-1].variable == piece.variable:
            kept[-1] = Piece(kept[-1].text + text, piece.variable)
        elif text:
            kept.append(Piece(text, piece.variable))
    while kept:
        last = kept.pop()
        if last.text.rstrip():
            return (*kept, Piece(last.text.rstrip(), last.variable))
    return ()
