"""The graphs that LangGraph Studio loads: they need no key, run there, and use what was edited there."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph

from app.errors import DataError, UsageError
from app.llm.scripted import ScriptedServer
from app.prompts import Prompts
from app.prompts.nodes import PROMPT_OF
from app.studio.choices import RecommenderChoices, SessionChoices, UserChoices
from app.studio.graphs import recommender, session, user
from graphs.recommender import recommender_graph
from graphs.session import session_graph
from graphs.user import user_graph

CONFIG = json.loads((Path(__file__).resolve().parents[1] / "langgraph.json").read_text())
FILMS = ("paddington-2014", "toy-story-1995")


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The bodies of all calls to the scripted model that the environment names."""
    bodies: list[dict[str, Any]] = []

    class Between(BaseHTTPRequestHandler):
        """Passes calls on to the scripted server and notes them."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            bodies.append(json.loads(body))
            call = Request(server.base_url + self.path, body, {"content-type": "application/json"})
            with urlopen(call) as answer:
                said = answer.read()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ScriptedServer(seed=5) as server, ThreadingHTTPServer(("127.0.0.1", 0), Between) as between:
        thread = Thread(target=between.serve_forever)
        thread.start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{between.server_port}")
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield bodies
        between.shutdown()
        thread.join()


def run(graph: Any, given: dict[str, Any], context: dict[str, Any] | None = None) -> dict[str, Any]:
    final: dict[str, Any] = asyncio.run(graph.ainvoke(given, context=context))
    return final


def edited(name: str, old: str, new: str) -> str:
    text = Prompts()[name].text
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("name", ["session", "user", "recommender"])
def test_studio_finds_the_graph(name: str) -> None:
    path, _, attribute = CONFIG["graphs"][name].partition(":")
    module = importlib.import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    assert isinstance(getattr(module, attribute), CompiledStateGraph)


@pytest.mark.parametrize(
    ("here", "there"),
    [(session, session_graph()), (user, user_graph()), (recommender, recommender_graph())],
    ids=["session", "user", "recommender"],
)
def test_the_graphs_are_drawn_as_all_others_are(here: Any, there: Any) -> None:
    assert here.get_graph().draw_mermaid() == there.get_graph().draw_mermaid()


@pytest.mark.parametrize("node", PROMPT_OF)
def test_every_node_that_asks_has_its_prompt_and_its_model_in_studio(node: str) -> None:
    fields = session.get_context_jsonschema()["properties"]  # type: ignore[index]
    prompt, model = fields[f"{node}_prompt"], fields[f"{node}_model"]
    assert (prompt["langgraph_nodes"], prompt["langgraph_type"]) == ([node], "prompt")
    assert prompt["default"] == Prompts()[PROMPT_OF[node]].text
    assert (model["langgraph_nodes"], model["default"]) == ([node], "")


def test_what_is_not_edited_is_the_version_in_use() -> None:
    assert SessionChoices().prompts().rows() == Prompts().rows()


def test_a_session_needs_a_name_and_no_key() -> None:
    final = run(session, {"who": "fisherman", "max_turns": 2})
    assert final["persona"].id == "fisherman#1"
    assert final["status"] in ("left", "truncated")
    assert 1 <= len(final["turns"]) <= 2


def test_the_same_choices_give_the_same_session() -> None:
    first, second = (run(session, {}, {"slate_size": 4}) for _ in range(2))
    assert first["turns"] == second["turns"]
    assert len(first["turns"][0].slate.slots) == 4


def test_a_user_is_shown_the_films_that_are_named() -> None:
    final = run(user, {"items": FILMS})
    assert final["slate"].items == FILMS
    assert final["reviewed"].seen >= 1
    assert final["decision"] is not None


def test_a_user_is_shown_what_the_agent_recommends_where_none_is_named() -> None:
    assert len(run(user, {"who": "fisherman"})["slate"].slots) == 10


def test_a_recommender_is_asked_in_words() -> None:
    final = run(recommender, {"words": "no war films"}, {"slate_size": 3})
    assert [(d.kind, d.value) for d in final["plan"].directives] == [("avoid", "War")]
    assert len(final["slate"].slots) == 3


def test_a_session_in_a_thread_whose_last_one_ended_begins_anew() -> None:
    graph = session.copy(update={"checkpointer": InMemorySaver()})
    config = {"configurable": {"thread_id": "1"}}

    async def both() -> list[Any]:
        given = [{"who": who, "max_turns": 1} for who in ("fisherman", "bartender")]
        return [await graph.ainvoke(one, config) for one in given]

    finals = asyncio.run(both())
    assert [final["persona"].id for final in finals] == ["fisherman#1", "bartender#1"]
    assert [len(final["turns"]) for final in finals] == [1, 1]


def test_an_edited_prompt_of_the_user_is_what_the_model_is_sent(sent: list[dict[str, Any]]) -> None:
    context = {
        "review_model": "one",
        "update_mindset_model": "two",
        "review_prompt": edited("user/review", "go down the list from the top", "LOOK AT THIS"),
        "update_mindset_prompt": edited("user/decide", "You stand in for one person", "YOU ARE HER"),
    }
    run(user, {"items": FILMS}, context)
    assert [body["model"] for body in sent] == ["one", "two"]
    systems = [body["messages"][0]["content"] for body in sent]
    assert "LOOK AT THIS" in systems[0]
    assert systems[0].startswith("You stand in for one person")
    assert systems[1].startswith("YOU ARE HER")


def test_an_edited_prompt_of_the_recommender_is_what_the_model_is_sent(sent: list[dict[str, Any]]) -> None:
    context = {
        "rerank_model": "m",
        "rerank_prompt": edited("recommender/rerank", "You are the ranking step", "YOU RANK"),
    }
    final = run(recommender, {"words": "no war films"}, context)
    systems = [body["messages"][0]["content"] for body in sent]
    assert [body["model"] for body in sent] == ["m", "m"]
    assert [text.startswith("YOU RANK") for text in systems] == [False, True]
    assert len(final["slate"].slots) == 10


def test_one_side_thinks_with_a_model_and_the_other_without(sent: list[dict[str, Any]]) -> None:
    run(session, {"max_turns": 1}, {"review_model": "m"})
    assert len(sent) == 2


def test_a_wrong_prompt_is_an_error_with_its_line() -> None:
    context = {"review_prompt": edited("user/review", "{{ message |", "{{ mesage |")}
    with pytest.raises(DataError, match=r"user/review@\w+:\d+: 'mesage' is not among the inputs"):
        run(user, {"items": FILMS}, context)


@pytest.mark.parametrize(
    ("given", "context", "said"),
    [
        ({"who": "fishermen"}, {}, "'fisherman'"),
        ({"items": ("paddington",)}, {}, "'paddington-2014'"),
    ],
)
def test_an_unknown_name_suggests_near_ones(given: dict[str, Any], context: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(user, given, context)


def test_the_user_graph_has_no_choices_of_the_recommender() -> None:
    assert not set(UserChoices.model_fields) & set(RecommenderChoices.model_fields)
