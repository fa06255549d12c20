"""What `--personas` accepts, and what it answers to the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import DataError, UsageError
from app.personas import builtin, builtin_populations, check, choose, sample

PERSONA = "id: {id}\ntastes:\n  genre:Comedy: 0.8\n  {facet}: 0.5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for id_, facet in (("owl", "mood:light"), ("lark", "mood:slow")):
        (tmp_path / f"{id_}.yaml").write_text(PERSONA.format(id=id_, facet=facet))
    (tmp_path / "populations").mkdir()
    (tmp_path / "populations" / "birds.yaml").write_text(
        "id: birds\nmembers: {owl: 3, lark: 1, bartender: 1}\n"
    )
    return tmp_path


def test_a_population_is_chosen_by_its_id() -> None:
    choice = choose(" everyone ")
    assert choice.population == builtin_populations()["everyone"]
    assert choice.personas == builtin()


def test_a_persona_is_chosen_by_its_id_and_its_users_still_differ() -> None:
    choice = choose("film-student")
    assert list(choice.population.members) == ["film-student"]
    first, second = (user for _, user in sample(choice.population, choice.personas, 2, 7))
    assert first.tastes != second.tastes
    assert first.traits != second.traits


def test_a_list_is_an_equal_mix(folder: Path) -> None:
    choice = choose(f"film-student, bartender,{folder / 'owl.yaml'}")
    assert choice.population.members == {"film-student": 1.0, "bartender": 1.0, "owl": 1.0}


def test_all_personas_can_stand_in_one_list() -> None:
    assert list(choose(",".join(builtin())).personas) == list(builtin())


def test_a_folder_is_an_equal_mix_of_its_personas(folder: Path) -> None:
    assert choose(str(folder)).population.members == {"lark": 1.0, "owl": 1.0}


def test_a_population_file_draws_on_its_neighbors_and_the_builtin_ones(folder: Path) -> None:
    choice = choose(str(folder / "populations" / "birds.yaml"))
    assert choice.population.members == {"owl": 3.0, "lark": 1.0, "bartender": 1.0}
    assert {"owl", "bartender"} <= set(choice.personas)


def test_a_population_file_may_lie_among_its_personas(folder: Path) -> None:
    moved = (folder / "populations" / "birds.yaml").rename(folder / "birds.yaml")
    assert "owl" in choose(str(moved)).personas
    assert set(choose(str(folder)).personas) == {"owl", "lark"}


def test_a_population_file_on_its_own_draws_on_the_builtin_personas(tmp_path: Path) -> None:
    path = tmp_path / "bars.yaml"
    path.write_text("id: bars\nmembers: {bartender: 1}\n")
    assert choose(str(path)).population.members == {"bartender": 1.0}


def test_a_path_with_a_comma_is_one_path(tmp_path: Path) -> None:
    path = tmp_path / "a,b.yaml"
    path.write_text(PERSONA.format(id="owl", facet="mood:light"))
    assert list(choose(str(path)).personas) == ["owl"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("everyon", "unknown population or persona 'everyon': did you mean 'everyone'"),
        ("film-student,bar-tender", "did you mean 'bartender'"),
        ("film-student,,bartender", "empty name"),
        ("film-student,everyone", "the population 'everyone' cannot stand in a list"),
        ("film-student,film-student", "names the persona 'film-student' twice"),
        ("nowhere/mine.yaml", "there is no such file or folder"),
        ("", "unknown population or persona ''"),
    ],
)
def test_an_unknown_name_is_a_usage_error_that_helps(name: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        choose(name)
    assert says in str(error.value)


def test_checking_tells_what_a_catalog_lacks(folder: Path) -> None:
    assert check(choose(str(folder)), {"genre:Comedy", "mood:light"}) == [
        "tastes that this catalog lacks and that are ignored (1): mood:slow"
    ]


def test_checking_names_personas_whom_a_catalog_tells_nothing(folder: Path) -> None:
    notes = check(choose(str(folder / "owl.yaml")), {"genre:Essay"})
    assert notes[1] == "personas without any taste that this catalog has (1): owl"


def test_checking_refuses_a_misspelled_facet_with_its_line(folder: Path) -> None:
    (folder / "owl.yaml").write_text(PERSONA.format(id="owl", facet="mood:ligth"))
    with pytest.raises(DataError) as error:
        check(choose(str(folder)), {"genre:Comedy"}, {"mood:light"})
    assert str(error.value).startswith(f"{folder / 'owl.yaml'}:4: unknown facet 'mood:ligth': did you mean")


@pytest.mark.parametrize("known", [{"genre:Essay"}, {"genre:Comedy", "decade:1990s"}])
def test_the_builtin_personas_meet_any_catalog(known: set[str]) -> None:
    assert check(choose("everyone"), known)
