"""What `recoworld doctor` looks at, each as one check that never raises."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, NamedTuple

from app.errors import RecoWorldError
from app.settings import load_settings, unknown_variables

PACKAGES = ("langgraph", "pydantic", "numpy", "scikit-learn", "sqlalchemy", "alembic", "typer", "rich")
_LOW_DISK, _NO_DISK = 1 << 30, 50 << 20
_NARROW = 80


class Check(NamedTuple):
    """One finding. `fix` says what to do, empty where nothing is to be done."""

    name: str
    status: Literal["ok", "warn", "fail"]
    says: str
    fix: str = ""


def all_checks(db: str | None) -> Iterator[Check]:
    """Every check in order; an error that we name ourselves fails the check it happened in."""
    looks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("settings", _settings),
        ("database", lambda: _database(db)),
        ("disk", lambda: _disk(db)),
        ("films", _films),
        ("personas", _personas),
        ("threads", _threads),
        ("terminal", _terminal),
    )
    for name, look in looks:
        try:
            yield look()
        except RecoWorldError as error:
            yield Check(name, "fail", str(error))


def _python() -> Check:
    said = f"{sys.version.split()[0]} at {sys.executable}"
    return Check("python", "ok", f"{said}, recoworld {_version('recoworld') or 'run from its folder'}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _packages() -> Check:
    found = {package: _version(package) for package in PACKAGES}
    missing = [package for package, number in found.items() if number is None]
    if missing:
        return Check("packages", "fail", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Check("packages", "ok", ", ".join(f"{package} {number}" for package, number in found.items()))


def _settings() -> Check:
    settings = load_settings()
    odd = unknown_variables(os.environ, Path.cwd())
    if odd:
        names = ", ".join(f"{name} (did you mean {near}?)" if near else name for name, near in odd)
        return Check("settings", "warn", f"nothing reads {names}", "see `recoworld config` for all variables")
    given = sum(origin != "default" for origin in settings.origins().values())
    return Check("settings", "ok", f"{given} set by the environment or .env, the rest default")


def _database(db: str | None) -> Check:
    from app.cli.opening import has_store
    from app.store.store import Store

    where = load_settings({"db": db}).db
    if not has_store(where):
        return _absent(where)
    with Store.open(where, create=False) as store:
        return Check("database", "ok", f"{store.shown}: {len(store.runs())} runs, schema {_head()}, writable")


def _absent(where: str) -> Check:
    folder = Path(where).expanduser().resolve().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        fix = "make the folder, or give another path with --db"
        return Check("database", "fail", f"{where} cannot be made: {folder} is not a writable folder", fix)
    return Check("database", "ok", f"{where} is not there yet; the first run makes it")


def _head() -> str:
    from app.store.opening import HEAD

    return HEAD


def _disk(db: str | None) -> Check:
    where = load_settings({"db": db}).db
    folder = Path.cwd() if "://" in where else Path(where).expanduser().resolve().parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    status: Literal["ok", "warn", "fail"] = (
        "fail" if free < _NO_DISK else "warn" if free < _LOW_DISK else "ok"
    )
    fix = "" if status == "ok" else "free some space, or give a path on another disk with --db"
    return Check("disk", status, f"{free / 1e9:.1f} GB free at {folder}", fix)


def _films() -> Check:
    from app.catalog.embedded import films

    items = films().items
    return Check("films", "ok", f"{len(items)} embedded films, {len({i.decade for i in items})} decades")


def _personas() -> Check:
    from app.personas import builtin, builtin_populations

    return Check("personas", "ok", f"{len(builtin())} personas, {len(builtin_populations())} populations")


def _threads() -> Check:
    import numpy as np
    from threadpoolctl import threadpool_info

    np.dot(np.ones(2), np.ones(2))
    pools = [f"{p['internal_api']} {p['num_threads']}" for p in threadpool_info()]
    return Check(
        "threads", "ok", f"{os.cpu_count()} cores, {', '.join(pools) or 'no BLAS pool'} (1 while running)"
    )


def _terminal() -> Check:
    from app.cli.output import fancy, out

    console = out()
    color = console.color_system or "no color"
    said = f"{color}, {console.width} columns, {'blocks' if fancy() else 'ASCII only'}"
    if console.is_terminal and console.width < _NARROW:
        return Check("terminal", "warn", said, "reports are made for 80 columns; make the window wider")
    return Check("terminal", "ok", said if console.is_terminal else f"not a terminal: {said}")
