"""Which process does a run: a lock of a file for each run that is claimed, which ends with its process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from care.locks import lock, take_abandoned, unlock, unwritable

# A process that closes abandoned runs holds the lock of one for a moment; a claim waits for that, so often and so long.
CLAIM_TRIES, CLAIM_WAIT_S = 5, 0.02


class Claims:
    """The runs that this process has claimed; `folder` holds a lock file for each run of every process."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder, if need be. Raises OSError."""
        self._folder = folder
        self._held: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._held

    def take(self, run_id: str) -> bool:
        """Takes a run for this process until it is closed or released; False where a living process has it.

        That may be this one: a process that has claimed a run does not get it a second time. Raises CareError if the
        folder cannot be written.
        """
        for _ in range(1 if run_id in self._held else CLAIM_TRIES):
            try:
                self._held[run_id] = lock(self._folder / run_id)
            except BlockingIOError:
                time.sleep(CLAIM_WAIT_S)
                continue
            except OSError as error:
                raise unwritable(self._folder, error) from error
            return True
        return False

    def release(self, run_id: str) -> None:
        """Gives a claimed run back as it is; does nothing where this process does not hold it (any more)."""
        held = self._held.pop(run_id, None)
        if held is not None:
            unlock(held, self._folder / run_id)

    def release_all(self) -> None:
        """Gives every run back that this process holds."""
        for run_id in self.held():
            self.release(run_id)

    def hand_over(self, run_id: str) -> int:
        """The lock of a run as a file descriptor, for another process to inherit and `adopt`."""
        return self._held.pop(run_id)

    def let_go(self, descriptors: Iterable[int]) -> None:
        """Closes locks that another process has inherited; they are held as long as that lives."""
        for descriptor in descriptors:
            os.close(descriptor)

    def adopt(self, locks: Mapping[str, int]) -> None:
        """Takes over the locks that the process was started with, by run_id."""
        self._held |= locks

    def held(self) -> list[str]:
        """The runs whose locks this process has."""
        return list(self._held)

    @contextmanager
    def abandoned(self, run_id: str) -> Iterator[bool]:
        """Whether no living process has a run; if so, no other process can claim it meanwhile."""
        try:
            held = lock(self._folder / run_id)
        except OSError:
            # Its process lives, or is another user's.
            yield False
            return
        try:
            yield True
        finally:
            unlock(held, self._folder / run_id)

    def forget_abandoned(self) -> None:
        """Removes the lock files that no living process holds: of runs that were claimed and never began."""
        for path in self._folder.glob("*"):
            if (held := take_abandoned(path)) is not None:
                unlock(held, path)
