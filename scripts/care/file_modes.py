"""What the scripts make holds what customers wrote: only its owner may write it, and only its group may read it."""

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
