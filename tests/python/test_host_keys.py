"""Pinned host keys: markers, patterns, negation and hashed names of known_hosts mean what they mean to OpenSSH."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from paramiko import ECDSAKey, PKey
from paramiko.hostkeys import HostKeys

from care.destinations.sftp.host_keys import check, pin, pinned_keys
from care.errors import Refused
from sftp_servers import asyncssh_server

KEY, OTHER = ECDSAKey.generate(), ECDSAKey.generate()
SSH = shutil.which("ssh")


def line_of(key: PKey, names: str = "files.example") -> str:
    return f"{names} {key.get_name()} {key.get_base64()}"


PLAIN = line_of(KEY)
# The lines of a file, and whether it pins KEY for files.example.
FILES = {
    "nothing": ([], False),
    "its name": ([PLAIN], True),
    "its name in capitals": ([line_of(KEY, "Files.EXAMPLE")], True),
    "after a tab, with a comment": ([f"\t{PLAIN.replace(' ', chr(9))}\tby hand"], True),
    "another name": ([line_of(KEY, "files.example.org")], False),
    "among several names": ([line_of(KEY, "a.example,files.example,10.0.0.1")], True),
    "a star": ([line_of(KEY, "*.example")], True),
    "a star for everything": ([line_of(KEY, "*")], True),
    "a question mark": ([line_of(KEY, "file?.example")], True),
    "a question mark too many": ([line_of(KEY, "files?.example")], False),
    "brackets are no pattern": ([line_of(KEY, "[f]iles.example")], False),
    "negated": ([line_of(KEY, "!files.example,files.example")], False),
    "negated after a star": ([line_of(KEY, "*.example,!files.example")], False),
    "negated by a pattern": ([line_of(KEY, "!f*,files.example")], False),
    "only negated": ([line_of(KEY, "!other.example")], False),
    "another is negated": ([line_of(KEY, "*.example,!other.example")], True),
    "negated on one line, pinned on another": ([line_of(KEY, "!files.example,*.example"), PLAIN], True),
    "hashed": ([line_of(KEY, HostKeys.hash_host("files.example"))], True),
    "hashed, another name": ([line_of(KEY, HostKeys.hash_host("file.example"))], False),
    "another port": ([line_of(KEY, "[files.example]:2222")], False),
    "revoked": ([f"@revoked {PLAIN}"], False),
    "pinned, then revoked": ([PLAIN, f"@revoked {PLAIN}"], False),
    "revoked, then pinned": ([f"@revoked {PLAIN}", PLAIN], False),
    "revoked for all": ([PLAIN, f"@revoked {line_of(KEY, '*')}"], False),
    "revoked, hashed": ([PLAIN, f"@revoked {line_of(KEY, HostKeys.hash_host('files.example'))}"], False),
    "revoked, with spaces before": ([PLAIN, f"  @revoked {PLAIN}"], False),
    "revoked elsewhere": ([PLAIN, f"@revoked {line_of(KEY, 'other.example')}"], True),
    "revoked for all but it": ([PLAIN, f"@revoked {line_of(KEY, '*,!files.example')}"], True),
    "another key revoked": ([PLAIN, f"@revoked {line_of(OTHER)}"], True),
    "an authority": ([f"@cert-authority {PLAIN}"], False),
    "an authority beside a pinned key": ([f"@cert-authority {line_of(OTHER, '*')}", PLAIN], True),
    "several keys": ([line_of(OTHER), PLAIN], True),
    "another key": ([line_of(OTHER)], False),
    "comments": (["# files.example", "", "   ", PLAIN], True),
    "in a comment": ([f"# {PLAIN}", f"#{PLAIN}"], False),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_line_pins_what_it_pins_for_openssh(tmp_path: Path, name: str) -> None:
    lines, is_pinned = FILES[name]
    path = tmp_path / "known_hosts"
    path.write_text("".join(f"{line}\n" for line in lines))
    assert (KEY in pinned_keys(path, "files.example")) == is_pinned
    if is_pinned:
        check(KEY, path, "files.example", "acme")
        return
    with pytest.raises(Refused):
        check(KEY, path, "files.example", "acme")


if SSH:

    @pytest.mark.parametrize("name", FILES)
    def test_openssh_says_the_same(tmp_path: Path, name: str, sshd_of_key: int) -> None:
        """By a server on this host that is called files.example, as if it had the usual port."""
        path = tmp_path / "known_hosts"
        path.write_text("".join(f"{line}\n" for line in FILES[name][0]))
        options = {
            "HostKeyAlias": "files.example", "StrictHostKeyChecking": "yes", "UserKnownHostsFile": path,
            "GlobalKnownHostsFile": "/dev/null", "BatchMode": "yes", "ConnectTimeout": 10,
            "IdentityFile": "/nowhere", "IdentitiesOnly": "yes",
        }  # fmt: skip
        command = [SSH, "-F", "/dev/null", "-p", str(sshd_of_key), "acme@127.0.0.1", "true"]
        for option, value in options.items():
            command[1:1] = ["-o", f"{option}={value}"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stderr
        # A connection that passes the check is refused later, because there is no key to sign in with.
        assert ("Permission denied" in said, "Host key verification failed" in said) == (
            (True, False) if FILES[name][1] else (False, True)
        ), said


@pytest.fixture(scope="module")
def sshd_of_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that shows KEY."""
    folder = tmp_path_factory.mktemp("server")
    KEY.write_private_key_file(str(folder / "host"))
    with asyncssh_server(folder, host_key=asyncssh.read_private_key(folder / "host")) as server:
        yield server.port


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([PLAIN, f"@revoked {PLAIN}"], "is marked @revoked in .*; ask the receiver for the key that is valid now"),
        ([PLAIN, f"@revoked\t{PLAIN}"], "is marked @revoked"),
        ([line_of(OTHER)], "has changed from ecdsa-sha2-nistp256 SHA256:"),
        ([f"@cert-authority {PLAIN}"], r"is not pinned \(@cert-authority lines of .* are not used"),
        ([], "is not pinned; it is ecdsa-sha2-nistp256 SHA256:"),
        (["files.example ssh-ed25519"], "has a line that is not a host key: 'files.example ssh-ed25519…'"),
        ([f"@revokd {PLAIN}"], "has a line that is not a host key: '@revokd files.example"),
        (["|1|broken|hash ssh-ed25519 AAAA"], "has a line that is not a host key"),
        ([PLAIN[:-20]], "has a line that is not a host key"),
        ([PLAIN.replace("ecdsa-sha2-nistp256", "ssh-ed25519")], "has a line that is not a host key"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(tmp_path: Path, lines: list[str], sentence: str) -> None:
    path = tmp_path / "known_hosts"
    path.write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(Refused, match=sentence):
        check(KEY, path, "files.example", "acme")


def test_a_type_of_key_that_cannot_be_used_pins_nothing_and_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"files.example ssh-new AAAAB3NzaC1uZXcAAAAA\n{PLAIN}\n")
    assert pinned_keys(path, "files.example") == [KEY]


