"""Files on their way: written beside their target under a temporary name, and named when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class LocalError(OSError):
    """A local file cannot be written; no fault of where its bytes come from."""


def part_of(target: Path) -> Path:
    """The temporary name beside a target under which it is written."""
    return target.with_name(f".{target.name}.part")


@contextmanager
def named_when_whole(target: Path) -> Iterator[Path]:
    """The part of a target: renamed over it in the end, removed if anything fails."""
    part = part_of(target)
    try:
        yield part
        part.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_all(path: Path, contents: Iterable[bytes]) -> None:
    """Writes a local file and brings it to the disk. Raises LocalError, and what the contents raise."""
    with _local(path):
        sink = path.open("wb")
    with sink:
        for content in contents:
            with _local(path):
                sink.write(content)
        with _local(path):
            sink.flush()
            os.fsync(sink.fileno())


@contextmanager
def _local(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LocalError(error.errno, error.strerror or str(error), str(path)) from error


def _sync_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
