"""From names to a catalog, its users and recommenders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.errors import UsageError
from app.settings import Settings
from app.store.store import Store
from app.world import TRAINING_SHARE, Stage, check, open_catalog, population, save_catalog

RATINGS = "user_id,item_id,rating\n" + "".join(
    f"u{u},i{i},{1 + (u * i) % 5}\n" for u in range(8) for i in range(12) if (u + i) % 3
)
ITEMS = "".join(
    f'{{"item_id": "i{i}", "title": "Item {i}", "genres": ["{"AB"[i % 2]}"]}}\n' for i in range(12)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    made.mkdir()
    (made / "items.jsonl").write_text(ITEMS)
    (made / "interactions.csv").write_text(RATINGS)
    return made


def staged(folder: Path, **settings: Any) -> Stage:
    given = Settings(**({"catalog": str(folder), "sessions": 5, "slate_size": 3} | settings))
    return Stage(open_catalog(given.catalog), given)


def test_an_unchanged_path_is_read_once(folder: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        first = open_catalog(str(folder), store)
        kept = save_catalog(store, first)
        again = open_catalog(str(folder), store)
        assert again.stored == kept == save_catalog(store, again)
        assert again.items == first.items


def test_a_changed_path_is_read_again(folder: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        save_catalog(store, open_catalog(str(folder), store))
        (folder / "items.jsonl").write_text(ITEMS.replace("Item 3", "Another"))
        os.utime(folder / "items.jsonl", (1, 1))
        changed = open_catalog(str(folder), store)
        assert changed.stored is None
        assert changed["i3"].title == "Another"


def test_a_stored_catalog_is_found_by_name(folder: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        save_catalog(store, open_catalog(str(folder), store))
        assert open_catalog("shop", store).name == "shop"


def test_an_unknown_catalog_suggests_near_names(folder: Path, tmp_path: Path) -> None:
    with Store.open(tmp_path / "a.db") as store:
        save_catalog(store, open_catalog(str(folder), store))
        with pytest.raises(UsageError, match="did you mean 'shop'"):
            open_catalog("shopp", store)


def test_an_import_never_takes_the_name_of_the_embedded_films(folder: Path) -> None:
    renamed = folder.rename(folder.parent / "films")
    assert open_catalog(str(renamed)).name == "films-imported"


def test_recommenders_know_only_the_training_part(folder: Path) -> None:
    stage = staged(folder)
    whole, known = stage.catalog.interactions, stage.knowledge.interactions
    assert whole is not None
    assert known is not None
    assert len(known) == whole.training(TRAINING_SHARE).sum() < len(whole)
    for user in range(len(whole.users)):
        mine, theirs = whole.item[whole.user == user], known.item[known.user == user]
        assert (mine[: len(theirs)] == theirs).all()


def test_the_split_of_personas_from_ratings_is_recorded(folder: Path) -> None:
    people, _, recorded = population(Settings(personas="from-ratings", sessions=5), staged(folder))
    assert len(people) == 5
    assert recorded["split"]["share"] == TRAINING_SHARE
    stage = staged(folder)
    visible = {past.item for _, persona in people for past in persona.history}
    assert stage.knowledge.interactions is not None
    assert visible <= {stage.catalog.ids[i] for i in stage.knowledge.interactions.item}


def test_personas_from_ratings_need_ratings() -> None:
    stage = Stage(open_catalog("films"), Settings(personas="from-ratings"))
    with pytest.raises(UsageError, match="needs a catalog with ratings and 'films' has none"):
        population(stage.settings, stage)


def test_an_unknown_mind_is_named() -> None:
    with pytest.raises(UsageError, match="unknown mind 'embeded': did you mean 'embedded'"):
        check(Settings(mind="embeded"), open_catalog("films"))


def test_users_are_a_function_of_seed_and_number(folder: Path) -> None:
    stage = Stage(open_catalog("films"), Settings(sessions=6))
    people, _, _ = population(stage.settings, stage)
    more, _, _ = population(Settings(sessions=9), stage)
    assert more[:6] == people
    rows, some = stage.users(people), stage.users(people[2:4])
    assert (rows.facet[2:4] == some.facet).all()
    assert (rows.dense[2:4] == some.dense).all()
    assert np.array_equal(rows.lean[2:4], some.lean)
    assert [visitor.key for visitor in stage.visitors(people)] == rows.key.tolist()
