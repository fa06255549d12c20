"""Prompts that are made of the texts in the store are those that were stored; a file can take the place of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import DataError, UsageError
from app.minds.llm_answers import MemoryAnswer
from app.prompts import Prompts
from app.prompts.texts import join, split
from tests.prompts.test_library import BLOCKS, FRONT, overlay

GIVEN = {"noun": "songs", "memory": "a < b"}


def kept(prompts: Prompts) -> dict[str, str]:
    return {name: text for _, name, text in prompts.rows()}


def test_prompts_out_of_the_store_have_the_same_versions() -> None:
    prompts = Prompts()
    assert Prompts.stored(kept(prompts)).rows() == prompts.rows()


def test_a_prompt_out_of_the_store_renders_the_same(tmp_path: Path) -> None:
    overlay(tmp_path, "{% include 'user/_more.md' %}\nBe {{ noun }}.", "user/_rules.md")
    overlay(tmp_path, "\nMore {{ noun }}\n\n", "user/_more.md")
    text = FRONT + BLOCKS.replace("About", "{% include 'user/_rules.md' %} {% include 'user/_more.md' %}")
    prompts = Prompts(overlay(tmp_path, text))
    stored = Prompts.stored(kept(prompts))
    assert stored.render("user/remember", MemoryAnswer, GIVEN) == prompts.render(
        "user/remember", MemoryAnswer, GIVEN
    )


def test_each_stored_prompt_has_its_own_fragments(tmp_path: Path) -> None:
    old = kept(Prompts(overlay(tmp_path, "Be {{ noun }}.\n", "user/_rules.md")))
    stored = Prompts.stored({"user/review": old["user/review"]})
    assert "Be {{ noun }}." in stored["user/review"].fragments["user/_rules.md"]
    assert stored["user/decide"].hash == Prompts()["user/decide"].hash


def test_a_prompt_is_listed_with_its_fragments() -> None:
    prompt = Prompts()["recommender/rerank"]
    assert prompt.own == prompt.path.read_text("utf-8")
    assert list(prompt.fragments) == ["_legend.md", "recommender/_user.md", "recommender/_request.md"]


def test_joined_texts_are_split_where_they_were_joined() -> None:
    fragments = {"a/_b.md": "", "_c.md": "{# why #}\n\n", "d.md": "\n# no mark {# d.md #}\n"}
    assert split(join("---\nx", fragments.items())) == ("---\nx", fragments)


@pytest.mark.parametrize("comment", ["{# user/_x.md #}", "\n{# user/_x.md #}\n"])
def test_a_comment_that_would_be_taken_for_a_fragment_is_refused(tmp_path: Path, comment: str) -> None:
    overlay(tmp_path, f"{{{{ noun }}}}\n{comment}", "user/_rules.md")
    with pytest.raises(DataError, match=rf"_rules\.md:{2 + comment.startswith(chr(10))}: a comment"):
        Prompts(tmp_path)


def test_an_error_in_a_stored_prompt_names_it_and_its_line() -> None:
    text = FRONT + BLOCKS.replace("{{ memory }}", "{{ memory.lenght }}")
    with pytest.raises(DataError, match=r"user/remember@[0-9a-f]{8}:10: .*'lenght'"):
        Prompts.stored({"user/remember": text}).render("user/remember", MemoryAnswer, GIVEN)


def test_a_stored_prompt_without_its_fragment_is_refused() -> None:
    text = kept(Prompts())["user/review"].partition("\n{# user/_rules.md #}\n")[0]
    with pytest.raises(DataError, match=r"user/review@\w+: the store does not have all fragments"):
        Prompts.stored({"user/review": text})


def file(folder: Path, text: str, name: str = "new.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_takes_the_place_of_one_prompt_and_includes_its_fragments(tmp_path: Path) -> None:
    old = Prompts.stored(kept(Prompts(overlay(tmp_path, "Be {{ noun }}.\n", "user/_rules.md"))))
    path = file(tmp_path, old["user/remember"].own.replace("Your step", "Your last step"))
    new = old.with_file("user/remember", path)
    assert new["user/remember"].fragments == old["user/remember"].fragments
    assert [name for name in new if new[name].hash != old[name].hash] == ["user/remember"]
    assert old["user/remember"].path != path


def test_a_file_may_include_what_the_replaced_prompt_did_not(tmp_path: Path) -> None:
    stored = Prompts.stored({"user/remember": FRONT + BLOCKS})
    path = file(tmp_path, FRONT + BLOCKS.replace("About", "{% include 'user/_rules.md' %}"))
    new = stored.with_file("user/remember", path)
    assert list(new["user/remember"].fragments) == ["user/_rules.md"]


def test_the_same_file_is_the_same_version(tmp_path: Path) -> None:
    prompts = Prompts()
    path = file(tmp_path, prompts["user/review"].own)
    assert prompts.with_file("user/review", path)["user/review"].hash == prompts["user/review"].hash


WRONG = {
    "an undeclared input": (FRONT + BLOCKS.replace("{{ memory }}", "{{ memory }}{{ mood }}"), 10, "'mood' is not"),
    "another output": (FRONT.replace("Memory", "Decide") + BLOCKS, 3, "must be 'MemoryAnswer'"),
    "an input that is not offered": (
        FRONT.replace("memory", "memory, price") + BLOCKS.replace("{{ memory }}", "{{ memory }}{{ price }}"),
        4,
        "'price' is not offered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_does_not_fit_is_an_error_with_file_and_line(tmp_path: Path, what: str) -> None:
    text, line, said = WRONG[what]
    path = file(tmp_path, text)
    with pytest.raises(DataError) as error:
        Prompts().with_file("user/remember", path)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert said in str(error.value)


def test_a_file_cannot_take_the_place_of_no_prompt(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean .*'user/remember'"):
        Prompts().with_file("user/rember", file(tmp_path, FRONT + BLOCKS))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"new\.md: cannot be read"):
        Prompts().with_file("user/remember", tmp_path / "new.md")


def test_a_file_names_its_prompt_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overlay(tmp_path, FRONT + BLOCKS, "user/decide.md")
    assert Prompts().name_of(tmp_path / "user" / "decide.md") == "user/decide"
    monkeypatch.chdir(tmp_path / "user")
    assert Prompts().name_of(Path("decide.md")) == "user/decide"


def test_a_file_of_any_name_is_for_the_prompt_with_its_output(tmp_path: Path) -> None:
    assert Prompts().name_of(file(tmp_path, FRONT + BLOCKS, "shorter.md")) == "user/remember"


def test_a_file_for_no_prompt_is_told_their_names(tmp_path: Path) -> None:
    path = file(tmp_path, FRONT.replace("Memory", "Poem") + BLOCKS)
    with pytest.raises(DataError, match=r"'PoemAnswer' .*: recommender/reason\.md, .*user/review_item\.md$"):
        Prompts().name_of(path)


HOSTILE: dict[str, Any] = {"noun": "<b>{{ 1 }}", "memory": "  \ue000 \n</said> "}


@pytest.mark.parametrize("given", [GIVEN, HOSTILE, {"noun": 7, "memory": None}, {"noun": "", "memory": " "}])
def test_the_pieces_of_a_rendering_are_exactly_what_is_sent(given: dict[str, Any], tmp_path: Path) -> None:
    text = FRONT + BLOCKS.replace("{{ memory }}", '{{ memory }}{{ noun | fence("said") }} \n {{ memory }}')
    prompts = Prompts(overlay(tmp_path, text))
    marked = prompts.marked("user/remember", MemoryAnswer, given)
    rendered = prompts.render("user/remember", MemoryAnswer, given)
    assert "".join(piece.text for piece in marked.system) == rendered.system
    assert "".join(piece.text for piece in marked.user) == rendered.user
    assert marked.rendered() == rendered


def test_what_was_put_in_is_told_from_the_text_of_the_template(tmp_path: Path) -> None:
    text = FRONT + BLOCKS.replace(
        "{{ memory }}", '{% for x in memory %}- {{ x | fence("said") }}, {% endfor %}'
    )
    given = {"noun": 3, "memory": ["a", "- b, "]}
    marked = Prompts(overlay(tmp_path, text)).marked("user/remember", MemoryAnswer, given)
    assert marked.system == (("About ", False), ("3", True), (".", False))
    assert marked.user == (
        ("- ", False),
        ("<said>a</said>", True),
        (", - ", False),
        ("<said>- b,</said>", True),
        (",", False),
    )


def test_what_an_included_fragment_prints_is_marked_as_well(tmp_path: Path) -> None:
    overlay(tmp_path, "Be {{ noun }}.\n", "user/_rules.md")
    text = FRONT + BLOCKS.replace("About {{ noun }}.", "{% include 'user/_rules.md' %}")
    marked = Prompts(overlay(tmp_path, text)).marked("user/remember", MemoryAnswer, GIVEN)
    assert marked.system == (("Be ", False), ("songs", True), (".", False))


def test_a_list_is_printed_without_markup(tmp_path: Path) -> None:
    prompts = Prompts(overlay(tmp_path, FRONT + BLOCKS))
    rendered = prompts.render("user/remember", MemoryAnswer, {"noun": "songs", "memory": ["</said>"]})
    assert rendered.user == "['&lt;/said&gt;']"
