"""`recoworld prompt try`: one node asked again on stored inputs, against a real scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import cli
from app.llm.scripted import ScriptedServer
from app.prompts import Prompts

LLM = ["--mind", "llm", "--recommender", "llm", "--model", "scripted"]
LONGER = "Take great care with every single one of the answers that you give. "
"""69 characters that the scripted server counts as some 17 tokens."""
FILES = {
    "reason": "recommender/reason",
    "rerank": "recommender/rerank",
    "review": "user/review",
    "update_mindset": "user/decide",
}


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`llm.db` with a run of models, `plain.db` with an embedded one, and a longer version of each prompt."""
    folder = tmp_path_factory.mktemp("trials")
    for node, name in FILES.items():
        block = "{% block system %}"
        text = Prompts()[name].own
        assert block in text
        (folder / f"{node}.md").write_text(text.replace(block, f"{block}\n{LONGER}\n"), "utf-8")
    sizes = ["--sessions", "4", "--max-turns", "3"]
    with ScriptedServer(seed=3) as server:
        environment = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "any"}
        for args in ([*LLM, "--db", str(folder / "llm.db")], ["--db", str(folder / "plain.db")]):
            result = CliRunner().invoke(cli, ["run", *sizes, *args], env=environment)
            assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def folder_of_runs(made_once: Path, tmp_path: Path) -> Path:
    """A copy, so that no test finds the answers of another in its database."""
    return Path(copytree(made_once, tmp_path / "trials"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer(seed=3) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield running


@pytest.fixture
def trial(folder_of_runs: Path, server: ScriptedServer, data: Callable[..., Any]) -> Callable[..., Any]:
    """A trial of a node as JSON; of the run of models unless `db` says otherwise."""

    def made(node: str, *args: str, db: str = "llm.db") -> Any:
        file = str(folder_of_runs / f"{node}.md")
        return data(
            "prompt",
            "try",
            node,
            file,
            "--from",
            "latest",
            "--db",
            str(folder_of_runs / db),
            "-n",
            "4",
            *args,
        )

    return made


def by_name(found: Any) -> dict[str, Any]:
    return {row["name"]: row for row in found["measures"]}


@pytest.mark.parametrize("node", FILES)
def test_a_longer_prompt_takes_more_tokens(trial: Callable[..., Any], node: str) -> None:
    found = trial(node, "-k", "2", "--cache", "off")
    tokens = by_name(found)["prompt_tokens"]
    assert 10 < tokens["difference"] < 25
    assert tokens["low"] > 0
    assert tokens["clear"]
    assert (found["inputs"], found["repeats"], found["usage"]["calls"]) == (4, 2, 16)


@pytest.mark.parametrize("node", FILES)
def test_the_inputs_of_an_embedded_run_are_asked_of_a_model(trial: Callable[..., Any], node: str) -> None:
    found = trial(node, "-k", "1", "--model", "scripted", db="plain.db")
    assert (found["inputs"], found["model"]) == (4, "scripted")
    assert by_name(found)["no_answer"]["a"] == 0.0


@pytest.mark.slow
def test_a_trial_again_pays_for_nothing_and_says_the_same(trial: Callable[..., Any]) -> None:
    args = ("-k", "2", "--seed", "1")
    first, again = trial("update_mindset", *args), trial("update_mindset", *args)
    assert again["usage"]["calls"] == 0
    assert again["usage"]["cached"] == 16
    kinds = [[by_name(one)[kind] for kind in ("leave", "satisfaction")] for one in (first, again)]
    assert kinds[0] == kinds[1]
    assert trial("update_mindset", "-k", "3", "--seed", "1")["usage"]["calls"] == 8


def test_the_first_answers_of_a_are_those_of_the_run(trial: Callable[..., Any]) -> None:
    assert trial("review", "-k", "1", "--seed", "3")["usage"]["cached"] == 4


def test_the_stored_sessions_stay_as_they_are(
    trial: Callable[..., Any], rw: Callable[..., Result], folder_of_runs: Path
) -> None:
    shown = ("show", "latest-1-1", "--db", str(folder_of_runs / "llm.db"), "--json")
    before = rw(*shown).stdout
    trial("update_mindset", "-k", "1", "--cache", "off")
    assert rw(*shown).stdout == before


def test_only_turns_that_fulfill_the_conditions_are_asked(trial: Callable[..., Any]) -> None:
    found = trial("review", "--where", "turn>=2", "--where", "turn<3", "-n", "50", "-k", "1")
    assert found["where"] == ["turn>=2", "turn<3"]
    assert {flip["turn"] for flip in found["flips"]} <= {2}
    assert found["matching"] == found["inputs"] <= 4


def test_decide_is_tried_as_the_node_that_asks(
    rw: Callable[..., Result], server: ScriptedServer, folder_of_runs: Path
) -> None:
    args = ("update_mindset.md", "--from", "latest", "--db", "llm.db", "-n", "4", "-k", "2")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder_of_runs)
        shown = rw("prompt", "try", "decide", *args)
    assert "that is what is tried" in shown.stderr
    assert "update_mindset asked again on 4 inputs × 2" in shown.stdout
    assert "next: recoworld " in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines() if not line.startswith("next:"))


