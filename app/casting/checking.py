"""What can be said of the arms of a plan before anything is stored."""

from __future__ import annotations

from collections.abc import Collection

from app import world
from app.catalog.catalog import ItemCatalog
from app.catalog.pictures import Pictures
from app.errors import UsageError, unknown
from app.language import LLM
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.plans.script import SCRIPTED
from app.plugins import is_spec


def roles_of(arm: Arm) -> set[str]:
    """The roles that a model plays in an arm."""
    return {role for role, kind in (("user", arm.mind), ("recommender", arm.recommender)) if kind == LLM}


def in_messages(arm: Arm) -> bool:
    """Whether its sessions are played one by one, as messages, rather than in cohorts."""
    return bool(roles_of(arm)) or arm.mind == SCRIPTED


def check(plan: Plan, catalog: ItemCatalog, facets: Collection[str]) -> None:
    """A UsageError for what an arm cannot have; `facets` are the catalog's, as `kind:value`."""
    for arm in plan.arms:
        world.check(plan.settings(arm), catalog)
        for facet in arm.goal:
            if facet not in facets:
                raise unknown(f"facet in the goal of the arm {arm.name!r}:", facet, facets)
        scripted = arm.recommender == SCRIPTED
        if arm.perturbations.drop and (scripted or is_spec(arm.recommender)):
            raise UsageError(
                f"the arm {arm.name!r} has `drop`, but {arm.recommender} returns slates and no candidates; "
                "take `drop` away, or use bad_slate"
            )
        _check_script(arm, catalog)
        _check_slates(arm, catalog)
    _check_representation(plan, catalog)


def _check_representation(plan: Plan, catalog: ItemCatalog) -> None:
    """Only models are shown items in one way or another, and pictures only where there are some."""
    other = [arm for arm in plan.arms if arm.representation != "text"]
    if other and not any(map(roles_of, other)):
        raise UsageError(
            f"representation {other[0].representation} is how models are shown items, and no model plays in "
            f"the arm {other[0].name!r}; give --mind llm or --recommender llm"
        )
    if any(arm.representation == "multimodal" and roles_of(arm) for arm in plan.arms):
        pictured = next((item for item in catalog if item.image), None)
        if pictured is None:
            raise UsageError(
                f"representation multimodal shows pictures, and no item of the catalog {catalog.name!r} has one"
            )
        Pictures(catalog.source).of(pictured)


def _check_script(arm: Arm, catalog: ItemCatalog) -> None:
    if (arm.mind == SCRIPTED) != bool(arm.script):
        what = "has mind: scripted, but no script" if arm.mind == SCRIPTED else "has a script"
        raise UsageError(f"the arm {arm.name!r} {what}; `mind: scripted` and `script:` belong together")
    for number, turn in enumerate(arm.script, 1):
        turn.check(f"the arm {arm.name!r}, turn {number} of its script", arm.slate_size)


def _check_slates(arm: Arm, catalog: ItemCatalog) -> None:
    if (arm.recommender == SCRIPTED) != bool(arm.slates):
        what = "has recommender: scripted, but no slates" if not arm.slates else "has slates"
        raise UsageError(
            f"the arm {arm.name!r} {what}; `recommender: scripted` and `slates:` belong together in a run file"
        )
    for number, slate in enumerate(arm.slates, 1):
        where = f"the arm {arm.name!r}, slate {number}:"
        for item in slate:
            if item not in catalog:
                raise unknown(f"{where} item", item, catalog.position)
        if len(slate) > arm.slate_size:
            raise UsageError(f"{where} it has {len(slate)} items and slate_size is {arm.slate_size}")
        if len(set(slate)) < len(slate):
            raise UsageError(f"{where} it has an item twice")
