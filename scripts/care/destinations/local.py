"""A store that is a folder of this host."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from care.atomic import LocalError, Part, is_part, remove_abandoned, write_all
from care.destinations.destination import Destination, inside, local_root
from care.destinations.transfer import chunks
from care.errors import Refused


class LocalStore:
    """A local folder. Files that are being written are locked, so that two processes never write the same one."""

    def __init__(self, destination: Destination) -> None:
        self._root = str(local_root(destination.url))
        self._parts: dict[str, Part] = {}

    def place(self, folder: str, name: str) -> str:
        """The absolute path of a file."""
        return inside(self._root, folder, name)

    def path(self, place: str) -> str:
        """The place itself."""
        return place

    def local_path(self, place: str) -> Path:
        """The place itself. Raises Refused if a folder between the root and the file is a link."""
        self._refuse_links(Path(place))
        return Path(place)

    @contextmanager
    def attempt(self, place: str, done: str, size: int = 0) -> Iterator[None]:
        """Makes the system's errors refusals."""
        try:
            yield
        except OSError as error:
            # While a file of this folder is read, an error of writing its copy is not the folder's.
            if done == "read" and isinstance(error, LocalError):
                raise
            raise Refused(f"{place} cannot be {done}: {error.strerror or error}.") from error

    def write(self, local: Path, path: str, on_bytes: Callable[[int], None]) -> None:
        """Copies a file to a part, which stays locked until it is renamed or removed."""
        part = Path(path)
        self._refuse_links(part)
        part.parent.mkdir(parents=True, exist_ok=True)
        self._parts[path] = Part(part)
        with local.open("rb") as source:
            write_all(part, _heard(chunks(source), on_bytes))

    def size(self, path: str) -> int:
        """The size of a file in bytes."""
        return Path(path).stat().st_size

    def read(self, path: str, size: int | None) -> Iterator[bytes]:
        """The content of a file."""
        with Path(path).open("rb") as source:
            yield from chunks(source)

    def exists(self, path: str) -> bool:
        """Whether there is a file, or a link in its place."""
        return os.path.lexists(path)

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be."""
        self._refuse_links(Path(target))
        part = self._parts.get(source)
        if part is None:
            Path(source).replace(target)
            return
        part.become(Path(target))
        del self._parts[source]
        part.close()

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error, and a part that another process is writing stays."""
        part = self._parts.pop(path, None)
        if part is not None:
            part.discard()
        elif is_part(Path(path)):
            remove_abandoned(Path(path))
        else:
            Path(path).unlink(missing_ok=True)

    def _refuse_links(self, target: Path) -> None:
        """Refuses links below the root, since they could send files elsewhere; the root itself may be a link."""
        root = Path(self._root)
        for folder in target.parents:
            if root not in folder.parents:
                return
            if folder.is_symlink():
                raise Refused(
                    f"{folder} is a link; remove it, or name the folder that it leads to as a destination of its own."
                )


def _heard(contents: Iterator[bytes], on_bytes: Callable[[int], None]) -> Iterator[bytes]:
    for content in contents:
        yield content
        on_bytes(len(content))
