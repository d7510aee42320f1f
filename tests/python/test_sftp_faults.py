"""Servers that do not do what they are asked: a sentence says so, and nothing is left under the file's name."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.sftp import SFTPServerHandler

from care.destinations.opening import opened
from care.errors import DeliveryError, Refused, Unreachable
from sftp_servers import (
    CONTENT,
    KINDS,
    SERVERS,
    asyncssh_server,
    files_of,
    openssh_server,
    send,
)


class Faulty(asyncssh.SFTPServer):
    """Answers one request with an error, and goes on as if all were well."""

    fails: Any = None
    error: Exception = asyncssh.SFTPFailure("Failure")
    writes = 0

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        type(self).writes += 1
        if self.fails == self.writes:
            raise self.error
        return super().write(file_obj, offset, data)

    def fsync(self, file_obj: object) -> None:
        if self.fails == "fsync":
            raise self.error
        super().fsync(file_obj)

    def close(self, file_obj: object) -> None:
        super().close(file_obj)
        if self.fails == "close":
            type(self).fails = None
            raise self.error


def faulty(**given: Any) -> type[Faulty]:
    return type("Chosen", (Faulty,), given)


LAST = len(CONTENT) // (32 * 1024) + 1


@pytest.mark.parametrize("fails", [1, 2, LAST // 2, LAST - 63, LAST - 5, LAST - 1, LAST, "fsync", "close"])
@pytest.mark.parametrize("attempts", [1, 2])
def test_no_failed_request_goes_unnoticed(
    tmp_path: Path, fails: int | str, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [pair for pair in SFTPServerHandler._extensions if not pair[0].startswith(b"limits")]
    monkeypatch.setattr(SFTPServerHandler, "_extensions", kept)
    failing = faulty(fails=fails)
    with asyncssh_server(tmp_path, failing) as server:
        (server.folder / "in/message").mkdir(parents=True)
        (server.folder / "in/message/m.csv").write_bytes(b"older")
        destination = server.destination(attempts=attempts)
        if attempts == 1 or fails == "fsync":
            with pytest.raises(Unreachable, match=r"m\.csv: the server failed \(the server says: Failure\)"):
                send(destination, CONTENT, tmp_path)
            assert (server.folder / "in/message/m.csv").read_bytes() == b"older"
        else:
            send(destination, CONTENT, tmp_path)
            assert (server.folder / "in/message/m.csv").read_bytes() == CONTENT
        assert files_of(server) == ["in/message/m.csv"]
        assert failing.writes >= (fails if isinstance(fails, int) else LAST)


def test_a_corrupt_write_is_found_by_reading_back(tmp_path: Path) -> None:
    class Corrupting(asyncssh.SFTPServer):
        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            return super().write(file_obj, offset, data if offset else b"?" + data[1:])

    with asyncssh_server(tmp_path, Corrupting) as server:
        with pytest.raises(Unreachable, match="what arrived is not what was sent"):
            send(server.destination(verify="read-back"), CONTENT, tmp_path)
        assert files_of(server) == []


def test_a_file_of_another_size_does_not_get_its_name(tmp_path: Path) -> None:
    class Shortening(asyncssh.SFTPServer):
        def write(self, file_obj: object, offset: int, data: bytes) -> int:
            return super().write(file_obj, offset, data[:-1])

    with asyncssh_server(tmp_path, Shortening) as server:
        with pytest.raises(Unreachable, match=r"m\.csv: 4 of 5 bytes arrived"):
            send(server.destination(), b"12345", tmp_path)
        assert files_of(server) == []


def test_without_posix_rename_a_file_is_replaced_in_two_steps_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = [pair for pair in SFTPServerHandler._extensions if not pair[0].startswith((b"posix", b"fsync"))]
    monkeypatch.setattr(SFTPServerHandler, "_extensions", kept)

    class Careful(asyncssh.SFTPServer):
        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            if Path(self.map_path(newpath).decode()).exists():
                raise asyncssh.SFTPFailure("Failure")
            super().rename(oldpath, newpath)

    with asyncssh_server(tmp_path, Careful) as server:
        send(server.destination(), b"older", tmp_path)
        assert caplog.messages == []
        send(server.destination(), b"newer", tmp_path)
        assert "acme cannot replace a file in one step (no posix-rename)" in caplog.text
        assert (server.folder / "in/message/m.csv").read_bytes() == b"newer"
        assert files_of(server) == ["in/message/m.csv"]


FULL = os.statvfs_result((4096, 4096, 1000, 0, 0, 1000, 0, 0, 0, 255))
READ_ONLY = os.statvfs_result((4096, 4096, 1000, 10**9, 10**9, 1000, 10**9, 10**9, os.ST_RDONLY, 255))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"error": OSError(errno.ENOSPC, "No space left on device")}, "no space is left .*; ask the receiver to make"),
        ({"error": OSError(errno.EDQUOT, "Disk quota exceeded")}, "no space is left"),
        ({"statvfs": lambda self, path: FULL}, r"no space is left on the server \(the server says: Failure\)"),
        ({"statvfs": lambda self, path: READ_ONLY}, "the file system is read-only"),
        ({"error": OSError(errno.EROFS, "Read-only file system")}, "the file system is read-only"),
        ({"error": asyncssh.SFTPPermissionDenied("Permission denied")}, "permission denied .*; ask the receiver for"),
        ({"error": asyncssh.SFTPOpUnsupported("")}, "the server cannot do this"),
    ],
)
def test_what_stays_so_is_refused_at_once(tmp_path: Path, given: dict[str, Any], sentence: str) -> None:
    with asyncssh_server(tmp_path, faulty(fails=3, **given)) as server:
        with pytest.raises(Refused, match=sentence) as refused:
            send(server.destination(attempts=5, retry_wait_s=5), CONTENT, tmp_path)
        assert refused.value.is_permanent
        assert files_of(server) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupted_upload_leaves_nothing(tmp_path: Path, kind: str) -> None:
    (tmp_path / "local").write_bytes(CONTENT)

    def interrupt(count: int) -> None:
        if count:
            raise KeyboardInterrupt

    with SERVERS[kind](tmp_path) as server:
        with opened(server.destination(attempts=3)) as store, pytest.raises(KeyboardInterrupt):
            store.upload(tmp_path / "local", store.place("message", "m.csv"), len(CONTENT), "", interrupt)
        assert files_of(server) == []


class ReadOnly(asyncssh.SFTPServer):
    """Answers as OpenSSH's server does that was started with -R."""

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_WRITE:
            raise asyncssh.SFTPPermissionDenied("Permission denied")
        return super().open(path, pflags, attrs)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        raise asyncssh.SFTPPermissionDenied("Permission denied")


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_takes_no_files_is_told_so(tmp_path: Path, kind: str) -> None:
    start = {"asyncssh": lambda: asyncssh_server(tmp_path, ReadOnly), "openssh": lambda: openssh_server(tmp_path, "-R")}
    with start[kind]() as server:
        (server.folder / "in").mkdir()
        with pytest.raises(Refused, match=r"permission denied .*; ask the receiver for the right to write there"):
            send(server.destination(attempts=5, retry_wait_s=5), b"x", tmp_path)
        with pytest.raises(Refused, match="permission denied"):
            send(server.destination(attempts=5, retry_wait_s=5), b"x", tmp_path, folder="")
        assert files_of(server) == []


