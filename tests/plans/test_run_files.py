"""Run files: what they may say, how it is resolved, and what each wrong one is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.errors import DataError, RecoWorldError, UsageError
from app.plans import Plan, json_schema, load_run_file, make_plan, plan_of
from app.plans.arms import OF_ARM
from app.plans.plan import OF_RUN
from app.plans.runfile import RunFile
from app.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


def resolved(path: Path, **flags: Any) -> Plan:
    located = load_run_file(path)
    settings = load_settings(flags, {}, path.parent, located.file.settings(), str(path))
    return make_plan(settings, located)


def plan(folder: Path, text: str, **flags: Any) -> Plan:
    path = folder / "run.yaml"
    path.write_text("apiVersion: recoworld/v1\n" + text)
    return resolved(path, **flags)


def arms(made: Plan, *names: str) -> list[tuple[Any, ...]]:
    return [(arm.name, *(getattr(arm, name) for name in names)) for arm in made.arms]


def test_every_setting_is_of_the_run_or_of_its_arms() -> None:
    assert {*OF_RUN, *OF_ARM, "recommender", "db"} == set(Settings.model_fields)
    assert set(OF_ARM) <= set(RunFile.model_fields)


def test_settings_alone_make_an_arm_of_each_recommender() -> None:
    made = plan_of(Settings(recommender=("popular", "agent"), slate_size=5, seed=3))
    assert arms(made, "recommender", "slate_size", "seed") == [
        ("popular", "popular", 5, 3),
        ("agent", "agent", 5, 3),
    ]


def test_the_settings_of_an_arm_are_those_it_was_made_of() -> None:
    given = Settings(recommender=("popular",), slate_size=5, coupling="weak", sessions=3, workers=2)
    assert plan_of(given).settings() == given


def test_an_arm_takes_over_what_it_extends_and_the_top_of_the_file(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        "max_turns: 8\ncoupling: weak\narms:\n"
        "  small: {extends: base, slate_size: 3}\n"
        "  base: {recommender: popular, coupling: strong, slate_size: 7}\n",
    )
    assert arms(made, "recommender", "coupling", "slate_size", "max_turns") == [
        ("small", "popular", "strong", 3, 8),
        ("base", "popular", "strong", 7, 8),
    ]


def test_flags_override_the_file_and_the_file_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(
        "apiVersion: recoworld/v1\nsessions: 5\nseed: 3\ncoupling: weak\narms: {a: {coupling: strong}}\n"
    )
    located = load_run_file(path)
    environment = {"RECOWORLD_SEED": "9", "RECOWORLD_SLATE_SIZE": "4"}
    settings = load_settings(
        {"sessions": 6, "coupling": "none"}, environment, tmp_path, located.file.settings(), "f"
    )
    made = make_plan(settings, located)
    assert (made.sessions, made.seed, made.arms[0].slate_size, made.arms[0].coupling) == (6, 3, 4, "none")
    assert [settings.origins()[name] for name in ("sessions", "seed", "slate_size")] == [
        "flag", "f", "RECOWORLD_SLATE_SIZE",
    ]  # fmt: skip


def test_recommenders_as_flags_replace_the_arms_but_not_what_holds_for_all(tmp_path: Path) -> None:
    made = plan(
        tmp_path, "history: none\narms: {a: {recommender: agent}}\n", recommender=["popular", "random"]
    )
    assert arms(made, "history") == [("popular", "none"), ("random", "none")]


def test_a_matrix_makes_every_combination(tmp_path: Path) -> None:
    made = plan(tmp_path, "matrix: {recommender: [popular, agent], coupling: [weak, strong]}\n")
    assert [arm.name for arm in made.arms] == ["popular/weak", "popular/strong", "agent/weak", "agent/strong"]
    assert [arm.coupling for arm in made.arms] == ["weak", "strong", "weak", "strong"]


def test_a_matrix_crosses_the_arms_and_a_flag_takes_an_axis_away(tmp_path: Path) -> None:
    text = "arms: {mute: {instruct: no}}\nmatrix: {slate_size: [5, 10], coupling: weak}\n"
    assert [arm.name for arm in plan(tmp_path, text).arms] == [
        "mute/weak/slate_size=5",
        "mute/weak/slate_size=10",
    ]
    assert arms(plan(tmp_path, text, slate_size=4), "slate_size") == [("mute/weak", 4)]


def test_replicates_are_the_same_arms_with_other_luck(tmp_path: Path) -> None:
    made = plan(tmp_path, "seed: 3\nreplicates: 3\nrecommender: [popular, agent]\n")
    assert [arm.label for arm in made.arms] == [
        "popular",
        "agent",
        "popular #2",
        "agent #2",
        "popular #3",
        "agent #3",
    ]
    assert made.arms[0].seed == 3
    assert len({arm.seed for arm in made.arms}) == 3


def test_seeds_are_replicates_with_seeds_of_your_own(tmp_path: Path) -> None:
    made = plan(tmp_path, "seeds: [3, 8]\n")
    assert made.seed == 3
    assert [(arm.replicate, arm.seed) for arm in made.arms] == [(0, 3), (1, 8)]


def test_a_plan_comes_back_from_its_json(tmp_path: Path) -> None:
    made = resolved(ROOT / "examples" / "first.yaml")
    assert Plan.restored(made.stored() | {"notes": []}, "abc") == made


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_plans(example: Path) -> None:
    assert resolved(example).arms


def test_the_schema_has_every_key_and_refuses_others() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(RunFile.model_fields)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["apiVersion"]
    assert schema["$defs"]["Matrix"]["additionalProperties"] is False


def test_words_stay_words(tmp_path: Path) -> None:
    made = plan(tmp_path, "name: 2024\npersonas: [night-nurse, 1917]\narms: {10: {recommender: NO}}\n")
    assert (made.name, made.personas, made.arms[0].name, made.arms[0].recommender) == (
        "2024", "night-nurse,1917", "10", "NO",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sesions: 3", ":2: unknown key 'sesions': did you mean"),
        ("arms:\n  a: {recomender: popular}", ":3: arms.a: unknown key 'recomender': did you mean 'recommender'"),
        ("perturbations:\n  bad_slate: {trn: 2}", ":3: perturbations.bad_slate: "),
        ("matrix: {recomender: [agent]}", ":2: matrix: unknown key 'recomender'"),
        ("limits: {failure: 1}", ":2: limits: unknown key 'failure': did you mean 'failures'"),
        ("sessions: three", ":2: sessions 'three' is not allowed; it should be a whole number"),
        ("sessions: 0", ":2: sessions '0' is not allowed; it should be greater than or equal to 1"),
        ("instruct: maybe", "it should be true or false"),
        ("coupling: strng", "it should be 'none', 'weak', 'medium' or 'strong'"),
        ("kind: Population", "it should be 'Run'"),
        ("perturbations: {drop: 1}", ":2: perturbations.drop '1' is not allowed; it should be less than 1"),
        ("perturbations:\n  bad_slate: {share: 0.5}", ":3: perturbations.bad_slate: the key 'turn' is missing"),
        ("goal: {Comedy: 1}", ":2: goal.Comedy 'Comedy' is not allowed; it should be kind:value"),
        ("goal: {'genre:Comedy': 2}", "it should be less than or equal to 1"),
        ("mindset: {mood: .nan}", ":2: mindset.mood"),
        ("arms: 3", ":2: arms '3' is not allowed; it should be a mapping"),
        ("arms:\n  a: {extends: b}\n  b: {extends: a}", "the arms extend each other in a circle: a -> b -> a"),
        ("arms:\n  a: {extends: agnt}\n  agent: {}", ":3: unknown arm 'agnt': did you mean 'agent'?"),
        ("recommender: agent\narms: {a: {}}", ":2: with arms, every arm says its own recommender"),
        ("personas: everyone\npopulation: everyone", ":3: personas and population cannot both be given"),
        ("seeds: [1]\nreplicates: 2", ":2: replicates and seeds cannot both be given"),
        ("expect: turns >> 5", ":2: 'turns >> 5' is no condition"),
        ("expect:\n  - agent.turns > 5\n  - agent.turn > 5", ":4: unknown metric 'turn': did you mean"),
        ("expect: [agnt.turns > 5]", ":2: unknown arm in 'agnt.turns > 5' 'agnt': did you mean 'agent'?"),
        ("gates:\n  - {a: popular, b: agent, that: turns > 0}", ":3: unknown arm 'popular'"),
        ("scale: [1]", ":2: scale"),
        ("sessions: 3\nsessions: 4", ":3: the key 'sessions' stands twice, first in line 2"),
        ("a: &a [*a]", "the file refers to itself"),
        ("arms: [", "malformed YAML"),
        ("apiVersion: recoworld/v2", "the key 'apiVersion' stands twice"),
        ("matrix: {slate_size: [" + ",".join(map(str, range(1, 502))) + "]}", "the run has 501 arms; at most 500"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_what_is_wrong_and_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RecoWorldError) as wrong:
        plan(tmp_path, text)
    assert says in str(wrong.value)
    assert wrong.value.exit_code == 2


def test_a_file_without_a_version_says_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("sessions: 3\n")
    with pytest.raises(DataError, match="write `apiVersion: recoworld/v1` first"):
        load_run_file(path)
    path.write_text("apiVersion: recoworld/v2\n")
    with pytest.raises(
        DataError, match="apiVersion 'recoworld/v2' is not allowed; it should be 'recoworld/v1'"
    ):
        load_run_file(path)


def test_no_file_at_all_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such run file"):
        load_run_file(tmp_path / "none.yaml")


def test_many_aliases_are_not_unfolded_for_ever(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, 9)]
    with pytest.raises(DataError, match="refers to itself, or holds more"):
        plan(tmp_path, "\n".join(lines))
