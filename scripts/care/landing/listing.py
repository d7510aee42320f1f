"""The files of a landing zone, as its file system lists them, and whether a listed file has changed since."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.local import LocalFileSystem

from care.landing.errors import Unlistable, first_line

NOT_IN_A_STREAM = "lies in no folder of a known stream"


@dataclass(frozen=True)
class Listed:
    """One file as it was listed. `reason` says why it cannot be opened; `state` differs once the file has changed."""

    path: str
    reason: str | None = None
    size_bytes: int | None = None
    modified_at: datetime | None = None
    state: object = None


def listing(filesystem: fsspec.AbstractFileSystem, base: str, streams: Container[str]) -> Iterator[Listed]:
    """Every file below the folder `base`, in no order. Raises Unlistable if a folder cannot be listed.

    Names that begin with `.` or `_`, of files and of folders at any depth, are files a writer has not finished: they
    are left out.
    """
    if isinstance(filesystem, LocalFileSystem):
        yield from _local_files(os.fsencode(base), streams)
        return
    filesystem.invalidate_cache()
    try:
        found = _remote_infos(filesystem, base)
        if not found and not filesystem.exists(base):
            raise FileNotFoundError("there is nothing")
    except Exception as error:
        raise _unlistable(filesystem.unstrip_protocol(base), error) from error
    for path, info in found.items():
        if not any(map(_is_unfinished, path[len(base) :].strip("/").split("/"))):
            yield _remote_link(filesystem, path) if info["type"] == "link" else _remote_file(path, info)


def change_of(filesystem: fsspec.AbstractFileSystem, listed: Listed) -> str | None:
    """Why a file is no longer the one that was listed, as a reason to refuse it; None if it is the same."""
    try:
        if isinstance(filesystem, LocalFileSystem):
            now = _local_file(listed.path, os.stat(listed.path))  # noqa: PTH116 (asked three times of every file)
        else:
            filesystem.invalidate_cache()
            now = _remote_file(listed.path, filesystem.info(listed.path))
    except FileNotFoundError:
        return "vanished before it was read to its end"
    except Exception as error:
        return f"cannot be looked at any more: {first_line(error)}"
    return None if now.state == listed.state else "changed while it was read; the next build reads it as it is then"


def _is_unfinished(name: str) -> bool:
    return name.startswith((".", "_"))


def _unlistable(path: str, error: Exception) -> Unlistable:
    cause = getattr(error, "strerror", None) or first_line(error)
    return Unlistable(f"the landing zone cannot be listed: {path}: {cause}; make it readable and build again")


# --- Remote file systems ---


def _remote_infos(filesystem: fsspec.AbstractFileSystem, base: str) -> dict[str, dict[str, Any]]:
    """The info of fsspec about all files below a remote folder, by path."""
    own = type(filesystem)._find if isinstance(filesystem, AsyncFileSystem) else type(filesystem).find
    if own not in (AsyncFileSystem._find, fsspec.AbstractFileSystem.find):
        return filesystem.find(base, detail=True)
    # fsspec's own `find` takes a folder that cannot be listed for an empty one, so folders are listed one by one here.
    files, folders = {}, [base]
    while folders:
        folder = folders.pop()
        for info in filesystem.ls(folder, detail=True):
            path = info["name"].rstrip("/")
            if info["type"] != "directory":
                files[path] = info
            elif path != folder.rstrip("/"):
                folders.append(path)
    return files


def _remote_file(path: str, info: dict[str, Any]) -> Listed:
    modified = info.get("mtime") or info.get("LastModified") or info.get("created")
    modified_at = modified if isinstance(modified, datetime) else _instant(modified)
    return Listed(
        path,
        reason=None if info["type"] == "file" else "is not a regular file",
        size_bytes=info.get("size"),
        modified_at=modified_at,
        state=(info.get("size"), modified_at),
    )


def _remote_link(filesystem: fsspec.AbstractFileSystem, path: str) -> Listed:
    try:
        return _remote_file(path, filesystem.info(path))
    except FileNotFoundError:
        return Listed(path, "is a link that leads nowhere")


def _instant(seconds: Any) -> datetime | None:
    """The instant so many seconds after 1970, or None if there is none."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, OverflowError, ValueError, OSError):
        return None


# --- Local folders ---


def _local_files(root: bytes, streams: Container[str]) -> Iterator[Listed]:
    """The files below a local folder. Paths are bytes until here, since a name need not be UTF-8."""
    taken, nameless = set(), []
    try:
        tops = _entries(root)
    except FileNotFoundError as error:
        raise _unlistable(os.fsdecode(root), error) from error
    for top in tops:
        for path, listed in _files_below(root, top, os.fsdecode(top.name) in streams):
            try:
                taken.add(path.decode())
                yield listed
            except UnicodeDecodeError:
                nameless.append(replace(listed, path=path.decode(errors="backslashreplace")))
    for listed in nameless:
        # Another file may be named as this one is written.
        path = listed.path
        while path in taken:
            path += "?"
        taken.add(path)
        yield replace(listed, path=path, reason="its name is not UTF-8; rename it")


def _files_below(root: bytes, top: os.DirEntry[bytes], is_stream: bool) -> Iterator[tuple[bytes, Listed]]:
    """The files below one entry of the landing zone, with their paths.

    Links are followed once each, after all real files and folders, so that a file reached twice counts once. A folder
    that belongs to no stream may be unreadable: no rows are expected in it.
    """
    state = Path(os.fsdecode(root)).stat()
    seen, real, links = {(state.st_dev, state.st_ino)}, deque([top]), deque()
    while real or links:
        is_link = not real
        entry = links.popleft() if is_link else real.popleft()
        path = os.fsdecode(entry.path)
        if _is_unfinished(os.fsdecode(entry.name)):
            continue
        if entry.is_symlink() and not is_link:
            links.append(entry)
            continue
        try:
            state = entry.stat()
            same = (state.st_dev, state.st_ino)
            if same in seen and (is_link or stat.S_ISDIR(state.st_mode)):
                continue
            seen.add(same)
            if stat.S_ISDIR(state.st_mode):
                real.extend(_entries(entry.path))
            else:
                yield entry.path, _local_file(path, state)
        except (OSError, Unlistable) as error:
            leads_nowhere = getattr(error, "errno", None) in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
            if isinstance(error, FileNotFoundError) and not is_link:
                yield entry.path, Listed(path, "vanished while the landing zone was listed")
            elif leads_nowhere and is_link:
                yield entry.path, Listed(path, "is a link that leads nowhere")
            elif not is_stream:
                yield entry.path, Listed(path, f"{NOT_IN_A_STREAM}, and cannot be looked into")
            elif isinstance(error, Unlistable):
                raise
            else:
                raise _unlistable(path, error) from error


def _entries(folder: bytes) -> list[os.DirEntry[bytes]]:
    """The entries of a folder by name. Raises Unlistable if it may not be read, FileNotFoundError if it is gone."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unlistable(os.fsdecode(folder), error) from error


def _local_file(path: str, state: os.stat_result) -> Listed:
    mode = state.st_mode
    kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return Listed(
        path,
        reason=None if stat.S_ISREG(mode) else f"is {kind}, no regular file",
        size_bytes=state.st_size,
        modified_at=_instant(state.st_mtime),
        state=(state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns),
    )
