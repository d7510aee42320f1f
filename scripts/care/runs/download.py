"""Downloads the file of a run from where it was delivered: the very bytes that the run wrote, or nothing."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from care.atomic import named_when_whole
from care.destinations.transfer import OpenDestination
from care.errors import CareError, Refused


def download_file(run: Mapping[str, Any], source: OpenDestination, sink: OpenDestination, place: str) -> None:
    """Copies the file of a completed run, a row of the ledger, to a place of another open destination.

    Raises CareError if it cannot be read or written, or is not the file any more that the ledger knows.
    """
    local = sink.local_path(place)
    try:
        if local is not None:
            local.parent.mkdir(parents=True, exist_ok=True)
            with named_when_whole(local) as part:
                _download(run, source, part)
            return
        with tempfile.TemporaryDirectory() as staging:
            copy = Path(staging) / "file"
            _download(run, source, copy)
            sink.upload(copy, place, run["bytes"], run["sha256"], lambda count: None)
    except OSError as error:
        raise Refused(f"{local or error.filename or place} cannot be written: {error.strerror or error}.") from error


def _download(run: Mapping[str, Any], source: OpenDestination, local: Path) -> None:
    source.download(run["file"], local)
    if local.stat().st_size == run["bytes"]:
        with local.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() == run["sha256"]:
                return
    raise CareError(f"{run['file']} has changed since run {run['run_id']} wrote it; run it again.")
