"""Servers that others made, started on loopback where they are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

READY_SECONDS = 60.0


def program(variable: str, name: str) -> str:
    """The path of a program, from an environment variable or PATH; without it the test is skipped."""
    found = os.environ.get(variable) or shutil.which(name)
    if not found or not Path(found).exists():
        pytest.skip(f"{name} is not installed; set {variable} to its path")
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(command: Sequence[str], address: str, health: str, log: Path) -> Iterator[str]:
    """Runs a server until the block ends; `health` is the path that answers 200 when it is ready."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _await_ready(process, address + health, log)
            yield address
        finally:
            process.kill()


def _await_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"the server did not come up:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2.0) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
