"""Accounts of receivers without touching a host: which names are taken, what is run, what is said, and what never is.

test_sftp_server.py signs in to a real server.
"""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import sftp_users
from care.errors import BadArgument, CareError
from hosting import accounts
from hosting.accounts import COMMENT, GROUP, PASSWORD_LENGTH, Receiver

BASE = Path("/no-such-folder")
OWNER = pwd.getpwuid(os.getuid()).pw_name
ACME = Receiver("acme", "acme", BASE / "acme")


class Tools:
    """Stands in for the tools of a host: records the commands, and fails where a test asks for it."""

    def __init__(self, failing: str = "") -> None:
        self.calls: list[tuple[list[str], str]] = []
        self._failing = failing

    def __call__(self, command: Sequence[str], told: str = "") -> None:
        self.calls.append(([*command], told))
        if command[0] == self._failing:
            raise CareError(f"{command[0]} failed: cannot lock /etc/shadow.")

    @property
    def names(self) -> list[str]:
        return [command[0] for command, _ in self.calls]


@pytest.mark.parametrize(
    "org_id",
    ["../acme", "..", ".", "a/b", "/etc", "", " ", "acme\n", "ac\x1b[31mme", "acme\0", "-acme", "--help", ".acme",
     "ácme", "a:b", "a,b", "a b", "a" * 65],
)  # fmt: skip
def test_what_is_no_plain_org_is_refused(org_id: str) -> None:
    with pytest.raises(BadArgument, match="is not a plain id") as refusal:
        accounts.planned(org_id, "acme", OWNER, BASE)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "account",
    ["Acme", "1acme", "../acme", "a/b", "a.b", "_a", "-a", "acme\n", "acme$", "a" * 33, "a:b", "a b", GROUP],
)
def test_what_is_no_account_name_is_refused(account: str) -> None:
    with pytest.raises(BadArgument, match="choose one with --name"):
        accounts.planned("acme", account, OWNER, BASE)


@pytest.mark.parametrize("org_id", ["Acme", "7", "acme.eu", "6f1d3c5a-8a52-5c0e-9a57-3f4f0f0f7a10"])
def test_an_org_that_is_no_account_name_needs_one(org_id: str) -> None:
    with pytest.raises(BadArgument, match="choose one with --name"):
        accounts.planned(org_id, None, OWNER, BASE)
    assert accounts.planned(org_id, "acme-1_x", OWNER, BASE) == Receiver("acme-1_x", org_id, BASE / "acme-1_x")


def test_accounts_of_others_and_unknown_owners_are_refused() -> None:
    with pytest.raises(BadArgument, match="'daemon' belongs to somebody else"):
        accounts.planned("acme", "daemon", OWNER, BASE)
    with pytest.raises(BadArgument, match="there is no user 'no-such-user'"):
        accounts.planned("acme", None, "no-such-user", BASE)
    with pytest.raises(BadArgument, match="unknown receiver 'root'"):
        accounts.find("root")


def test_adding_twice_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "receivers", lambda: [ACME])
    with pytest.raises(BadArgument, match="`reset-password acme` gives it a new password"):
        accounts.planned("acme", None, OWNER, BASE)
    assert accounts.planned("acme", "acme-2", OWNER, BASE).org_id == "acme"


def test_a_folder_that_others_can_change_is_refused(tmp_path: Path) -> None:
    # sshd refuses such a folder: only root may write into any folder of the path.
    loose = tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    with pytest.raises(BadArgument, match="can be changed by others than root") as refusal:
        accounts.planned("acme", None, OWNER, loose)
    assert str(loose) in str(refusal.value)


