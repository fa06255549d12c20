"""All prompts of a run: those that come with the package, single ones replaced by a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel

import app
from app.errors import DataError, unknown
from app.prompts.fencing import clip, fence, shield
from app.prompts.reading import SUFFIX, Prompt, inputs_line, read_prompt, read_text
from app.prompts.rendered import Image, Rendered


def builtin_folder() -> Path:
    """Where the prompts lie that come with the package."""
    return Path(app.__path__[0]).parent / "prompts"


class Prompts:
    """Prompts by name (`user/review`), read and checked at once.

    `overlay` is a folder whose files replace those of the same path. A wrong file is a DataError with file and
    line; a file that replaces nothing and is no fragment (`_name.md`) is a UsageError.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        self.folders = (*((overlay,) if overlay else ()), builtin_folder())
        self.environment = _environment(self.folders)
        names = _names(builtin_folder())
        if overlay:
            _check_overlay(overlay, names)
        self._prompts = {name: read_prompt(self.environment, name) for name in names}
        if overlay:
            self._check_inputs()

    def __getitem__(self, name: str) -> Prompt:
        if name not in self._prompts:
            raise unknown("prompt", name, self._prompts)
        return self._prompts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)

    def rows(self) -> list[tuple[str, str, str]]:
        """(hash, name, text) of all, as the store keeps them."""
        return [(prompt.hash, name, prompt.text) for name, prompt in self._prompts.items()]

    def render(
        self, name: str, output: type[BaseModel], inputs: Mapping[str, Any], images: tuple[Image, ...] = ()
    ) -> Rendered:
        """The two messages. `inputs` has what the prompt may use, and `output` is what will be asked for.

        A value that cannot be printed, such as a field that does not exist, is a DataError with file and line.
        """
        prompt = self[name]
        if prompt.output != output.__name__:
            raise DataError(
                f"{prompt.path}: its output is {prompt.output!r} and must be {output.__name__!r}; "
                "answers are read as that"
            )
        missing = [one for one in prompt.inputs if one not in inputs]
        if missing:
            raise DataError(
                f"{prompt.path}: it declares the input {missing[0]!r}, which is not offered here; "
                f"offered: {', '.join(sorted(inputs))}"
            )
        used = {one: inputs[one] for one in prompt.inputs}
        system, user = _blocks(prompt, used)
        return Rendered(name, prompt.hash, system, user, images)

    def _check_inputs(self) -> None:
        """A replacement may leave inputs out but not ask for others."""
        builtin = Prompts()
        for name, prompt in self._prompts.items():
            more = [one for one in prompt.inputs if one not in builtin[name].inputs]
            if more:
                offered = ", ".join(builtin[name].inputs)
                where = f"{prompt.path}:{inputs_line(prompt.path)}"
                raise DataError(f"{where}: the input {more[0]!r} is not offered here; offered: {offered}")


class _Files(BaseLoader):
    """Templates by file name, from the first folder that has them."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        for folder in self.folders:
            path = folder / template
            if path.is_file():
                return read_text(path), str(path), lambda: True
        raise TemplateNotFound(template)


def _environment(folders: tuple[Path, ...]) -> Environment:
    environment = SandboxedEnvironment(
        loader=_Files(folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shield,
        autoescape=False,
        cache_size=-1,
    )
    environment.filters |= {"fence": fence, "clip": clip}
    return environment


def _names(folder: Path) -> list[str]:
    files = sorted(folder.rglob(f"*{SUFFIX}"))
    return [f.relative_to(folder).with_suffix("").as_posix() for f in files if not f.name.startswith("_")]


def _check_overlay(overlay: Path, names: list[str]) -> None:
    if not overlay.is_dir():
        raise DataError(
            f"{overlay}: it is no folder; --prompts takes one with files such as {names[0]}{SUFFIX}"
        )
    for name in _names(overlay):
        if name not in names:
            raise unknown("prompt", name, names, f"(in {overlay}; fragments begin with '_')")


def _blocks(prompt: Prompt, inputs: Mapping[str, Any]) -> tuple[str, str]:
    template = prompt.template
    try:
        context = template.new_context(dict(inputs))
        system, user = ("".join(template.blocks[block](context)).strip() for block in ("system", "user"))
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise DataError(f"{_where(prompt, error)}: {error}") from error
    return system, user


def _where(prompt: Prompt, error: BaseException) -> str:
    """`file:line` of the innermost template that was being rendered."""
    where, trace = str(prompt.path), error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            where = f"{template.filename}:{template.get_corresponding_lineno(trace.tb_lineno)}"
        trace = trace.tb_next
    return where
