"""The command line `recoworld`: one file a command, heavy imports inside the commands."""

from __future__ import annotations


def main() -> None:
    """The console script."""
    from app.cli.program import cli

    cli(prog_name="recoworld")
