"""The commands about destinations, and runs that deliver to one by its name or URL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import fsspec
import pytest
from paramiko.hostkeys import HostKeys

import export
from care.destinations.sftp.host_keys import pin, pinned_keys
from care.errors import Refused
from sftp_servers import PASSWORD, Server, asyncssh_server
from small_schedules import schedules
from small_warehouse import make_small_warehouse
from test_export_cli import MARCH, Shell

RUN = ("run", "message", "--org", "acme", *MARCH)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """An installation with a published warehouse and its own destinations."""
    for name in ("WAREHOUSE", "STATE"):
        monkeypatch.setenv(f"CARE_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("CARE_DESTINATIONS", str(tmp_path / "destinations.yml"))
    monkeypatch.delenv("CARE_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "destinations.yml").touch()
    make_small_warehouse(tmp_path / "warehouse")
    return Shell(tmp_path, capsys)


@pytest.fixture
def server(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server, named `acme`, without a pinned host key."""
    monkeypatch.setenv("ACME_PASSWORD", PASSWORD)
    with asyncssh_server(shell.folder) as running:
        (shell.folder / "destinations.yml").write_text(
            f"acme: {{url: 'sftp://acme@127.0.0.1:{running.port}/in', password: '${{ACME_PASSWORD}}', attempts: 1}}\n"
            "here: {url: out, manifest: true}\n"
        )
        yield running


def fingerprint_of(server: Server) -> str:
    return asyncssh.import_public_key(server.host_key).get_fingerprint()


def test_every_command_helps_with_an_example(shell: Shell) -> None:
    for command in export.cli.commands["destinations"].commands:
        assert f"Example: python scripts/export.py destinations {command}" in shell("destinations", command, "--help")


def test_destinations_are_listed_without_secrets(shell: Shell, server: Server) -> None:
    url = f"sftp://acme@127.0.0.1:{server.port}/in"
    assert shell("destinations", "list") == f"acme\t{url}\nhere\tout\n"
    assert json.loads(shell("destinations", "list", "--json")) == [
        {"name": "acme", "url": url, "verify": None, "manifest": False},
        {"name": "here", "url": "out", "verify": None, "manifest": True},
    ]


def test_a_host_key_is_pinned_and_then_trusted(shell: Shell, server: Server) -> None:
    sentence = shell.refused("destinations", "test", "acme", code=1)
    assert f"is not pinned; it is ssh-ed25519 {fingerprint_of(server)}" in sentence
    assert "run: python scripts/export.py destinations pin acme" in sentence
    assert shell("destinations", "pin", "acme", "--yes").splitlines() == [
        f"[127.0.0.1]:{server.port} shows ssh-ed25519 {fingerprint_of(server)}",
        f"Pinned in {shell.folder}/known_hosts.",
    ]
    assert (
        shell("destinations", "pin", "acme").splitlines()[1] == f"It is pinned already in {shell.folder}/known_hosts."
    )
    lines = shell("destinations", "test", "acme").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "host key",
        "signed in",
        "wrote",
        "read back",
        "renamed",
        "removed",
    ]
    assert lines[:2] == [f"host key: ssh-ed25519 {fingerprint_of(server)}", "signed in: acme"]
    tested = json.loads(shell("destinations", "test", "acme", "--json"))
    assert (tested["destination"], len(tested["steps"])) == ("acme", 6)
    assert [path for path in server.folder.rglob("*") if path.is_file()] == []


