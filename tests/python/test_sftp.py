"""Files over SFTP: they arrive whole under their names, or a sentence says why not and nothing is left."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.sftp import SFTPServerHandler

from care.destinations import Destination, opened
from care.errors import DeliveryError, Refused, Unreachable
from sftp_servers import KINDS, PASSWORD, CuttingProxy, Server, asyncssh_server, free_port, openssh_server

SERVERS = {"asyncssh": asyncssh_server, "openssh": openssh_server}
CONTENT = bytes(range(256)) * 12_000


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Each kind of server in turn."""
    with SERVERS[request.param](tmp_path) as running:
        yield running


def send(destination: Destination, content: bytes, tmp_path: Path, name: str = "m.csv", folder: str = "message") -> str:
    """Uploads a content and returns its place; what is heard of bytes must add up to its size."""
    local = tmp_path / "local"
    local.write_bytes(content)
    heard: list[int] = []
    with opened(destination) as store:
        place = store.place(folder, name)
        assert store.local_path(place) is None
        store.upload(local, place, len(content), hashlib.sha256(content).hexdigest(), heard.append)
    assert sum(heard) == len(content)
    return place


def files_of(server: Server) -> list[str]:
    return sorted(str(path.relative_to(server.folder)) for path in server.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 3_000_001])
