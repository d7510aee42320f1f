"""Finds destinations by name, by folder or by URL, and opens them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from care.destinations.destination import Destination, local_root, refuse_password, server_of
from care.destinations.transfer import OpenDestination
from care.errors import BadArgument, unknown
from care.settings import Settings

BUILT_IN = "local"
# The default destination; the folder is made if it is missing.
DEFAULT_FOLDER = "export"
# Sign-in of an sftp:// URL that no destination names, by the option that it stands for.
URL_SIGN_IN = {
    "password": "CARE_SFTP_PASSWORD",
    "key_file": "CARE_SFTP_KEY_FILE",
    "passphrase": "CARE_SFTP_PASSPHRASE",
}


def destination_for(text: str, known: Mapping[str, Destination]) -> Destination:
    """The destination of `--destination`: a name, else a URL, else a local folder.

    Raises BadArgument. A folder that is not there yet is made only where the text cannot be a misspelt name: it begins
    with `.`, `/` or `~`, or ends with `/`.
    """
    if text in known:
        return known[text]
    if not text:
        raise BadArgument("--destination is empty; give a name from `destinations list`, a folder or a URL.")
    destination = Destination(text, text)
    if destination.protocol == "file" and not _is_folder(text):
        known_one = unknown("destination", text, known)
        raise BadArgument(f"{known_one} There is no such folder either; to have it made, write ./{text}/")
    refuse_password(text, "--destination")
    if destination.protocol != "sftp":
        return destination
    server_of(destination)
    sign_in = {option: f"${{{name}}}" for option, name in URL_SIGN_IN.items() if os.environ.get(name)}
    return replace(destination, options=sign_in)


def destination_of_run(text: str, known: Mapping[str, Destination]) -> Destination:
    """The `--destination` of a run in the ledger; its folder may have been removed or moved since."""
    return Destination(text, text) if text not in known and "://" not in text else destination_for(text, known)


def _is_folder(text: str) -> bool:
    """Whether a text names a folder that is there, or is a path at first sight. Raises BadArgument for a file."""
    if local_root(text).is_dir() or text == DEFAULT_FOLDER:
        return True
    return "://" in text or text.startswith((".", "/", "~")) or text.endswith("/")


def refuse_impossible(destination: Destination) -> None:
    """Raises BadArgument if a destination cannot be opened, as far as that shows without connecting to it."""
    ready = destination.resolved()
    if ready.protocol == "sftp":
        server_of(ready)
    elif ready.protocol == "file":
        local_root(ready.url)
    else:
        from care.destinations.fsspec_store import file_system_of

        file_system_of(ready)


@contextmanager
def opened(destination: Destination) -> Iterator[OpenDestination]:
    """One connection to a destination, for many files. Raises BadArgument, Unreachable or Refused."""
    ready = destination.resolved()
    # Each kind is imported where it is used: their packages take longer to load than a small export to write.
    if ready.protocol == "sftp":
        from care.destinations.sftp.store import SftpStore

        with SftpStore(ready) as store:
            yield OpenDestination(store, ready)
    elif ready.protocol == "file":
        from care.destinations.local import LocalStore

        # An error on this host would occur again at once.
        yield OpenDestination(LocalStore(ready), replace(ready, attempts=1))
    else:
        from care.destinations.fsspec_store import FsspecStore

        yield OpenDestination(FsspecStore(ready), ready)


def read_destinations(path: Path) -> dict[str, Destination]:
    """The destinations of a file by their names. Raises BadArgument.

    Only the file of the project may be missing; then there is one destination, named `local`. A file that
    CARE_DESTINATIONS names must be there.
    """
    if not os.path.lexists(path):
        if path != Settings.destinations:
            raise BadArgument(f"CARE_DESTINATIONS names {path}, which does not exist; correct it, or unset it.")
        return {BUILT_IN: Destination(BUILT_IN, DEFAULT_FOLDER)}
    from care.destinations.config import parse

    return parse(path)
