"""Files over SFTP: they arrive whole under their names, and only at servers whose key is pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from care.destinations.opening import opened
from care.errors import Refused
from sftp_servers import (
    CONTENT,
    KINDS,
    PASSWORD,
    SERVERS,
    CuttingProxy,
    Server,
    asyncssh_server,
    files_of,
    send,
)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Each kind of server in turn."""
    with SERVERS[request.param](tmp_path) as running:
        yield running


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
        with pytest.raises(Refused, match="is not a name for a file"):
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
