"""The manifest of a delivered file: beside it, written after it, so that who finds it finds the file whole."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from care.destinations import Store
from care.files import Written
from care.times import Moment

if TYPE_CHECKING:
    from care.runs import Plan


def upload_manifest(
    store: Store,
    place: str,
    planned: Plan,
    written: Written,
    built_at: datetime,
    replaced: Mapping[str, Any] | None = None,
) -> None:
    """Brings `<name>.json` beside a file that has arrived; `replaced` is the ledger's row of the content before."""
    content = json.dumps(manifest(place, planned, written, built_at, replaced), ensure_ascii=False, indent=2) + "\n"
    encoded = content.encode()
    with tempfile.TemporaryDirectory(prefix="manifest-") as folder:
        local = Path(folder) / "manifest"
        local.write_bytes(encoded)
        store.upload(local, f"{place}.json", len(encoded), hashlib.sha256(encoded).hexdigest(), lambda count: None)


def manifest(
    place: str, planned: Plan, written: Written, built_at: datetime, replaced: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a receiver may want to check; instants in UTC, and on the clock of the request's time zone."""
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
        "window_start": _told(request.window_start),
        "window_end": _told(request.window_end),
        "as_of": _told(request.as_of),
        "columns": [{"column_name": name, "data_type": data_type} for name, data_type in columns],
        "schema_version": hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:12],
        "database_built_at": built_at.isoformat(timespec="milliseconds"),
        "revision": replaced["revision"] + 1 if replaced else 1,
        "replaces_sha256": replaced["sha256"] if replaced else None,
    }


def _told(moment: Moment | None) -> dict[str, str] | None:
    if moment is None:
        return None
    local = moment.local or moment.instant.replace(tzinfo=None)
    return {"instant": moment.instant.isoformat(), "local": local.isoformat()}
