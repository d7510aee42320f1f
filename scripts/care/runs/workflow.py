"""The id of what a run asks for, ever the same for the same request: who asks twice finds both runs under it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from care.export_file.layout import Layout
from care.requests.arguments import vendor_name
from care.requests.request import Request
from care.requests.window import epoch_ms
from care.runs.plan import Plan
from care.warehouse.catalog import REPORT_TYPE, Export

# The language of headers where none is asked for.
NO_LOCALE = "en"


def workflow_id(planned: Plan) -> str:
    """The UUID of a request, made of what it asks for and of nothing else."""
    facts = _facts(planned.export, planned.request, planned.layout)
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def _facts(export: Export, request: Request, layout: Layout) -> dict[str, Any]:
    facts = {
        "org": request.org_id,
        "reportType": export.export if REPORT_TYPE in export.arguments else export.name,
        "channels": sorted(request.channels) or None,
        "excel": layout.excel,
        "startTime": request.window_start and epoch_ms(request.window_start),
        "endTime": request.window_end and epoch_ms(request.window_end),
        "reportFormat": layout.format,
        "reportMetrics": None if layout.chosen is None else [column.column_name for column in layout.columns],
        "timezone": None if request.arguments.get("timezone_offset") is not None else request.timezone,
        **{vendor_name(name): value for name, value in request.arguments.items()},
    }
    if not export.arguments:
        facts |= {"asOf": request.as_of and epoch_ms(request.as_of), "locale": layout.locale or NO_LOCALE}
    return facts