class Device(asyncssh.SFTPServer):
    """Writes to a device without room."""

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        super().open(path, pflags, attrs).close()
        return Path("/dev/full").open("wb", buffering=0)


@pytest.mark.parametrize("size", [1, 100_000, len(CONTENT)])
def test_a_device_without_room_is_noticed(tmp_path: Path, size: int) -> None:
    with asyncssh_server(tmp_path, Device) as server:
        with pytest.raises(DeliveryError, match=r"no space is left"):
            send(server.destination(), CONTENT[:size], tmp_path)
        assert list((server.folder / "in/message").iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("planted", ["link", "link to nothing", "file", "file without rights"])
def test_what_is_planted_at_the_parts_name_is_replaced_and_never_written_to(
    tmp_path: Path, kind: str, planted: str
) -> None:
    with SERVERS[kind](tmp_path) as server:
        folder, victim = server.folder / "in/message", server.folder / "victim"
        folder.mkdir(parents=True)
        victim.write_bytes(b"precious")
        part = folder / ".m.csv.part"
        if planted == "link":
            part.symlink_to("../../victim")
        elif planted == "link to nothing":
            part.symlink_to("../../made")
        else:
            # A second name of the victim would be written to as well.
            os.link(victim, part)
        if planted == "file without rights":
            part.chmod(0)
        send(server.destination(), CONTENT, tmp_path)
        assert victim.read_bytes() == b"precious"
        assert files_of(server) == ["in/message/m.csv", "victim"]
        assert not (folder / "m.csv").is_symlink()
        assert (folder / "m.csv").read_bytes() == CONTENT


@pytest.mark.parametrize("is_posix", [True, False])
@pytest.mark.parametrize("target", ["victim", "nothing"])
def test_a_link_at_the_files_name_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_posix: bool, target: str
) -> None:
    class Careful(asyncssh.SFTPServer):
        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            if os.path.lexists(self.map_path(newpath)):
                raise asyncssh.SFTPFailure("Failure")
            super().rename(oldpath, newpath)

    if not is_posix:
        kept = [pair for pair in SFTPServerHandler._extensions if not pair[0].startswith(b"posix")]
        monkeypatch.setattr(SFTPServerHandler, "_extensions", kept)
    with asyncssh_server(tmp_path, Careful) as server:
        (server.folder / "in/message").mkdir(parents=True)
        (server.folder / "victim").write_bytes(b"precious")
        (server.folder / "in/message/m.csv").symlink_to(f"../../{target}")
        send(server.destination(), b"x", tmp_path)
        assert (server.folder / "victim").read_bytes() == b"precious"
        assert not (server.folder / "in/message/m.csv").is_symlink()
        assert files_of(server) == ["in/message/m.csv", "victim"]


