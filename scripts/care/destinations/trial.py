"""Tests a destination: does with a small file what a delivery does."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from care.destinations.destination import Destination, server_of
from care.destinations.opening import opened
from care.errors import CareError, Refused


def steps_of(destination: Destination) -> Iterator[tuple[str, str]]:
    """Each step as it is done, with a message about it. Raises BadArgument, Unreachable or Refused at the first fault.

    Nothing is tried twice, and nothing is left behind.
    """
    ready = replace(destination, attempts=1).resolved()
    if ready.protocol == "sftp":
        yield "host key", _host_key(ready)
    content = f"A test of {destination.name} by care exports; it may be removed.\n".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    with opened(ready) as store, tempfile.TemporaryDirectory() as folder:
        if ready.protocol == "sftp":
            yield "signed in", server_of(ready).user
        sent, back = Path(folder) / "sent", Path(folder) / "back"
        sent.write_bytes(content)
        name = f"care-test-{uuid.uuid4()}"
        first, second = store.place("", f"{name}.txt"), store.place("", f"{name}-renamed.txt")
        try:
            store.upload(sent, first, len(content), sha256, lambda count: None)
            yield "wrote", f"{first} ({len(content)} bytes)"
            store.download(first, back)
            if back.read_bytes() != content:
                raise Refused(f"{first} reads back as something else; ask the receiver what changes files there.")
            yield "read back", f"sha256 {sha256}"
            store.rename(first, second)
            yield "renamed", second
            store.remove(second)
            if store.exists(second):
                raise Refused(f"{second} was removed and is still there; ask the receiver.")
            yield "removed", second
        except BaseException:
            for place in (first, second):
                with suppress(CareError):
                    store.remove(place)
            raise


def _host_key(ready: Destination) -> str:
    from care.destinations.sftp.connection import connected
    from care.destinations.sftp.host_keys import check, described

    with connected(ready) as transport:
        key = transport.get_remote_server_key()
    check(key, ready.pinned, server_of(ready).known_as, ready.name)
    return described(key)