@pytest.mark.parametrize("verify", [None, "read-back"])
def test_a_file_arrives_whole_and_comes_back(server: Server, tmp_path: Path, size: int, verify: str | None) -> None:
    content = CONTENT[:size]
    destination = server.destination(verify=verify)
    place = send(destination, content, tmp_path)
    assert place == f"{destination.url}/message/m.csv"
    assert files_of(server) == ["in/message/m.csv"]
    assert (server.folder / "in/message/m.csv").read_bytes() == content
    with opened(destination) as store:
        store.download(place, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == content
        renamed = store.place("other", "n.csv")
        with pytest.raises(Refused, match="no such file or folder"):
            store.rename(place, renamed)
        store.rename(place, renamed := store.place("message", "n.csv"))
        assert (store.exists(place), store.exists(renamed)) == (False, True)
        store.remove(renamed)
        store.remove(renamed)
        with pytest.raises(Refused, match="no such file"):
            store.download(renamed, tmp_path / "nothing")
    assert files_of(server) == []
    assert not (tmp_path / "nothing").exists()


def test_a_file_replaces_an_older_one_and_a_part_of_a_killed_run(server: Server, tmp_path: Path) -> None:
    (server.folder / "in/message").mkdir(parents=True)
    (server.folder / "in/message/m.csv").write_bytes(b"older" * 1000)
    (server.folder / "in/message/.m.csv.part").write_bytes(b"left" * 1000)
    send(server.destination(), b"newer", tmp_path)
    assert files_of(server) == ["in/message/m.csv"]
    assert (server.folder / "in/message/m.csv").read_bytes() == b"newer"


@pytest.mark.parametrize(("root", "path"), [("/~", "message/m.csv"), ("/~/in/box", "in/box/message/m.csv")])
def test_a_url_may_begin_in_the_users_own_folder(server: Server, tmp_path: Path, root: str, path: str) -> None:
    url = server.destination().url.removesuffix(server.root) + root
    assert send(server.destination(url=url), b"x", tmp_path) == f"{url}/message/m.csv"
    assert files_of(server) == [path]


def test_one_connection_takes_many_files_with_odd_names(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server, CuttingProxy(server.port, 10**9) as proxy:
        (tmp_path / "known").write_text(f"[127.0.0.1]:{proxy.port} {server.host_key}")
        url = f"sftp://acme@127.0.0.1:{proxy.port}/in%20box"
        (tmp_path / "local").write_bytes(b"x")
        with opened(server.destination(url=url, known_hosts=tmp_path / "known")) as store:
            for name in ("Zoë & Söhne [1].csv", "a%2Fb #?.csv"):
                store.upload(tmp_path / "local", store.place("", name), 1, hashlib.sha256(b"x").hexdigest(), abs)
        assert files_of(server) == ["in box/Zoë & Söhne [1].csv", "in box/a%2Fb #?.csv"]
        assert proxy.connections == 1


@pytest.mark.parametrize("part", ["..", ".", "", "a/b", "../../x", "a\\b", "a\0b"])
def test_no_file_leaves_the_root(tmp_path: Path, part: str) -> None:
    with asyncssh_server(tmp_path) as server, opened(server.destination()) as store:
        with pytest.raises(Refused, match="is no name for a file"):
            store.place("message", part)
        with pytest.raises(Refused, match="is not a file of acme"):
            store.remove(f"{server.destination().url}/../x")


def test_a_key_that_is_not_pinned_is_refused_with_its_fingerprint(server: Server, tmp_path: Path) -> None:
    fingerprint = asyncssh.import_public_key(server.host_key).get_fingerprint()
    with pytest.raises(Refused) as refused:
        send(server.destination(known_hosts=tmp_path / "none"), b"x", tmp_path)
    assert str(refused.value) == (
        f"acme: the host key of [127.0.0.1]:{server.port} is not pinned; it is ssh-ed25519 {fingerprint}. If the"
        " receiver names the same fingerprint, run: python scripts/export.py destinations pin acme"
    )
    assert files_of(server) == []


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
def test_a_changed_key_is_refused(server: Server, tmp_path: Path, algorithm: str) -> None:
    other = asyncssh.generate_private_key(algorithm).export_public_key().decode()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{server.port} {other}")
    with pytest.raises(Refused, match=f"has changed from {algorithm} SHA256:.* to ssh-ed25519 SHA256:.*destinations"):
        send(server.destination(known_hosts=tmp_path / "known", attempts=3), b"x", tmp_path)


def test_a_password_lets_in_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server:
        send(server.destination(options={"password": PASSWORD}), b"x", tmp_path)
        with pytest.raises(Refused, match="does not let the user acme in") as refused:
            send(server.destination(options={"password": "wr0ng-one"}, attempts=9, retry_wait_s=9), b"x", tmp_path)
        assert "wr0ng-one" not in str(refused.value)


def test_a_key_with_a_passphrase_lets_in(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server:
        key = asyncssh.read_private_key(server.key_file)
        key.write_private_key(tmp_path / "id", passphrase="0pen-s3same", rounds=50)
        options = {"key_file": str(tmp_path / "id"), "passphrase": "0pen-s3same"}
        send(server.destination(options=options), b"x", tmp_path)
        for passphrase in (None, "n0t-s3same"):
            with pytest.raises(Refused, match=r"cannot be used: .*; check the key and its passphrase") as refused:
                send(server.destination(options=options | {"passphrase": passphrase}), b"x", tmp_path)
            assert "s3same" not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "nothing to sign in with"),
        ({"key_file": "/nowhere/id"}, "the key /nowhere/id cannot be read: No such file"),
        ({"key_file": __file__}, "cannot be used"),
    ],
)
def test_a_sign_in_that_cannot_work_is_told(tmp_path: Path, options: dict[str, str], sentence: str) -> None:
    with asyncssh_server(tmp_path) as server, pytest.raises(Refused, match=sentence):
        send(server.destination(options=options), b"x", tmp_path)


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
    stub = faulty(fails=fails)
    with asyncssh_server(tmp_path, stub) as server:
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
        assert stub.writes >= (fails if isinstance(fails, int) else LAST)


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


@pytest.mark.parametrize("after", [0, 10, 700, 2_000, 4_000, 5_000, 40_000, 500_000, 1_500_000, 2_900_000, 3_073_000])
def test_a_cut_connection_leaves_nothing_half_and_is_made_again(tmp_path: Path, after: int) -> None:
    with asyncssh_server(tmp_path) as server, CuttingProxy(server.port, after) as proxy:
        url, known = f"sftp://acme@127.0.0.1:{proxy.port}/in", tmp_path / "known"
        known.write_text(f"[127.0.0.1]:{proxy.port} {server.host_key}")
        destination = server.destination(url=url, known_hosts=known)
        with pytest.raises(Unreachable):
            send(destination, CONTENT, tmp_path)
        # Only a part may lie there, where the connection was never up for long enough to remove it.
        assert set(files_of(server)) <= {"in/message/.m.csv.part"}
        proxy.connections, proxy.cuts = 0, 3
        send(replace(destination, attempts=4), CONTENT, tmp_path)
        assert (proxy.connections, files_of(server)) == (4, ["in/message/m.csv"])
        assert (server.folder / "in/message/m.csv").read_bytes() == CONTENT


