"""Packed exposures: what is packed is read back, in the order of the slates, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_rows import SHOWN, exposures, many_exposures, plain

from app.store.packing import EXPOSURE, PACKED, decoded, first_id, pack, unpack
from app.store.rows import ExposureRow
from app.store.tables import COLUMNS
from graphs.messages import ACTIONS, SOURCES


def steps(low: int, high: int, of: int) -> st.SearchStrategy[float]:
    return st.integers(low, high).map(lambda n: n / of)


WHOLE = {
    "session_id": (0, 2**39 - 1), "turn": (0, 2**14 - 1), "position": (0, 2**10 - 1), "item": (0, 2**31 - 1),
    "source": (0, 2**12 - 1), "reason": (0, 2**31 - 1), "actions": (0, 2**12 - 1), "factor": (-1, 62),
    "facet": (-1, 2**31 - 2),
}  # fmt: skip
MEASURED = {
    "score": (10_000, 9e14),
    "propensity": (1_000_000, 1.0),
    "watched": (1_000, 16.383),
    "seconds": (10, 104_857.5),
    "utility": (1_000, 536_870.911),
}
KEPT = {
    "score": steps(-(2**53), 2**53, 10_000),
    "propensity": steps(0, 10**6, 10**6) | st.just(np.nan),
    "watched": steps(0, 2**14 - 1, 1_000),
    "seconds": steps(0, 2**20 - 1, 10),
    "utility": steps(-(2**29), 2**29 - 1, 1_000) | st.just(np.nan),
    "seen": st.booleans(),
}
SLOT = st.fixed_dictionaries({name: st.integers(*span) for name, span in WHOLE.items()} | KEPT)


def columns(slots: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.array([slot[name] for slot in slots]) for name in EXPOSURE}


@given(st.lists(SLOT, min_size=1, max_size=8))
def test_what_is_packed_is_unpacked_the_same(slots: list[dict[str, Any]]) -> None:
    given_columns, found = columns(slots), unpack(pack(columns(slots)))
    assert list(found) == list(EXPOSURE)
    for name in EXPOSURE:
        np.testing.assert_array_equal(found[name], given_columns[name], name)


@given(st.lists(SLOT, min_size=1, max_size=8))
def test_decoded_values_are_plain_and_none_where_unknown(slots: list[dict[str, Any]]) -> None:
    found = decoded(pack(columns(slots)))
    assert [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)] == plain(
        columns(slots)
    )


@given(st.lists(SLOT, min_size=2, max_size=8))
def test_ids_are_in_the_order_of_session_turn_and_position(slots: list[dict[str, Any]]) -> None:
    places = [(slot["session_id"], slot["turn"], slot["position"]) for slot in slots]
    ids = pack(columns(slots))[:, 0].tolist()
    assert [places[i] for i in np.argsort(ids, kind="stable")] == sorted(places)
    assert all(first_id(p[0]) <= i < first_id(p[0] + 1) for p, i in zip(places, ids, strict=True))


@pytest.mark.parametrize("name", MEASURED)
@given(share=st.floats(0, 1))
def test_a_measured_value_keeps_its_digits(name: str, share: float) -> None:
    kept, most = MEASURED[name]
    value = min(share * most, 1e6)
    found = unpack(exposures({name: value}))[name][0]
    assert abs(found - value) <= 0.5 / kept + 1e-9
    assert found == np.round(value, len(str(kept)) - 1)


@pytest.mark.parametrize("value", [1e300, np.inf])
@pytest.mark.parametrize("name", MEASURED)
def test_a_measured_value_beyond_its_range_is_limited(name: str, value: float) -> None:
    assert unpack(exposures({name: value}))[name][0] == MEASURED[name][1]


@pytest.mark.parametrize(("name", "least"), [("score", -9e14), ("watched", 0.0), ("utility", -536_870.912)])
def test_a_measured_value_below_its_range_is_limited(name: str, least: float) -> None:
    assert unpack(exposures({name: -1e300}))[name][0] == least


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("end", [0, 1])
def test_a_number_out_of_range_is_refused_with_its_range(name: str, end: int) -> None:
    low, high = WHOLE[name]
    wrong = (low - 1, high + 1)[end]
    with pytest.raises(
        ValueError, match=rf"exposure\.{name} cannot be {wrong}; it goes from {low} to {high}"
    ):
        exposures({}, {name: wrong})


@pytest.mark.parametrize("name", ["score", "watched", "seconds"])
def test_a_measured_value_must_be_a_number(name: str) -> None:
    with pytest.raises(ValueError, match=rf"exposure\.{name} cannot be NaN"):
        exposures({name: np.nan})


def test_no_exposures_are_packed_as_no_rows() -> None:
    empty = pack({name: np.array([values])[:0] for name, values in SHOWN.items()})
    assert empty.shape == (0, len(PACKED))
    assert decoded(empty) == {name: [] for name in EXPOSURE}


def test_the_packed_columns_are_those_of_the_table_and_of_the_rows() -> None:
    assert COLUMNS["exposure"] == PACKED
    assert ExposureRow._fields == (*EXPOSURE, "text", "item_id", "title")


def test_there_is_room_for_every_source_and_action() -> None:
    most = {"source": 2 ** len(SOURCES) - 1, "actions": 2 ** len(ACTIONS) - 1}
    assert {name: unpack(exposures(most))[name][0] for name in most} == most


def test_random_exposures_of_the_whole_range_come_back() -> None:
    packed = pack(many_exposures(range(1, 50)))
    found = decoded(packed)
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    assert rows == plain(many_exposures(range(1, 50)))
