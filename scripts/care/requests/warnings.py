"""Warnings about options that have no effect on the chosen exports, or another one than expected.

For example --channel on an export without channels, or a window that is not made of whole days. Each sentence names all
exports that it is true of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from care.requests.request import Request
from care.times import first_instant
from care.warehouse.catalog import Export

QUARTER_HOUR = timedelta(minutes=15)


def warnings_about(asked: Sequence[tuple[Export, Request]]) -> list[str]:
    """The sentences about exports and what is asked of them."""
    named: dict[str, list[str]] = {}
    for export, request in asked:
        for sentence in _about(export, request):
            named.setdefault(sentence, []).append(export.export)
    return [sentence.format(exports=", ".join(names)) for sentence, names in named.items()]


def _about(export: Export, request: Request) -> Iterator[str]:
    if request.channels and not export.uses_channels:
        yield "channels do not limit {exports}; what is there is of all channels."
    if export.bucket and request.window_start and request.window_end:
        start, end = request.window_start.instant, request.window_end.instant
        first, last = (_next_beginning(export.bucket, at, ZoneInfo(request.timezone)) for at in (start, end))
        if first >= end:
            yield f"{{exports}} will be empty: no {export.bucket} of {request.timezone} begins in the window."
        elif (first, last) != (start, end):
            yield (
                f"the window is not made of whole {export.bucket}s of {request.timezone}: {{exports}} will hold, whole,"
                f" each {export.bucket} that begins in it."
            )


def _next_beginning(bucket: str, instant: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of a bucket at or after an instant."""
    if bucket == "day":
        day = instant.astimezone(zone).date()
        return next(
            first
            for number in range(3)
            # A zone that leaves out a day begins the next one twice.
            if (first := first_instant(day + timedelta(days=number), zone).instant) >= instant
        )
    # Local clocks differ from UTC by whole quarters of an hour.
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return instant + (-since % QUARTER_HOUR)
