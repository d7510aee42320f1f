"""An SFTP client that writes fast and hears every answer.

paramiko's own writes are either one at a time, or lose the answers of those in flight when the file is closed: a
write that failed leaves a hole in a file of the right size.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

import paramiko
from paramiko.message import Message
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_EXTENDED,
    CMD_EXTENDED_REPLY,
    CMD_HANDLE,
    CMD_INIT,
    CMD_OPEN,
    CMD_READ,
    CMD_STATUS,
    CMD_VERSION,
    CMD_WRITE,
    SFTP_EOF,
    SFTP_FLAG_CREATE,
    SFTP_FLAG_EXCL,
    SFTP_FLAG_READ,
    SFTP_FLAG_TRUNC,
    SFTP_FLAG_WRITE,
    SFTP_NO_SUCH_FILE,
    SFTP_OK,
    SFTP_OP_UNSUPPORTED,
    int64,
)

PROTOCOL = 3
IN_FLIGHT = 64
# The size that every server accepts, and the largest useful one.
CHUNK, LARGEST_CHUNK = 32 * 1024, 255 * 1024
# The size that fits into a packet of most servers.
PACKET = 32 * 1024 - 64
FSYNC, LIMITS, POSIX_RENAME, STATVFS = (
    f"{name}@openssh.com" for name in ("fsync", "limits", "posix-rename", "statvfs")
)


class StatusError(OSError):
    """A server answered a request with an error: the code of the protocol, and what the server says of it."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said or f"status {code}")
        self.code, self.said = code, said


class MissingError(StatusError, FileNotFoundError):
    """There is no such file or folder."""


