"""The command line `recoworld`: one file a command, heavy imports inside the commands."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """The console script."""
    from app.cli.program import cli

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="recoworld")
