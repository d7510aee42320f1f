"""Locks that end with their process, however it ends: what is not locked has no owner any more.

Only the process that holds a lock removes its file, and only while it holds it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from care.errors import CareError

# A lock file this young may be about to be locked.
YOUNG_S = 60


def lock(path: Path) -> int:
    """Locks a file, made if need be, until the returned descriptor is closed. Raises OSError if it is locked.

    A link at the path is not followed.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        # Its former holder may have removed the file since it was opened here; then the lock is worth nothing.
        if is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def unlock(held: int, path: Path) -> None:
    """Removes the file of a lock that this process holds, and gives the lock back.

    A file that somebody else has put in its place stays.
    """
    with suppress(OSError):
        if is_at(held, path):
            path.unlink()
    os.close(held)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that stands at a path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def unwritable(path: Path, error: OSError) -> CareError:
    """The error of a place in the state folder that cannot be written."""
    return CareError(f"{path} cannot be written ({error.strerror or error}); set CARE_STATE to a folder of yours.")


def is_locked(path: Path) -> bool:
    """Whether a living process, this one included, holds the lock of a file."""
    try:
        probe = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(probe)
    return False


def take_abandoned(path: Path) -> int | None:
    """Locks a lock file that is a minute old and that no living process holds, for `unlock` to remove; else None."""
    try:
        return lock(path) if time.time() - path.lstat().st_mtime > YOUNG_S else None
    except OSError:
        # Its process lives, it is another user's, or its owner has just removed it.
        return None


@contextmanager
def folder_of_this_process(parent: Path) -> Iterator[Path]:
    """A folder that no other process uses, removed in the end; those of processes that were killed are removed as well.

    Raises CareError if there can be none.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        # The lock comes first and goes last: a folder without one is never in use.
        path, held = _new_lock(parent)
    except OSError as error:
        raise unwritable(parent, error) from error
    own = path.with_suffix("")
    try:
        try:
            own.mkdir(mode=0o700)
        except OSError as error:
            raise unwritable(parent, error) from error
        for other in parent.glob("*.lock"):
            if (abandoned := take_abandoned(other)) is not None:
                shutil.rmtree(other.with_suffix(""), ignore_errors=True)
                unlock(abandoned, other)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        unlock(held, path)


def _new_lock(parent: Path) -> tuple[Path, int]:
    """A lock file of a name that is new, and the descriptor that holds it. Raises OSError."""
    while True:
        path = parent / f"{uuid.uuid4().hex}.lock"
        # Another process may have taken it for an abandoned one before it was locked.
        with suppress(BlockingIOError):
            return path, lock(path)
