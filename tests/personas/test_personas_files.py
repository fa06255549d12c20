"""Persona and population files: what is read, and the file and line of every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import DataError
from app.personas import builtin, builtin_populations, load_personas, load_populations
from graphs.messages import Past

GOOD = """\
id: night-owl
name: The night owl
age: 41
country: NO
bio: >-
  Watches late.
tastes:
  genre:Comedy: 0.8
  mood:light: 1
dislikes:
  genre:Horror: 0.9
history: [1917, {title: Heat, rating: 0.7}, {item: 300, rating: 1}]
mood: tired
traits:
  pickiness: 0.4
  minutes: 30
"""

POPULATION = """\
id: mix
name: Mix
description: Two.
members:
  night-owl: 2
  early-bird: 1
taste_noise: 0.1
traits:
  patience: {shift: -0.1, sd: 0.2}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "owl.yaml"


def failure(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError) as error:
        load_personas(path)
    return str(error.value)


def test_a_persona_file_becomes_a_persona(file: Path) -> None:
    file.write_text(GOOD)
    persona = load_personas(file)["night-owl"]
    assert (persona.age, persona.country, persona.bio) == (41, "NO", "Watches late.")
    assert persona.tastes == {"genre:Comedy": 0.8, "mood:light": 1.0}
    assert (persona.traits.pickiness, persona.traits.minutes, persona.traits.loyalty) == (0.4, 30.0, 0.5)


def test_a_history_keeps_titles_ratings_and_item_ids(file: Path) -> None:
    file.write_text(GOOD)
    history = load_personas(file)["night-owl"].history
    assert history == (Past(item="1917"), Past(item="Heat", rating=0.7), Past(item="item:300", rating=1.0))


def test_the_origin_knows_the_line_of_every_taste(file: Path) -> None:
    file.write_text(GOOD)
    origin = load_personas(file).origins["night-owl"]
    assert origin.at("genre:Horror") == f"{file}:11"
    assert origin.at() == f"{file}:1"