def test_a_version_whose_answers_are_all_spoiled_says_so(
    rw: Callable[..., Result], folder_of_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(seed=3, faults="invalid_json=1") as broken:
        monkeypatch.setenv("OPENAI_BASE_URL", broken.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        args = ("--db", str(folder_of_runs / "llm.db"), "-n", "2", "-k", "1", "--seed", "5")
        result = rw(
            "prompt", "try", "review", str(folder_of_runs / "review.md"), "--from", "latest", *args, code=3
        )
    assert "B got no answer to 2 of 2 questions" in result.output


def test_a_budget_ends_a_trial(
    rw: Callable[..., Result], server: ScriptedServer, folder_of_runs: Path
) -> None:
    args = ("--db", str(folder_of_runs / "llm.db"), "--max-calls", "3", "--cache", "off")
    said = rw(
        "prompt", "try", "review", str(folder_of_runs / "review.md"), "--from", "latest", *args, code=5
    ).stderr
    assert "--max-calls is 3" in said
    assert "the same trial with a higher limit" in said


WRONG = {
    "retrieve": (("retrieve", "review.md"), "these have one: reason, rerank, review, update_mindset"),
    "other output": (("reason", "review.md"), "must be 'PlanAnswer' in the place of recommender/reason"),
    "undeclared": (("review", "bad.md"), "'nix' is not among the inputs of bad.md"),
    "nothing matches": (("review", "review.md", "--where", "turn>9"), "run "),
    "same": (("review", "review.md", "--against", "review.md"), "is the same as A"),
    "arm": (("review", "review.md", "--arm", "lmm"), "did you mean 'llm'"),
    "other prompt": (("review", "review.md", "--against", "user/decide"), "is no version of user/review"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_before_anything_is_asked(
    rw: Callable[..., Result],
    server: ScriptedServer,
    folder_of_runs: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    args, message = WRONG[case]
    monkeypatch.chdir(folder_of_runs)
    good = (folder_of_runs / "review.md").read_text("utf-8")
    (folder_of_runs / "bad.md").write_text(good.replace(LONGER, "{{ nix }}"), "utf-8")
    said = rw("prompt", "try", *args, "--from", "latest", "--db", "llm.db", code=2).stderr
    assert message in said
    assert server.counts()["calls"] == 0


def test_a_run_without_a_model_needs_one(
    rw: Callable[..., Result], server: ScriptedServer, folder_of_runs: Path
) -> None:
    args = (str(folder_of_runs / "review.md"), "--from", "latest", "--db", str(folder_of_runs / "plain.db"))
    assert "no model played the user in run" in rw("prompt", "try", "review", *args, code=2).stderr
