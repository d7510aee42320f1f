"""A place for files, not opened yet, and what its URL says of it."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from care.errors import BadArgument, Refused, first_line
from care.settings import settings_of

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
SECRET = re.compile(r"pass(word|phrase|wd)|secret|token|credential|(^|_)(key|sas|connection_string)$", re.IGNORECASE)
# user:password@ behind ://, but not host:22/folder@home
PASSWORD = re.compile(r"[^:/]+://[^/@:]*:(?!\d+/)[^@]*@")


@dataclass(frozen=True)
class Destination:
    """A place for files, not opened yet: `${NAME}` in `url` and `options` still stands for the variable.

    `options` are how to sign in. `known_hosts` None is the file beside the named destinations. Times in seconds.
    """

    name: str
    url: str
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    known_hosts: Path | None = None
    timeout_s: float = 30
    attempts: int = 5
    retry_wait_s: float = 1
    verify: str | None = None
    manifest: bool = False

    @property
    def protocol(self) -> str:
        """`file`, `sftp`, or what the URL begins with."""
        protocol = self.url.partition("://")[0].lower() if "://" in self.url else "file"
        # fsspec has two names for the files of this host.
        return "file" if protocol == "local" else protocol

    @property
    def pinned(self) -> Path:
        """The file of the host keys that are trusted."""
        return self.known_hosts or settings_of().destinations.with_name("known_hosts")

    def resolved(self, environment: Mapping[str, str] = os.environ) -> Destination:
        """This destination with the values of its variables. Raises BadArgument if one is unset or empty."""

        def value_of(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: value_of(inner) for key, inner in value.items()}
            if isinstance(value, list):
                return [value_of(inner) for inner in value]
            return VARIABLE.sub(variable, value) if isinstance(value, str) else value

        def variable(found: re.Match[str]) -> str:
            if not environment.get(found[1]):
                raise BadArgument(
                    f"the destination '{self.name}' needs the environment variable {found[1]}, which is unset; set it."
                )
            return environment[found[1]]

        return replace(self, url=value_of(self.url), options=value_of(self.options))

    def secrets(self) -> tuple[str, ...]:
        """The values of a resolved destination that no message may show."""
        return tuple(value for name, value in _flat(self.options) if is_secret(name) and value)

    def hidden(self, text: str) -> str:
        """A text without the secrets of this destination."""
        for secret in self.secrets():
            text = text.replace(secret, "***")
        return text


@dataclass(frozen=True)
class Server:
    """The server and the folder of an sftp:// URL; a root without a slash in front is in the user's own folder.

    Such a folder `in` is `/~/in` in the URL.
    """

    host: str
    port: int
    user: str
    root: str

    @property
    def known_as(self) -> str:
        """Its name in a known_hosts file."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


def server_of(destination: Destination) -> Server:
    """The server of a resolved sftp destination. Raises BadArgument."""
    try:
        parts = urlsplit(destination.url)
        host, port = parts.hostname, parts.port or 22
    except ValueError:
        host, port = None, 22
    if not host or parts.query or parts.fragment:
        raise BadArgument(
            f"the destination '{destination.name}' is not a URL of a server; write sftp://user@host/folder,"
            " with %3F for ? and %23 for #."
        )
    user = destination.options.get("user") or unquote(parts.username or "") or getpass.getuser()
    path = unquote(parts.path)
    root = path[2:].strip("/") if path == "/~" or path.startswith("/~/") else f"/{path.strip('/')}"
    return Server(host, port, user, root)


def refuse_password(url: str, where: str) -> None:
    """Raises BadArgument if a URL carries a password, which process lists and logs would show."""
    if PASSWORD.match(url):
        raise BadArgument(
            f"{where} carries a password in its URL, where others can read it; take it out and set"
            " CARE_SFTP_PASSWORD, or name a variable in profiles/destinations.yml: password: ${ACME_PASSWORD}"
        )


def local_root(url: str) -> Path:
    """The folder of a local destination, absolute. Raises BadArgument if that is a file, or cannot be looked at."""
    try:
        path = Path(unquote(urlsplit(url).path) if "://" in url else url).expanduser().absolute()
        is_file = path.exists() and not path.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise BadArgument(f"the destination '{url[:40]}' is not a folder: {first_line(error)}; correct it.") from error
    if is_file:
        raise BadArgument(f"the destination {path} is a file; name a folder.")
    return path


def is_secret(name: str) -> bool:
    """Whether an option of that name holds a secret."""
    return bool(SECRET.search(name))


def _flat(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        elif isinstance(value, str):
            yield name, value


def inside(root: str, folder: str, name: str) -> str:
    """`root/folder/name`; `folder` may be empty, or folders with slashes between them.

    Raises Refused if a part is not a plain name.
    """
    parts = [*(folder.split("/") if folder else []), name]
    for part in parts:
        if part in ("", ".", "..") or re.search(r"[/\\\x00]", part):
            raise Refused(f"{part!r} is not a name for a file or folder at a destination; no file was made.")
    return "/".join([root.rstrip("/"), *parts])
