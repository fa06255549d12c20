"""What a run was made with, and what has changed since: going on with other code would mix two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

import app
import graphs
from app import __version__, plugins
from app.catalog.catalog import ItemCatalog
from app.errors import PluginError, UsageError
from app.plans.plan import Plan
from app.store.rows import RunRow

_NOT_PLAYED = (
    "cli",
    "web",
    "comparison",
    "report",
    "export",
    "drawing",
    "interactive",
    "evaluate",
    "train",
    "replay",
    "studio",
)
"""Parts of `app` that no session depends on."""


def made(plan: Plan) -> dict[str, str]:
    """What the sessions of a plan depend on besides the plan itself, by name, as versions and content hashes."""
    specs = dict.fromkeys(arm.recommender for arm in plan.arms if plugins.is_spec(arm.recommender))
    found = {"recoworld's code": f"{__version__} {_code()}", "numpy": np.__version__}
    found |= {f"recommender {spec}": _plugin(spec) for spec in specs}
    if plan.file:
        found[f"run file {plan.file}"] = _file(Path(plan.file))
    return found


def _plugin(spec: str) -> str:
    try:
        return plugins.fingerprint(spec, "recommender")
    except PluginError:
        return "gone"


def _file(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=8).hexdigest() if path.is_file() else "gone"


@cache
def _code() -> str:
    """Content hash of everything that plays a part in a session, 16 hex digits."""
    digest = blake2b(digest_size=8)
    for root in (Path(graphs.__path__[0]), Path(app.__path__[0])):
        for path in sorted(root.rglob("*.py")):
            if path.relative_to(root).parts[0] not in _NOT_PLAYED:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def drift(run: RunRow, plan: Plan, catalog: ItemCatalog, fingerprint: str) -> list[str]:
    """What is not as it was when the run began, in words; `fingerprint` is the catalog's of then."""
    found = list(_changed(run.plan.get("made") or {}, made(plan)))
    if catalog.fingerprint != fingerprint:
        found.append(f"catalog {catalog.name} ({fingerprint} then, {catalog.fingerprint} now)")
    return found


def _changed(then: Mapping[str, Any], now: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*then, *now)):
        before, after = (str(side.get(name, "unknown")) for side in (then, now))
        # A run file that is gone changes nothing: the plan is stored.
        if before != after and not (name.startswith("run file") and after == "gone"):
            yield f"{name} ({before} then, {after} now)"


def refuse(run: RunRow, found: list[str]) -> None:
    """A UsageError that names what has changed; none where nothing has."""
    if found:
        listed = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
        raise UsageError(
            f"since run {run.key} began, this has changed: {listed}\n"
            "its remaining sessions would not be those of an uninterrupted run\n"
            f"go on all the same: recoworld resume {run.key} --allow-drift; or run it again"
        )
