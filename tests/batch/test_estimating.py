"""The estimate before a run against what the run then really used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.batch.estimating import LEGEND_TOKENS, PICTURE_TOKENS, PRIORS, Estimate, estimated
from app.llm.prices import VARIABLE
from app.llm.scripted import ScriptedServer
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store

FACTOR = 1.5


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with one run of models on both sides, 8 users of at most 6 turns."""
    with (
        ScriptedServer(latency=0.05) as running,
        pytest.MonkeyPatch.context() as patch,
        Store.open(tmp_path_factory.mktemp("ran") / "a.db") as store,
    ):
        patch.setenv("OPENAI_BASE_URL", running.base_url)
        patch.setenv("OPENAI_API_KEY", "any")
        batch.execute(talking(), store)
        yield store


def talking(**given: Any) -> Settings:
    usual = {"sessions": 8, "max_turns": 6, "model": ("scripted",), "mind": "llm", "recommender": ("llm",)}
    return Settings(**(usual | given))


def of(store: Store | None, **given: Any) -> Estimate:
    estimate = estimated(plan_of(talking(**given)), store)
    assert estimate is not None
    return estimate


def close(guess: float, real: float) -> bool:
    return real / FACTOR <= guess <= real * FACTOR


def test_by_earlier_runs_it_is_close_to_what_another_run_uses(ran: Store) -> None:
    given = {"sessions": 12, "seed": 99, "max_turns": 5, "concurrency": 4}
    estimate = of(ran, **given)
    used = batch.execute(talking(**given), ran).usage
    real = [used[name] for name in ("calls", "prompt_tokens", "completion_tokens")]
    guess = [estimate.calls, estimate.prompt_tokens, estimate.completion_tokens]
    print(guess, real)
    assert estimate.basis == "stored"
    assert all(map(close, guess, real))


def test_without_earlier_runs_it_goes_by_priors_and_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        for estimate in (of(store), of(None)):
            assert (estimate.basis, estimate.known, estimate.turns) == ("prior", 0, 6.0)
            assert estimate.calls == 8 * 6 * 4 + 1
            assert estimate.prompt_tokens == 8 * 6 * 2 * (819 + 1352)


def test_other_models_and_conditions_are_not_those_of_the_earlier_run(ran: Store) -> None:
    assert of(ran, model=("other",)).basis == "prior"
    assert of(ran, days=3).basis == "mixed"
    assert of(ran, max_turns=9).basis == "mixed"
    assert of(ran, per_item=True).basis == "mixed"
    assert of(ran, representation="semantic_id").basis == "mixed"


def test_codes_and_pictures_have_their_price() -> None:
    texts = of(None).prompt_tokens
    turns = 8 * 6
    assert of(None, representation="semantic_id").prompt_tokens == texts + turns * LEGEND_TOKENS
    assert of(None, representation="multimodal").prompt_tokens == texts + turns * PICTURE_TOKENS * (10 + 30)


def test_the_price_is_unknown_or_that_of_the_tokens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert of(None).usd is None
    prices = tmp_path / "prices.yaml"
    prices.write_text("scripted: {input: 1.0, output: 10.0}\n")
    monkeypatch.setenv(VARIABLE, str(prices))
    estimate = of(None, max_usd=0.1)
    assert estimate.usd == pytest.approx((estimate.prompt_tokens + 10 * estimate.completion_tokens) / 1e6)
    assert estimate.beyond == ("--max-usd 0.1",)


def test_limits_that_are_passed_are_named() -> None:
    assert of(None, max_calls=25, max_tokens=10**9).beyond == ("--max-calls 25",)
    assert of(None, max_calls=193).beyond == ()


def test_users_at_once_share_the_time() -> None:
    chain = 6 * (PRIORS["user"].seconds + PRIORS["recommender"].seconds)
    assert of(None, concurrency=16).seconds == pytest.approx(chain)
    assert of(None, concurrency=2).seconds == pytest.approx(4 * chain)


def test_where_no_model_plays_there_is_none() -> None:
    assert estimated(plan_of(Settings(sessions=5)), None) is None
