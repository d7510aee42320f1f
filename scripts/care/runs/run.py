"""One run of one export: recorded in the ledger, written to a file, brought to its destination."""

from __future__ import annotations

import functools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from care.destinations.transfer import OpenDestination
from care.errors import CareError, first_line, is_interruption
from care.export_file.slices import Session
from care.export_file.writer import Written, write_file
from care.requests.request import bind
from care.runs.file_names import own_place, place_of
from care.runs.ledger import Ledger
from care.runs.manifest import FIRST, Revision, upload_manifest
from care.runs.plan import Plan
from care.runs.signals import HeldSignals, signals_released
from care.runs.workflow import workflow_id
from care.times import Moment
from care.warehouse.catalog import Export


@dataclass(frozen=True)
class Finished:
    """A run whose file is complete."""

    run_id: str
    export: str
    path: str
    rows: int
    bytes: int
    sha256: str
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The output of `run --json`."""
        return asdict(self)


def run_export(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    planned: Plan,
    built_at: datetime,
    on_bytes: Callable[[int], None],
    store: OpenDestination,
) -> Finished:
    """Writes one export, brings it to an open destination, and records it.

    `on_bytes` hears how many bytes were written, and then how many were uploaded. Raises CareError with a sentence,
    after recording the failure. An interruption between the naming of the file and its record is handled after that.
    """
    began = time.monotonic()
    run_id = planned.run_id
    with (
        signals_released() as held,
        own_place(_session(connection, planned)(), ledger, planned, run_id, store) as place,
    ):
        ledger.begin(_facts(planned, run_id, place, built_at), planned.formerly)

        def before_rename(written: Written) -> None:
            held.hold()
            ledger.announce(run_id, written.rows, written.bytes, written.sha256)

        try:
            heard = held.released_by(on_bytes)
            written = _write(connection, planned, built_at, heard, store, place, before_rename)
        except BaseException as error:
            reason = _reason(planned.export, place, error)
            ledger.fail(run_id, reason)
            if isinstance(error, OSError | duckdb.Error):
                raise CareError(reason) from error
            raise
        ledger.complete(run_id, written.rows, written.bytes, written.sha256)
    return _finished(planned, run_id, place, written, began)


def _write(
    connection: duckdb.DuckDBPyConnection,
    planned: Plan,
    built_at: datetime,
    on_bytes: Callable[[int], None],
    store: OpenDestination,
    place: str,
    before_rename: Callable[[Written], None],
) -> Written:
    session = _session(connection, planned)
    path = store.local_path(place)
    if path is not None:
        written = write_file(session, planned.export, planned.layout, path, on_bytes, before_rename)
    else:
        with _staging(connection) as path:
            written = write_file(session, planned.export, planned.layout, path, on_bytes)
            named = functools.partial(before_rename, written)
            store.upload(written.path, place, written.bytes, written.sha256, on_bytes, named)
    if planned.manifest:
        upload_manifest(store, place, planned, written, built_at, FIRST)
    return written


def correct_export(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    planned: Plan,
    booked: Mapping[str, Any],
    built_at: datetime,
    on_bytes: Callable[[int], None],
    store: OpenDestination,
) -> Finished | None:
    """Writes a delivered export again, and replaces its file where the content has changed since; else None.

    `booked` is its row of the ledger. The file stays as it is where its name would be another now: what is scheduled
    has changed, not what happened. Raises CareError with a sentence.
    """
    began = time.monotonic()
    run_id = booked["run_id"]
    place = place_of(_session(connection, planned)(), planned, run_id, store)
    if place != booked["file"]:
        return None
    told = (_built(built_at), _iso_instant(planned.newest_event_at), planned.note)
    try:
        with signals_released() as held, _staging(connection) as path:
            written = write_file(_session(connection, planned), planned.export, planned.layout, path)
            if written.sha256 == booked["sha256"]:
                ledger.confirm(run_id, *told)
                return None
            heard = held.released_by(on_bytes)
            _replace(ledger, run_id, place, written, heard, store, held)
            if planned.manifest:
                upload_manifest(store, place, planned, written, built_at, _revision(booked, written))
            ledger.revise(run_id, written.rows, written.bytes, written.sha256, *told)
    except (OSError, duckdb.Error) as error:
        raise CareError(_reason(planned.export, place, error)) from error
    return _finished(planned, run_id, place, written, began)


def send_again(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    planned: Plan,
    booked: Mapping[str, Any],
    built_at: datetime,
    on_bytes: Callable[[int], None],
    store: OpenDestination,
) -> Finished:
    """Writes a delivered export again and sends it under its name, whatever lies there; a new revision if it changed.

    `booked` is its row of the ledger. It goes to the destination that its schedule has now. Raises CareError with a
    sentence.
    """
    began = time.monotonic()
    run_id = booked["run_id"]
    place = place_of(_session(connection, planned)(), planned, run_id, store)
    named, names = booked["file"].rpartition("/")[2], place.rpartition("/")[2]
    if named != names:
        raise CareError(f"{named} cannot be sent again under its name: it would be {names} now.")
    told = (_built(built_at), _iso_instant(planned.newest_event_at), planned.note)
    try:
        with signals_released() as held, _staging(connection) as path:
            written = write_file(_session(connection, planned), planned.export, planned.layout, path)
            heard = held.released_by(on_bytes)
            _replace(ledger, run_id, place, written, heard, store, held)
            if planned.manifest:
                upload_manifest(store, place, planned, written, built_at, _revision(booked, written))
            if written.sha256 == booked["sha256"]:
                ledger.confirm(run_id, *told)
            else:
                ledger.revise(run_id, written.rows, written.bytes, written.sha256, *told)
            ledger.resent(run_id, place, _arguments(planned))
    except (OSError, duckdb.Error) as error:
        raise CareError(_reason(planned.export, place, error)) from error
    return _finished(planned, run_id, place, written, began)


def _replace(
    ledger: Ledger,
    run_id: str,
    place: str,
    written: Written,
    on_bytes: Callable[[int], None],
    store: OpenDestination,
    held: HeldSignals,
) -> None:
    """Uploads a file over the one that a completed run left, which the ledger knows of before it gets its name."""

    def before_rename() -> None:
        held.hold()
        ledger.resend(run_id)

    store.upload(written.path, place, written.bytes, written.sha256, on_bytes, before_rename)


def book_start(ledger: Ledger, planned: Plan, built_at: datetime) -> None:
    """Records a run that another process will do, which is its first attempt; its file has no name yet."""
    place = f"{planned.destination}/{planned.export.export}-{planned.run_id}"
    ledger.begin({**_facts(planned, planned.run_id, place, built_at), "attempts": 0})


def book_failure(ledger: Ledger, facts: Mapping[str, Any], destination: str, built_at: datetime, reason: str) -> None:
    """Books a scheduled run that failed before it began: it could not be planned, or its destination not be opened."""
    ledger.begin({"arguments": {"destination": destination}, "file": destination, **_origin(built_at), **facts})
    ledger.fail(facts["run_id"], reason)


def _session(connection: duckdb.DuckDBPyConnection, planned: Plan) -> Session:
    return lambda: bind(connection.cursor(), planned.request)


def _finished(planned: Plan, run_id: str, place: str, written: Written, began: float) -> Finished:
    seconds = round(time.monotonic() - began, 3)
    return Finished(run_id, planned.export.name, place, written.rows, written.bytes, written.sha256, seconds)


def _facts(planned: Plan, run_id: str, place: str, built_at: datetime) -> dict[str, Any]:
    request = planned.request
    return {
        "run_id": run_id,
        "export": planned.export.name,
        "org_id": request.org_id,
        "window_start": _iso(request.window_start),
        "window_end": _iso(request.window_end),
        "as_of": _iso(request.as_of),
        "timezone": request.timezone,
        "arguments": _arguments(planned),
        "workflow_id": None if planned.facts else workflow_id(planned),
        "file": place,
        "newest_event_at": _iso_instant(planned.newest_event_at),
        "note": planned.note,
        **_origin(built_at),
        **planned.facts,
    }


def _origin(built_at: datetime) -> dict[str, str]:
    return {"database_built_at": _built(built_at), "engine_version": f"duckdb {duckdb.__version__}"}


def _built(built_at: datetime) -> str:
    return built_at.isoformat(timespec="milliseconds")


@contextmanager
def _staging(connection: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """The folder of files that will be uploaded: the folder to which queries spill."""
    spill = connection.execute("select current_setting('temp_directory')").fetchall()[0][0]
    if spill:
        Path(spill).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=spill or None) as folder:
        yield Path(folder) / "file"


def _arguments(planned: Plan) -> dict[str, Any]:
    return {
        "channels": list(planned.request.channels),
        "delivery": planned.request.delivery,
        "format": planned.layout.format,
        "columns": planned.layout.chosen,
        "locale": planned.layout.locale,
        "excel": planned.layout.excel,
        "destination": planned.destination,
        **planned.request.arguments,
    }


def _reason(export: Export, place: str, error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{place} cannot be written: {error.strerror or error}; no file was made."
    if isinstance(error, duckdb.Error):
        return f"{export.name} cannot be written: {first_line(error)}; no file was made."
    if is_interruption(error):
        return "interrupted"
    return first_line(error)


def _revision(booked: Mapping[str, Any], written: Written) -> Revision:
    if written.sha256 == booked["sha256"]:
        return Revision(booked["revision"], booked["replaced_sha256"])
    return Revision(booked["revision"] + 1, booked["sha256"])


def _iso_instant(instant: datetime | None) -> str | None:
    return instant and instant.isoformat()


def _iso(moment: Moment | None) -> str | None:
    return moment and moment.instant.isoformat()