def test_a_part_is_removed_over_a_new_connection_where_the_old_one_broke(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server, CuttingProxy(server.port, 500_000, cuts=1) as proxy:
        url, known = f"sftp://acme@127.0.0.1:{proxy.port}/in", tmp_path / "known"
        known.write_text(f"[127.0.0.1]:{proxy.port} {server.host_key}")
        with pytest.raises(Unreachable, match="the connection broke"):
            send(server.destination(url=url, known_hosts=known), CONTENT, tmp_path)
        assert (proxy.connections, files_of(server)) == (2, [])


def test_a_connection_that_broke_between_files_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(b"x")
    with asyncssh_server(tmp_path) as server, CuttingProxy(server.port, 10**9) as proxy:
        url, known = f"sftp://acme@127.0.0.1:{proxy.port}/in", tmp_path / "known"
        known.write_text(f"[127.0.0.1]:{proxy.port} {server.host_key}")
        with opened(server.destination(url=url, known_hosts=known, attempts=2)) as store:
            for name in ("m.csv", "n.csv"):
                store.upload(tmp_path / "local", store.place("", name), 1, "", abs)
                proxy.cut()
        assert (proxy.connections, files_of(server)) == (2, ["in/m.csv", "in/n.csv"])


def test_an_interrupted_upload_leaves_nothing(server: Server, tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(CONTENT)

    def interrupt(count: int) -> None:
        if count:
            raise KeyboardInterrupt

    with opened(server.destination(attempts=3)) as store, pytest.raises(KeyboardInterrupt):
        store.upload(tmp_path / "local", store.place("message", "m.csv"), len(CONTENT), "", interrupt)
    assert files_of(server) == []


def test_a_server_that_is_down_is_tried_again_and_then_named(tmp_path: Path) -> None:
    port = free_port()
    with asyncssh_server(tmp_path) as server:
        destination = server.destination(url=f"sftp://acme@127.0.0.1:{port}/in", attempts=3)
    with pytest.raises(Unreachable) as unreachable:
        send(destination, b"x", tmp_path)
    assert str(unreachable.value) == (
        f"acme: 127.0.0.1 port {port} cannot be reached: Connection refused. (tried 3 times)"
    )
    assert not unreachable.value.is_permanent


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server, socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"sftp://acme@127.0.0.1:{silent.getsockname()[1]}/in"
        with pytest.raises(Unreachable, match=r"cannot be reached: no answer within 0\.3 s"):
            send(server.destination(url=url, timeout_s=0.3), b"x", tmp_path)


def test_a_server_that_stops_answering_is_given_up(tmp_path: Path) -> None:
    class Sleepy(asyncssh.SFTPServer):
        async def write(self, file_obj: object, offset: int, data: bytes) -> int:
            await asyncio.sleep(60)
            return 0

    with (
        asyncssh_server(tmp_path, Sleepy) as server,
        pytest.raises(Unreachable, match=r"the connection broke \(no answer in time\)"),
    ):
        send(server.destination(timeout_s=1), b"x", tmp_path)


def test_a_host_that_does_not_exist_is_no_reason_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*ignored: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    destination = Destination("acme", "sftp://acme@nowhere.invalid/in", retry_wait_s=5)
    with pytest.raises(Refused, match=r"nowhere\.invalid port 22: there is no server of that name"):
        send(destination, b"x", tmp_path)


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


@pytest.mark.parametrize("size", [1, 100_000, len(CONTENT)])
def test_a_device_without_room_is_noticed(server: Server, tmp_path: Path, size: int) -> None:
    (server.folder / "in/message").mkdir(parents=True)
    (server.folder / "in/message/.m.csv.part").symlink_to("/dev/full")
    with pytest.raises(DeliveryError, match=r"Failure|no space is left"):
        send(server.destination(), CONTENT[:size], tmp_path)
    assert list((server.folder / "in/message").iterdir()) == []
