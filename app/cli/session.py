"""A session in the terminal: who the user is, then turn by turn what it saw, did, felt and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from app.cli.cards import persona_card
from app.cli.charts import bar
from app.cli.output import fancy
from app.cli.slots import slate_lines
from app.cli.tables import labeled

if TYPE_CHECKING:
    from rich.console import RenderableType

Data = Mapping[str, Any]
_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_INDENT = 11


def session_parts(data: Data, width: int) -> Iterator[RenderableType]:
    """The whole session, to be printed part after part."""
    from graphs.messages import Persona

    yield _header(data)
    yield persona_card(Persona.model_validate(data["persona"]))
    for turn in data["turns"]:
        yield ""
        yield from turn_parts(data, turn, width)
    yield Text.assemble("\n", *_end(data), "\n")


def _header(data: Data) -> Text:
    facts = f"{data['recommender']} · {data['mind']} mind · {data['catalog']}"
    return Text.assemble(("session ", "dim"), (data["session"], "bold cyan"), f"  {facts}\n")


def _end(data: Data) -> Iterator[str | tuple[str, str]]:
    status, failure = data["status"], data["failure"]
    if failure:
        yield (
            f"failed at {failure.get('node', '?')}: {failure.get('kind', '')} {failure.get('message', '')}",
            "bold red",
        )
        return
    words = {"left": f"left: {data['leave_reason']}", "truncated": "still there at the limit"}.get(
        status, status
    )
    yield (f"{words} after {len(data['turns'])} turns", "bold")
    yield f", {data['minutes']:.1f} minutes, reward {data['reward']:g}"
    if status == "left" and data["mind"] == "embedded":
        days = data["return_days"]
        yield ", never comes back" if days is None else f", comes back after {days:g} day{'s' * (days != 1)}"


# ---------------------------------------------------------------------------------- one turn


def turn_parts(data: Data, turn: Data, width: int, full: bool = False) -> Iterator[RenderableType]:
    """One turn; `full` adds scores, sources, propensities and the parts of every utility."""
    yield _rule(turn, width)
    if turn["request"]:
        yield labeled("asked", f"“{turn['request']['words']}”", "bold yellow")
    yield from _plan(turn["plan"], full)
    if full and turn["request"] and turn["plan"]:
        yield from _understood(turn["request"].get("directives") or (), turn["plan"]["directives"])
    if turn["message"]:
        yield labeled("says", turn["message"], "green")
    yield from slate_lines(turn, width, full)
    if turn["review"]["summary"]:
        yield labeled("thinks", turn["review"]["summary"], "italic")
    yield from _mindset(turn["before"], turn["after"], width)
    yield from _decision(turn, full)
    if full:
        yield from _trace(data, turn["number"])


def _rule(turn: Data, width: int) -> RenderableType:
    seconds = sum(reaction["seconds"] for reaction in turn["review"]["reactions"])
    facts = f"seen {turn['review']['seen']} of {len(turn['slate'])} · {seconds / 60:.1f} min"
    title = Text.assemble(
        (f"turn {turn['number']}", "bold"), (f" · {facts} · reward {turn['reward']:g}", "dim")
    )
    return Padding(Rule(title, align="left", characters="─" if fancy() else "-", style="dim"), (0, 0))


def directive_words(directive: Data) -> str:
    """A directive as `less genre Horror`, its strength where it is not full."""
    parts = [str(directive[key]) for key in ("kind", "facet", "value") if directive.get(key)]
    strength = directive.get("strength", 1.0)
    return " ".join(parts) + ("" if strength >= 1 else f" ({strength:.1f})")


def _directives(directives: Sequence[Data]) -> str:
    return ", ".join(directive_words(directive) for directive in directives)


def _plan(plan: Data | None, full: bool) -> Iterator[RenderableType]:
    if not plan:
        return
    if plan.get("directives"):
        yield labeled("read as", _directives(plan["directives"]), "cyan")
    if plan.get("unknown"):
        yield labeled("unknown", ", ".join(plan["unknown"]), "yellow")
    if not full:
        return
    for label, text in (
        ("queries", ", ".join(plan.get("queries", ()))),
        ("filters", _directives(plan.get("filters", ()))),
        ("weights", ", ".join(f"{name} {weight:.2f}" for name, weight in plan.get("weights", {}).items())),
        ("reasons", plan.get("reasoning", "")),
    ):
        if text:
            yield labeled(label, text)


def _understood(meant: Sequence[Data], read: Sequence[Data]) -> Iterator[RenderableType]:
    """What was meant beside what was understood: kept, missed and added."""
    wanted, found = ({_named(one): one for one in side} for side in (meant, read))
    for label, names, style in (
        ("heard", [n for n in wanted if n in found], "green"),
        ("missed", [n for n in wanted if n not in found], "red"),
        ("added", [n for n in found if n not in wanted], "yellow"),
    ):
        if names and wanted:
            yield labeled(label, ", ".join(" ".join(filter(None, name)) for name in names), style)


def _named(directive: Data) -> tuple[str, str, str]:
    kind, facet, value = (str(directive.get(key) or "") for key in ("kind", "facet", "value"))
    return kind, facet, value.lower()


def _mindset(before: Data | None, after: Data | None, width: int) -> Iterator[RenderableType]:
    """Each feeling as a bar with its change, as many on a line as fit."""
    if after is None:
        return
    cells = [_feeling(name, (before or {}).get(name), after[name]) for name in _FEELINGS if name in after]
    fit = max(1, (width - _INDENT) // 34)
    lines = [Text("  ").join(cells[at : at + fit]) for at in range(0, len(cells), fit)]
    yield labeled("feels", Text("\n").join(lines))


def _feeling(name: str, before: float | None, now: float) -> Text:
    drawn = (now + 1) / 2 if name == "mood" else now
    text = Text.assemble((f"{name:<12} ", "dim"), (bar(drawn, 8), "cyan"), f" {now:>5.2f} ")
    change = 0.0 if before is None else now - before
    if abs(change) < 0.005:
        return text.append("     ")
    good = (change > 0) == (name in ("satisfaction", "trust", "mood"))
    return text.append(f"{change:+.2f}", "green" if good else "red")


def _decision(turn: Data, full: bool) -> Iterator[RenderableType]:
    decision = turn["decision"]
    if decision["kind"] == "instruct" and decision.get("instruction"):
        yield from _instruction(decision["instruction"], full)
    elif decision["kind"] == "leave":
        words = f"  “{decision['words']}”" if decision.get("words") else ""
        yield labeled("leaves", Text.assemble((str(decision.get("reason")), "bold red"), words))
    else:
        yield labeled("goes on", "", "dim")


def _instruction(instruction: Data, full: bool) -> Iterator[RenderableType]:
    yield labeled("tells", f"“{instruction['words']}”", "bold yellow")
    if instruction.get("reflection"):
        yield labeled("because", instruction["reflection"], "italic")
    if instruction.get("directives"):
        yield labeled("means", _directives(instruction["directives"]))


def _trace(data: Data, number: int) -> Iterator[RenderableType]:
    for step in data["trace"]:
        if step["turn"] == number:
            calls = len(step.get("calls", ()))
            yield labeled("step", f"{step['node']}  {step['ms']:.0f} ms, {calls} calls")
