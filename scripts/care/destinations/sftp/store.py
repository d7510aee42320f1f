"""A store over SFTP: nothing counts as delivered that the server did not confirm."""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko

from care.destinations.destination import Destination, inside, server_of
from care.destinations.retry import retried
from care.destinations.sftp.client import Client, MissingError, StatusError
from care.destinations.sftp.connection import disconnect, sign_in
from care.errors import DeliveryError, Refused, Unreachable, first_line

LOG = logging.getLogger(__name__)
FULL = re.compile(r"no space|disk full|quota|not enough space", re.IGNORECASE)
# Codes of the protocol, those of its later versions included.
PERMISSION_DENIED, NOT_SUPPORTED, READ_ONLY, NO_SPACE, OVER_QUOTA = 3, 8, 12, 14, 15


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
        retried(self._connect, self._destination.attempts, self._destination.retry_wait_s)
        return self

    def __exit__(self, *ignored: Any) -> None:
        self._disconnect()

    def place(self, folder: str, name: str) -> str:
        """The URL of a file, without a password."""
        return self._prefix + inside(self._root, folder, name)

    def path(self, place: str) -> str:
        """The path of a place on the server. Raises Refused if that is not below the root."""
        path = place.removeprefix(self._prefix)
        if not path.startswith(f"{self._root.rstrip('/')}/") or ".." in path.split("/"):
            raise Refused(f"{place} is not a file of {self._destination.name}.")
        return path.removeprefix("/~/")

    def local_path(self, place: str) -> None:
        """Never: files are uploaded."""

    @contextmanager
    def attempt(self, place: str, done: str, size: int = 0) -> Iterator[None]:
        """Signs in if need be, makes faults errors that a user reads, and drops a connection that is of no more use."""
        client = self._connect()
        try:
            yield
        except StatusError as error:
            raise self._judged(client, place, size, error) from error
        except DeliveryError:
            raise
        except BaseException as error:
            # It may have been left in the middle of a request.
            self._disconnect()
            # The channel's own errors; those of local files carry a name.
            is_ours = isinstance(error, OSError) and error.filename is None
            if is_ours or isinstance(error, paramiko.SSHException | paramiko.SFTPError | EOFError):
                raise Unreachable(f"{place}: the connection broke ({_said(error)}).") from error
            raise

    def write(self, local: Path, path: str, on_bytes: Callable[[int], None]) -> None:
        """Uploads a file, many requests at a time; what stood at the path before is removed."""
        self._make_folders(posixpath.dirname(path))
        with local.open("rb") as source:
            self._signed_in.write_file(source, path, on_bytes)

    def size(self, path: str) -> int | None:
        """The size of a file in bytes."""
        return self._signed_in.stat(path).st_size

    def read(self, path: str, size: int | None) -> Iterator[bytes]:
        """The content of a file, many requests at a time."""
        return self._signed_in.contents(path, size or 0)

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        return self._signed_in.has(path)

    def rename(self, source: str, target: str) -> None:
        """Renames a file, over an older one if need be; warns once where that takes the server two steps."""
        if not self._signed_in.replace(source, target) and not self._is_warned:
            self._is_warned = True
            LOG.warning(
                "warning: %s cannot replace a file in one step (no posix-rename): for a moment neither the old"
                " nor the new one is there.",
                self._destination.name,
            )

    def remove(self, path: str) -> None:
        """Removes a file; one that is not there is no error."""
        with suppress(MissingError):
            self._signed_in.remove(path)

    @property
    def _signed_in(self) -> Client:
        """The connection of this attempt."""
        assert self._client is not None
        return self._client

    def _connect(self) -> Client:
        """The connection, made again if it broke."""
        if self._client is None or not self._client.is_alive:
            self._client = sign_in(self._destination)
        return self._client

    def _make_folders(self, folder: str) -> None:
        missing = []
        while folder not in ("", "/", ".") and not self._signed_in.has(folder):
            missing.append(folder)
            folder = posixpath.dirname(folder)
        for folder in reversed(missing):
            try:
                self._signed_in.mkdir(folder)
            except StatusError:
                # Another delivery may have been faster.
                if not self._signed_in.has(folder):
                    raise

    def _judged(self, client: Client, place: str, size: int, error: StatusError) -> DeliveryError:
        """The error of a server's answer; most servers report a full disk as a failure, so free space is asked."""
        said = f" (the server says: {error.said})" if error.said else ""
        if isinstance(error, MissingError):
            return Refused(f"{place}: no such file or folder{said}; check the folder of the url.")
        if error.code == PERMISSION_DENIED:
            return Refused(f"{place}: permission denied{said}; ask the receiver for the right to write there.")
        if error.code == NOT_SUPPORTED:
            return Refused(f"{place}: the server cannot do this{said}; ask the receiver.")
        free = None
        with suppress(Exception):
            free = self._space(client, self.path(place))
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

    def _disconnect(self) -> None:
        if self._client:
            disconnect(self._client)
        self._client = None


def _said(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return first_line(error).rstrip(".") if str(error).strip() else "it was closed"