def test_a_port_has_keys_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"{line_of(KEY, '[files.example]:2222')}\n{line_of(OTHER)}\n")
    assert pinned_keys(path, "[files.example]:2222") == [KEY]
    assert pinned_keys(path, "files.example") == [OTHER]
    assert pinned_keys(path, "[files.example]:2223") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (line_of(OTHER), []),
        (line_of(OTHER, "FILES.example,more.example"), [line_of(OTHER, "more.example")]),
        (line_of(OTHER, HostKeys.hash_host("files.example")), []),
        (line_of(OTHER, "*.example"), [line_of(OTHER, "*.example,!files.example")]),
        (line_of(OTHER, "files.example,*.example"), [line_of(OTHER, "*.example,!files.example")]),
        (line_of(OTHER, "files.example,!more.example"), []),
        (f"@revoked {line_of(OTHER)}", [f"@revoked {line_of(OTHER)}"]),
        (f"@cert-authority {line_of(OTHER, '*')}", [f"@cert-authority {line_of(OTHER, '*')}"]),
        ("# files.example", ["# files.example"]),
    ],
)
def test_who_pins_a_key_pins_no_other(tmp_path: Path, before: str, after: list[str]) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(f"{before}\n")
    pin(KEY, path, "files.example")
    assert path.read_text().splitlines() == [*after, PLAIN]
    assert pinned_keys(path, "files.example") == [KEY]


def test_a_planted_link_does_not_take_the_pinned_keys(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / ".known_hosts.part").symlink_to(tmp_path / "victim")
    pin(KEY, tmp_path / "known_hosts", "files.example")
    assert (tmp_path / "victim").read_text() == "precious"
    assert (tmp_path / "known_hosts").read_text() == f"{PLAIN}\n"
