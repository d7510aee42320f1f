"""Files on their way: written beside their target under a temporary name, and named when they are whole."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from care.locks import is_at

# Attempts to make a part again if another process removes it at once.
TRIES = 100


class LocalError(OSError):
    """A local file cannot be written; no fault of where its bytes come from."""


def part_of(target: Path) -> Path:
    """The temporary name beside a target under which it is written."""
    return target.with_name(f".{target.name}.part")


def is_part(path: Path) -> bool:
    """Whether a path has a temporary name."""
    return path.name.startswith(".") and path.name.endswith(".part")


@contextmanager
def named_when_whole(target: Path) -> Iterator[Path]:
    """The part of a target, made new and empty: renamed over the target in the end, removed if anything fails.

    An existing link or file at the part's name (of another user, or of a killed run) is replaced and
    never written to; a link at the target is replaced too. While the part is there, this process holds a lock of it.
    Raises OSError, also where another process is writing the same target.
    """
    part = Part(part_of(target))
    try:
        yield part.path
        part.become(target)
    except BaseException:
        part.discard()
        raise
    part.close()


class Part:
    """A temporary file that this process alone writes, until it becomes its target or is discarded."""

    def __init__(self, path: Path) -> None:
        """Makes it new and empty at a path, and locks it. Raises OSError, also where another process is writing it."""
        self.path = path
        self._held = _new_part(path)

    def become(self, target: Path) -> None:
        """Renames it over a target. Raises OSError, also where something else stands in its place by now."""
        if not is_at(self._held, self.path):
            raise OSError(errno.ESTALE, f"another process has replaced {self.path.name}", str(self.path))
        self.path.replace(target)
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Removes it, if it is still there, and gives its lock back."""
        with suppress(OSError):
            if is_at(self._held, self.path):
                self.path.unlink()
        self.close()

    def close(self) -> None:
        """Gives its lock back."""
        os.close(self._held)


def remove_part(target: Path) -> None:
    """Removes the part that a killed run left beside its target; one that is being written stays. Raises OSError."""
    remove_abandoned(part_of(target))


def written_anew(path: Path) -> BinaryIO:
    """A file opened to be written from its start, made if need be; a link is not followed. Raises OSError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640), "wb")


def write_all(path: Path, contents: Iterable[bytes]) -> None:
    """Writes a local file and brings it to the disk. Raises LocalError, and what the contents raise."""
    with _local(path):
        sink = written_anew(path)
    with sink:
        for content in contents:
            with _local(path):
                sink.write(content)
        with _local(path):
            sink.flush()
            os.fsync(sink.fileno())


def _new_part(part: Path) -> int:
    """Makes a part that was not there before, and returns a descriptor that holds its lock until it is closed."""
    for _ in range(TRIES):
        try:
            held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
        except FileExistsError:
            remove_abandoned(part)
            continue
        # Before it was locked, another process may have taken it for an abandoned one.
        if _lock(held) and is_at(held, part):
            return held
        os.close(held)
    raise OSError(errno.EBUSY, f"other processes keep removing {part.name}", str(part))


def remove_abandoned(part: Path) -> None:
    """Removes what stands at a part's name, unless a living process is writing it."""
    try:
        found = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    except OSError:
        # A link, or a file that this user may not read: no part of ours.
        found = None
    try:
        if found is not None:
            if not _lock(found):
                raise OSError(errno.EBUSY, "another process is writing it now", str(part))
            if not is_at(found, part):
                return
        with suppress(FileNotFoundError):
            _remove(part)
    finally:
        if found is not None:
            os.close(found)


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        try:
            part.rmdir()
        except OSError as error:
            raise OSError(errno.EISDIR, f"there is a folder called {part.name} in its place; remove it") from error
        return
    part.unlink()


def _lock(descriptor: int) -> bool:
    """Takes the lock of an open file; False where another has it. File systems that know no locks give it to all."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


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
