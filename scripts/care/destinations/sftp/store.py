"""A store over SFTP: nothing counts as delivered that the server did not confirm."""

from __future__ import annotations

import hashlib
import logging
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import paramiko

from care.atomic import write_all
from care.destinations.destination import Destination, inside, server_of
from care.destinations.retry import retried
from care.destinations.sftp.client import Client, MissingError, StatusError
from care.destinations.sftp.connection import disconnect, sign_in
from care.errors import DeliveryError, Refused, Unreachable, first_line

LOG = logging.getLogger(__name__)
FULL = re.compile(r"no space|disk full|quota|not enough space", re.IGNORECASE)
# Codes of the protocol, those of its later versions included.
PERMISSION_DENIED, NOT_SUPPORTED, READ_ONLY, NO_SPACE, OVER_QUOTA = 3, 8, 12, 14, 15

Result = TypeVar("Result")


class SftpStore:
    """A folder of an SFTP server; one connection, made again when it breaks. A context manager."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        server = server_of(destination)
        host = f"[{server.host}]" if ":" in server.host else server.host
        self._prefix = f"sftp://{server.user}@{host}" + (f":{server.port}" if server.port != 22 else "")
        # A root without a slash is in the user's own folder, which URLs write as ~.
        self._root = server.root if server.root.startswith("/") else posixpath.join("/~", server.root)
        self._client: Client | None = None
        self._is_warned = False

    def __enter__(self) -> SftpStore:
        self._retried("", lambda client: None)
        return self

    def __exit__(self, *ignored: Any) -> None:
        self._disconnect()

    def place(self, folder: str, name: str) -> str:
        """The URL of a file, without a password."""
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
        """Uploads to `.<name>.part`, checks, and renames; the part goes if that fails. Raises DeliveryError."""
        target = self._path(place)
        part = posixpath.join(posixpath.dirname(target), f".{posixpath.basename(target)}.part")
        sent = 0

        def heard(count: int) -> None:
            nonlocal sent
            sent += count
            on_bytes(count)

        def attempt(client: Client) -> None:
            heard(-sent)
            self._make_folders(client, posixpath.dirname(target))
            with local.open("rb") as source:
                client.write_file(source, part, heard)
            arrived = client.stat(part).st_size
            if arrived != size:
                raise Unreachable(f"{place}: {arrived} of {size} bytes arrived.")
            if self._destination.verify and _sha256(client.contents(part, size)) != sha256:
                raise Unreachable(f"{place}: what arrived is not what was sent.")
            before_rename()
            self._replace(client, part, target)

        try:
            self._retried(place, attempt, size)
        except BaseException as error:
            self._clean(part, is_in_step=isinstance(error, DeliveryError))
            raise

    def download(self, place: str, local: Path) -> None:
        """Writes a file of the server to a local path."""

        def attempt(client: Client) -> None:
            size = client.stat(self._path(place)).st_size or 0
            write_all(local, client.contents(self._path(place), size))
            if (arrived := local.stat().st_size) != size:
                raise Unreachable(f"{place}: {arrived} of {size} bytes could be read.")

        self._retried(place, attempt)

    def exists(self, place: str) -> bool:
        """Whether there is a file."""
        return self._retried(place, lambda client: client.has(self._path(place)))

    def remove(self, place: str) -> None:
        """Removes a file; one that is not there is no error."""

        def attempt(client: Client) -> None:
            with suppress(MissingError):
                client.remove(self._path(place))

        self._retried(place, attempt)

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be."""
        self._retried(source, lambda client: self._replace(client, self._path(source), self._path(target)))

    def _path(self, place: str) -> str:
        path = place.removeprefix(self._prefix)
        if not path.startswith(f"{self._root.rstrip('/')}/") or ".." in path.split("/"):
            raise Refused(f"{place} is not a file of {self._destination.name}.")
        return path.removeprefix("/~/")

    def _make_folders(self, client: Client, folder: str) -> None:
        missing = []
        while folder not in ("", "/", ".") and not client.has(folder):
            missing.append(folder)
            folder = posixpath.dirname(folder)
        for folder in reversed(missing):
            try:
                client.mkdir(folder)
            except StatusError:
                # Another delivery may have been faster.
                if not client.has(folder):
                    raise

    def _replace(self, client: Client, source: str, target: str) -> None:
        if not client.replace(source, target) and not self._is_warned:
            self._is_warned = True
            LOG.warning(
                "warning: %s cannot replace a file in one step (no posix-rename): for a moment neither the old"
                " nor the new one is there.",
                self._destination.name,
            )

    def _retried(self, place: str, action: Callable[[Client], Result], size: int = 0) -> Result:
        """The result of an action over a living connection, after retries of what may pass."""

        def attempt() -> Result:
            if self._client is None or not self._client.is_alive:
                self._client = sign_in(self._destination)
            with self._sentences(self._client, place, size):
                return action(self._client)

        return retried(attempt, self._destination.attempts, self._destination.retry_wait_s)

    @contextmanager
    def _sentences(self, client: Client, place: str, size: int) -> Iterator[None]:
        """Makes the faults of one action errors that a user reads, and drops a connection that is of no more use."""
        try:
            yield
        except StatusError as error:
            raise self._judged(client, place, size, error) from error
        except (paramiko.SSHException, paramiko.SFTPError, EOFError) as error:
            self._disconnect()
            raise Unreachable(f"{place}: the connection broke ({_said(error)}).") from error
        except OSError as error:
            self._disconnect()
            # The channel's own errors; those of local files carry a name.
            if error.filename is not None:
                raise
            raise Unreachable(f"{place}: the connection broke ({_said(error)}).") from error

    def _judged(self, client: Client, place: str, size: int, error: StatusError) -> DeliveryError:
        """What an answer of the server means; most servers call a full disk just a failure, so they are asked."""
        said = f" (the server says: {error.said})" if error.said else ""
        if isinstance(error, MissingError):
            return Refused(f"{place}: no such file or folder{said}; check the folder of the url.")
        if error.code == PERMISSION_DENIED:
            return Refused(f"{place}: permission denied{said}; ask the receiver for the right to write there.")
        if error.code == NOT_SUPPORTED:
            return Refused(f"{place}: the server cannot do this{said}; ask the receiver.")
        free = None
        with suppress(Exception):
            free = self._space(client, self._path(place))
        available, files, is_read_only = free or (size, 1, False)
        if error.code == READ_ONLY or is_read_only or "read-only" in error.said.lower():
            return Refused(f"{place}: the file system is read-only{said}; ask the receiver to make it writable.")
        if error.code in (NO_SPACE, OVER_QUOTA) or FULL.search(error.said) or (size and available < size) or not files:
            return Refused(f"{place}: no space is left on the server{said}; ask the receiver to make room.")
        return Unreachable(f"{place}: the server failed{said}.")

    def _space(self, client: Client, path: str) -> tuple[int, int, bool] | None:
        """The space of the deepest folder that there is, with what a part of this file takes counted as free."""
        folder, name = posixpath.split(path)
        while folder not in ("", "/") and not client.has(folder):
            folder = posixpath.dirname(folder)
        free = client.space(folder or ".")
        if free is None:
            return None
        taken = 0
        with suppress(StatusError):
            taken = client.stat(posixpath.join(folder, f".{name}.part")).st_size or 0
        return (free[0] + taken if free[0] else 0), free[1], free[2]

    def _clean(self, part: str, is_in_step: bool) -> None:
        """Removes a part, over a new connection where the old one broke or was left in the middle of a request."""
        if not is_in_step:
            self._disconnect()
        with suppress(DeliveryError, paramiko.SSHException, paramiko.SFTPError, OSError, EOFError):
            if self._client is None or not self._client.is_alive:
                self._client = sign_in(self._destination)
            self._client.remove(part)

    def _disconnect(self) -> None:
        if self._client:
            disconnect(self._client)
        self._client = None


def _sha256(contents: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return first_line(error).rstrip(".") if str(error).strip() else "it was closed"
