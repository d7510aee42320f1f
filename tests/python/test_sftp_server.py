"""Receivers at a real OpenSSH server, started on a loopback port with the very blocks of docs/sftp-server.md.

It makes accounts, so it needs root and sshd. Where they are not, the module is not collected, except in CI: there it
fails and says what to install.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
import pytest

import sftp_users
from care.receivers import GROUP, SYSTEM_FOLDERS
from warehouse import PROJECT

SSHD = shutil.which("sshd", path=os.pathsep.join([*os.get_exec_path(), *SYSTEM_FOLDERS]))
SFTP_SERVER = "/usr/lib/openssh/sftp-server"
OWNER = "nobody"
PAGE = PROJECT / "docs" / "sftp-server.md"
RUNS_AS_SSHD = Path("/run/sshd")
SETTINGS = """
Include {blocks}
ListenAddress 127.0.0.1
Port {port}
HostKey {key}
PidFile none
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp {sftp_server}
"""

__test__ = bool(os.geteuid() == 0 and SSHD) or os.environ.get("CI") == "true"


@dataclass
class Host:
    """A server, the accounts of a test, and everything the script said and the host's tools were told."""

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


@pytest.fixture
def host() -> Iterator[Host]:
    assert os.geteuid() == 0, "these tests make accounts: run them as root."
    assert SSHD, "there is no sshd: apt-get install openssh-server."
    # Not below /tmp: sshd refuses homes in a folder that everybody can change.
    folder, base = Path(tempfile.mkdtemp(prefix="care-sshd-")), Path(tempfile.mkdtemp(prefix="care-sftp-", dir="/srv"))
    base.chmod(0o755)
    had_group = GROUP in {group.gr_name for group in grp.getgrall()}
    had_folder = RUNS_AS_SSHD.exists()
    RUNS_AS_SSHD.mkdir(mode=0o755, exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    made = Host(folder, base, _free_port(), paramiko.Ed25519Key(filename=str(folder / "key")), _shims(folder))
    server = _serve(made, blocks_of_the_page()[0])
    try:
        yield made
    finally:
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


def _serve(host: Host, blocks: str) -> subprocess.Popen[bytes]:
    """A running server that includes the blocks where Debian's own settings do: first."""
    (host.folder / "care-sftp.conf").write_text(blocks)
    (host.folder / "sshd_config").write_text(
        SETTINGS.format(
            blocks=host.folder / "care-sftp.conf", port=host.port, key=host.folder / "key", sftp_server=SFTP_SERVER
        )
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


def _free_port() -> int:
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


def test_a_receiver_reads_its_own_folder_and_nothing_else(host: Host) -> None:
    (one, password), (other, others_password) = host.add("a", "acme"), host.add("b", "globex")
    for account, secret, org_id in ((one, password, "acme"), (other, others_password, "globex")):
        with host.sign_in(account, secret) as client, client.open_sftp() as sftp:
            assert (sftp.listdir("/"), sftp.listdir("/export/message")) == (["export"], ["one.csv"])
            assert sftp.open("/export/message/one.csv").read() == f"{org_id}\n".encode()
    theirs = host.file_of(other)
    assert theirs.read_text() == "globex\n"
    with host.sign_in(one, password) as client, client.open_sftp() as sftp:
        for path in (f"../{other}/export/message/one.csv", f"/../../..{theirs}", f"/export/../../{other}/export",
                     str(theirs), str(host.base), "/etc/passwd", "/proc/self/root/etc/passwd"):  # fmt: skip
            with pytest.raises(FileNotFoundError):
                sftp.stat(path)
            with pytest.raises(FileNotFoundError):
                sftp.open(path)
        assert sftp.normalize("../../..") == "/"


def test_a_receiver_changes_nothing_and_runs_nothing(host: Host) -> None:
    account, password = host.add("a", "acme")
    file, folder = "/export/message/one.csv", "/export/message"
    with host.sign_in(account, password) as client, client.open_sftp() as sftp:
        changes: list[Callable[[], object]] = [
            lambda: sftp.open(file, "w"), lambda: sftp.open(file, "a"), lambda: sftp.open(f"{folder}/new.csv", "w"),
            lambda: sftp.open("/new.csv", "w"), lambda: sftp.remove(file), lambda: sftp.rename(file, f"{folder}/x"),
            lambda: sftp.mkdir(f"{folder}/x"), lambda: sftp.rmdir(folder), lambda: sftp.chmod(file, 0o777),
            lambda: sftp.truncate(file, 0), lambda: sftp.symlink("/etc", f"{folder}/x"),
        ]  # fmt: skip
        for change in changes:
            with pytest.raises(OSError):
                change()
        transport = client.get_transport()
        assert transport is not None
        with pytest.raises(paramiko.ChannelException):
            transport.open_channel("direct-tcpip", ("127.0.0.1", host.port), ("127.0.0.1", 1))
        _, shown, _ = client.exec_command("id", timeout=5)
        shown.channel.shutdown_write()
        assert b"uid=" not in shown.read()
        with pytest.raises(paramiko.SSHException):
            transport.open_session().get_pty()
    assert [path.name for path in host.export(account).rglob("*")] == ["message", "one.csv"]
    assert host.file_of(account).read_text() == "acme\n"
    assert stat.S_IMODE(host.file_of(account).stat().st_mode) == 0o640


def test_a_password_is_known_to_its_receiver_only(host: Host) -> None:
    account, password = host.add("a", "acme")
    shadow = next(line for line in Path("/etc/shadow").read_text().splitlines() if line.startswith(f"{account}:"))
    assert shadow.split(":")[1].startswith("$")
    seen = (host.folder / "ps").read_text(errors="replace")
    assert {"useradd", "chpasswd", "install"} <= set(seen.splitlines())
    assert f"--comment=care_exports org acme\n{account}\n" in seen
    for text in (Path("/etc/shadow").read_text(), Path("/etc/passwd").read_text(), seen, host.users("list"),
                 host.users("add", "acme", "--name", account, "--owner", OWNER, code=2)):  # fmt: skip
        assert password not in text
    with host.sign_in(account, password):
        assert password not in (host.folder / "log").read_text()


def test_a_new_password_ends_the_old_one(host: Host) -> None:
    account, old = host.add("a", "acme")
    client = host.sign_in(account, old)
    session = client.open_sftp()
    assert session.listdir("/") == ["export"]
    said = host.users("reset-password", account)
    (new,) = re.findall(r"^Password, shown this once: (\S{20,})$", said, re.MULTILINE)
    with pytest.raises((OSError, EOFError)):
        session.listdir("/")
    client.close()
    with pytest.raises(paramiko.AuthenticationException):
        host.sign_in(account, old)
    with host.sign_in(account, new) as client, client.open_sftp() as sftp:
        assert sftp.listdir("/") == ["export"]


def test_a_removed_account_is_out_and_its_files_stay(host: Host) -> None:
    (account, password), (other, others_password) = host.add("a", "acme"), host.add("b", "acme")
    assert f"{account}\tacme\t{host.export(account)}\n" in host.users("list")
    client = host.sign_in(account, password)
    session = client.open_sftp()
    assert session.listdir("/") == ["export"]
    assert host.users("remove", account) == f"Removed account {account}; its files stay in {host.export(account)}.\n"
    with pytest.raises((OSError, EOFError)):
        session.listdir("/")
    client.close()
    with pytest.raises(paramiko.AuthenticationException):
        host.sign_in(account, password)
    assert host.file_of(account).read_text() == "acme\n"
    assert account not in {user.pw_name for user in pwd.getpwall()}
    assert account not in host.users("list")
    with host.sign_in(other, others_password):
        pass
    again = ("add", "globex", "--name", account, "--owner", OWNER, "--base", str(host.base))
    assert "holds files of an earlier account" in host.users(*again, code=2)
    assert "Password" in host.users(*again, "--with-files")


def test_who_may_delete_deletes_and_does_no_more(host: Host) -> None:
    account, password = host.add("a", "acme")
    other, others_password = host.add("b", "globex")
    subprocess.run(["chmod", "-R", "g+w", host.export(account), host.export(other)], check=True)
    group, one_account = blocks_of_the_page()
    host.port = _free_port()
    server = _serve(host, one_account.replace("acme", account) + group)
    try:
        with host.sign_in(account, password) as client, client.open_sftp() as sftp:
            with pytest.raises(OSError):
                sftp.mkdir("/export/message/x")
            with pytest.raises(OSError):
                sftp.rename("/export/message/one.csv", "/export/message/x")
            with pytest.raises(OSError), sftp.open("/export/message/one.csv", "a") as file:
                file.write(b"more")
            assert sftp.open("/export/message/one.csv").read() == b"acme\n"
            sftp.remove("/export/message/one.csv")
            assert sftp.listdir("/export/message") == []
            with pytest.raises(FileNotFoundError):
                sftp.stat("/etc/passwd")
        with host.sign_in(other, others_password) as client, client.open_sftp() as sftp, pytest.raises(OSError):
            sftp.remove("/export/message/one.csv")
    finally:
        server.kill()
        server.wait()
    assert host.file_of(other).read_text() == "globex\n"
