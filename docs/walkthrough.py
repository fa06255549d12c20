"""Writes docs/walkthrough.md: from a session that went wrong to a promoted prompt, every command run for real.

    python docs/walkthrough.py [OUTPUT.md]

Runs in an empty folder against the scripted server on loopback. Fails where a step does not do what the page says.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.llm.scripted import ScriptedServer
from app.prompts.library import builtin_folder

DOCS = Path(__file__).resolve().parent
RIGHT = "{{ minutes_left }} of {{ minutes }} minutes left"
WRONG = "{{ minutes_left // 60 }} of {{ minutes }} minutes left"
INCLUDED = '{% include "user/_now.md" %}'
MOST = 34
COMMON = "--mind llm --recommender agent --model user=scripted --sessions 20 --max-turns 6"


class Page:
    """The page in the making; `say` adds words, `run` a command with what it printed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.lines: list[str] = []
        plain = {"COLUMNS": "96", "NO_COLOR": "1", "RECOWORLD_DB": "walk.db"}
        self.environment = os.environ | {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "any"} | plain

    def say(self, text: str) -> None:
        self.lines += ["", *text.strip().splitlines(), ""]

    def run(self, command: str, keep: Sequence[tuple[int, int]] = ((0, MOST),)) -> str:
        """Runs a `recoworld` command, which must succeed; shows some of the lines that it printed."""
        done = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        said = done.stdout.rstrip().replace(str(builtin_folder()), "prompts")
        self.lines += ["```", f"$ {command}", *_some(said.splitlines(), keep), "```", ""]
        return done.stdout

    def data(self, command: str) -> dict[str, object]:
        """What a command prints as JSON; not shown."""
        done = subprocess.run(
            shlex.split(command),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines).strip()) + "\n"


def _some(lines: Sequence[str], keep: Sequence[tuple[int, int]]) -> Iterator[str]:
    end = 0
    for start, stop in keep:
        if start > end:
            yield "…"
        yield from lines[start:stop]
        end = stop
    if end < len(lines):
        yield "…"


def mean(data: dict[str, object], metric: str) -> float:
    arms: list[dict[str, dict[str, dict[str, float]]]] = data["arms"]  # type: ignore[assignment]
    return arms[0]["metrics"][metric]["mean"]


def prepare(folder: Path) -> None:
    """A folder with a prompt of one's own that has a slip in it, and one with the slip mended."""
    now, decide = ((builtin_folder() / f"user/{name}.md").read_text() for name in ("_now", "decide"))
    if RIGHT not in now or INCLUDED not in decide:
        raise SystemExit("the prompts of the user tell the time in another way; adapt docs/walkthrough.py")
    for name, text in (("mine", now.replace(RIGHT, WRONG)), ("mended", now)):
        place = folder / name / "user"
        place.mkdir(parents=True)
        (place / "decide.md").write_text(decide.replace(INCLUDED, text.rstrip("\n")))


def write(page: Page) -> None:
    page.say(BATCH)
    page.run(f"recoworld run {COMMON} --prompts mine", ((0, 29),))
    first = page.data("recoworld show latest --json")
    if mean(first, "leave_by_3") < 0.5:
        raise SystemExit("the slip in the prompt does not show")
    run = str(first["run"])
    page.say(WHERE)
    page.run(f"recoworld graph --session {run}-1-1", ((0, 20),))
    page.say(ASKED)
    page.run(f"recoworld show {run}-1-1:1:update_mindset", ((0, 60),))
    page.say(SLIP)
    page.run("recoworld prompt diff user/decide mine/user/decide.md")
    page.say(TRIED)
    versions = f"mended/user/decide.md --from {run} --against mine/user/decide.md"
    page.run(f"recoworld prompt try update_mindset {versions} -n 20 -k 2", ((0, 50),))
    page.say(FORKED)
    page.run(f"recoworld fork {run}-1-1 --at 1:decide --prompt mended/user/decide.md", ((0, 30),))
    page.run("recoworld replay latest --verify")
    page.say(CONFIRMED)
    page.run(f"recoworld run {COMMON} --prompts mended", ((0, 29),))
    if mean(page.data("recoworld show latest --json"), "turns") < 1.5 * mean(first, "turns"):
        raise SystemExit("the mended prompt does not help")
    page.run(f'recoworld compare {run} latest --gate "turns > 0"', ((0, 24),))
    page.run("recoworld graph --run latest -o walkthrough.svg")
    page.say(PROMOTED)
    page.run("recoworld prompt ls", ((0, 30),))


BATCH = """
# From a session that went wrong to a better prompt

<!-- Written by docs/walkthrough.py; do not edit. -->

Somebody keeps the prompt by which users decide in a folder of their own, `mine/`, and has changed how it tells the
time. The users are played by a model. Here that is the scripted server that ships with RecoWorld, so that all of
this can be repeated without a key: `recoworld serve-scripted`, then `OPENAI_BASE_URL` and `OPENAI_API_KEY=any`. It
is no real mind: what the page shows is the way of working, not what a model would do.

## 1. A batch looks wrong
"""
WHERE = """
Most users are gone after the first list, for all kinds of reasons.

## 2. Which node decided that, on what prompt
"""
ASKED = """
`update_mindset` asks the model how the user is and what it does next. This is what it was asked; what came
from the data stands in marks:
"""
SLIP = """
No minutes are left, in the first minute. The prompt divides minutes by 60, as if they were seconds:
"""
TRIED = """
## 3. Mend it, and try it on stored inputs

`mended/` has the line as it should be. Before any session is run again, the node alone is asked under both
versions, on what it was really given:
"""
FORKED = """
## 4. One session, the other way

The same user and the same slate; only the prompt is another one from the decision on:
"""
CONFIRMED = """
## 5. A batch confirms it
"""
PROMOTED = """
![the session graph with the visits, times and prompts of the run](walkthrough.svg)

The folder `mended/` takes the place of `mine/`. Which version was used where stays on record:
"""


def main() -> None:
    target = Path(sys.argv[1] if sys.argv[1:] else DOCS / "walkthrough.md").resolve()
    with tempfile.TemporaryDirectory() as folder, ScriptedServer() as server:
        prepare(Path(folder))
        page = Page(Path(folder), server.base_url)
        write(page)
        shutil.copy(Path(folder) / "walkthrough.svg", target.with_suffix(".svg"))
    target.write_text(page.text())
    print(f"written: {target}, {len(page.text().splitlines())} lines")


if __name__ == "__main__":
    main()
