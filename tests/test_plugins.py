"""Plug-ins: a user's own file or module, and every way it may be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import PluginError
from app.plugins import check_methods, construct, is_spec, load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


def test_a_class_is_loaded_from_a_file_relative_to_the_working_directory(folder: Path) -> None:
    write(folder, "mine.py", "class Mine:\n    def recommend(self, view): return []\n")
    loaded = load("mine.py:Mine", "recommender")
    check_methods(loaded, ("recommend",), "mine.py:Mine")
    assert type(construct(loaded, "mine.py:Mine")).__name__ == "Mine"


def test_an_absolute_path_works(folder: Path) -> None:
    write(folder, "absolute.py", "value = 3\n")
    assert load(f"{folder / 'absolute.py'}:value", "reward") == 3


def test_one_file_is_imported_once_for_two_of_its_attributes(folder: Path) -> None:
    write(folder, "twice.py", "class A: pass\nclass B: A = A\n")
    assert load("twice.py:A", "recommender") is load("twice.py:B", "recommender").A  # type: ignore[attr-defined]


def test_a_file_may_import_its_neighbor(folder: Path) -> None:
    write(folder, "neighbor_of_it.py", "answer = 42\n")
    write(folder, "asks_neighbor.py", "from neighbor_of_it import answer\n")
    assert load("asks_neighbor.py:answer", "recommender") == 42


def test_a_module_is_loaded_by_name() -> None:
    assert load("app.errors:PluginError", "recommender") is PluginError


def test_a_drive_letter_is_not_taken_for_a_module() -> None:
    with pytest.raises(PluginError, match=r"there is no file 'C:\\\\x\\\\mine.py'"):
        load(r"C:\x\mine.py:Mine", "recommender")
    with pytest.raises(PluginError, match="say which recommender"):
        load(r"C:\x\mine.py", "recommender")


def test_names_of_the_world_are_not_specs() -> None:
    assert [is_spec(text) for text in ("agent", "a:b", "mine.py")] == [False, True, True]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("gone.py:Mine", "there is no file 'gone.py'"),
        ("fautly.py:Mine", "did you mean 'faulty.py'"),
        ("faulty.py", "say which recommender of it is meant"),
        (":Mine", "write module:attr or file.py:attr"),
        ("faulty.py:not a name", "write module:attr or file.py:attr"),
        ("no_such_module_here:Mine", "there is no module 'no_such_module_here'"),
        ("app.no_such_part:Mine", "there is no module 'app.no_such_part'"),
        ("app.errors:PlugInError", "did you mean 'PluginError'"),
        ("faulty.py:Mine", r"ZeroDivisionError: division by zero \(.*faulty.py:2\)"),
        ("wrong.py:Mine", r"SyntaxError: .* \(.*wrong.py:1\)"),
        ("needs.py:Mine", r"ModuleNotFoundError: No module named 'not_there_at_all' \(.*needs.py:1\)"),
        ("exits.py:Mine", r"SystemExit: 3 \(.*exits.py:2\)"),
    ],
)
def test_each_fault_has_its_own_message(folder: Path, spec: str, says: str) -> None:
    write(folder, "faulty.py", "x = 1\n1 / 0\n")
    write(folder, "wrong.py", "def (:\n")
    write(folder, "needs.py", "import not_there_at_all\n")
    write(folder, "exits.py", "import sys\nsys.exit(3)\n")
    with pytest.raises(PluginError, match=says) as caught:
        load(spec, "recommender")
    assert str(caught.value).startswith(spec)


def test_a_fault_deep_in_a_library_names_the_line_of_the_users_file(folder: Path) -> None:
    write(folder, "deep.py", "import json\n\njson.loads('{')\n")
    with pytest.raises(PluginError, match=r"JSONDecodeError: .*deep.py:3\)"):
        load("deep.py:Mine", "recommender")


class Reccomends:
    def reccomend(self) -> None: ...


class Other:
    recommend = 3


def test_a_missing_method_is_named_with_the_nearest_one() -> None:
    with pytest.raises(PluginError, match="has no method 'recommend'; did you mean 'reccomend'"):
        check_methods(Reccomends(), ("recommend",), "x.py:Reccomends")


def test_a_method_must_be_callable() -> None:
    with pytest.raises(PluginError, match="'recommend' must be a method, but it is int"):
        check_methods(Other, ("recommend",), "x.py:Other")


class Needy:
    def __init__(self, key: str) -> None:
        self.key = key


def test_a_class_that_needs_arguments_says_so() -> None:
    with pytest.raises(PluginError, match=r"cannot be made without arguments: TypeError: .*key"):
        construct(Needy, "x.py:Needy")


def test_an_object_is_taken_as_it_is() -> None:
    needy = Needy("k")
    assert construct(needy, "x.py:needy") is needy
