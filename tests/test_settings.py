"""Settings: precedence, origins, and wrong values named with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UsageError
from app.settings import Settings, load_settings, option, unknown_variables, variable


def loaded(tmp_path: Path, flags: dict[str, object] | None = None, **environ: str) -> Settings:
    return load_settings(flags, {variable(field): text for field, text in environ.items()}, tmp_path)


def test_nothing_given_means_the_defaults(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings == Settings()
    assert set(settings.origins().values()) == {"default"}


def test_a_flag_beats_the_environment_which_beats_dotenv_which_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RECOWORLD_SEED=3\nRECOWORLD_SESSIONS=30\nRECOWORLD_NAME=from-file\n")
    settings = loaded(tmp_path, {"seed": 1, "name": None}, seed="2", sessions="20")
    assert (settings.seed, settings.sessions, settings.name, settings.max_turns) == (1, 20, "from-file", 20)
    origins = settings.origins()
    assert [origins[f] for f in ("seed", "sessions", "name", "max_turns")] == [
        "flag",
        "RECOWORLD_SESSIONS",
        ".env",
        "default",
    ]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().seed = 8  # type: ignore[misc]


def test_recommenders_are_separated_by_commas_in_a_variable(tmp_path: Path) -> None:
    assert loaded(tmp_path, recommender="random, popular,my.py:Mine").recommender == (
        "random",
        "popular",
        "my.py:Mine",
    )


def test_columns_and_scale_are_read_from_text(tmp_path: Path) -> None:
    settings = loaded(tmp_path, {"columns": "id=movie_id, facet.mood=feel", "scale": "0.5,5"})
    assert settings.columns == {"id": "movie_id", "facet.mood": "feel"}
    assert settings.scale == (0.5, 5.0)


def test_an_empty_variable_counts_as_not_given(tmp_path: Path) -> None:
    assert loaded(tmp_path, seed="").origins()["seed"] == "default"


@pytest.mark.parametrize("text", ["false", "0", "no", "off"])
def test_instructing_can_be_switched_off_by_a_variable(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, instruct=text).instruct is False


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("sessions", "0", "1 or more"),
        ("sessions", "many", "a whole number"),
        ("seed", "-1", "from 0"),
        ("max_turns", "0", "from 1 to 10000"),
        ("slate_size", "1001", "from 1 to 1000"),
        ("workers", "0", "from 1 to 1024"),
        ("coupling", "tight", "none, weak, medium, strong"),
        ("instruct", "perhaps", "true or false"),
        ("failure_limit", "nan", "from 0 to 1"),
        ("failure_limit", "1.5", "from 0 to 1"),
        ("recommender", "agent,,random", "names"),
        ("columns", "movie_id", "id=movie_id"),
        ("scale", "5,1", "the lowest and the highest"),
        ("scale", "1", "the lowest and the highest"),
    ],
)
def test_a_wrong_value_names_its_variable_and_what_is_allowed(
    tmp_path: Path, field: str, value: str, says: str
) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, **{field: value})
    assert variable(field) in str(caught.value)
    assert value in str(caught.value)
    assert says in str(caught.value)


def test_a_wrong_flag_is_named_as_the_option(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--max-turns: '0' is not allowed"):
        loaded(tmp_path, {"max_turns": 0})
    assert option("instruct") == "--instruct/--no-instruct"


def test_a_wrong_line_of_dotenv_is_named_by_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RECOWORLD_SEED=x\n")
    with pytest.raises(UsageError, match=r"RECOWORLD_SEED in \.env: 'x'"):
        loaded(tmp_path)


def test_dotenv_understands_comments_quotes_and_export(tmp_path: Path) -> None:
    text = "\ufeff# ours\nexport RECOWORLD_NAME='a # b' # c\nRECOWORLD_SEED = 5 # five\n\nnot a variable\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    settings = loaded(tmp_path)
    assert (settings.name, settings.seed) == ("a # b", 5)


def test_a_malformed_line_of_ours_in_dotenv_is_an_error_with_its_number(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# one\nRECOWORLD_SEED 5\n")
    with pytest.raises(UsageError, match=r"\.env:2: 'RECOWORLD_SEED 5' is not NAME=value"):
        loaded(tmp_path)


def test_a_dotenv_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RECOWORLD_NAME=\xff\n")
    with pytest.raises(UsageError, match="cannot be read"):
        loaded(tmp_path)


def test_misspelled_variables_are_found_with_the_nearest_setting(tmp_path: Path) -> None:
    found = unknown_variables({"RECOWORLD_SESSION": "3", "RECOWORLD_SEED": "1", "HOME": "/"}, tmp_path)
    assert found == [("RECOWORLD_SESSION", "RECOWORLD_SESSIONS")]
