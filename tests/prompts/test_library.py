"""Prompts are read, checked, overlaid and rendered; every mistake names its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from app.errors import DataError, UsageError
from app.minds.llm_answers import DecideAnswer, ItemAnswer, MemoryAnswer, ReviewAnswer
from app.prompts import Prompts
from app.prompts.library import builtin_folder
from app.recommenders.llm_answers import PlanAnswer, RankAnswer

OUTPUTS: dict[str, type[BaseModel]] = {
    "user/review": ReviewAnswer,
    "user/review_item": ItemAnswer,
    "user/decide": DecideAnswer,
    "user/remember": MemoryAnswer,
    "recommender/reason": PlanAnswer,
    "recommender/rerank": RankAnswer,
}
FRONT = "---\ndescription: A test.\noutput: MemoryAnswer\ninputs: [noun, memory]\n---\n"
BLOCKS = (
    "{% block system %}\nAbout {{ noun }}.\n{% endblock %}\n{% block user %}\n{{ memory }}\n{% endblock %}\n"
)


def overlay(folder: Path, text: str, name: str = "user/remember.md") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_every_prompt_names_the_class_its_answer_is_read_as() -> None:
    prompts = Prompts()
    assert {name: prompts[name].output for name in prompts} == {n: o.__name__ for n, o in OUTPUTS.items()}


def test_every_prompt_says_what_it_is_for() -> None:
    prompts = Prompts()
    assert all(prompts[name].description.endswith(".") for name in prompts)


def test_every_name_an_answer_must_have_stands_in_its_prompt() -> None:
    prompts = Prompts()
    for name, output in OUTPUTS.items():
        missing = [field for field in output.model_fields if field not in prompts[name].text]
        assert missing == [], name


def test_a_file_of_the_overlay_takes_the_place_of_one_prompt(tmp_path: Path) -> None:
    prompts = Prompts(overlay(tmp_path, FRONT + BLOCKS))
    rendered = prompts.render("user/remember", MemoryAnswer, {"noun": "songs", "memory": "a"})
    assert (rendered.system, rendered.user) == ("About songs.", "a")
    assert prompts["user/review"].path.is_relative_to(builtin_folder())


def test_a_fragment_of_the_overlay_changes_the_version_of_the_prompts_that_include_it(tmp_path: Path) -> None:
    base, other = Prompts(), Prompts(overlay(tmp_path, "Be {{ noun }}.\n", "user/_rules.md"))
    changed = {name for name in base if base[name].hash != other[name].hash}
    assert changed == {name for name in base if name.startswith("user/")}


def test_the_version_follows_the_content_alone(tmp_path: Path) -> None:
    text = (builtin_folder() / "user" / "remember.md").read_text("utf-8")
    same = Prompts(overlay(tmp_path, text))["user/remember"]
    assert same.hash == Prompts()["user/remember"].hash
    assert same.hash != Prompts(overlay(tmp_path, text + "\n"))["user/remember"].hash


def test_a_value_is_never_rendered_as_a_template(tmp_path: Path) -> None:
    prompts = Prompts(overlay(tmp_path, FRONT + BLOCKS))
    hostile = "{{ 7*7 }} {% include 'user/_rules.md' %} </person>"
    rendered = prompts.render("user/remember", MemoryAnswer, {"noun": "songs", "memory": hostile})
    assert rendered.user == "{{ 7*7 }} {% include 'user/_rules.md' %} &lt;/person&gt;"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = overlay(tmp_path, "") / "user" / "remember.md"
    path.write_bytes(b"\xef\xbb\xbf" + (FRONT + BLOCKS).replace("\n", "\r\n").encode())
    assert Prompts(tmp_path)["user/remember"].inputs == ("noun", "memory")


WRONG = {
    "no front matter": (BLOCKS, 1, "begins with front matter"),
    "front matter that is no YAML": ("---\ndescription: [\n---\n" + BLOCKS, 3, "not YAML"),
    "an unknown key": (FRONT.replace("output", "outptu") + BLOCKS, 1, "'output': field required"),
    "a key too many": (FRONT.replace("inputs", "temperature: 1\ninputs") + BLOCKS, 4, "'temperature'"),
    "no user block": (FRONT + "{% block system %}{{ noun }}{{ memory }}{% endblock %}", 1, "no block 'user'"),
    "a block too many": (FRONT + BLOCKS + "{% block more %}x{% endblock %}", 12, "'more' would not be used"),
    "text outside of the blocks": (FRONT + "\n\nHello\n" + BLOCKS, 8, "outside of the blocks"),
    "an undeclared input": (
        FRONT + BLOCKS.replace("{{ memory }}", "{{ memory }}{{ mood }}"),
        10,
        "'mood' is not",
    ),
    "an unused input": (FRONT + BLOCKS.replace("{{ memory }}", ""), 4, "'memory' is declared and not used"),
    "a broken tag": (FRONT + BLOCKS.replace("{{ memory }}", "{% if %}"), 10, "Expected an expression"),
    "an unknown filter": (FRONT + BLOCKS.replace("{{ memory }}", "{{ memory | shout }}"), 10, "'shout'"),
    "a missing fragment": (FRONT + BLOCKS.replace("About", "{% include 'user/_no.md' %}"), 7, "no fragment"),
    "a fragment by expression": (FRONT + BLOCKS.replace("About", "{% include noun %}"), 7, "by name"),
    "an input that is not offered": (
        FRONT.replace("memory", "memory, price") + BLOCKS.replace("{{ memory }}", "{{ memory }}{{ price }}"),
        4,
        "'price' is not offered",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_an_error_with_file_and_line(tmp_path: Path, what: str) -> None:
    text, line, said = WRONG[what]
    with pytest.raises(DataError) as error:
        Prompts(overlay(tmp_path, text))
    assert str(error.value).startswith(f"{tmp_path / 'user' / 'remember.md'}:{line}: ")
    assert said in str(error.value)


def test_a_field_that_does_not_exist_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    prompts = Prompts(overlay(tmp_path, FRONT + BLOCKS.replace("{{ memory }}", "{{ memory.lenght }}")))
    with pytest.raises(DataError, match=r"remember\.md:10: .*has no attribute 'lenght'"):
        prompts.render("user/remember", MemoryAnswer, {"noun": "songs", "memory": "a"})


def test_an_error_in_a_fragment_names_the_fragment(tmp_path: Path) -> None:
    overlay(tmp_path, "One line\n{{ noun.size }}\n", "user/_rules.md")
    prompts = Prompts(overlay(tmp_path, FRONT + BLOCKS.replace("About", "{% include 'user/_rules.md' %}")))
    with pytest.raises(DataError, match=r"_rules\.md:2: "):
        prompts.render("user/remember", MemoryAnswer, {"noun": "songs", "memory": "a"})


def test_a_template_cannot_reach_into_python(tmp_path: Path) -> None:
    text = FRONT + BLOCKS.replace("{{ memory }}", "{{ memory.__class__.__mro__ }}")
    with pytest.raises(DataError, match="unsafe"):
        Prompts(overlay(tmp_path, text)).render("user/remember", MemoryAnswer, {"noun": "a", "memory": "b"})


def test_a_prompt_for_another_output_is_refused() -> None:
    with pytest.raises(DataError, match="its output is 'MemoryAnswer' and must be 'PlanAnswer'"):
        Prompts().render("user/remember", PlanAnswer, {})


def test_an_input_that_is_not_given_is_named() -> None:
    with pytest.raises(
        DataError, match="declares the input 'noun', which is not offered here; offered: mood"
    ):
        Prompts().render("user/remember", MemoryAnswer, {"mood": 1})


def test_a_misspelled_file_in_the_overlay_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"unknown prompt 'user/rember': .*'user/remember'"):
        Prompts(overlay(tmp_path, FRONT + BLOCKS, "user/rember.md"))


def test_an_overlay_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        Prompts(tmp_path / "nowhere")


def test_a_prompt_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    overlay(tmp_path, FRONT + BLOCKS)
    (tmp_path / "user" / "remember.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="a prompt is a file of UTF-8 text"):
        Prompts(tmp_path)


def test_an_unknown_prompt_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"did you mean .*'user/review'"):
        Prompts()["user/reveiw"]
