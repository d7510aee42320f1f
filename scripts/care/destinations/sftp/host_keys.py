"""The host keys that are trusted: a known_hosts file as OpenSSH writes and reads it (sshd(8))."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paramiko import PKey
from paramiko.hostkeys import HostKeys
from paramiko.pkey import UnknownKeyType
from paramiko.ssh_exception import SSHException

from care.atomic import named_when_whole, write_all
from care.errors import Refused

REVOKED, AUTHORITY = "@revoked", "@cert-authority"
HASHED = re.compile(r"\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}=")


@dataclass(frozen=True)
class Line:
    """One key of the file: its marker (empty for a key that is pinned), its host patterns, type and bytes."""

    marker: str
    names: str
    kind: str
    blob: bytes

    def names_host(self, known_as: str) -> bool:
        """Whether it speaks of a server: one pattern fits its name, and none that begins with `!` does."""
        if self.names.startswith("|"):
            return HostKeys.hash_host(known_as, self.names) == self.names
        patterns = self.names.split(",")
        return any(_fits(known_as, pattern) for pattern in patterns) and not any(
            pattern.startswith("!") and _fits(known_as, pattern[1:]) for pattern in patterns
        )

    @property
    def key(self) -> PKey | None:
        """The key; None for a type that cannot be used here, which no server is asked for."""
        try:
            return PKey.from_type_string(self.kind, self.blob)
        except UnknownKeyType:
            return None


def pinned_keys(path: Path, known_as: str) -> list[PKey]:
    """The keys pinned for a server, in the file's order; `known_as` is `host`, or `[host]:port` for other ports.

    A key that a line marks @revoked is not among them, nor is that of a @cert-authority. Raises Refused if the
    file cannot be read.
    """
    found = list(_lines_of(path, known_as))
    revoked = {line.blob for line in found if line.marker == REVOKED}
    pinned = [line.key for line in found if not line.marker and line.blob not in revoked]
    return [key for key in pinned if key]


def described(key: PKey) -> str:
    """The type and the fingerprint of a key, as `ssh-keygen -l` prints it."""
    return f"{key.get_name()} {key.fingerprint}"


def refuse_revoked(key: PKey, path: Path, known_as: str, name: str) -> None:
    """Raises Refused if the file marks a server's key @revoked; `name` is the destination's."""
    lines = _lines_of(path, known_as)
    if any(line.marker == REVOKED and line.blob == key.asbytes() for line in lines):
        raise Refused(
            f"{name}: the host key of {known_as}, {described(key)}, is marked {REVOKED} in {path}; ask the receiver"
            " for the key that is valid now."
        )


def check(key: PKey, path: Path, known_as: str, name: str) -> None:
    """Raises Refused if a server shows a key that is revoked or not pinned for it; `name` is the destination's.

    As strict as OpenSSH, and stricter in one thing: the key of `host` is not that of `[host]:port`.
    """
    refuse_revoked(key, path, known_as, name)
    pinned = pinned_keys(path, known_as)
    if key in pinned:
        return
    way_out = f"run: python scripts/export.py destinations pin {name}"
    if not pinned:
        is_certified = any(line.marker == AUTHORITY for line in _lines_of(path, known_as))
        authority = f" ({AUTHORITY} lines of {path} are not used: certificates are not checked)" if is_certified else ""
        raise Refused(
            f"{name}: the host key of {known_as} is not pinned{authority}; it is {described(key)}."
            f" If the receiver names the same fingerprint, {way_out}"
        )
    raise Refused(
        f"{name}: the host key of {known_as} has changed from {' or '.join(map(described, pinned))} to"
        f" {described(key)}; somebody may be posing as it. If the receiver confirms the new fingerprint, {way_out}"
    )


def pin(key: PKey, path: Path, known_as: str) -> None:
    """Makes this the only key of a server in the file; other servers, marked lines and comments stay.

    Raises OSError, and Refused where the file cannot be read.
    """
    kept = []
    for text in _texts(path):
        line = _line(path, text)
        if line and not line.marker and line.names_host(known_as):
            names = _without(line.names, known_as)
            if not names:
                continue
            text = f"{names} {line.kind} {base64.b64encode(line.blob).decode()}"
        kept.append(text)
    kept.append(f"{known_as} {key.get_name()} {key.get_base64()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with named_when_whole(path) as part:
        write_all(part, ["\n".join([*kept, ""]).encode()])


def _without(names: str, known_as: str) -> str:
    """The host patterns of a line that names a server, changed so that they do not; empty where none is left."""
    if names.startswith("|"):
        return ""
    others = [pattern for pattern in names.split(",") if pattern.lower() != known_as.lower()]
    if any(_fits(known_as, pattern) for pattern in others):
        return ",".join([*others, f"!{known_as}"])
    return ",".join(others) if any(not pattern.startswith("!") for pattern in others) else ""


def _lines_of(path: Path, known_as: str) -> Iterator[Line]:
    """The lines of the file that speak of a server, marked ones included."""
    lines = [_line(path, text) for text in _texts(path)]
    return (line for line in lines if line and line.names_host(known_as))


def _texts(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}; it holds the pinned host keys.") from error


def _line(path: Path, text: str) -> Line | None:
    """The content of a line; None for an empty line or a comment. Raises Refused if the line is invalid.

    OpenSSH passes over such lines. Here a broken line might be the one that revokes a key.
    """
    words = text.split()
    if not words or words[0].startswith("#"):
        return None
    marker = words.pop(0) if words[0].startswith("@") else ""
    try:
        names, kind, encoded = words[:3]
        line = Line(marker, names, kind, base64.b64decode(encoded, validate=True))
        (length,) = struct.unpack_from(">I", line.blob)
        is_read = line.blob[4 : 4 + length] == kind.encode() and marker in ("", REVOKED, AUTHORITY)
        is_read = is_read and (not names.startswith("|") or bool(HASHED.fullmatch(names)))
        # A key that is cut off is found out by reading it.
        line.key  # noqa: B018
    except (ValueError, struct.error, binascii.Error, SSHException, IndexError) as error:
        raise _no_key(path, text) from error
    if not is_read:
        raise _no_key(path, text)
    return line


def _no_key(path: Path, text: str) -> Refused:
    return Refused(f"{path} has a line that is not a host key: '{text.strip()[:40]}…'; correct or remove it.")


def _fits(known_as: str, pattern: str) -> bool:
    """Whether a host pattern fits a name: `*` stands for any signs, `?` for one; case does not matter."""
    wild = {"*": ".*", "?": "."}
    return bool(re.fullmatch("".join(wild.get(sign, re.escape(sign)) for sign in pattern), known_as, re.I | re.S))
