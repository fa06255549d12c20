"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.errors import UsageError


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file to write bytes to; at the end it takes the place of `path`, after an error nothing has changed.

    UsageError where the folder is missing or nothing can be written there.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it, such as {path / 'report.html'}")
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; name another file") from error
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(_usual_mode())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    """What a newly made file may be: temporary ones are for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
