"""Accounts of receivers on a Linux host with OpenSSH: each signs in with a password and sees its own folder alone.

sshd puts an account of the group `care-sftp` into its home (docs/sftp-server.md); only root can change that home, and
the folder `export` in it belongs to the user that runs deliveries.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from care.errors import BadArgument, CareError, unknown

GROUP = "care-sftp"
COMMENT = "care_exports org "
# Without characters that people confuse when they type a password: some 140 bits remain.
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 24
TOOLS = ("groupadd", "useradd", "usermod", "userdel", "chpasswd", "install")
# A user's own path often lacks the folders of the system's tools, su's for example.
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")
SESSIONS_END_S = 5.0

Run = Callable[[Sequence[str], str], None]


@dataclass(frozen=True)
class Receiver:
    """An account, the org whose files it receives, and its home, which it sees as `/`."""

    account: str
    org_id: str
    home: Path

    @property
    def folder(self) -> Path:
        """The folder of deliveries; the receiver sees it as `/export`."""
        return self.home / "export"


def run_tool(command: Sequence[str], told: str = "") -> None:
    """Runs a tool of the system, `told` on its standard input. Raises CareError with its error output if it fails."""
    done = subprocess.run(
        [_path_of(command[0]), *command[1:]], input=told, capture_output=True, text=True, check=False,
        env={"PATH": _search_path(), "LC_ALL": "C"},
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        reason = said[0].removeprefix(f"{command[0]}: ") if said else f"exit code {done.returncode}"
        raise CareError(f"{command[0]} failed: {reason.rstrip('.')}.")


def check_host() -> None:
    """Raises CareError if accounts cannot be managed: not root, or a tool is missing."""
    if os.geteuid() != 0:
        raise CareError("accounts are root's business; run this with sudo.")
    for tool in TOOLS:
        _path_of(tool)


def receivers() -> list[Receiver]:
    """The accounts of the group by name; what belongs to somebody else is never one of them."""
    try:
        group_id = grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return []
    return [
        Receiver(user.pw_name, user.pw_gecos.removeprefix(COMMENT), Path(user.pw_dir))
        for user in sorted(pwd.getpwall(), key=lambda user: user.pw_name)
        if user.pw_gid == group_id and user.pw_uid != 0 and user.pw_gecos.startswith(COMMENT)
    ]


def find(account: str) -> Receiver:
    """A receiver by its account. Raises BadArgument, with the nearest name, where there is none."""
    known = {receiver.account: receiver for receiver in receivers()}
    if account not in known:
        raise unknown("receiver", _shown(account), known)
    return known[account]


def planned(org_id: str, account: str | None, owner: str, base: Path, with_files: bool = False) -> Receiver:
    """The receiver to be added. Raises BadArgument, before anything is done, where it cannot or should not be."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", org_id):
        raise BadArgument(
            f"org '{_shown(org_id)}' is not a plain id; use letters, digits, '.', '_' and '-', 64 at most, letter or"
            " digit first."
        )
    name = account or org_id
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name) or name == GROUP:
        raise BadArgument(
            f"'{_shown(name)}' is not an account name; choose one with --name: small letters, digits, '_' and '-', 32"
            " at most, a letter first."
        )
    if name in {receiver.account for receiver in receivers()}:
        raise BadArgument(f"receiver '{name}' is there already; `reset-password {name}` gives it a new password.")
    if _is_account(name):
        raise BadArgument(f"account '{name}' belongs to somebody else on this host; choose another with --name.")
    if not _is_account(owner):
        raise BadArgument(f"there is no user '{_shown(owner)}'; name the one that runs deliveries with --owner.")
    receiver = Receiver(name, org_id, base.resolve() / name)
    _check_path(receiver.home)
    if not with_files and receiver.folder.is_dir() and any(receiver.folder.iterdir()):
        raise BadArgument(
            f"{receiver.folder} holds files of an earlier account; move them away, or add --with-files to show them to"
            f" '{name}'."
        )
    return receiver


