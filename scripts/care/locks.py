"""Locks that end with their process, however it ends: what is not locked belongs to nobody any more."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from care.errors import CareError

# A lock file this young may be about to be locked.
YOUNG_S = 60


def lock(path: Path) -> int:
    """Locks a file, made if need be, until the returned descriptor is closed. Raises OSError where it is locked."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who held it may have removed the file since it was opened here; then the lock is worth nothing.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def unwritable(path: Path, error: OSError) -> CareError:
    """The error of a place in the state folder that cannot be written."""
    return CareError(f"{path} cannot be written ({error.strerror or error}); set CARE_STATE to a folder of yours.")


def is_locked(path: Path) -> bool:
    """Whether a living process, this one included, holds the lock of a file."""
    try:
        probe = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(probe)
    return False


@contextmanager
def folder_of_this_process(parent: Path) -> Iterator[Path]:
    """A folder that nobody else uses, removed in the end; those of processes that were killed are removed as well.

    Raises CareError where there can be none.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(dir=parent))
        held = lock(own.with_suffix(".lock"))
    except OSError as error:
        raise unwritable(parent, error) from error
    try:
        for other in parent.glob("*.lock"):
            if time.time() - other.stat().st_mtime > YOUNG_S and not is_locked(other):
                shutil.rmtree(other.with_suffix(""), ignore_errors=True)
                other.unlink(missing_ok=True)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        own.with_suffix(".lock").unlink(missing_ok=True)
        os.close(held)
