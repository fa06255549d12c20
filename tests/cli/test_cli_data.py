"""`catalog`, `personas`, `understand`, `config` and `doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from app.catalog.embedded import films
from app.minds.parameters import model_card
from app.personas import builtin, builtin_populations
from app.settings import Settings

Run = Callable[..., Result]
Data = Callable[..., Any]


@pytest.fixture
def mini(folder: Path) -> Path:
    """A small table of items with columns of its own names."""
    rows = "".join(f"f{i},Film {i},{1990 + i % 5},Drama|Comedy\n" for i in range(12))
    (folder / "mini.csv").write_text("movie_id,name,year,genres\n" + rows)
    return folder / "mini.csv"


# ------------------------------------------------------------------------------------ catalog


def test_a_catalog_is_imported_listed_shown_searched_and_removed(rw: Run, data: Data, mini: Path) -> None:
    facts = data("catalog", "import", "mini.csv", "--name", "own", "--columns", "id=movie_id,title=name")
    assert (facts["name"], facts["items"], facts["years"]) == ("own", 12, [1990, 1994])
    assert facts["facets"]["genre"] == {"values": 2, "top": [["Drama", 12], ["Comedy", 12]]}
    assert [row["name"] for row in data("catalog", "list")] == ["films", "own"]
    assert data("catalog", "show", "own") == facts
    assert data("catalog", "search", "own", "film 7")[0]["id"] == "f7"
    rw("catalog", "remove", "own")
    assert [row["name"] for row in data("catalog")] == ["films"]


def test_a_catalog_that_a_run_uses_stays(rw: Run, mini: Path) -> None:
    rw("catalog", "import", "mini.csv", "--columns", "id=movie_id,title=name")
    rw("run", "--catalog", "mini", "-r", "popular", "--sessions", "2", "--slate-size", "3")
    assert "mini" in rw("catalog", "remove", "mini", code=2).stderr


def test_the_embedded_films_need_no_database(data: Data, folder: Path) -> None:
    assert data("catalog", "show", "films")["items"] == len(films())
    assert data("catalog", "search", "films", "seven samurai", "--limit", "1")[0]["title"] == "Seven Samurai"
    assert list(folder.iterdir()) == []


def test_ratings_are_counted_on_the_scale_of_their_source(data: Data, folder: Path) -> None:
    (folder / "r.csv").write_text("user_id,item_id,rating\na,x,1\na,y,5\nb,x,5\n")
    facts = data("catalog", "import", "r.csv", "--scale", "1,5")
    assert facts["ratings"] == [[1.0, 1], [5.0, 2]]
    assert (facts["users"], facts["interactions"]) == (2, 3)


def test_catalog_in_words_names_the_next_command(rw: Run) -> None:
    assert rw("catalog", "show", "films").stdout.splitlines()[-1].startswith("next: recoworld catalog search")


# ----------------------------------------------------------------------------------- personas


def test_personas_are_listed(data: Data, rw: Run) -> None:
    listed = data("personas")
    assert [p["id"] for p in listed["personas"]] == list(builtin())
    assert [p["id"] for p in listed["populations"]] == list(builtin_populations())
    assert all(name in rw("personas", "list").stdout for name in builtin())


def test_every_persona_and_population_has_a_card(rw: Run, data: Data) -> None:
    for name, persona in builtin().items():
        assert persona.name in rw("personas", "show", name).stdout
    for name in builtin_populations():
        assert "varies" in rw("personas", "show", name).stdout
    assert data("personas", "show", "fisherman")["id"] == "fisherman"


def test_a_sample_is_the_users_that_a_run_meets(data: Data) -> None:
    sampled = data("personas", "sample", "-n", "4", "--seed", "5")
    data("run", "--sessions", "4", "--seed", "5", "-r", "popular")
    met = [row["persona"] for row in data("ls", "latest")]
    assert [user["id"] for user in sampled] == met


def test_a_good_persona_passes_the_check(rw: Run, data: Data, folder: Path) -> None:
    (folder / "me.yaml").write_text("id: me\ntastes:\n  genre:Comedy: 0.5\n")
    assert "the persona is well-formed" in rw("personas", "check", "me.yaml").stdout
    assert data("personas", "check", "me.yaml")["personas"] == ["me"]


# --------------------------------------------------------------------------------- understand


def test_understand_prints_exactly_the_documented_object(data: Data) -> None:
    reading = data("understand", "no horror, zzyzx please")
    assert list(reading) == ["directives", "query", "unknown"]
    assert [list(d) for d in reading["directives"]] == [["kind", "facet", "value", "strength"]]
    assert [d["value"] for d in reading["directives"]] == ["Horror"]
    assert reading["unknown"] == ["zzyzx"]


def test_understand_in_words_shows_directives_corrections_and_unknown_words(rw: Run) -> None:
    said = rw("understand", "no horor, zzyzx please").stdout
    assert "Horror" in said
    assert "horor → " in said
    assert "zzyzx" in said


# ------------------------------------------------------------------------------ config, doctor


def test_config_tells_where_each_setting_came_from(
    data: Data, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("RECOWORLD_SESSIONS=9\n")
    monkeypatch.setenv("RECOWORLD_SEED", "3")
    config = data("config")
    assert list(config) == list(Settings.model_fields)
    assert config["seed"] == {"value": 3, "origin": "RECOWORLD_SEED"}
    assert config["sessions"] == {"value": 9, "origin": ".env"}
    assert config["max_turns"] == {"value": 20, "origin": "default"}


def test_config_in_words_has_every_variable(rw: Run) -> None:
    said = rw("config").stdout
    assert all(f"RECOWORLD_{field.upper()}" in said for field in Settings.model_fields)


def test_the_model_card_has_every_parameter_with_its_tag(data: Data, rw: Run) -> None:
    assert [(p["name"], p["tag"]) for p in data("config", "model-card")] == [
        (name, tag) for name, _, tag, _ in model_card()
    ]
    assert "assumed" in rw("config", "model-card").stdout


def test_the_example_of_dotenv_holds_the_defaults(data: Data, folder: Path) -> None:
    example = Path(__file__).parents[2] / ".env.example"
    (folder / ".env").write_text(example.read_text("utf-8"), "utf-8")
    assert {field: entry["value"] for field, entry in data("config").items()} == Settings().model_dump(
        mode="json"
    )
    assert all(f"RECOWORLD_{field.upper()}=" in example.read_text("utf-8") for field in Settings.model_fields)


def test_a_healthy_machine_passes_the_doctor(data: Data, folder: Path) -> None:
    checks = {check["name"]: check["status"] for check in data("doctor")}
    assert set(checks) >= {
        "python",
        "packages",
        "database",
        "disk",
        "films",
        "personas",
        "threads",
        "terminal",
    }
    assert "fail" not in checks.values()
    assert list(folder.iterdir()) == []


def test_a_damaged_database_fails_the_doctor(rw: Run, folder: Path) -> None:
    (folder / "recoworld.db").write_text("not a database, not at all\n" * 100)
    checks = {check["name"]: check for check in json.loads(rw("doctor", "--json", code=2).stdout)}
    assert checks["database"]["status"] == "fail"
    assert checks["films"]["status"] == "ok"


def test_a_misspelled_variable_is_noticed(rw: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOWORLD_SESSION", "9")
    assert "RECOWORLD_SESSION (did you mean RECOWORLD_SESSIONS?)" in rw("doctor").stdout


def test_a_wrong_variable_fails_the_doctor_without_stopping_it(
    rw: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOWORLD_SEED", "x")
    said = rw("doctor", code=2).stdout
    assert "RECOWORLD_SEED: 'x' is not allowed" in said
    assert "terminal" in said
