"""All prompts of a run: those that come with the package, single ones replaced by a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from pydantic import BaseModel

import app
from app.errors import DataError, unknown
from app.prompts.fencing import Fenced
from app.prompts.reading import BLOCKS, Prompt, front_matter, read_prompt, stored_prompt
from app.prompts.rendered import Image, Marked, Piece, Pieces, Rendered, stripped
from app.prompts.texts import SUFFIX, Copies, Folders, read_file


def builtin_folder() -> Path:
    """Where the prompts lie that come with the package."""
    return Path(app.__path__[0]).parent / "prompts"


class Prompts:
    """Prompts by name (`user/review`), read and checked at once.

    `overlay` is a folder whose files replace those of the same path. A wrong file is a DataError with file and
    line; a file that replaces nothing and is no fragment (`_name.md`) is a UsageError.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        names = _names(builtin_folder())
        if overlay:
            _check_overlay(overlay, names)
        texts = Folders(*((overlay,) if overlay else ()), builtin_folder())
        self._prompts = {name: read_prompt(texts, name) for name in names}
        if overlay:
            for prompt in self._prompts.values():
                _check_inputs(prompt)

    @classmethod
    def stored(cls, texts: Mapping[str, str]) -> Prompts:
        """By name the texts that the store has kept, see `rows`; those that come with the package for the rest."""
        return _stored(frozenset(texts.items()))

    def with_file(self, name: str, path: Path) -> Prompts:
        """With a file in the place of one prompt; it may include all fragments that the others may.

        A file for another output, or one that asks for inputs that are not offered, is a DataError.
        """
        prompt = read_prompt(Copies({name + SUFFIX: read_file(path)}, self[name].texts), name)
        if prompt.output != self[name].output:
            raise DataError(
                f"{prompt.line_of('output')}: the output is {prompt.output!r} and must be {self[name].output!r} "
                f"in the place of {name}"
            )
        _check_inputs(prompt)
        return self._replaced({name: prompt})

    def name_of(self, path: Path) -> str:
        """The prompt that a file is meant for: by its path (`user/review.md`), else by its output."""
        written = path.absolute().with_suffix("").as_posix()
        output = front_matter(read_file(path)).output
        fitting = [name for name in self if written.endswith(f"/{name}")]
        fitting = fitting or [name for name in self if self[name].output == output]
        if len(fitting) == 1:
            return fitting[0]
        raise DataError(
            f"{path}: its output {output!r} does not say which prompt it is for; name it like one of them: "
            f"{', '.join(f'{name}{SUFFIX}' for name in self)}"
        )

    def _replaced(self, prompts: Mapping[str, Prompt]) -> Prompts:
        changed = copy(self)
        changed._prompts = self._prompts | dict(prompts)
        return changed

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
        return self.marked(name, output, inputs, images).rendered()

    def marked(
        self, name: str, output: type[BaseModel], inputs: Mapping[str, Any], images: tuple[Image, ...] = ()
    ) -> Marked:
        """The same in pieces: the template's own text, and what was put in for a variable."""
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
        return Marked(
            name, prompt.hash, *_blocks(prompt, {one: inputs[one] for one in prompt.inputs}), images
        )


@lru_cache(maxsize=16)
def _stored(texts: frozenset[tuple[str, str]]) -> Prompts:
    """The sessions of a run mostly have the same versions, and to read one takes longer than to play a turn."""
    builtin = Folders(builtin_folder())
    return Prompts()._replaced({name: stored_prompt(name, text, builtin) for name, text in texts})


def _check_inputs(prompt: Prompt) -> None:
    """A replacement may leave inputs out but not ask for others."""
    offered = read_prompt(Folders(builtin_folder()), prompt.name).inputs
    more = [one for one in prompt.inputs if one not in offered]
    if more:
        raise DataError(
            f"{prompt.line_of('inputs')}: the input {more[0]!r} is not offered here; "
            f"offered: {', '.join(offered)}"
        )


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


def _blocks(prompt: Prompt, inputs: Mapping[str, Any]) -> tuple[Pieces, Pieces]:
    template = prompt.template
    try:
        context = template.new_context(dict(inputs))
        system, user = (stripped(map(_piece, template.blocks[block](context))) for block in BLOCKS)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise DataError(f"{_where(prompt, error)}: {error}") from error
    return system, user


def _piece(text: str) -> Piece:
    """What a template prints of a value is `Fenced`, and stays so until here; its own text is not."""
    return Piece(str.__str__(text), isinstance(text, Fenced))


def _where(prompt: Prompt, error: BaseException) -> str:
    """`file:line` of the innermost template that was being rendered."""
    where, trace = str(prompt.path), error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            where = f"{template.filename}:{template.get_corresponding_lineno(trace.tb_lineno)}"
        trace = trace.tb_next
    return where
