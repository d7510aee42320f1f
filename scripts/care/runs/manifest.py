"""The manifest of a delivered file: beside it, written after it, so that who finds it finds the file whole."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from care.destinations.transfer import OpenDestination
from care.export_file.writer import Written
from care.runs.plan import Plan
from care.times import Moment


@dataclass(frozen=True)
class Revision:
    """How often the content of a file has changed, and the hash of the content before."""

    number: int
    replaces_sha256: str | None


FIRST = Revision(1, None)


def upload_manifest(
    store: OpenDestination,
    place: str,
    planned: Plan,
    written: Written,
    built_at: datetime,
    revision: Revision,
) -> None:
    """Brings `<name>.json` beside a file that has arrived."""
    content = json.dumps(manifest(place, planned, written, built_at, revision), ensure_ascii=False, indent=2) + "\n"
    encoded = content.encode()
    with tempfile.TemporaryDirectory(prefix="manifest-") as folder:
        local = Path(folder) / "manifest"
        local.write_bytes(encoded)
        store.upload(local, f"{place}.json", len(encoded), hashlib.sha256(encoded).hexdigest(), lambda count: None)


def manifest(place: str, planned: Plan, written: Written, built_at: datetime, revision: Revision) -> dict[str, Any]:
    """Facts that a receiver can check; instants in UTC, and in the request's time zone."""
    request, columns = planned.request, [[column.column_name, column.data_type] for column in planned.layout.columns]
    return {
        "file": place.rpartition("/")[2],
        "sha256": written.sha256,
        "bytes": written.bytes,
        "rows": written.rows,
        "export": planned.export.name,
        "org_id": request.org_id,
        "schedule": planned.facts.get("schedule"),
        "timezone": request.timezone,
        "window_start": _as_dict(request.window_start),
        "window_end": _as_dict(request.window_end),
        "as_of": _as_dict(request.as_of),
        "columns": [{"column_name": name, "data_type": data_type} for name, data_type in columns],
        "schema_version": hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:12],
        "database_built_at": built_at.isoformat(timespec="milliseconds"),
        "newest_event_at": planned.newest_event_at and planned.newest_event_at.isoformat(),
        "note": planned.note,
        "revision": revision.number,
        "replaces_sha256": revision.replaces_sha256,
    }


def _as_dict(moment: Moment | None) -> dict[str, str] | None:
    if moment is None:
        return None
    local = moment.local or moment.instant.replace(tzinfo=None)
    return {"instant": moment.instant.isoformat(), "local": local.isoformat()}
