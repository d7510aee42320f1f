"""A host as receivers meet it: accounts made by the script, and a real OpenSSH server on a loopback port."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

import sftp_users
from hosting.accounts import GROUP, SYSTEM_FOLDERS
from warehouse import PROJECT

SSHD = shutil.which("sshd", path=os.pathsep.join([*os.get_exec_path(), *SYSTEM_FOLDERS]))
OWNER = "nobody"
PAGE = PROJECT / "docs" / "sftp-server.md"
RUNS_AS_SSHD = Path("/run/sshd")
# Debian's own settings in short: what the page adds is included first, and passwords are not allowed otherwise.
SETTINGS = """
Include {blocks}
ListenAddress 127.0.0.1
Port {port}
HostKey {key}
PidFile none
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp /usr/lib/openssh/sftp-server
"""


@dataclass
class Host:
    """A server, the accounts of a test, all output of the script and all input of the host's tools."""

    folder: Path
    base: Path
    port: int
    key: paramiko.PKey
    shims: Path
    accounts: list[str] = field(default_factory=list)

    def users(self, *arguments: str, code: int = 0) -> str:
        """Runs the script as an administrator does, and returns all it said."""
        path = os.pathsep.join([str(self.shims), os.environ["PATH"]])
        run = subprocess.run(
            [sys.executable, sftp_users.__file__, *arguments], env={**os.environ, "PATH": path}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert run.returncode == code, run.stdout
        return run.stdout

    def add(self, suffix: str, org_id: str) -> tuple[str, str]:
        """A new receiver with one delivered file; its account and password."""
        account = f"caretest{os.getpid()}{suffix}"
        self.accounts.append(account)
        said = self.users("add", org_id, "--name", account, "--owner", OWNER, "--base", str(self.base))
        (password,) = re.findall(r"^Password, shown this once: (\S{20,})$", said, re.MULTILINE)
        assert said.count(password) == 1
        deliver = f"umask 027; mkdir {self.export(account)}/message && echo {org_id} > {self.file_of(account)}"
        subprocess.run(["/bin/sh", "-c", deliver], user=OWNER, group=pwd.getpwnam(OWNER).pw_gid, check=True)
        return account, password

    def export(self, account: str) -> Path:
        return self.base / account / "export"

    def file_of(self, account: str) -> Path:
        return self.export(account) / "message" / "one.csv"

    def sign_in(self, account: str, password: str) -> paramiko.SSHClient:
        """A session of a receiver who pins the host key."""
        client = paramiko.SSHClient()
        client.get_host_keys().add(f"[127.0.0.1]:{self.port}", self.key.get_name(), self.key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        client.connect(
            "127.0.0.1", self.port, account, password, look_for_keys=False, allow_agent=False,
            timeout=20, banner_timeout=20, auth_timeout=20, channel_timeout=20,
        )  # fmt: skip
        return client


def blocks_of_the_page() -> list[str]:
    """The server's settings as the page has them: the group's, and that of an account that may delete."""
    return re.findall(r"^```sshd-config\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@contextmanager
def running_host() -> Iterator[Host]:
    """A host with a running server; whatever accounts a test made there are gone afterwards."""
    assert os.geteuid() == 0 and SSHD, (
        "these tests make accounts and start sshd: apt-get install openssh-server, then run them as root."
    )
    # Not below /tmp: sshd refuses homes in a folder that everybody can change.
    folder, base = Path(tempfile.mkdtemp(prefix="care-sshd-")), Path(tempfile.mkdtemp(prefix="care-sftp-", dir="/srv"))
    base.chmod(0o755)
    had_group = GROUP in {group.gr_name for group in grp.getgrall()}
    had_folder = RUNS_AS_SSHD.exists()
    RUNS_AS_SSHD.mkdir(mode=0o755, exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    made = Host(folder, base, free_port(), paramiko.Ed25519Key(filename=str(folder / "key")), _shims(folder))
    server = None
    try:
        server = serve(made, blocks_of_the_page()[0])
        yield made
    finally:
        if server:
            server.kill()
            server.wait()
        for account in made.accounts:
            subprocess.run(["userdel", "--force", account], capture_output=True, check=False)
        if not had_group:
            subprocess.run(["groupdel", GROUP], capture_output=True, check=False)
        if not had_folder:
            RUNS_AS_SSHD.rmdir()
        shutil.rmtree(base)
        shutil.rmtree(folder)


def serve(host: Host, blocks: str) -> subprocess.Popen[bytes]:
    """A running server that includes the blocks where Debian's own settings do: first."""
    (host.folder / "care-sftp.conf").write_text(blocks)
    (host.folder / "sshd_config").write_text(
        SETTINGS.format(blocks=host.folder / "care-sftp.conf", port=host.port, key=host.folder / "key")
    )
    log = host.folder / "log"
    server = subprocess.Popen([str(SSHD), "-D", "-f", host.folder / "sshd_config", "-E", log])
    for _ in range(100):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", host.port)) == 0:
                return server
        time.sleep(0.05)
    server.kill()
    raise AssertionError(f"sshd does not serve: {log.read_text() if log.exists() else ''}")


def free_port() -> int:
    """A port without a listening process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _shims(folder: Path) -> Path:
    """Tools that note what `ps` would show while they run, and what they have in their environment."""
    shims = folder / "shims"
    shims.mkdir()
    for tool in ("useradd", "usermod", "userdel", "chpasswd", "install"):
        real = shutil.which(tool, path=os.pathsep.join(SYSTEM_FOLDERS))
        shim = shims / tool
        shim.write_text(
            f"#!/bin/sh\n(echo {tool}; cat /proc/[0-9]*/cmdline /proc/$$/environ | tr '\\0' '\\n') >> {folder}/ps"
            f' 2> /dev/null\nexec {real} "$@"\n'
        )
        shim.chmod(0o755)
    return shims
