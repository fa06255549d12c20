"""The page of a run: whole in one file, with everything from the store escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app import batch
from app.errors import UsageError
from app.report import build
from app.report.building import around_zero
from app.settings import Settings
from app.store.store import Store

EVIL = "<script>alert('A&B')</script>"
VOID = {"meta", "br", "link", "img", "input", "hr"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("report") / "w.db") as opened:
        settings = Settings(sessions=24, recommender=("popular", "agent"), max_turns=8, name=EVIL)
        batch.execute(settings, opened)
        yield opened


@pytest.fixture(scope="module")
def page(store: Store) -> str:
    return build(store, store.runs()[0])


class Reader(HTMLParser):
    """Which tags a page has, which attributes point somewhere, and which tags are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_every_tag_is_closed_and_every_id_is_there_once(page: str) -> None:
    found = read(page)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))


def test_the_page_needs_no_script_and_no_other_file(page: str) -> None:
    found = read(page)
    assert not found.tags & {"script", "link", "img", "iframe", "object"}
    assert all(link.startswith("#") for link in found.links)
    assert not re.search(r"https?://|@import|url\((?!#)", page)


def test_what_a_chart_refers_to_is_there(page: str) -> None:
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', page))
    assert used
    assert used <= set(read(page).ids)


def test_a_name_with_markup_is_escaped(page: str) -> None:
    assert "&lt;script&gt;alert(" in page
    assert "<script" not in page


def test_a_film_titled_with_markup_is_escaped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store.titles_at
    monkeypatch.setattr(Store, "titles_at", lambda *args: dict.fromkeys(real(*args), "<script>film</script>"))
    page = build(store, store.runs()[0])
    assert page.count("&lt;script&gt;film&lt;/script&gt;") >= 10
    assert "<script" not in page


def test_an_arm_named_like_markup_or_mathematics_is_shown_as_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Store.arms
    monkeypatch.setattr(Store, "arms", lambda *args: [a._replace(mind="<b>$x^2$</b>") for a in real(*args)])
    page = build(store, store.runs()[0])
    assert "&lt;b&gt;$x^2$&lt;/b&gt; mind" in page


def test_the_page_has_every_section(page: str) -> None:
    titles = re.findall(r"<h2>(.*?)</h2>", page)
    assert titles == [
        "Comparison",
        "Key metrics",
        "How sessions went",
        "What users asked for, and whether it was honored",
        "Exposure",
        "Slices",
        "Example sessions",
        "Cost",
        "Notes and limits",
    ]


def test_every_chart_keeps_its_text_and_takes_its_colors_from_the_page(page: str) -> None:
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert len(charts) >= 5
    assert all("<text" in chart and "var(--muted)" in chart for chart in charts)
    assert not any(re.search(r"#0101[0-9a-f]{2}", chart) for chart in charts)


def test_the_metrics_are_those_of_the_summary(store: Store, page: str) -> None:
    mean = store.runs()[0].usage["arms"][1]["metrics"]["turns"]["mean"]  # type: ignore[index]
    assert f">{mean:.2f}<" in page


def test_the_place_of_the_database_is_not_told(store: Store, page: str) -> None:
    assert store.shown not in page
    assert str(Path(store.shown).parent) not in page


def test_three_examples_go_from_best_to_worst(page: str) -> None:
    assert re.findall(r"<h3>(Best|Median|Worst) ", page) == ["Best", "Median", "Worst"]


def test_a_run_of_one_arm_has_no_comparison(tmp_path: Path) -> None:
    with Store.open(tmp_path / "one.db") as store:
        batch.execute(Settings(sessions=12, recommender=("popular",), max_turns=4), store)
        page = build(store, store.runs()[0])
    assert "<h2>Comparison</h2>" not in page
    assert "are not compared" not in page
    assert read(page).open == []


def test_a_pair_that_is_given_is_compared_in_its_order(store: Store) -> None:
    key = store.runs()[0].key
    page = build(store, store.runs()[0], (f"{key}:agent", f"{key}:popular"))
    assert "popular (B) against agent (A)" in page


def test_an_unknown_arm_of_a_pair_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="popular"):
        build(store, store.runs()[0], (f"{store.runs()[0].key}:popula", "latest:agent"))


def test_a_run_without_sessions_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path / "none.db") as store:
        run = store.start_run("empty", 1, {}, 5, "0.1.0")
        with pytest.raises(UsageError, match="no finished session"):
            build(store, run)


def test_an_interrupted_run_is_reported_as_far_as_it_came(store: Store) -> None:
    page = build(store, store.runs()[0]._replace(usage=None, status="interrupted", planned=99))
    assert "48 simulated sessions of 99 planned" in page
    assert "(interrupted)" in page


def test_logins_in_the_plan_are_masked(store: Store) -> None:
    run = store.runs()[0]
    plan = {
        **run.plan,
        "model": "https://me:secret@host/v1",
        "api_key": "sk-1",
        "nested": {"api_key": "sk-2"},
    }
    page = build(store, run._replace(plan=plan))
    assert "secret" not in page
    assert "sk-" not in page


def test_light_dark_and_print_are_styled(page: str) -> None:
    for media in ("@media (prefers-color-scheme: dark)", "@media print"):
        assert media in page


def test_an_interval_around_zero_is_placed_in_its_middle() -> None:
    assert around_zero(0.0, -2.0, 2.0) == (4, 50, 96)
    assert around_zero(None, 0.0, 1.0) is None
    assert around_zero(0.0, 0.0, 0.0) == (50, 50, 50)
