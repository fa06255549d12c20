"""The report's own figures, against cases with a known answer and against the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from app import batch
from app.report.facts import ArmFacts, gather
from app.report.numbers import gini, half_width, lorenz, metric, percent, plain, signed, wilson
from app.report.slices import slices
from app.settings import Settings
from app.store.store import Store
from app.summary import Summary


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[ArmFacts], Summary]]:
    db = tmp_path_factory.mktemp("numbers") / "w.db"
    with Store.open(db) as store:
        summary = batch.execute(Settings(sessions=40, recommender=("popular", "agent"), max_turns=8), store)
        yield db, gather(store, store.runs()[0], summary), summary


def asked(db: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection, connection:
        return connection.execute(query).fetchall()


def test_equal_counts_have_a_gini_of_zero_and_one_item_alone_nearly_one() -> None:
    assert gini(np.ones(50)) == pytest.approx(0.0)
    assert gini(np.eye(1, 50)[0]) == pytest.approx(1 - 1 / 50)
    assert gini(np.zeros(5)) == 0.0


def test_the_area_under_the_lorenz_curve_is_half_of_one_less_gini() -> None:
    counts = np.random.default_rng(1).pareto(1.5, 1000)
    area = np.trapezoid(lorenz(counts, 1001), dx=1 / 1000)
    assert area == pytest.approx((1 - gini(counts)) / 2, abs=1e-3)


def test_the_interval_of_a_share_is_the_one_of_scipy() -> None:
    known = binomtest(7, 20).proportion_ci(method="wilson")
    assert wilson(7, 20) == pytest.approx((known.low, known.high), abs=1e-6)


def test_few_values_have_no_interval() -> None:
    assert half_width([1.0] * 7) is None
    assert half_width([1.0, 3.0] * 50) == pytest.approx(1.959964 * np.sqrt(100 / 99) / 10)


def test_numbers_are_written_for_people() -> None:
    assert [percent(x) for x in (0.5, 0.031, 0.0, None)] == ["50 %", "3.1 %", "0 %", "–"]
    assert [plain(x) for x in (12345.6, 53.23, 6.267, None)] == ["12,346", "53.2", "6.27", "–"]
    assert (metric("open_rate", 0.63), metric("turns", 6.267)) == ("63 %", "6.27")
    assert (signed("open_rate", 0.094), signed("turns", -2.5)) == ("+9.4", "−2.50")
    assert signed("save_rate", -0.0001) == "0.0"


def test_exposures_are_those_of_the_view(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    db, arms, _ = world
    counted = asked(
        db, "SELECT arm, count(*), count(DISTINCT item) FROM v_exposures GROUP BY arm ORDER BY arm"
    )
    assert counted == [(n + 1, arm.exposure.total, arm.exposure.shown) for n, arm in enumerate(arms)]


def test_the_items_shown_are_the_coverage_of_the_metrics(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    for arm in world[1]:
        coverage = arm.result.metrics["coverage"]["mean"]
        assert arm.exposure.shown / arm.exposure.items == pytest.approx(coverage, abs=1e-6)


def test_the_top_items_are_those_shown_most(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    db, arms, _ = world
    most = asked(db, "SELECT count(*) FROM v_exposures WHERE arm = 2 GROUP BY item ORDER BY 1 DESC LIMIT 8")
    total = arms[1].exposure.total
    assert [item.share for item in arms[1].exposure.top] == pytest.approx([n / total for (n,) in most])


def test_wishes_judged_and_honored_add_up_to_the_uptake(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    for arm in world[1]:
        sums = [row.sums or {} for row in arm.sessions]
        wishes = arm.wishes.values()
        assert sum(wish.judged for wish in wishes) >= sum(s["judged"] for s in sums) > 0
        assert all(wish.honored <= wish.judged <= wish.asked for wish in wishes)


def test_what_was_honored_by_kind_is_what_the_view_says(
    world: tuple[Path, list[ArmFacts], Summary],
) -> None:
    honored = """SELECT kind, count(*) FROM (
      SELECT DISTINCT said.session, said.turn, json_extract(d.value, '$.kind') AS kind
      FROM v_turns said JOIN json_each(said.directives) d
      JOIN v_turns next ON next.session = said.session AND next.turn = said.turn + 1
      WHERE said.arm = 2 AND next.match_after > said.match_before + 1e-9) GROUP BY kind"""
    found = {name: wish.honored for name, wish in world[1][1].wishes.items() if wish.honored}
    assert found == dict(asked(world[0], honored))


def test_reasons_are_shares_of_all_sessions(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    assert all(sum(arm.reasons.values()) == pytest.approx(1.0) for arm in world[1])


def test_the_thirds_of_a_trait_hold_every_user_once(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    found = slices(world[1])
    for trait in ("pickiness", "patience", "minutes"):
        assert sum(part.users for part in found if part.by == trait) == 40


def test_a_slice_has_the_mean_of_its_users(world: tuple[Path, list[ArmFacts], Summary]) -> None:
    db, arms, _ = world
    part = next(part for part in slices(arms) if part.by == "persona")
    low = asked(db, "SELECT arm, persona, turns FROM v_sessions")
    kept = [t for arm, persona, t in low if arm == 1 and str(persona).partition("#")[0] == part.name]
    assert part.turns[0].value == pytest.approx(np.mean(kept))  # type: ignore[arg-type]
