"""The root of the command line: errors in a few lines and the exit codes of the whole program."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from app.errors import Interrupted, RecoWorldError

MOST_LINES = 5
USAGE_ERROR = typer.BadParameter.__mro__[2]
"""The base of all errors of the parser; typer moved it between modules, but not in this line of descent."""


class Root(TyperGroup):
    """A command group that turns every end into an exit code. `--debug` may stand anywhere."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        debug = bool(os.environ.get("RECOWORLD_DEBUG")) or "--debug" in _options(given)
        given = [a for a in _options(given) if a != "--debug"] + given[len(_options(given)) :]
        extra["standalone_mode"] = False
        sys.exit(self._outcome(given, debug, *rest, **extra))

    def _outcome(self, given: list[str], debug: bool, *rest: Any, **extra: Any) -> int:
        try:
            code = super().main(given, *rest, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            from app.cli.output import hang_up

            hang_up()
        except (KeyboardInterrupt, typer.Abort):
            return _stopped()
        except Exception as error:  # noqa: BLE001 - the one place where an error becomes an exit code
            return failed(error, debug)
        return code if isinstance(code, int) else 0


def _options(given: list[str]) -> list[str]:
    """The arguments before a `--`."""
    return given[: given.index("--")] if "--" in given else given


def _stopped() -> int:
    tell("interrupted; what finished is kept")
    return Interrupted.exit_code


def failed(error: Exception, debug: bool) -> int:
    """Tells an error in at most five lines (the traceback before it with `--debug`); its exit code."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, RecoWorldError):
        tell(*str(error).splitlines())
        return error.exit_code
    if isinstance(error, USAGE_ERROR):
        tell(*_usage(error))
        return 2
    hint = [] if debug else ["this is a fault of recoworld; run it again with --debug to see where"]
    tell(f"{type(error).__name__}: {(str(error).splitlines() or ['no message'])[0][:300]}", *hint)
    return 1


def _usage(error: Any) -> list[str]:
    context = getattr(error, "ctx", None)
    wrong = getattr(error, "option_name", None)
    message = error.format_message().rstrip(".").replace("\n", " ")
    if wrong and context is not None:
        message = f"no such option {wrong}{_near(wrong, context)}"
    path = context.command_path if context else "recoworld"
    return [message[:1].lower() + message[1:], f"see: {path} --help"]


def _near(wrong: str, context: Any) -> str:
    known = [name for p in context.command.params for name in p.opts if name.startswith("--")]
    near = get_close_matches(wrong, known, n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else f"; known: {', '.join(known[:12])}"


def tell(*lines: str) -> None:
    """An error on stderr, `error:` in red where colors are seen."""
    from rich.text import Text

    from app.cli.output import err

    if not lines:
        return
    kept = [*lines[: MOST_LINES - 1], "…"] if len(lines) > MOST_LINES else lines
    first = Text.assemble(("error: ", "bold red"), kept[0])
    err().print(Text("\n       ").join([first, *(Text(line.strip()) for line in kept[1:])]), soft_wrap=True)
