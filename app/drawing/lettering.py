"""How wide text is drawn, by the widths of common sans-serif letters, so that it is cut before it runs over."""

from __future__ import annotations

import unicodedata

_WIDTHS = {0.30: "ijl.,:;'|!I ·", 0.40: 'frt()[]-/"“”', 0.80: "mwCDGHNOQRU&", 0.95: "MW@%—→…"}
_WIDE = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_USUAL = 0.62
"""Of the font's size; on the safe side, as fonts differ."""


def width(text: str, size: float) -> float:
    """Pixels of one line of text of a font size."""
    return size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    wide = unicodedata.east_asian_width(letter) in "WF"
    return 1.05 if wide else _WIDE.get(letter, 0.72 if letter.isupper() else _USUAL)


def clipped(text: str, room: float, size: float) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if width(text, size) <= room:
        return text
    left, kept = room - width("…", size), 0
    while kept < len(text) and (left := left - size * _letter(text[kept])) >= 0:
        kept += 1
    return text[:kept].rstrip() + "…"


def wrapped(text: str, room: float, size: float, most: int) -> list[str]:
    """At most `most` lines, broken between words; the last ends in an ellipsis where something is left out."""
    return packed(text.split(), room, size, most, " ")


def packed(parts: list[str], room: float, size: float, most: int, joint: str = " · ") -> list[str]:
    """At most `most` lines of parts that are kept whole where they fit into one."""
    lines: list[str] = []
    while parts and len(lines) < most - 1:
        taken = 1
        while taken < len(parts) and width(joint.join(parts[: taken + 1]), size) <= room:
            taken += 1
        lines.append(clipped(joint.join(parts[:taken]), room, size))
        parts = parts[taken:]
    return [*lines, clipped(joint.join(parts), room, size)] if parts else lines
