"""When it is enough: what drives a user away, and how strongly that is tied to content."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from app.errors import UsageError
from app.minds.items import item_rows
from app.minds.parameters import COUPLINGS, BehaviorParameters
from app.minds.rows import MindRows, UserRows
from app.minds.tastes import Tastes
from tests.minds.reviewing import N, P, arrived, first, review
from tests.minds.world import SLATE, people, play, slates, stage


def fired(minds: MindRows, p: BehaviorParameters = P) -> np.ndarray:
    return review(first(), minds, p).fired


def sated(minds: MindRows, level: float) -> MindRows:
    satiation = np.full_like(minds.satiation, level)
    satiation[:, -1] = 0.0
    return replace(minds, satiation=satiation)


def test_the_dissatisfied_the_bored_and_the_tired_have_enough_sooner() -> None:
    p = replace(P, satiation=0.0, learn=0.0)
    minds, low = arrived(), arrived()
    low.satisfaction[:] = 0.1
    high = replace(minds, satisfaction=np.full(N, 0.9))
    assert fired(low, p).sum() > fired(high, p).sum()
    assert fired(sated(minds, 0.9), p).sum() > fired(minds, p).sum()
    assert fired(replace(minds, fatigue=np.ones(N)), p).sum() > fired(minds, p).sum()
    assert fired(replace(minds, skips=np.full(N, 30, np.int32)), p).sum() > fired(minds, p).sum()


def test_leaving_does_not_depend_on_content_when_it_is_not_coupled() -> None:
    p = replace(P.coupled("none"), satiation=0.0)
    minds = arrived()
    for other in (
        replace(minds, satisfaction=np.full(N, 0.05)),
        sated(minds, 0.9),
        replace(minds, skips=np.full(N, 30, np.int32)),
    ):
        assert np.array_equal(fired(other, p), fired(minds, p))
    assert fired(minds, p).any()


def test_couplings_grow_with_their_names() -> None:
    strengths = [P.coupled(name) for name in ("none", "weak", "medium", "strong")]
    for name in ("leave_satisfaction", "leave_boredom", "leave_friction"):
        values = [getattr(p, name) for p in strengths]
        assert values == sorted(values)
        assert values[0] == 0.0
    assert P.coupled("medium") == P
    assert set(COUPLINGS) == {"none", "weak", "medium", "strong"}


def test_an_unknown_coupling_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="strong"):
        P.coupled("stronk")


def test_users_leave_in_the_middle_of_a_slate() -> None:
    out = review(first(), p=replace(P, leave=-1.0))
    middle = out.fired & (out.seen < SLATE)
    assert middle.sum() > N / 4
    beyond = np.arange(SLATE) >= out.seen[:, None]
    assert (out.actions[beyond] == 0).all()
    assert (out.actions[~beyond] > 0).all()


def test_the_hazard_falls_with_the_items_seen() -> None:
    p = replace(P.coupled("none"), frailty=0.0)
    early, late = arrived(), replace(arrived(), seen=np.full(N, 100, np.int32))
    many = [review(slates()[t][:N], m, p, turn=t + 1).fired.mean() for m in (early, late) for t in range(8)]
    assert np.mean(many[8:]) < 0.5 * np.mean(many[:8])


def test_a_session_ends_when_its_time_is_up_however_good_it_is() -> None:
    out = review(first(), p=replace(P, leave=-30.0), minutes=0.2)
    assert out.time_up.all()
    assert not out.fired.any()
    assert (out.mind.seconds >= 12.0).all()


def trace(p: BehaviorParameters) -> list[np.ndarray]:
    """Everything that some sessions come to with these parameters."""
    world = stage()
    items = item_rows(p, world.catalog, world.facets, world.numeric, np.asarray(world.dense, np.float32))
    mind = replace(world.user, parameters=p, items=items)
    users: UserRows = Tastes(world.catalog, world.facets, items, 0, 11, p).rows(people()[:150])
    played = play(mind, users, tuple(slate[:150] for slate in slates()))
    minds = [getattr(played.minds, f.name) for f in fields(MindRows) if f.name != "wants"]
    asked = [played.minds.wants.kind, played.minds.wants.target, played.minds.wants.gap]
    return [played.actions, played.watched, played.days, users.mood, *minds, *asked]


@pytest.mark.slow
def test_every_parameter_changes_something() -> None:
    before = trace(P)
    idle = []
    for field in fields(P):
        changed = replace(P, **{field.name: getattr(P, field.name) * 1.7 + 0.2})
        after = trace(changed)
        if all(
            np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(before, after, strict=True)
        ):
            idle.append(field.name)
    assert idle == []
