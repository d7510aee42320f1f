"""Modes of the files that the scripts make: the owner may write, the group may read, since they hold personal data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

# Takes writing from the group, and everything from all others.
UMASK = 0o027


@contextmanager
def private_files() -> Iterator[None]:
    """Files and folders that are made meanwhile, by child processes too, are for their owner and group only.

    A stricter umask is kept.
    """
    before = os.umask(0o777)
    os.umask(before | UMASK)
    try:
        yield
    finally:
        os.umask(before)
