"""Sessions in which models are shown codes or pictures in place of texts, over HTTP."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from app.batch import execute
from app.errors import RecoWorldError
from app.llm.scripted import ScriptedServer
from app.settings import Settings
from app.store.store import Store
from app.world import open_catalog
from tests.llm_world import Play, people, play, stage, text_of


@pytest.fixture(scope="module")
def coded() -> Play:
    return play(people(3), turns=4, showing=stage().showing("semantic_id"))


def test_sessions_in_codes_come_to_their_end(coded: Play) -> None:
    assert {session.status for session in coded.sessions} <= {"left", "truncated"}
    assert all(turn.slate.items for session in coded.sessions for turn in session.turns)
    assert not any(counts.get("unknown_items") for counts in coded.counts)


def test_what_is_stored_names_items_as_the_catalog_does(coded: Play) -> None:
    for session in coded.sessions:
        for turn in session.turns:
            assert all(item in stage().catalog for item in turn.slate.items)
            assert [r.item for r in turn.review.reactions] == list(turn.slate.items[: turn.review.seen])


def test_no_prompt_names_an_item_by_its_title_or_id(coded: Play) -> None:
    shown = {item for s in coded.sessions for t in s.turns for item in t.slate.items}
    shown |= {past.item for s in coded.sessions for past in s.persona.history}
    names = {stage().catalog[item].title for item in shown} | shown
    telling = [name for name in names if len(name) > 7]
    assert len(telling) > 50
    for _, prompt in (*coded.user.asked, *coded.recommender.asked):
        text = re.sub(r"</?[a-z_]+>", " ", text_of(prompt))
        assert not [name for name in telling if re.search(rf"\b{re.escape(name)}\b", text)]


def test_the_legend_is_the_same_in_all_prompts_of_a_side(coded: Play) -> None:
    legend = "\n".join(stage().showing("semantic_id").legend)
    for _, prompt in (*coded.user.asked, *coded.recommender.asked):
        assert legend in prompt.system


# ---------------------------------------------------------------------------------- pictures


def pictured(path: Path, count: int = 12) -> Path:
    (path / "covers").mkdir(parents=True)
    lines = []
    for i in range(count):
        Pillow.new("RGB", (40, 60), (i * 20, 0, 0)).save(path / "covers" / f"{i}.png")
        image = f'"{i}.png"' if i else "null"
        lines.append(f'{{"id": "i{i}", "title": "Title {i}", "genres": ["Drama"], "image": {image}}}')
    (path / "items.jsonl").write_text("\n".join(lines))
    return path


def run(store: Store, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    given: dict[str, Any] = {"sessions": 2, "max_turns": 2, "slate_size": 4, "representation": "multimodal"}
    models: dict[str, Any] = {"mind": "llm", "recommender": ("llm",), "model": ("m",)}
    return execute(Settings(**(given | models | options)), store)


def test_the_pictures_of_a_slate_go_with_it(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(keep=1_000) as server:
        done = run(store, server, monkeypatch, catalog=str(pictured(tmp_path / "c")))
        bodies = server.requests()
    assert done.failed == 0
    seen = [body for body in bodies if "<items>" in str(body["messages"])]
    assert seen
    for body in seen:
        text, *rest = body["messages"][-1]["content"]
        ids = re.findall(r'<item id="(\w+)"', text["text"])
        of = [block["text"] for block in rest if block["type"] == "text"]
        urls = [block["image_url"]["url"] for block in rest if block["type"] == "image_url"]
        assert of == [f"The picture of {item}:" for item in ids if item != "i0"]
        assert len(urls) == len(of)
        for item, url in zip((item for item in ids if item != "i0"), urls, strict=True):
            with Pillow.open(BytesIO(b64decode(url.partition(",")[2]))) as picture:
                red = picture.convert("RGB").getpixel((5, 5))
            assert isinstance(red, tuple)
            assert red[0] == pytest.approx(int(item[1:]) * 20, abs=6)


def test_a_model_that_takes_no_pictures_is_found_before_the_first_session(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        ScriptedServer(capabilities=("json_schema",)) as server,
        pytest.raises(RecoWorldError, match="image"),
    ):
        run(store, server, monkeypatch, catalog=str(pictured(tmp_path / "c")))
    assert store.runs(1)[0].status == "failed"


def test_a_catalog_without_pictures_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as server, pytest.raises(RecoWorldError, match="no item of the catalog 'films'"):
        run(store, server, monkeypatch)


def test_real_covers_are_shown(shared_data: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    books = open_catalog(str(shared_data / "books"))
    with ScriptedServer(keep=1_000) as server:
        done = run(store, server, monkeypatch, catalog=str(shared_data / "books"), slate_size=10)
        pictures = [str(body["messages"]).count("'image_url'") for body in server.requests()]
    assert done.failed == 0
    assert max(pictures) == 2 * min(30, len(books))
