"""A store of any kind that fsspec opens, such as a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from care.atomic import LocalError
from care.destinations.destination import Destination, inside
from care.destinations.transfer import chunks
from care.errors import BadArgument, CareError, Refused, Unreachable, first_line

# The packages of PyPI that fsspec needs for the URLs of these kinds.
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
TRANSIENT = (ConnectionError, TimeoutError)
PERMANENT = (PermissionError, FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, TypeError)


def file_system_of(destination: Destination) -> type[Any]:
    """fsspec's class for the URL of a resolved destination. Raises BadArgument, also where a package is missing."""
    import fsspec

    with _opening(destination):
        return fsspec.get_filesystem_class(destination.protocol)


class FsspecStore:
    """A folder of a file system that fsspec knows by its URL."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        protocol = destination.protocol
        options: dict[str, Any] = dict(destination.options)
        # An instance that is kept would bring a dead connection back; the memory of this process has to be kept.
        options |= {} if protocol == "memory" else {"skip_instance_cache": True}
        with _opening(destination):
            self._system = file_system_of(destination)(**options)
            self._root = self._system._strip_protocol(destination.url)
        self._prefix = f"{protocol}://"

    def place(self, folder: str, name: str) -> str:
        """The URL of a file."""
        return self._prefix + inside(self._root, folder, name)

    def path(self, place: str) -> str:
        """The path of a place in the file system. Raises Refused if that is not below the root."""
        path = place.removeprefix(self._prefix)
        if not path.startswith(f"{self._root.rstrip('/')}/") or ".." in path.split("/"):
            raise Refused(f"{place} is not a file of {self._destination.name}.")
        return path

    def local_path(self, place: str) -> None:
        """Never: files are uploaded."""

    @contextmanager
    def attempt(self, place: str, done: str, size: int = 0) -> Iterator[None]:
        """Tells what may pass from what stays so."""
        try:
            yield
        except Exception as error:
            raise self._judged(place, error) from error

    def write(self, local: Path, path: str, on_bytes: Callable[[int], None]) -> None:
        """Uploads a file."""
        from fsspec.callbacks import Callback

        class Heard(Callback):
            def relative_update(self, inc: int = 1) -> None:
                super().relative_update(inc)
                on_bytes(inc)

        self._system.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
        self._system.put_file(str(local), path, callback=Heard())

    def size(self, path: str) -> int | None:
        """The size of a file in bytes, as the file system says it now."""
        self._system.invalidate_cache()
        return self._system.size(path)

    def read(self, path: str, size: int | None) -> Iterator[bytes]:
        """The content of a file."""
        with self._system.open(path, "rb") as source:
            yield from chunks(source)

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        self._system.invalidate_cache()
        return self._system.exists(path)

    def rename(self, source: str, target: str) -> None:
        """Moves a file, over an older one if need be."""
        self._system.mv(source, target)

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error."""
        with suppress(FileNotFoundError):
            self._system.rm_file(path)

    def _judged(self, place: str, error: Exception) -> Exception:
        if isinstance(error, CareError | LocalError):
            return error
        said = self._destination.hidden(first_line(error))
        is_permanent = isinstance(error, PERMANENT) or "credential" in type(error).__name__.lower()
        if is_permanent and not isinstance(error, TRANSIENT):
            return Refused(f"{place}: {said}; check the destination's url and options.")
        return Unreachable(f"{place}: {said}.")


@contextmanager
def _opening(destination: Destination) -> Iterator[None]:
    try:
        yield
    except BadArgument:
        raise
    except ImportError as error:
        protocol = destination.protocol
        package = PACKAGES.get(protocol)
        needed = f"pip install {package}" if package else first_line(error)
        raise BadArgument(f"{destination.name}: {protocol}:// needs a package that is missing: {needed}") from error
    except Exception as error:
        raise BadArgument(f"{destination.name}: {destination.hidden(first_line(error))}") from error
