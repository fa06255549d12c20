"""How prompts look on a terminal: a list of versions, the text of one, the lines that two differ in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from app.cli.prompt_versions import ASKED_BY, SHORT, TAG, WHEN, Version, totals
from app.cli.tables import labeled, table
from app.prompts import texts
from app.prompts.inputs import meaning
from app.prompts.reading import front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

_STYLES = {"{{": "bold cyan", "{%": "magenta", "{#": "dim"}
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_DATE = 10
_ALIKE = 0.5
"""Share of words that two lines must have in common for the others to be pointed at."""


def listing(versions: Sequence[Version]) -> RenderableType:
    """A prompt with all its versions, the one in use first."""
    first = versions[0].data()
    head = Text.assemble((first["prompt"], "bold cyan"), (f"  asked by {asked_by(first['prompt'])}", "dim"))
    shown = table("  version", ">~tokens", ">runs", ">calls", ">accepted", "last used", "")
    for version in versions:
        shown.add_row(Text(f"  {version.hash[:SHORT]}", "cyan"), *_numbers(version), _place(version))
    return Group(head, Padding(Text(first["description"], "dim"), (0, 0, 0, 2)), Padding(shown, (0, 0, 1, 0)))


def _numbers(version: Version) -> list[str]:
    used = totals(version.uses)
    share = "" if used["accepted"] is None else f"{used['accepted']:.0%}"
    counts = [f"{used[name]:,}" if used["calls"] else "-" for name in ("runs", "calls")]
    return [f"{version.tokens:,}", *counts, share, (used["last"] or "")[:_DATE]]


def _place(version: Version) -> Text:
    return Text("the file in use", "green") if version.path else Text("in the store alone", "dim")


def card(version: Version) -> RenderableType:
    """What is known of one version."""
    front = front_matter(_file(version))
    lines: list[RenderableType] = [
        Text.assemble((version.name, "bold cyan"), f"  {version.hash}", (f"  {version.where}", "dim")),
        Text(f"{front.description}\n"),
        labeled("asked by", asked_by(version.name)),
        labeled("answer", front.output),
        labeled("tokens", _tokens(version)),
        *_uses(version),
        Text("\n  what it may use", "dim"),
        *(labeled(name, said, width=16) for name, said in inputs_of(version).items()),
    ]
    return Group(*lines)


def asked_by(name: str) -> str:
    """The node that asks with a prompt, and when."""
    return ASKED_BY.get(name, "nothing now") + WHEN.get(name, "")


def _file(version: Version) -> texts.Text:
    return texts.Text(version.path or Path(version.label), version.text)


def _tokens(version: Version) -> str:
    sent = totals(version.uses)["prompt_tokens"]
    measured = "" if sent is None else f"; {sent:,.0f} a call as it was sent"
    return f"about {version.tokens:,} before anything is filled in (an estimate: four bytes each){measured}"


def _uses(version: Version) -> Iterator[RenderableType]:
    for use in version.uses:
        share = f"{use.accepted / use.calls:.0%} accepted"
        text = f"{use.run}: {use.calls:,} calls in {use.sessions:,} sessions, {share}, {use.last[:_DATE]}"
        yield labeled("used in", text)
    if not version.uses:
        yield labeled("used in", "no run of this database", "dim")


def inputs_of(version: Version) -> Mapping[str, str]:
    """The inputs that it declares, and what they mean."""
    names = front_matter(_file(version)).inputs
    return {name: meaning(version.name, name) or "not offered any more" for name in names}


def written(version: Version) -> Iterator[Text]:
    """Its text line for line: the file, then the fragments that it includes."""
    own, fragments = texts.split(version.text)
    for name, text in {f"{version.name}{texts.SUFFIX}": own, **fragments}.items():
        yield Text(f"\n── {name}", "dim")
        yield _template(text.strip("\n"))


def _template(text: str) -> Text:
    """With variables, tags and comments told apart from what is said."""
    shown = Text(text)
    front = texts.FRONT.match(text)
    if front:
        shown.stylize("dim", 0, front.end())
    for part in TAG.finditer(text):
        shown.stylize(_STYLES[part[0][:2]], *part.span())
    return shown


# -------------------------------------------------------------------------------- differences


def changes(before: Version, after: Version) -> list[str]:
    """A unified diff of the two texts with their fragments; no lines where they are the same."""
    old, new = (version.text.splitlines() for version in (before, after))
    names = (f"{version.label} ({version.where})" for version in (before, after))
    lines = unified_diff(old, new, next(names), next(names), lineterm="")
    return [] if before.text == after.text else list(lines) or ["(they differ in the end of a line alone)"]


def colored(lines: Sequence[str]) -> Text:
    """The same lines: what was taken out in red, what came in in green, and the words that differ bold."""
    shown = [_styled(line, at) for at, line in enumerate(lines)]
    for gone, new in _pairs(lines):
        _mark_words(shown[gone], shown[new])
    return Text("\n").join(shown)


def _styled(line: str, at: int) -> Text:
    if at < 2:
        return Text(line, "bold")
    return Text(line, {"-": "red", "+": "green", "@": "cyan"}.get(line[:1], ""))


def _pairs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Lines taken out with the ones that took their places: as many minus lines as plus lines after them."""
    at = 2
    while at < len(lines):
        gone = _run(lines, at, "-")
        new = _run(lines, gone, "+")
        if gone - at == new - gone:
            yield from zip(range(at, gone), range(gone, new), strict=True)
        at = max(new, at + 1)


def _run(lines: Sequence[str], at: int, sign: str) -> int:
    """Where the lines from `at` that begin with a sign end."""
    return next((i for i in range(at, len(lines)) if not lines[i].startswith(sign)), len(lines))


def _mark_words(gone: Text, new: Text) -> None:
    old_words, new_words = _words(gone.plain), _words(new.plain)
    matcher = SequenceMatcher(None, [w[0] for w in old_words], [w[0] for w in new_words], autojunk=False)
    alike = matcher.ratio() >= _ALIKE
    for what, i, j, k, m in matcher.get_opcodes():
        if alike and what != "equal":
            _bold(gone, old_words[i:j])
            _bold(new, new_words[k:m])


def _words(line: str) -> list[Any]:
    """Words, blanks and signs after the first character."""
    return list(_WORDS.finditer(line, 1))


def _bold(text: Text, words: Sequence[Any]) -> None:
    if words:
        text.stylize("bold reverse", words[0].start(), words[-1].end())