def test_a_key_that_replaces_another_is_shown_and_the_rest_of_the_file_stays(shell: Shell, server: Server) -> None:
    old = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[1]
    name, known = f"[127.0.0.1]:{server.port}", shell.folder / "known_hosts"
    before = f"# of the receiver\nother.example ssh-ed25519 {old}\n{name},more.example ssh-ed25519 {old} old\n"
    known.write_text(before)
    assert "has changed from ssh-ed25519 SHA256:" in shell.refused("destinations", "test", "acme", code=1)
    assert json.loads(shell("destinations", "pin", "acme", "--yes", "--json")) == {
        "destination": "acme",
        "server": name,
        "key_type": "ssh-ed25519",
        "fingerprint": fingerprint_of(server),
        "replaced": [f"ssh-ed25519 {asyncssh.import_public_key(f'ssh-ed25519 {old}').get_fingerprint()}"],
        "known_hosts": str(known),
    }
    assert "It REPLACES another key: ssh-ed25519 SHA256:" in shell.errors
    assert known.read_text() == (
        f"# of the receiver\nother.example ssh-ed25519 {old}\nmore.example ssh-ed25519 {old}\n"
        f"{name} {server.host_key}\n"
    )


def test_a_hashed_name_is_the_same_name(tmp_path: Path) -> None:
    line, old = (asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip() for _ in range(2))
    known = tmp_path / "known_hosts"
    known.write_text(f"{HostKeys.hash_host('files.example')} {line}\n@revoked files.example {old}\n")
    (key,) = pinned_keys(known, "files.example")
    pin(key, known, "files.example")
    assert known.read_text().splitlines() == [f"@revoked files.example {old}", f"files.example {line}"]
    known.write_text("files.example ssh-ed25519 AAAA\n")
    with pytest.raises(Refused, match=r"has a line that is not a host key: 'files.example ssh-ed25519 AAAA"):
        pinned_keys(known, "files.example")