class Client(paramiko.SFTPClient):
    """paramiko's client that knows the server's extensions, keeps status codes, and writes whole files."""

    extensions: frozenset[str] = frozenset()

    @property
    def is_alive(self) -> bool:
        """False where the connection is known to have broken; it may also have broken unnoticed."""
        return self.get_channel().get_transport().is_active()

    def write_file(self, source: BinaryIO, path: str, on_bytes: Callable[[int], None]) -> None:
        """Writes a new file, with up to 64 writes in flight, and has the server store it.

        An existing link or file at the path is removed first, and never written to. Returns
        only if the server confirmed every write, the storing (where it can tell) and the end of the file.
        Raises StatusError, EOFError, OSError or SSHException. `on_bytes` hears of bytes that are confirmed.
        """
        _, chunk_size = self._chunk_sizes()
        handle = self._new_file(path)
        writes = _Writes(on_bytes)
        try:
            self._write_all_of(source, handle, writes, chunk_size)
            self._store(handle)
        except StatusError:
            # Answers still to come must not be heard while others are waited for.
            writes.is_over = True
            with suppress(StatusError):
                self._request(CMD_CLOSE, handle)
            raise
        self._request(CMD_CLOSE, handle)

    def _new_file(self, path: str) -> bytes:
        """The handle of a file that was not there before. Raises StatusError."""
        try:
            self.remove(path)
        except StatusError as error:
            # A server that lets nothing be removed may still take a new file.
            if not isinstance(error, MissingError) and self.stands_at(path):
                raise StatusError(error.code, f"{error.said}, when {path} was to be removed") from error
        try:
            return self._handle(path, SFTP_FLAG_WRITE | SFTP_FLAG_CREATE | SFTP_FLAG_EXCL)
        except StatusError as error:
            if error.code != SFTP_OP_UNSUPPORTED or self.stands_at(path):
                raise
            # A server that cannot make files exclusively; there is no link to follow.
            return self._handle(path, SFTP_FLAG_WRITE | SFTP_FLAG_CREATE | SFTP_FLAG_TRUNC)

    def _write_all_of(self, source: BinaryIO, handle: bytes, writes: _Writes, chunk_size: int) -> None:
        offset = 0
        while chunk := source.read(chunk_size):
            number = self._async_request(writes, CMD_WRITE, handle, int64(offset), chunk)
            writes.in_flight[number] = len(chunk)
            offset += len(chunk)
            while len(writes.in_flight) >= IN_FLIGHT or (writes.in_flight and self.sock.recv_ready()):
                self._read_response()
        while writes.in_flight:
            self._read_response()

    def _store(self, handle: bytes) -> None:
        if FSYNC not in self.extensions:
            return
        try:
            self._request(CMD_EXTENDED, FSYNC, handle)
        except StatusError as error:
            # Some servers offer it for file systems that have no such thing.
            if error.code != SFTP_OP_UNSUPPORTED:
                raise

    def contents(self, path: str, size: int) -> Iterator[bytes]:
        """The content of a file in its order, asked for ahead; less than `size` bytes where the file is shorter."""
        chunk_size, _ = self._chunk_sizes()
        handle = self._handle(path, SFTP_FLAG_READ)
        reads, waiting, asked = _Reads(), deque[tuple[int, int, int]](), 0
        try:
            while asked < size or waiting:
                while asked < size and len(waiting) < IN_FLIGHT:
                    length = min(chunk_size, size - asked)
                    number = self._async_request(reads, CMD_READ, handle, int64(asked), length)
                    waiting.append((number, asked, length))
                    asked += length
                number, offset, length = waiting.popleft()
                while content := self._read(reads, number):
                    yield content
                    offset, length = offset + len(content), length - len(content)
                    if not length:
                        break
                    # A server may return less than requested.
                    number = self._async_request(reads, CMD_READ, handle, int64(offset), length)
        finally:
            # If reading stops early, the connection may be lost.
            with suppress(Exception):
                self._request(CMD_CLOSE, handle)

    def _read(self, reads: _Reads, number: int) -> bytes:
        while number not in reads.contents:
            self._read_response()
        content = reads.contents.pop(number)
        if isinstance(content, StatusError):
            raise content
        return content

    def replace(self, source: str, target: str) -> bool:
        """Renames a file over another. Returns False where the server could not do so in one step."""
        if POSIX_RENAME in self.extensions:
            self.posix_rename(source, target)
            return True
        try:
            self.rename(source, target)
        except StatusError:
            # Without that extension a server renames to free names only.
            if not self.stands_at(target):
                raise
            self.remove(target)
            self.rename(source, target)
            return False
        return True

    def has(self, path: str) -> bool:
        """Whether there is something at a path."""
        try:
            self.stat(path)
        except FileNotFoundError:
            return False
        return True

    def stands_at(self, path: str) -> bool:
        """Whether there is something at a path, a link to nothing included."""
        try:
            self.lstat(path)
        except FileNotFoundError:
            return False
        return True

    def space(self, path: str) -> tuple[int, int, bool] | None:
        """Free bytes, free files and whether it is read-only, of the file system of a path; None if unknown."""
        if STATVFS not in self.extensions:
            return None
        kind, answer = self._request(CMD_EXTENDED, STATVFS, path)
        if kind != CMD_EXTENDED_REPLY:
            return None
        _, fragment, _, _, available, files, _, free_files, _, flags, _ = (answer.get_int64() for _ in range(11))
        return fragment * available, free_files if files else 1, bool(flags & 1)

    def _handle(self, path: str, flags: int) -> bytes:
        kind, answer = self._request(CMD_OPEN, path, flags, paramiko.SFTPAttributes())
        if kind != CMD_HANDLE:
            raise paramiko.SFTPError("the server opened a file without a handle")
        return answer.get_binary()

    def _chunk_sizes(self) -> tuple[int, int]:
        """How many bytes to ask for, and to send, at once."""
        if LIMITS not in self.extensions:
            return CHUNK, CHUNK
        kind, answer = self._request(CMD_EXTENDED, LIMITS)
        if kind != CMD_EXTENDED_REPLY:
            return CHUNK, CHUNK
        _, longest_read, longest_write, _ = (answer.get_int64() for _ in range(4))
        return min(longest_read, LARGEST_CHUNK) or CHUNK, min(longest_write, LARGEST_CHUNK) or CHUNK

    def _write_all(self, out: bytes) -> None:
        """paramiko's, which copies all the rest of a request for each packet that it sends of it."""
        sent = 0
        while sent < len(out):
            count = self.sock.send(out[sent : sent + PACKET])
            if not count:
                raise EOFError
            sent += count

    def _send_version(self) -> int:
        """paramiko's, which forgets the extensions."""
        hello = Message()
        hello.add_int(PROTOCOL)
        self._send_packet(CMD_INIT, hello)
        kind, content = self._read_packet()
        if kind != CMD_VERSION:
            raise paramiko.SFTPError("the server does not speak SFTP")
        answer = Message(content)
        version, names = answer.get_int(), []
        while answer.get_remainder():
            names.append(answer.get_binary().decode("utf-8", "replace"))
            answer.get_binary()
        self.extensions = frozenset(names)
        return version

    def _convert_status(self, message: Message) -> None:
        """paramiko's, which forgets most codes."""
        _check(message)


def _check(message: Message) -> None:
    """Raises EOFError or StatusError if a status is not OK."""
    code, said = message.get_int(), message.get_binary().decode("utf-8", "replace")
    if code == SFTP_EOF:
        raise EOFError(said)
    if code != SFTP_OK:
        raise MissingError(code, said) if code == SFTP_NO_SUCH_FILE else StatusError(code, said)


class _Reads:
    """The answers to reads, by the numbers of their requests; held by a weak reference too."""

    def __init__(self) -> None:
        self.contents: dict[int, bytes | StatusError] = {}

    def _async_response(self, kind: int, message: Message, number: int) -> None:
        if kind == CMD_DATA:
            self.contents[number] = message.get_binary()
            return
        try:
            _check(message)
        except EOFError:
            self.contents[number] = b""
        except StatusError as error:
            self.contents[number] = error


class _Writes:
    """The writes that wait for their answers; the client keeps it by a weak reference only, so hold on to it."""

    def __init__(self, on_bytes: Callable[[int], None]) -> None:
        self.in_flight: dict[int, int] = {}
        self.is_over = False
        self._on_bytes = on_bytes

    def _async_response(self, kind: int, message: Message, number: int) -> None:
        if self.is_over:
            return
        if kind != CMD_STATUS:
            raise paramiko.SFTPError("the server answered a write with something else")
        _check(message)
        self._on_bytes(self.in_flight.pop(number))
