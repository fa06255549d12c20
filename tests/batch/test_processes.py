"""Worker processes begin with what their parent has now, and import no more than they need."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from app.batch.job import Job
from app.batch.processes import FOR_MODELS, IMPORTED, Parts, worker_context
from app.batch.running import prepared
from app.plans import plan_of
from app.settings import Settings


@pytest.fixture(scope="module")
def job() -> Job:
    plan = plan_of(Settings(sessions=2, workers=2))
    return prepared(plan, None)[0]


def prices_there(parts: Parts) -> str | None:
    parts.job()
    return os.environ.get("RECOWORLD_PRICES")


def test_a_worker_has_the_environment_of_its_parent(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    for prices in ("first.yaml", "second.yaml"):  # the server was there before the second
        monkeypatch.setenv("RECOWORLD_PRICES", prices)
        with ProcessPoolExecutor(1, worker_context(job.plan)) as pool:
            assert pool.submit(prices_there, Parts.of(job)).result() == prices


def test_a_worker_is_sent_what_its_parent_made_of_the_catalog(job: Job) -> None:
    assert {"facets", "numeric", "factors", "dense"} <= vars(Parts.of(job).stage).keys()


def test_a_run_of_embedded_minds_imports_no_client_of_models() -> None:
    code = f"import sys, {', '.join(IMPORTED)}; print('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_workers_import_ahead_can_be_imported() -> None:
    code = f"import {', '.join((*IMPORTED, *FOR_MODELS))}"  # a wrong name would only be slow: nobody would be told
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
