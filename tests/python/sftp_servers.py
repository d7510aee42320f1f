"""SFTP servers on this machine: one in this process, whose faults can be chosen, and OpenSSH's own."""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from care.destinations.destination import Destination
from care.destinations.opening import opened

PASSWORD = "s3cr3t-Pa55word"
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONTENT = bytes(range(256)) * 12_000
# Where continuous integration runs, a missing sshd fails the tests that need it.
KINDS = ("asyncssh", "openssh") if SSHD or os.environ.get("CI") else ("asyncssh",)


@dataclass(frozen=True)
class Server:
    """A server that is running, the folder it serves, and a key that it lets in."""

    port: int
    folder: Path
    host_key: str
    key_file: Path
    user: str
    root: str

    def destination(self, name: str = "acme", **changed: Any) -> Destination:
        """A destination of this server, with its host key pinned, which tries once."""
        known_hosts = self.key_file.with_name("known_hosts")
        if not known_hosts.exists():
            known_hosts.write_text(f"[127.0.0.1]:{self.port} {self.host_key}\n")
        given: dict[str, Any] = {
            "url": f"sftp://{self.user}@127.0.0.1:{self.port}{self.root}",
            "options": {"key_file": str(self.key_file)},
            "known_hosts": known_hosts,
            "timeout_s": 10,
            "attempts": 1,
            "retry_wait_s": 0.01,
        }
        return Destination(name, **(given | changed))


@contextmanager
def asyncssh_server(
    folder: Path,
    sftp: type[asyncssh.SFTPServer] = asyncssh.SFTPServer,
    port: int = 0,
    host_key: asyncssh.SSHKey | None = None,
) -> Iterator[Server]:
    """A server in this process; `sftp` answers the requests, and may answer them badly."""
    served, keys = _folders(folder)
    host_key = host_key or asyncssh.generate_private_key("ssh-ed25519")
    user_key = asyncssh.generate_private_key("ssh-ed25519")
    user_key.write_private_key(keys / "id")
    (keys / "id").chmod(0o600)

    class Passwords(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("acme", PASSWORD)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", port, server_factory=Passwords, server_host_keys=[host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(user_key.export_public_key().decode()),
            sftp_factory=lambda channel: sftp(channel, chroot=str(served).encode()), reuse_address=True,
        )  # fmt: skip

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)

    async def close() -> None:
        acceptor.close()
        await acceptor.wait_closed()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()

    public = host_key.export_public_key().decode().strip()
    try:
        yield Server(acceptor.get_port(), served, " ".join(public.split()[:2]), keys / "id", "acme", "/in")
    finally:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(close(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@contextmanager
def openssh_server(folder: Path, arguments: str = "") -> Iterator[Server]:
    """OpenSSH's sshd as the user of this process; `arguments` are those of internal-sftp."""
    assert SSHD, "sshd is missing; install openssh-server"
    served, keys = _folders(folder)
    for name in ("host", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    if os.getuid() == 0:
        # sshd wants it where it could change to another user.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    (keys / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/id.pub\n"
        "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        f"Subsystem sftp internal-sftp -d {served} {arguments}\n"
    )
    with (keys / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(keys / "sshd_config")], stderr=log)
    try:
        wait_until(lambda: _listens(port))
        host_key = " ".join((keys / "host.pub").read_text().split()[:2])
        yield Server(port, served, host_key, keys / "id", getpass.getuser(), f"{served}/in")
    finally:
        process.terminate()
        process.wait(10)


SERVERS = {"asyncssh": asyncssh_server, "openssh": openssh_server}


class CuttingProxy:
    """Passes connections on, and cuts each but the last few after so many bytes from the client."""

    def __init__(self, port: int, cut_after: int, cuts: int = 1_000_000) -> None:
        self.target, self.cut_after, self.cuts, self.connections = port, cut_after, cuts, 0
        self.passed = 0
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> CuttingProxy:
        return self

    def __exit__(self, *ignored: object) -> None:
        self._listener.close()

    def cut(self) -> None:
        """Cuts every connection that there is."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                self._ends.append(client)
                left = self.cut_after if self.connections <= self.cuts else None
                server = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(target=self._pass, args=(client, server, left), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, None), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while left != 0 and (content := source.recv(65536 if left is None else min(left, 65536))):
                target.sendall(content)
                left = left and left - len(content)
                self.passed += len(content) if source in self._ends else 0
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


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
    """Every file that a server serves."""
    return sorted(str(path.relative_to(server.folder)) for path in server.folder.rglob("*") if path.is_file())


def free_port() -> int:
    """A port without a listening process."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


def wait_until(condition: Callable[[], bool], limit_s: float = 15) -> None:
    """Returns when a condition holds; fails where it does not in time."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _folders(folder: Path) -> tuple[Path, Path]:
    served, keys = folder / "served", folder / "keys"
    served.mkdir()
    keys.mkdir()
    return served, keys


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
