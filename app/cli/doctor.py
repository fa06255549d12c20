"""`recoworld doctor`: whether everything that a run needs is there, and what to do where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.cli.checks import Check


def doctor(db: options.Db = None, json: options.Json = False) -> None:
    """Check Python, packages, database, disk, embedded data, threads and terminal; exit 2 when one fails."""
    from app.cli.checks import all_checks
    from app.cli.output import print_json

    checks = list(all_checks(db))
    if json:
        print_json([check._asdict() for check in checks])
    else:
        _print(checks)
    if any(check.status == "fail" for check in checks):
        raise typer.Exit(2)


_MARKS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def _print(checks: list[Check]) -> None:
    from rich.text import Text

    from app.cli.output import out, print_next

    for check in checks:
        line = Text.assemble((f"{check.status:<5}", _MARKS[check.status]), f"{check.name:<12}", check.says)
        if check.fix:
            line.append(f"\n{'':17}{check.fix}", "dim")
        out().print(line, soft_wrap=True)
    failed = any(check.status == "fail" for check in checks)
    print_next("recoworld config" if failed else "recoworld run", "the effective settings" if failed else "")
