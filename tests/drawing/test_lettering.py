"""Text that must fit into its place."""

from __future__ import annotations

import pytest

from app.drawing.lettering import clipped, packed, width, wrapped

TITLE = "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb"


def test_what_fits_is_left_as_it_is() -> None:
    assert clipped("Heat", 100, 12) == "Heat"


@pytest.mark.parametrize("room", [30, 100, 200])
@pytest.mark.parametrize("text", [TITLE, "七人の侍" * 10, "i" * 200, "W" * 50])
def test_what_does_not_fit_ends_in_an_ellipsis_and_fits(text: str, room: float) -> None:
    short = clipped(text, room, 12)
    assert short.endswith("…")
    assert width(short, 12) <= room


def test_wide_letters_take_more_room() -> None:
    assert width("WWW", 12) > width("eee", 12) > width("iii", 12)
    assert width("侍", 12) > width("W", 12)


def test_lines_break_between_words_and_the_last_is_cut() -> None:
    lines = wrapped(TITLE, 150, 12, 2)
    assert len(lines) == 2
    assert TITLE.startswith(lines[0] + " ")
    assert lines[1].endswith("…")


def test_parts_stay_whole() -> None:
    assert packed(["310 ms", "12 calls", "2 retries"], 110, 12, 2) == ["310 ms · 12 calls", "2 retries"]
