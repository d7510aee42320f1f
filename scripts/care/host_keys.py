"""The host keys that are trusted: a known_hosts file as OpenSSH writes it."""

from __future__ import annotations

import re
from pathlib import Path

from paramiko import PKey
from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey
from paramiko.ssh_exception import SSHException

from care.errors import Refused


def pinned_keys(path: Path, known_as: str) -> list[PKey]:
    """The keys pinned for a server, in the file's order; `known_as` is `host`, or `[host]:port` for other ports."""
    return [entry.key for line in _lines(path) if (entry := _entry(path, line)) and _names(entry, known_as)]


def described(key: PKey) -> str:
    """The type and the fingerprint of a key, as `ssh-keygen -l` prints it."""
    return f"{key.get_name()} {key.fingerprint}"


def check(key: PKey, path: Path, known_as: str, name: str) -> None:
    """Raises Refused where a server shows a key that is not pinned for it; `name` is the destination's."""
    pinned = pinned_keys(path, known_as)
    if key in pinned:
        return
    way_out = f"run: python scripts/export.py destinations pin {name}"
    if not pinned:
        raise Refused(
            f"{name}: the host key of {known_as} is not pinned; it is {described(key)}."
            f" If the receiver names the same fingerprint, {way_out}"
        )
    raise Refused(
        f"{name}: the host key of {known_as} has changed from {' or '.join(map(described, pinned))} to"
        f" {described(key)}; somebody may be posing as it. If the receiver confirms the new fingerprint, {way_out}"
    )


def pin(key: PKey, path: Path, known_as: str) -> None:
    """Makes this the only key of a server in the file; other servers and comments stay. Raises OSError."""
    kept = []
    for line in _lines(path):
        entry = _entry(path, line)
        if entry and _names(entry, known_as):
            others = [name for name in re.split(r"\s+", line.strip())[0].split(",") if not _is_name(name, known_as)]
            if not others:
                continue
            line = f"{','.join(others)} {entry.key.get_name()} {entry.key.get_base64()}"
        kept.append(line)
    kept.append(f"{known_as} {key.get_name()} {key.get_base64()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text("\n".join(kept) + "\n", encoding="utf-8")
    part.replace(path)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}; it holds the pinned host keys.") from error


def _entry(path: Path, line: str) -> HostKeyEntry | None:
    line = re.sub(r"\s+", " ", line.strip())
    # Markers (@revoked, @cert-authority) mean something else than a pinned key.
    if not line or line[0] in "#@":
        return None
    try:
        return HostKeyEntry.from_line(line)
    except (InvalidHostKey, SSHException, ValueError) as error:
        raise Refused(f"{path} has a line that is no host key: '{line[:40]}…'; correct or remove it.") from error


def _names(entry: HostKeyEntry, known_as: str) -> bool:
    return any(_is_name(name, known_as) for name in entry.hostnames)


def _is_name(name: str, known_as: str) -> bool:
    return name == known_as or (name.startswith("|1|") and HostKeys.hash_host(known_as, name) == name)