def test_a_folder_at_the_parts_name_is_said(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server:
        (server.folder / "in/message/.m.csv.part").mkdir(parents=True)
        with pytest.raises(DeliveryError, match=r"in/message/\.m\.csv\.part was to be removed"):
            send(server.destination(), b"x", tmp_path)


class KeepsAll(asyncssh.SFTPServer):
    """Lets nothing be removed, as some servers do that only take files."""

    def remove(self, path: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("Permission denied")


def test_a_server_that_lets_nothing_be_removed_takes_new_files(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path, KeepsAll) as server:
        send(server.destination(), b"x", tmp_path)
        assert files_of(server) == ["in/message/m.csv"]
        (server.folder / "in/message/.n.csv.part").symlink_to("m.csv")
        with pytest.raises(Refused, match=r"permission denied .*, when .*n\.csv\.part was to be removed"):
            send(server.destination(), b"y", tmp_path, "n.csv")
        assert (server.folder / "in/message/m.csv").read_bytes() == b"x"


class NotExclusive(asyncssh.SFTPServer):
    """Knows no exclusive making of files."""

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_EXCL:
            raise asyncssh.SFTPOpUnsupported("no such flag")
        return super().open(path, pflags, attrs)


def test_a_server_without_exclusive_files_takes_files(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path, NotExclusive) as server:
        for content in (b"older", b"newer"):
            send(server.destination(), content, tmp_path)
        assert (server.folder / "in/message/m.csv").read_bytes() == b"newer"
