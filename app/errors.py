"""Errors, named by the boundary they cross. Each knows its exit code and says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class RecoWorldError(Exception):
    """An error that is shown to the user in a few lines, without a traceback."""

    exit_code = 1
    stops_run: ClassVar[bool] = True
    """Whether it concerns the whole run; else it only fails the session it happened in."""


class UsageError(RecoWorldError):
    """A wrong option, name or configuration."""

    exit_code = 2


class DataError(RecoWorldError):
    """A file that cannot be read as what it should be; the message names the file and the line."""

    exit_code = 2


class StoreError(RecoWorldError):
    """The database cannot be opened, read or written."""

    exit_code = 2


class PluginError(RecoWorldError):
    """A user's own recommender, mind or reward is not what it should be."""

    exit_code = 2


class TooManyFailures(RecoWorldError):
    """The run finished with an error rate above the limit."""

    exit_code = 3


class ExpectationFailed(RecoWorldError):
    """The run is done and stored, and is not what its run file expects of it."""

    exit_code = 4


class Interrupted(RecoWorldError):
    """Ctrl-C: what finished is kept."""

    exit_code = 130


def unknown(what: str, name: str, known: Iterable[str], hint: str = "") -> UsageError:
    """A UsageError for an unknown name, with the nearest known ones."""
    names = sorted(set(known))
    near = get_close_matches(name.lower(), [n.lower() for n in names], n=3, cutoff=0.5)
    found = [n for n in names if n.lower() in near]
    if found:
        help_text = f"did you mean {' or '.join(repr(n) for n in found)}?"
    else:
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        help_text = f"known: {shown}" if names else "there are none yet"
    between = "" if not hint else " " if hint.startswith("(") else "; "
    return UsageError(f"unknown {what} {name!r}: {help_text}{between}{hint}")
