"""The parameter table of docs/user-model.md is the one of the code; run as a module, this writes it."""

from __future__ import annotations

import re
from pathlib import Path

from app.minds.parameters import model_card

PAGE = Path(__file__).parents[2] / "docs" / "user-model.md"
START, END = "<!-- parameters -->\n", "<!-- /parameters -->"


def table() -> str:
    rows = [f"| `{name}` | {value:g} | {tag} | {source} |" for name, value, tag, source in model_card()]
    return "\n".join(["| Parameter | Value | Tag | Where from |", "|---|---|---|---|", *rows]) + "\n"


def parts() -> tuple[str, str, str]:
    """The page before the table, the table, and the page after it."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    now, _, after = rest.partition(END)
    return before, now, after


def test_the_table_of_parameters_is_current() -> None:
    assert parts()[1] == table(), "run `python -m tests.minds.test_user_model`"


NAME = re.compile(r"[a-z]{2,}(?:_[a-z]{2,})+")


def test_the_text_tells_what_every_parameter_does() -> None:
    before, _, _ = parts()
    said = set(re.findall(r"[a-z]+(?:_[a-z]+)*", before))
    assert [name for name, *_ in model_card() if name not in said] == []


def test_every_parameter_in_the_text_exists() -> None:
    before, _, _ = parts()
    code = [span for span in re.findall(r"`([^`]+)`", before) if "/" not in span and "python" not in span]
    said = {name for span in code for name in NAME.findall(span)}
    assert len(said) > 50
    assert said - {name for name, *_ in model_card()} == set()


if __name__ == "__main__":
    before, _, after = parts()
    PAGE.write_text(before + START + table() + END + after, encoding="utf-8")
