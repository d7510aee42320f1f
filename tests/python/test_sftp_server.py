"""Receivers at a real OpenSSH server, started on a loopback port with the very blocks of docs/sftp-server.md.

It makes accounts, so it needs root and sshd. Where they are not, the module is not collected, except in CI: there it
fails and says what to install.
"""

from __future__ import annotations

import os
import pwd
import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from sftp_host import OWNER, SSHD, Host, blocks_of_the_page, free_port, running_host, serve

__test__ = bool(os.geteuid() == 0 and SSHD) or os.environ.get("CI") == "true"


@pytest.fixture
def host() -> Iterator[Host]:
    with running_host() as running:
        yield running


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
    host.port = free_port()
    server = serve(host, one_account.replace("acme", account) + group)
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
