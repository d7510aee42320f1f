"""Measures uploads over SFTP against OpenSSH's sftp and paramiko's put, side by side; prints, and judges nothing."""

from __future__ import annotations

import hashlib
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click
import paramiko

PROJECT = Path(__file__).resolve().parents[1]
sys.path += [str(PROJECT / "scripts"), str(PROJECT / "tests" / "python")]

from care.destinations.opening import opened  # noqa: E402
from sftp_servers import Server, openssh_server  # noqa: E402 - the server that the tests start too

CHUNK = 1 << 18


class SlowProxy:
    """Passes connections on, everything half a round trip later."""

    def __init__(self, port: int, round_trip_s: float) -> None:
        self._target, self._delay_s = port, round_trip_s / 2
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for source, target in ((client, server), (server, client)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    late: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                    threading.Thread(target=self._read, args=(source, late), daemon=True).start()
                    threading.Thread(target=self._write, args=(target, late), daemon=True).start()

    def _read(self, source: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        content = b"something"
        while content:
            content = b""
            with suppress(OSError):
                content = source.recv(CHUNK)
            late.put((time.monotonic() + self._delay_s, content))

    def _write(self, target: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                due, content = late.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not content:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(content)


def ours(server: Server, local: Path, sha256: str) -> None:
    """One upload as `deliver` makes it: every write acknowledged, stored, compared, renamed."""
    with opened(server.destination()) as store:
        store.upload(local, store.place("bench", "ours"), local.stat().st_size, sha256, lambda count: None)


def openssh(server: Server, local: Path, sha256: str) -> None:
    """OpenSSH's client."""
    command = ["sftp", "-q", "-b", "-", "-P", str(server.port), "-i", str(server.key_file)]
    command += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    put = f"put {local} {server.root}/openssh\n"
    subprocess.run([*command, f"{server.user}@127.0.0.1"], input=put, text=True, check=True, stdout=subprocess.DEVNULL)


def paramikos(server: Server, local: Path, sha256: str) -> None:
    """paramiko's put."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect("127.0.0.1", server.port, server.user, key_filename=str(server.key_file), allow_agent=False)
        with client.open_sftp() as sftp:
            sftp.put(str(local), f"{server.root}/paramiko")


def speed(send: Callable[[Server, Path, str], None], server: Server, local: Path, sha256: str, times: int) -> float:
    """The best of some uploads in MB/s, signing in included."""
    best = 0.0
    for _ in range(times):
        began = time.monotonic()
        send(server, local, sha256)
        best = max(best, local.stat().st_size / 1e6 / (time.monotonic() - began))
    return best


@click.command(epilog="Example: python bench/sftp.py --mib 256")
@click.option("--mib", type=int, default=256, show_default=True)
@click.option("--times", type=int, default=3, show_default=True, help="The best of so many.")
def bench(mib: int, times: int) -> None:
    """Upload a file to an OpenSSH server on this machine, at once and with 40 ms for every round trip."""
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder) / "file"
        local.write_bytes(os.urandom(mib << 20))
        sha256 = hashlib.sha256(local.read_bytes()).hexdigest()
        with openssh_server(Path(folder)) as server:
            (server.folder / "in").mkdir()
            slow = replace(server, port=SlowProxy(server.port, 0.04).port)
            for title, reached in (("loopback", server), ("40 ms", slow)):
                (server.key_file.with_name("known_hosts")).unlink(missing_ok=True)
                speeds = {
                    send.__name__: speed(send, reached, local, sha256, times) for send in (openssh, ours, paramikos)
                }
                click.echo(
                    f"{mib} MiB over {title:<12}"
                    + "  ".join(f"{name} {mbs:,.0f} MB/s" for name, mbs in speeds.items())
                    + f"  ours to openssh {speeds['ours'] / speeds['openssh']:.2f}"
                    + f"  ours to paramiko {speeds['ours'] / speeds['paramikos']:.2f}"
                )


if __name__ == "__main__":
    bench()
