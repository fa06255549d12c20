"""`recoworld serve-scripted` as a process, and options that are wrong."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from scripted_asking import chat
from typer.testing import CliRunner

from app.cli.program import cli
from app.cli.serve_scripted import NAMES
from app.errors import UsageError
from app.llm.scripted import Options, ScriptedServer
from app.llm.scripted.options import FAULTS

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(*args: str) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "serve-scripted",
        "--port",
        "0",
        *args,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_one_json_object_and_ctrl_c_ends_it_with_0(number: signal.Signals) -> None:
    with serving("--json", "--first", "rate_limit") as process:
        told = json.loads(process.stdout.readline())
        assert told["base_url"] == f"http://127.0.0.1:{told['port']}/v1"
        connection = http.client.HTTPConnection("127.0.0.1", told["port"], timeout=10)
        for _ in range(2):
            connection.request("POST", "/v1/chat/completions", json.dumps(chat()))
            connection.getresponse().read()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        connection.close()
    assert (process.returncode, out) == (0, "")
    assert err == "2 calls: ok 1, rate_limit 1\n"


def test_it_ends_at_once_with_calls_under_way() -> None:
    with serving("--json", "--latency", "60") as process:
        port = json.loads(process.stdout.readline())["port"]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/v1/chat/completions", json.dumps(chat()))
        while b'"pending":1' not in counts(port):
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)
        connection.close()
    assert (process.returncode, err) == (0, "1 calls: abandoned 1\n")


def counts(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/_counts")
    raw = connection.getresponse().read()
    connection.close()
    return raw


def test_it_names_the_command_to_run_next_without_the_key() -> None:
    with serving("--key", "sk-secret") as process:
        said = process.stdout.readline() + process.stdout.readline()
    assert "serving a scripted model at http://127.0.0.1:" in said
    assert "next: OPENAI_BASE_URL=http://127.0.0.1:" in said
    assert "sk-secret" not in said


def test_a_port_that_is_taken_is_a_usage_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["serve-scripted", "--port", str(port)])
        assert result.exit_code == 2
        assert f"cannot listen on 127.0.0.1:{port}" in result.stderr
        with pytest.raises(UsageError, match="cannot listen"), ScriptedServer(port=port):
            pass


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--faults", "rate_limt=.1"), "unknown fault 'rate_limt'"),
        (("--faults", "nan"), "'nan' has no share; write nan=.1"),
        (("--faults", "nan=lots"), "--faults nan: 'lots' is not a number"),
        (("--faults", "nan=-1"), "--faults nan: '-1' is not allowed"),
        (("--faults", "nan=.6,cut=.6"), "the shares sum to 1.2"),
        (("--first", "boom"), "unknown name in --first 'boom'"),
        (("--latency", "soon"), "--latency: 'soon' is not a number"),
        (("--latency", "lognormal:1"), "is not lognormal:MEDIAN,SIGMA"),
        (("--retry-after", "later"), "--retry-after: 'later' is not a number"),
        (("--capabilities", "mind_reading"), "unknown name in --capabilities"),
        (("--unsupported", "401"), "unknown way for --unsupported '401'"),
        (("--rpm", "0"), "--rpm: 0.0 is not allowed; give 1 or more"),
        (("--max-connections", "0"), "--max-connections: 0 is not allowed"),
    ],
)
def test_a_wrong_option_says_what_is_allowed(args: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(cli, ["serve-scripted", *args])
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) <= 5


def test_an_unknown_option_in_python_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="did you mean 'latency'"):
        Options.of(latncy=1)


def test_options_are_the_same_as_text_and_as_python_values() -> None:
    assert Options.of(faults="nan=.1,cut=.2", first="ok,nan", latency="0.5") == Options.of(
        faults={"nan": 0.1, "cut": 0.2}, first=["ok", "nan"], latency=0.5
    )


def test_the_help_names_every_fault() -> None:
    assert NAMES == FAULTS
