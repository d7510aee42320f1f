"""Reads a whole landing zone."""

from __future__ import annotations

import shutil
from pathlib import Path

import fsspec

from care.landing.contract import Contract
from care.landing.files import File, file_of, still_found
from care.landing.listing import listing
from care.landing.reader import Reader
from care.landing.reading import Stream


def land(landing: str, contract: Contract, landed: Path) -> list[File]:
    """Reads the landing zone at a path or fsspec URL; returns its files by path, each loaded or refused.

    The rows of loaded files lie in `<landed>/<stream>/*.parquet`, each stream with the columns of its contract; what
    that folder held before is removed. Raises Unlistable if a folder of the zone cannot be listed, Unwritable where
    the rows cannot be written; no file of the zone makes it raise.
    """
    filesystem, base = fsspec.core.url_to_fs(landing)
    shutil.rmtree(landed, ignore_errors=True)
    reader = Reader(filesystem, landed)
    listed = sorted(listing(filesystem, base, contract), key=lambda file: file.path)
    files = [file_of(file, base, contract, reader) for file in listed]
    for stream, columns in contract.items():
        Stream(reader, stream, columns).load([file for file in still_found(files) if file.stream == stream])
    return files