def test_a_byte_order_mark_and_windows_line_ends_are_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert "night-owl" in load_personas(file)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("name: The night owl", "nmae: x", 2, "unknown key 'nmae': did you mean 'age' or 'name'"),
        ("  pickiness: 0.4", "  pickyness: 0.4", 15, "or 'pickiness'?"),
        ("mood:light: 1", "mood:light: 1.2", 9, "the weight of mood:light 1.2 is out of range"),
        ("mood:light: 1", "mood:light: 0", 9, "above 0 up to 1"),
        ("mood:light: 1", "mood:light: .nan", 9, "is not a number"),
        ("mood:light: 1", "mood:light: nan", 9, "out of range"),
        ("mood:light: 1", "mood:light: much", 9, "'much' is not a number"),
        ("mood:light: 1", "mood:light:", 9, "mood:light is empty"),
        ("mood:light: 1", "light: 1", 9, "'light' in tastes is not a facet"),
        ("mood:light: 1", "genre:Comedy: 0.1", 9, "the key 'genre:Comedy' stands twice, first in line 8"),
        ("genre:Horror: 0.9", "genre:Comedy: 0.9", 11, "is a taste (line 8) and a dislike"),
        ("pickiness: 0.4", "pickiness: -0.4", 15, "pickiness -0.4 is out of range; give a number from 0 to 1"),
        ("minutes: 30", "minutes: 0", 16, "minutes 0 is out of range"),
        ("age: 41", "age: 141", 3, "age 141 is out of range"),
        ("age: 41", "age: 4.5", 3, "age 4.5 is not a whole number"),
        ("age: 41", "age: [41]", 3, "age must be text, not a list"),
        ("id: night-owl", "id: night, owl", 1, "may hold letters, digits"),
        ("id: night-owl", "gender: f", 1, "the key 'id' is missing"),
        ("rating: 0.7", "rating: 7", 12, "rating 7 is out of range"),
        ("title: Heat", "titel: Heat", 12, "or 'title'?"),
        ("title: Heat, ", "", 12, "needs either a title or an item"),
        ("mood: tired", "mood: ~", 13, "mood is empty"),
        ("mood: tired", "mood: [tired", 14, "malformed YAML"),
        ("mood: tired", "mood: tired: so", 13, "malformed YAML"),
        ("mood: tired", "mood: &a [*a]", 13, "mood must be text, not a list"),
        ("tastes:\n", "tastes: [a]\ngender:\n", 7, "tastes must be a mapping"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file_and_line(
    file: Path, old: str, new: str, line: int, says: str
) -> None:
    assert GOOD.count(old) == 1
    message = failure(file, GOOD.replace(old, new))
    assert message.startswith(f"{file}:{line}: ")
    assert says in message


@pytest.mark.parametrize("text", ["", "\n\n", "# only words\n", "---\n"])
def test_an_empty_file_is_refused(file: Path, text: str) -> None:
    message = failure(file, text)
    assert message.startswith(f"{file}:1: ")
    assert "the file is empty" in message


def test_bytes_that_are_not_utf8_are_named_with_their_line(file: Path) -> None:
    assert failure(file, GOOD.encode() + b"country: Per\xfa\n").startswith(
        f"{file}:17: byte 0xfa is not UTF-8"
    )


def test_control_characters_are_malformed_yaml(file: Path) -> None:
    message = failure(file, GOOD + "gender: a\x07b\n")
    assert message.startswith(f"{file}:17: malformed YAML")


def test_deep_nesting_is_an_error_not_a_crash(file: Path) -> None:
    assert failure(file, "\nid: " + "[" * 100_000).startswith(f"{file}:2: nested more than 20 deep")


def test_a_second_document_in_a_file_is_refused(file: Path) -> None:
    assert "malformed YAML" in failure(file, GOOD + "---\n" + GOOD)


def test_a_persona_without_tastes_and_history_is_refused(file: Path) -> None:
    assert "neither tastes nor a history" in failure(file, "id: x\ntastes:\n")


def test_a_list_is_not_a_persona(file: Path) -> None:
    assert "must be a mapping" in failure(file, "- id: x\n")


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(DataError, match=r"owl\.yaml: cannot be read"):
        load_personas(file)


def test_the_same_id_in_two_files_names_both(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yml").write_text("# second\n" + GOOD)
    with pytest.raises(DataError) as error:
        load_personas(tmp_path)
    assert f"{tmp_path / 'b.yml'}:2: the persona id 'night-owl' is taken by" in str(error.value)
    assert f"{tmp_path / 'a.yaml'}:1" in str(error.value)


def test_a_folder_without_personas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no personas"):
        load_personas(tmp_path)


def test_a_population_file_becomes_a_population(file: Path) -> None:
    file.write_text(POPULATION)
    population = load_populations(file, {"night-owl", "early-bird"})["mix"]
    assert population.members == {"night-owl": 2.0, "early-bird": 1.0}
    assert (population.taste_noise, population.traits["patience"].shift) == (0.1, -0.1)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("night-owl: 2", "night-awl: 2", 5, "unknown persona 'night-awl': did you mean 'night-owl'"),
        ("night-owl: 2", "night-owl: 0", 5, "night-owl 0 is out of range"),
        ("taste_noise: 0.1", "taste_noise: 3", 7, "taste_noise 3 is out of range"),
        ("taste_noise: 0.1", "noise: 0.1", 7, "did you mean 'taste_noise'"),
        ("patience:", "patients:", 9, "or 'patience'?"),
        ("sd: 0.2", "std: 0.2", 9, "did you mean 'sd'"),
        ("shift: -0.1", "shift: -2", 9, "shift -2 is out of range"),
        ("members:\n  night-owl: 2\n  early-bird: 1", "members:", 1, "has no members"),
    ],
)
def test_a_mistake_in_a_population_is_named_with_its_line(
    file: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in POPULATION
    file.write_text(POPULATION.replace(old, new))
    with pytest.raises(DataError) as error:
        load_populations(file, {"night-owl", "early-bird"})
    assert str(error.value).startswith(f"{file}:{line}: ")
    assert says in str(error.value)


def test_the_builtin_personas_are_plural_in_every_trait() -> None:
    assert len(builtin()) >= 24
    for trait in ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty"):
        values = [getattr(persona.traits, trait) for persona in builtin().values()]
        assert sum(v < 0.35 for v in values) >= 6
        assert sum(v > 0.65 for v in values) >= 6


def test_the_builtin_populations_draw_on_all_builtin_personas() -> None:
    populations = builtin_populations()
    assert set(populations["everyone"].members) == set(builtin())
    assert len(populations) >= 5
    assert not set(populations) & set(builtin())