def test_only_accounts_that_were_made_here_are_receivers(monkeypatch: pytest.MonkeyPatch) -> None:
    def user(name: str, comment: str, group: int = 990, user: int = 500) -> SimpleNamespace:
        return SimpleNamespace(pw_name=name, pw_gecos=comment, pw_gid=group, pw_uid=user, pw_dir=f"/srv/{name}")

    users = [user("b", f"{COMMENT}acme"), user("a", f"{COMMENT}Big.Org"), user("other-group", f"{COMMENT}x", 100),
             user("by-hand", "somebody"), user("root2", f"{COMMENT}x", user=0)]  # fmt: skip
    monkeypatch.setattr(accounts.grp, "getgrnam", lambda name: {GROUP: SimpleNamespace(gr_gid=990)}[name])
    monkeypatch.setattr(accounts.pwd, "getpwall", lambda: users)
    assert accounts.receivers() == [Receiver("a", "Big.Org", Path("/srv/a")), Receiver("b", "acme", Path("/srv/b"))]
    with pytest.raises(BadArgument, match="unknown receiver 'by-hand'"):
        accounts.find("by-hand")


def test_the_password_goes_to_standard_input_and_nowhere_else() -> None:
    run = Tools()
    password = accounts.add(ACME, "care", run)
    assert len(password) == PASSWORD_LENGTH >= 20
    assert set(password) <= set(accounts.LETTERS)
    assert run.calls[-1] == (["chpasswd"], f"acme:{password}\n")
    assert [told for _, told in run.calls[:-1]] == [""] * (len(run.calls) - 1)
    assert not any(password in argument for command, _ in run.calls for argument in command)
    assert accounts.add(ACME, "care", Tools()) != password


def test_an_account_is_locked_into_roots_folder_and_reads_the_owners() -> None:
    run = Tools()
    accounts.add(ACME, "care", run)
    assert [command for command, _ in run.calls[:3]] == [
        ["groupadd", "--system", "--force", GROUP],
        ["install", "--directory", "--owner=root", "--group=root", "--mode=755", str(BASE), str(BASE / "acme")],
        ["install", "--directory", "--owner=care", f"--group={GROUP}", "--mode=2750", str(BASE / "acme" / "export")],
    ]
    useradd, _ = run.calls[3]
    assert {f"--gid={GROUP}", "--no-create-home", f"--home-dir={BASE / 'acme'}", f"--comment={COMMENT}acme"} <= {
        *useradd
    }
    assert [argument.endswith(("/nologin", "/false")) for argument in useradd if argument.startswith("--shell=")] == [
        True
    ]
    assert useradd[-1] == "acme"


def test_an_account_without_a_password_does_not_stay() -> None:
    run = Tools(failing="chpasswd")
    with pytest.raises(CareError, match="cannot lock /etc/shadow"):
        accounts.add(ACME, "care", run)
    assert run.names == ["groupadd", "install", "install", "useradd", "chpasswd", "userdel"]
    run = Tools(failing="useradd")
    with pytest.raises(CareError):
        accounts.add(ACME, "care", run)
    assert "userdel" not in run.names


def test_a_missing_tool_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(accounts.os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts.shutil, "which", lambda tool, path: None if tool == "useradd" else f"/usr/sbin/{tool}")
    assert sftp_users.main(["add", "acme"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("error: there is no useradd on this host")


@pytest.mark.parametrize("command", [["add", "acme"], ["reset-password", "acme"], ["remove", "acme"]])
def test_who_is_not_root_hears_it(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accounts.os, "geteuid", lambda: 1000)
    assert sftp_users.main(command) == 1
    assert capsys.readouterr() == ("", "error: accounts are root's business; run this with sudo.\n")


def test_every_command_helps_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], *([name] for name in sftp_users.cli.commands)):
        assert sftp_users.main([*command, "--help"]) == 0
        assert "Example: " in capsys.readouterr().out
    assert sftp_users.main(["ad"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_list_is_for_people_and_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accounts, "receivers", lambda: [ACME])
    assert sftp_users.main(["list"]) == 0
    assert capsys.readouterr().out == f"acme\tacme\t{BASE}/acme/export\n"
    assert sftp_users.main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"account": "acme", "org_id": "acme", "folder": f"{BASE}/acme/export"}
    ]
