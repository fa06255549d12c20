"""A user's own code, loaded from `module:attr` or `path/to/file.py:attr`."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from hashlib import blake2b
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from app.errors import PluginError

T = TypeVar("T")


def is_spec(text: str) -> bool:
    """Whether the text means a plug-in rather than a built-in name."""
    return ":" in text or text.endswith(".py")


def load(spec: str, what: str) -> object:
    """The object a spec names; `what` (such as "recommender") is what it is wanted for.

    A file is found from the working directory and is imported once; its folder, or the working directory
    for a module, is put at the end of the import path. Every fault is a PluginError.
    """
    target, attribute = _parts(spec, what)
    module = _file(target, spec) if _is_file(target) else _module(target, spec)
    if not hasattr(module, attribute):
        raise PluginError(f"{spec}: {target} has no {attribute!r}{_near(attribute, _public(module))}")
    found: object = getattr(module, attribute)
    return found


def fingerprint(spec: str, what: str) -> str:
    """Content hash of the file that a spec names, 16 hex digits; empty where there is no file."""
    target, _ = _parts(spec, what)
    file = (_file(target, spec) if _is_file(target) else _module(target, spec)).__file__
    return blake2b(Path(file).read_bytes(), digest_size=8).hexdigest() if file else ""


def check_methods(loaded: object, methods: Sequence[str], spec: str) -> None:
    """A PluginError naming the first of `methods` that the object or class lacks, or cannot call."""
    for method in methods:
        found = getattr(loaded, method, None)
        if found is None:
            raise PluginError(f"{spec} has no method {method!r}{_near(method, _methods(loaded))}")
        if not callable(found):
            raise PluginError(f"{spec}: {method!r} must be a method, but it is {type(found).__name__}")


def construct(loaded: object, spec: str) -> object:
    """An object as it is; a class is called without arguments. What it raises is a PluginError."""
    if not inspect.isclass(loaded):
        return loaded
    made: object = _guarded(loaded, spec, "cannot be made without arguments")
    return made


def _parts(spec: str, what: str) -> tuple[str, str]:
    target, colon, attribute = spec.rpartition(":")
    if not colon or "/" in attribute or "\\" in attribute or attribute.endswith(".py"):
        raise PluginError(
            f"{spec}: say which {what} of it is meant, as in '{spec}:{what.capitalize()}'"
            " (module:attr or file.py:attr)"
        )
    if not target or not attribute.isidentifier():
        raise PluginError(f"{spec}: is not a {what}; write module:attr or file.py:attr")
    return target, attribute


def _is_file(target: str) -> bool:
    return target.endswith(".py") or "/" in target or "\\" in target


def _file(target: str, spec: str) -> ModuleType:
    path = Path(target).expanduser().resolve()
    if not path.is_file():
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*.py")], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f" (looked in {path.parent})"
        raise PluginError(f"{spec}: there is no file {target!r}{hint}")
    name = f"recoworld_plugin_{path.stem}_{blake2b(str(path).encode(), digest_size=6).hexdigest()}"
    if name in sys.modules:
        return sys.modules[name]
    _importable(path.parent)
    return _guarded(lambda: _executed(name, path), spec, "fails when it is imported", str(path))


def _executed(name: str, path: Path) -> ModuleType:
    found = spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ImportError(f"{path.name} is not a Python file; its name must end in .py")
    module = module_from_spec(found)
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _module(target: str, spec: str) -> ModuleType:
    _importable(Path.cwd())
    try:
        return _guarded(lambda: importlib.import_module(target), spec, "fails when it is imported")
    except PluginError as error:
        cause = error.__cause__
        if (
            isinstance(cause, ModuleNotFoundError)
            and cause.name
            and f"{target}.".startswith(f"{cause.name}.")
        ):
            raise PluginError(
                f"{spec}: there is no module {cause.name!r}; install it, run from its folder,"
                f" or give the file as path/to/{target.rpartition('.')[2]}.py:attr"
            ) from cause
        raise


def _importable(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _guarded(work: Callable[[], T], spec: str, fault: str, file: str = "") -> T:
    """Runs the user's code; whatever it raises becomes a PluginError with its place."""
    try:
        return work()
    except (Exception, SystemExit) as error:
        said = str(error.msg if isinstance(error, SyntaxError) else error).split("\n")[0][:200]
        raise PluginError(f"{spec} {fault}: {type(error).__name__}: {said}{_place(error, file)}") from error


def _place(error: BaseException, file: str) -> str:
    """` (file:line)` of the last frame in the user's file, else of the last frame outside of importing."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}:{error.lineno})"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _machinery(f.filename)]
    own = [f for f in frames if f.filename == file] or frames
    return f" ({own[-1].filename}:{own[-1].lineno})" if own else ""


def _machinery(filename: str) -> bool:
    return filename.startswith("<frozen") or filename == __file__ or Path(filename).parent.name == "importlib"


def _public(module: ModuleType) -> list[str]:
    return [n for n, v in vars(module).items() if not n.startswith("_") and not inspect.ismodule(v)]


def _methods(loaded: object) -> list[str]:
    return [n for n in dir(loaded) if not n.startswith("_") and callable(getattr(loaded, n, None))]


def _near(name: str, known: list[str]) -> str:
    lowered = {k.lower(): k for k in known}
    near = get_close_matches(name.lower(), lowered, n=2, cutoff=0.5)
    if near:
        return f"; did you mean {' or '.join(repr(lowered[n]) for n in near)}?"
    return f"; it has {', '.join(sorted(known)[:8])}" if known else "; it has nothing public"