def add(receiver: Receiver, owner: str, run: Run = run_tool) -> str:
    """Makes group, folders and account; returns the password, which is stored nowhere else. Raises CareError."""
    folder_of_root = ("install", "--directory", "--owner=root", "--group=root", "--mode=755")
    run(("groupadd", "--system", "--force", GROUP), "")
    run((*folder_of_root, str(receiver.home.parent), str(receiver.home)), "")
    # Files made in the folder get its group, so that the receiver may read them and others may not.
    run(("install", "--directory", f"--owner={owner}", f"--group={GROUP}", "--mode=2750", str(receiver.folder)), "")
    # A system account: no ageing of the password, because it cannot be renewed over SFTP.
    run(("useradd", "--system", "--no-user-group", f"--gid={GROUP}", "--no-create-home",
         f"--home-dir={receiver.home}", f"--shell={_no_shell()}", f"--comment={COMMENT}{receiver.org_id}",
         receiver.account), "")  # fmt: skip
    try:
        return _new_password(receiver, run)
    except BaseException:
        with suppress(CareError):
            run(("userdel", receiver.account), "")
        raise


def reset_password(receiver: Receiver, run: Run = run_tool) -> str:
    """Gives a receiver a new password, returns it, and ends the sessions of the old one. Raises CareError."""
    password = _new_password(receiver, run)
    _end_sessions(receiver.account)
    return password


def remove(receiver: Receiver, run: Run = run_tool) -> None:
    """Deletes the account and ends its sessions; its files stay. Raises CareError."""
    # Expire the account first, so that ended sessions cannot start again before it is removed.
    run(("usermod", "--lock", "--expiredate=1970-01-02", receiver.account), "")
    give_up_at = time.monotonic() + SESSIONS_END_S
    while True:
        _end_sessions(receiver.account)
        try:
            return run(("userdel", receiver.account), "")
        except CareError as error:
            if "currently used by process" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)


def _new_password(receiver: Receiver, run: Run) -> str:
    password = "".join(secrets.choice(LETTERS) for _ in range(PASSWORD_LENGTH))
    # On standard input: arguments can be read by every user of the host.
    run(("chpasswd",), f"{receiver.account}:{password}\n")
    return password


def _end_sessions(account: str) -> None:
    user_id = pwd.getpwnam(account).pw_uid
    # The owner of /proc/<id> is root for a process that changed its user, as sshd does; its status has the real user.
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            users = next(line for line in status.read_text().splitlines() if line.startswith("Uid:")).split()[1:]
            if str(user_id) in users:
                os.kill(int(status.parent.name), signal.SIGKILL)


def _check_path(home: Path) -> None:
    """Refuses a place into which sshd would not lock a session: others than root may change a folder on the way."""
    if ":" in str(home) or not str(home).isprintable() or ".." in home.parts:
        raise BadArgument(f"--base {_shown(str(home.parent))} cannot hold homes; choose a plain path.")
    for folder in (home, *home.parents):
        if not folder.exists():
            continue
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise BadArgument(f"{folder} is not a folder; move it away or choose another --base.")
        if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise BadArgument(
                f"{folder} can be changed by others than root, so sshd refuses it; `chown root` and `chmod go-w` it, or"
                " choose another --base."
            )


def _is_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):
        return False
    return True


def _no_shell() -> str:
    return next((shell for shell in ("/usr/sbin/nologin", "/sbin/nologin") if Path(shell).exists()), "/bin/false")


def _search_path() -> str:
    return os.pathsep.join([*os.get_exec_path(), *SYSTEM_FOLDERS])


def _path_of(tool: str) -> str:
    path = shutil.which(tool, path=_search_path())
    if path is None:
        raise CareError(f"there is no {tool} on this host; accounts are managed with a Linux host's own tools.")
    return path


def _shown(text: str, most: int = 40) -> str:
    """A text from outside, safe to print."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain if len(plain) <= most else f"{plain[:most]}…"
