"""Writes docs/walkthrough.md: from a session that went wrong to a promoted prompt, every command run for real.

    python docs/walkthrough.py [OUTPUT.md]

Runs in an empty folder against the scripted server on loopback. Fails where a step does not do what the page says.
"""

from __future__ import annotations

import json
import os
import re
import shlex
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
MOST = 34
COMMON = "--mind llm --recommender agent --model user=scripted --sessions 20 --max-turns 6"


class Page:
    """The page in the making; `say` adds words, `run` a command with what it printed."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.environment = os.environ | {
            "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "any", "COLUMNS": "96", "NO_COLOR": "1", "RECOWORLD_DB": "walk.db",
        }  # fmt: skip

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
        self.lines += ["```", f"$ {command}", *_some(done.stdout.rstrip().splitlines(), keep), "```"]
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
    """A folder of prompts of one's own, with a slip in it, and the same with the slip mended."""
    now = (builtin_folder() / "user/_now.md").read_text()
    if RIGHT not in now:
        raise SystemExit("prompts/user/_now.md says the time in other words; adapt docs/walkthrough.py")
    for name, text in (("mine", now.replace(RIGHT, WRONG)), ("mended", now)):
        place = folder / name / "user"
        place.mkdir(parents=True)
        (place / "_now.md").write_text(text)
        (place / "decide.md").write_text((builtin_folder() / "user/decide.md").read_text())


def write(page: Page) -> None:
    page.say("""
# From a session that went wrong to a better prompt

<!-- Written by docs/walkthrough.py; do not edit. -->

Somebody keeps the user's prompts in a folder of their own, `mine/`, and has changed how the time is told. The
users are played by a model. Here it is the scripted server that ships with RecoWorld, so that all of this can
be repeated without a key: `recoworld serve-scripted`, then `OPENAI_BASE_URL` and `OPENAI_API_KEY=any`. It
is no real mind: what it shows is the way of working, not what a model would do.

## 1. A batch looks wrong
""")
    page.run(f"recoworld run {COMMON} --prompts mine", ((0, 4), (9, 28)))
    first = page.data("recoworld show latest --json")
    if mean(first, "turns") > 2:
        raise SystemExit("the slip in the prompt does not show")
    page.say(
        "Nobody stays beyond the first list, and all say that their time is up. Where is that decided?\n\n## 2. Which node decides, and on what prompt"
    )
    page.run("recoworld graph --run latest", ((0, 40),))
    page.run("recoworld graph --session latest-1-1", ((0, 20),))
    page.say("`update_mindset` decides to leave. What was it asked? What comes from the data is marked:")
    page.run("recoworld show latest-1-1:1:update_mindset", ((0, 60),))
    page.say(
        "`0 of … minutes left`, in the first minute. The prompt divides minutes by 60, as if they were seconds:"
    )
    page.run("recoworld prompt diff user/decide mine/user/decide.md")
    page.say(
        "## 3. Mend it, and try it on stored inputs\n\n`mended/` has the line as it should be. Before any session is run again, the node alone is asked under both\nversions, on what it was really given:"
    )
    run_key = str(first["run"])
    page.run(
        f"recoworld prompt try update_mindset mended/user/decide.md --from {run_key} --against mine/user/decide.md -n 20 -k 2",
        ((0, 50),),
    )
    page.say(
        "## 4. One session, the other way\n\nThe same user and the same slate; only the prompt is another from `1:decide` on:"
    )
    page.run(f"recoworld fork {run_key}-1-1 --at 1:decide --prompt mended/user/decide.md", ((0, 30),))
    page.run("recoworld replay latest --verify")
    page.say("## 5. A batch confirms it")
    page.run(f"recoworld run {COMMON} --prompts mended", ((0, 4), (9, 28)))
    second = page.data("recoworld show latest --json")
    if mean(second, "turns") < 2 * mean(first, "turns"):
        raise SystemExit("the mended prompt does not help")
    page.run(f'recoworld compare {run_key} latest --gate "turns > 0"', ((0, 24),))
    page.run(
        f"recoworld graph --run latest -o {DOCS / 'walkthrough.svg'}"
        if sys.argv[1:] == []
        else "recoworld graph --run latest -o run.svg"
    )
    page.say(
        "![the session graph with the visits, times and prompts of the run](walkthrough.svg)\n\nThe folder `mended/` takes the place of `mine/`. Which version was used where stays on record:"
    )
    page.run("recoworld prompt ls", ((0, 30),))


def main() -> None:
    target = Path(sys.argv[1]) if sys.argv[1:] else DOCS / "walkthrough.md"
    with tempfile.TemporaryDirectory() as folder, ScriptedServer() as server:
        prepare(Path(folder))
        page = Page(Path(folder), server.base_url)
        write(page)
    target.write_text(page.text().replace(str(DOCS) + "/", ""))
    print(f"written: {target}, {len(page.text().splitlines())} lines")


if __name__ == "__main__":
    main()
