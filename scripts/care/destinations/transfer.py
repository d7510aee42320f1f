"""Files reach a destination whole or not at all: written beside their place, checked, and only then named."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from care.atomic import write_all
from care.destinations.destination import Destination
from care.destinations.retry import retried
from care.errors import Unreachable

CHUNK = 1 << 20

Result = TypeVar("Result")


class Store(Protocol):
    """The interface of each kind of destination: where files are, and six operations on paths.

    The verbs are used inside `attempt`, and raise what they like.
    """

    def place(self, folder: str, name: str) -> str:
        """The full place of a file in a folder below the root. Raises Refused if it would leave the root."""

    def path(self, place: str) -> str:
        """The path that the verbs take for a place. Raises Refused if that is not below the root."""

    def local_path(self, place: str) -> Path | None:
        """The path of a place on this host, where a file can be written directly; else None."""

    def attempt(self, place: str, done: str, size: int = 0) -> AbstractContextManager[None]:
        """Makes what goes wrong inside Unreachable or Refused, with a sentence that names the place.

        `done` says what is done to the file there: written, read, renamed, removed or found; `size` is its size in
        bytes, if it is to be written. LocalError, of the file on this side, is raised as it is.
        """

    def write(self, local: Path, path: str, on_bytes: Callable[[int], None]) -> None:
        """Writes a local file to a path, in folders that are made if need be; nothing that is there is written into."""

    def size(self, path: str) -> int | None:
        """The size of a file in bytes; None if the server does not say it."""

    def read(self, path: str, size: int | None) -> Iterable[bytes]:
        """The content of a file of that size."""

    def exists(self, path: str) -> bool:
        """Whether there is a file."""

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be."""

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error."""


class OpenDestination:
    """An open destination. Every method raises Unreachable or Refused; `place` says where a file is, or will be.

    An Unreachable destination is tried again as often as its settings say.
    """

    def __init__(self, store: Store, destination: Destination) -> None:
        """`destination` is the resolved one that the store was opened for."""
        self._store = store
        self._verifies = bool(destination.verify)
        self._attempts, self._wait_s = destination.attempts, destination.retry_wait_s

    def place(self, folder: str, name: str) -> str:
        """The full place of a file in a folder below the root, or in one of its own; neither can leave the root."""
        return self._store.place(folder, name)

    def local_path(self, place: str) -> Path | None:
        """The path where a file is written at once; None if it is written elsewhere and then uploaded."""
        path = self._store.local_path(place)
        # A file that is to be read back is compared before it gets its name.
        return None if self._verifies else path

    def upload(
        self,
        local: Path,
        place: str,
        size: int,
        sha256: str,
        on_bytes: Callable[[int], None],
        before_rename: Callable[[], None] = lambda: None,
    ) -> None:
        """Brings a local file to its place, whole or not at all; an older file of that place stays until then.

        It is written to `.<name>.part`, checked, and renamed; the part is removed if that fails. `on_bytes` hears how
        many bytes were added, and takes back what a new attempt sends again; `before_rename` that all is there but the
        name, in each attempt that comes so far.
        """
        target = self._store.path(place)
        part = posixpath.join(posixpath.dirname(target), f".{posixpath.basename(target)}.part")
        sent = 0

        def heard(count: int) -> None:
            nonlocal sent
            sent += count
            on_bytes(count)

        def send() -> None:
            if sent:
                heard(-sent)
            self._store.write(local, part, heard)
            _check_size(place, self._store.size(part), size)
            if self._verifies:
                _check_content(place, self._store.read(part, size), sha256)
            before_rename()
            self._store.rename(part, target)

        try:
            self._tried(place, "written", send, size)
        except BaseException:
            with suppress(Exception), self._store.attempt(place, "removed"):
                self._store.remove(part)
            raise

    def download(self, place: str, local: Path) -> None:
        """Writes a file of the destination to a local path. Raises LocalError if that cannot be written."""
        path = self._store.path(place)

        def fetch() -> None:
            size = self._store.size(path)
            write_all(local, self._store.read(path, size))
            if size is not None and (arrived := local.stat().st_size) != size:
                raise Unreachable(f"{place}: {arrived} of {size} bytes could be read.")

        self._tried(place, "read", fetch)

    def exists(self, place: str) -> bool:
        """Whether there is a file."""
        path = self._store.path(place)
        return self._tried(place, "found", lambda: self._store.exists(path))

    def remove(self, place: str) -> None:
        """Removes a file; one that is not there is no error."""
        path = self._store.path(place)
        self._tried(place, "removed", lambda: self._store.remove(path))

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be."""
        paths = self._store.path(source), self._store.path(target)
        self._tried(source, "renamed", lambda: self._store.rename(*paths))

    def _tried(self, place: str, done: str, action: Callable[[], Result], size: int = 0) -> Result:
        """The result of an action, after retries of what may pass."""

        def attempt() -> Result:
            with self._store.attempt(place, done, size):
                return action()

        return retried(attempt, self._attempts, self._wait_s)


def chunks(source: BinaryIO) -> Iterator[bytes]:
    """The content of an open file, a MiB at a time."""
    while content := source.read(CHUNK):
        yield content


def _check_size(place: str, arrived: int | None, size: int) -> None:
    if arrived != size:
        raise Unreachable(f"{place}: {arrived} of {size} bytes arrived.")


def _check_content(place: str, contents: Iterable[bytes], sha256: str) -> None:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    if digest.hexdigest() != sha256:
        raise Unreachable(f"{place}: what arrived is not what was sent.")
