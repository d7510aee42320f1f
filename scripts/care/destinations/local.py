"""Stores that are no SFTP server: local folders, and whatever fsspec opens."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, TypeVar

from care.atomic import LocalError, named_when_whole, write_all
from care.destinations.destination import Destination, inside, local_root
from care.destinations.retry import retried
from care.errors import BadArgument, Refused, Unreachable, first_line

CHUNK = 1 << 20
# The packages of PyPI that fsspec needs for the URLs of these kinds.
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
TRANSIENT = (ConnectionError, TimeoutError)
PERMANENT = (PermissionError, FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, TypeError)

Result = TypeVar("Result")


class LocalStore:
    """A local folder."""

    def __init__(self, destination: Destination) -> None:
        self._root = str(local_root(destination.url))
        self._is_verified = bool(destination.verify)

    def place(self, folder: str, name: str) -> str:
        """The absolute path of a file."""
        return inside(self._root, folder, name)

    def local_path(self, place: str) -> Path | None:
        """The place itself, unless the content is to be compared before it gets its name.

        Raises Refused where a folder between the root and the file is a link.
        """
        self._refuse_links(Path(place))
        return None if self._is_verified else Path(place)

    def upload(
        self,
        local: Path,
        place: str,
        size: int,
        sha256: str,
        on_bytes: Callable[[int], None],
        before_rename: Callable[[], None] = lambda: None,
    ) -> None:
        """Copies a file beside its place, checks it, and renames it."""
        target = Path(place)
        self._refuse_links(target)
        with _sentences(f"{place} cannot be written"):
            target.parent.mkdir(parents=True, exist_ok=True)
            with named_when_whole(target) as part:
                with local.open("rb") as source:
                    write_all(part, _heard(source, on_bytes))
                _check_size(place, part.stat().st_size, size)
                if self._is_verified:
                    with part.open("rb") as written:
                        _check_content(place, hashlib.file_digest(written, "sha256").hexdigest(), sha256)
                before_rename()

    def download(self, place: str, local: Path) -> None:
        """Copies a file."""

        def contents() -> Iterator[bytes]:
            with _sentences(f"{place} cannot be read"), Path(place).open("rb") as source:
                yield from _chunks(source)

        write_all(local, contents())

    def exists(self, place: str) -> bool:
        """Whether there is a file, or a link in its place."""
        return os.path.lexists(place)

    def remove(self, place: str) -> None:
        """Removes a file; one that is not there is no error."""
        with _sentences(f"{place} cannot be removed"):
            Path(place).unlink(missing_ok=True)

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be."""
        self._refuse_links(Path(target))
        with _sentences(f"{source} cannot be renamed"):
            Path(source).replace(target)

    def _refuse_links(self, target: Path) -> None:
        """Who may write into a folder could send files elsewhere by a link; the root may be one, its owner's."""
        root = Path(self._root)
        for folder in target.parents:
            if root not in folder.parents:
                return
            if folder.is_symlink():
                raise Refused(
                    f"{folder} is a link; remove it, or name the folder that it leads to as a destination of its own."
                )


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

    def local_path(self, place: str) -> None:
        """Never: files are uploaded."""

    def upload(
        self,
        local: Path,
        place: str,
        size: int,
        sha256: str,
        on_bytes: Callable[[int], None],
        before_rename: Callable[[], None] = lambda: None,
    ) -> None:
        """Uploads to `.<name>.part`, checks, and moves; the part goes if that fails. Raises DeliveryError."""
        from fsspec.callbacks import Callback

        target = self._path(place)
        part = str(PurePosixPath(target).with_name(f".{PurePosixPath(target).name}.part"))

        class Heard(Callback):
            def relative_update(self, inc: int = 1) -> None:
                super().relative_update(inc)
                on_bytes(inc)

        def attempt() -> None:
            heard = Heard()
            try:
                self._system.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
                self._system.put_file(str(local), part, callback=heard)
                self._system.invalidate_cache()
                _check_size(place, self._system.size(part), size)
                if self._destination.verify:
                    _check_content(place, self._sha256(part), sha256)
                before_rename()
                self._system.mv(part, target)
            except BaseException:
                on_bytes(-heard.value)
                with suppress(Exception):
                    self._system.rm_file(part)
                raise

        self._retried(place, attempt)

    def download(self, place: str, local: Path) -> None:
        """Copies a file to a local path."""

        def attempt() -> None:
            with self._system.open(self._path(place), "rb") as source:
                write_all(local, _chunks(source))

        self._retried(place, attempt)

    def exists(self, place: str) -> bool:
        """Whether there is a file."""
        self._system.invalidate_cache()
        return self._retried(place, lambda: self._system.exists(self._path(place)))

    def remove(self, place: str) -> None:
        """Removes a file; one that is not there is no error."""

        def attempt() -> None:
            with suppress(FileNotFoundError):
                self._system.rm_file(self._path(place))

        self._retried(place, attempt)

    def rename(self, source: str, target: str) -> None:
        """Moves a file, over an older one if need be."""
        self._retried(source, lambda: self._system.mv(self._path(source), self._path(target)))

    def _path(self, place: str) -> str:
        path = place.removeprefix(self._prefix)
        if not path.startswith(f"{self._root.rstrip('/')}/") or ".." in path.split("/"):
            raise Refused(f"{place} is not a file of {self._destination.name}.")
        return path

    def _sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        with self._system.open(path, "rb") as source:
            while content := source.read(CHUNK):
                digest.update(content)
        return digest.hexdigest()

    def _retried(self, place: str, action: Callable[[], Result]) -> Result:
        def attempt() -> Result:
            try:
                return action()
            except Exception as error:
                raise self._judged(place, error) from error

        return retried(attempt, self._destination.attempts, self._destination.retry_wait_s)

    def _judged(self, place: str, error: Exception) -> Exception:
        if isinstance(error, Refused | Unreachable | LocalError):
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


def _check_size(place: str, arrived: int, size: int) -> None:
    if arrived != size:
        raise Unreachable(f"{place}: {arrived} of {size} bytes arrived.")


def _check_content(place: str, arrived: str, sha256: str) -> None:
    if arrived != sha256:
        raise Unreachable(f"{place}: what arrived is not what was sent.")


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while content := source.read(CHUNK):
        yield content


def _heard(source: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[bytes]:
    for content in _chunks(source):
        yield content
        on_bytes(len(content))


@contextmanager
def _sentences(problem: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{problem}: {error.strerror or error}.") from error
