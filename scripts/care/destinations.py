"""Where files go: a local folder, or a store that fsspec opens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import fsspec

from care.errors import BadArgument, CareError
from care.files import Written

STORES = ("file", "memory")


@dataclass(frozen=True)
class Target:
    """The place of a file at its destination, and the local path under which it is written first."""

    place: str
    local: Path
    protocol: str

    def deliver(self, written: Written) -> Written:
        """Brings the written file to its place. Raises CareError where it did not arrive whole."""
        if self.protocol != "file":
            _upload(written, self.protocol, self.place)
        return replace(written, path=Path(self.place))


@contextmanager
def target_at(destination: str, folder: str, name: str) -> Iterator[Target]:
    """The target of one file; in a local folder it is written where it stays. Raises BadArgument for other kinds."""
    protocol, path = split(destination)
    place = str(PurePosixPath(path, folder, name))
    if protocol == "file":
        yield Target(place, Path(place), protocol)
        return
    staging = Path(tempfile.mkdtemp(prefix="care-export-"))
    try:
        yield Target(place, staging / name, protocol)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def split(destination: str) -> tuple[str, str]:
    """The kind of a destination (`file` or `memory`) and the folder in it. Raises BadArgument for others."""
    protocol, separator, _ = destination.partition("://")
    if not separator:
        protocol, path = "file", str(Path(destination).expanduser().absolute())
    elif protocol not in STORES:
        raise BadArgument(f"--destination '{destination}': only local folders are supported, not {protocol}.")
    else:
        path = fsspec.core.url_to_fs(destination)[1]
    if protocol == "file" and Path(path).exists() and not Path(path).is_dir():
        raise BadArgument(f"--destination {path} is a file; name a folder.")
    return protocol, path


def _upload(written: Written, protocol: str, place: str) -> None:
    store = fsspec.filesystem(protocol)
    target = PurePosixPath(place)
    part = str(target.with_name(f".{target.name}.part"))
    store.makedirs(str(target.parent), exist_ok=True)
    try:
        store.put_file(str(written.path), part)
        if store.size(part) != written.bytes:
            raise CareError(f"{place} arrived with {store.size(part)} of {written.bytes} bytes; run it again.")
        store.mv(part, place)
    except BaseException:
        with suppress(OSError):
            store.rm_file(part)
        raise
