"""Connections that break, hang or never come about."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from care.destinations.destination import Destination
from care.destinations.opening import opened
from care.errors import Refused, Unreachable
from sftp_servers import (
    CONTENT,
    CuttingProxy,
    asyncssh_server,
    files_of,
    free_port,
    send,
)


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
        proxy.connections, proxy.cuts = 0, 2
        send(replace(destination, attempts=3), CONTENT, tmp_path)
        assert (proxy.connections, files_of(server)) == (3, ["in/message/m.csv"])
        assert (server.folder / "in/message/m.csv").read_bytes() == CONTENT


def test_a_connection_that_is_cut_in_the_last_steps_leaves_the_older_file_or_the_newer(tmp_path: Path) -> None:
    older, newer = CONTENT[:100_000], CONTENT[-100_000:]
    with asyncssh_server(tmp_path) as server, CuttingProxy(server.port, 0, cuts=0) as proxy:
        url, known = f"sftp://acme@127.0.0.1:{proxy.port}/in", tmp_path / "known"
        known.write_text(f"[127.0.0.1]:{proxy.port} {server.host_key}")
        destination, target = server.destination(url=url, known_hosts=known), server.folder / "in/message/m.csv"
        send(destination, older, tmp_path)
        proxy.passed = 0
        send(destination, newer, tmp_path)
        whole, found = proxy.passed, []
        for back in range(0, 480, 80):
            target.write_bytes(older)
            proxy.connections, proxy.cuts, proxy.cut_after = 0, 1, whole - back
            with suppress(Unreachable):
                send(destination, newer, tmp_path)
            found.append(target.read_bytes())
            proxy.connections = 0
            send(replace(destination, attempts=2), newer, tmp_path)
            assert (target.read_bytes(), files_of(server)) == (newer, ["in/message/m.csv"])
        assert set(found) == {older, newer}


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