def test_a_revoked_key_is_neither_trusted_nor_pinned(shell: Shell, server: Server) -> None:
    shell("destinations", "pin", "acme", "--yes")
    known = shell.folder / "known_hosts"
    content = f"{known.read_text()}@revoked * {server.host_key}\n"
    known.write_text(content)
    assert "is marked @revoked" in shell.refused("destinations", "test", "acme", code=1)
    shell("destinations", "pin", "acme", "--yes", code=1)
    assert "is marked @revoked" in shell.errors
    assert known.read_text() == content


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_a_key_is_pinned_by_who_confirms_it(
    shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda text: answer.strip())
    shell("destinations", "pin", "acme", code=code)
    assert (shell.folder / "known_hosts").exists() == (code == 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("test", "acne"), "unknown destination 'acne'; did you mean 'acme'?"),
        (("pin", "here"), "'here' has no host key to pin"),
        (("test", "sftp://me:pass@h/in"), "carries a password"),
    ],
)
def test_bad_arguments_are_refused(shell: Shell, server: Server, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in shell.refused("destinations", *arguments)


def test_a_wrong_password_is_told_without_it(shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("destinations", "pin", "acme", "--yes")
    monkeypatch.setenv("ACME_PASSWORD", "wr0ng-one")
    assert shell("destinations", "test", "acme", code=1).startswith("host key: ")
    assert "does not let the user acme in" in shell.errors
    assert "wr0ng-one" not in shell.errors
    monkeypatch.delenv("ACME_PASSWORD")
    assert "needs the environment variable ACME_PASSWORD" in shell.refused(*RUN, "--destination", "acme")


def test_a_folder_is_tested_too(shell: Shell, server: Server) -> None:
    lines = shell("destinations", "test", "here").splitlines()
    assert [line.split(":")[0] for line in lines] == ["wrote", "read back", "renamed", "removed"]
    assert list((shell.folder / "out").iterdir()) == []


def test_a_run_delivers_to_a_name_and_to_a_url(shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("destinations", "pin", "acme", "--yes")
    monkeypatch.setenv("CARE_SFTP_PASSWORD", PASSWORD)
    url = f"sftp://acme@127.0.0.1:{server.port}/in"
    local = json.loads(shell(*RUN, "--json"))
    for destination in ("acme", url):
        done = json.loads(shell(*RUN, "--json", "--destination", destination))
        assert done["path"].startswith(f"{url}/message/acmemessage")
        there = server.folder / done["path"].removeprefix(f"sftp://acme@127.0.0.1:{server.port}/")
        assert there.read_bytes() == Path(local["path"]).read_bytes()
        assert (done["bytes"], done["sha256"]) == (local["bytes"], local["sha256"])
        booked = json.loads(shell("status", done["run_id"], "--json"))
        assert (booked["file"], booked["detail"]) == (done["path"], "COMPLETED")
        assert PASSWORD not in json.dumps(booked)
    assert len(shell(*RUN, "--destination", "acme").splitlines()) == 2
    assert list(shell.folder.glob("state/spill/*/*")) == []


def test_a_family_goes_over_one_destination_and_a_named_folder_is_written_at_once(shell: Shell, server: Server) -> None:
    lines = shell("run", "--all", "--org", "acme", *MARCH, "--destination", "here").splitlines()
    assert [Path(line.split("\t")[4]).parent.parent for line in lines[:2]] == [shell.folder / "out"] * 2


def test_a_run_that_is_not_delivered_is_booked_as_failed(shell: Shell, server: Server) -> None:
    shell("destinations", "pin", "acme", "--yes")
    (server.folder / "in").write_text("a file, where a folder should be")
    sentence = shell.refused(*RUN, "--destination", "acme", code=1)
    booked = json.loads(shell("runs", "--json"))[0]
    assert (booked["detail"], booked["reason"]) == ("FAILED", sentence)


def test_a_run_delivers_to_the_memory_of_its_process(shell: Shell) -> None:
    done = json.loads(shell(*RUN, "--json", "--destination", f"memory://{shell.folder.name}/exports"))
    content = fsspec.filesystem("memory").cat(done["path"].removeprefix("memory:/"))
    assert len(content) == done["bytes"]


def test_a_misspelt_destination_writes_nothing(shell: Shell, server: Server) -> None:
    assert shell.refused(*RUN, "--destination", "hree") == (
        "unknown destination 'hree'; did you mean 'here'? There is no such folder either; to have it made, write"
        " ./hree/"
    )
    assert shell.refused(*RUN, "--destination", "nowhere", "--background").endswith("write ./nowhere/")
    assert sorted(path.name for path in shell.folder.iterdir() if path.is_dir()) == [
        "keys", "served", "state", "warehouse",
    ]  # fmt: skip
    for destination in ("./nowhere", "nowhere/"):
        path = Path(shell(*RUN, "--destination", destination).splitlines()[0])
        assert path.is_relative_to(shell.folder / "nowhere")
    # Now it is there.
    path = Path(shell(*RUN, "--destination", "nowhere").splitlines()[0])
    run_id = shell("runs").split("\t")[0]
    assert "unknown destination 'got'" in shell.refused("download", run_id, "--destination", "got")
    assert Path(shell("download", run_id, "--destination", "./got").strip()).read_bytes() == path.read_bytes()


def test_a_file_can_be_fetched_though_the_commands_run_elsewhere(
    shell: Shell, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shell(*RUN, "--destination", "./nowhere").splitlines()[0])
    (shell.folder / "other").mkdir()
    monkeypatch.chdir(shell.folder / "other")
    run_id = shell("runs").split("\t")[0]
    assert Path(shell("download", run_id).strip()).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "command",
    [RUN, ("deliver",), ("schedules",), ("destinations", "list"), ("destinations", "test", "acme"),
     ("download", "00000000")],
)  # fmt: skip
def test_a_file_of_destinations_that_is_not_there_is_said(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    shell(*RUN)
    run_id = shell("runs").split("\t")[0]
    make_small_warehouse(shell.folder / "scheduled", schedules({}))
    monkeypatch.setenv("CARE_WAREHOUSE", str(shell.folder / "scheduled"))
    monkeypatch.setenv("CARE_DESTINATIONS", str(shell.folder / "none.yml"))
    words = tuple(run_id if word == "00000000" else word for word in command)
    assert shell.refused(*words) == (
        f"CARE_DESTINATIONS names {shell.folder}/none.yml, which does not exist; correct it, or unset it."
    )
