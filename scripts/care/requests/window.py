"""The window of a run, from --from and --to, or from the vendor's epoch milliseconds where an export takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from care.errors import BadArgument
from care.requests.arguments import vendor_name, whole_number
from care.times import Moment, read_moment
from care.warehouse.catalog import Export

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
LAST_MS = (LAST - EPOCH) // timedelta(milliseconds=1)


def window_for(
    export: Export, start: str | None, end: str | None, texts: Mapping[str, str], zone: tzinfo
) -> tuple[Moment, Moment]:
    """The window as it was typed; `texts` may hold start_time and end_time. Raises BadArgument."""
    if "start_time" in export.arguments:
        first = _vendors("start_time", start, "--from", texts, zone)
        last = _vendors("end_time", end, "--to", texts, zone)
        if last.instant <= first.instant:
            raise BadArgument("endTime must be after startTime")
        return first, last
    if not start or not end:
        raise BadArgument(f"{export.export} needs a window: add --from and --to.")
    first, last = read_moment(start, zone, "--from"), read_moment(end, zone, "--to")
    if last.instant <= first.instant:
        raise BadArgument(f"--to {end} is not after --from {start}; the window is from <= time < to.")
    return first, last


def epoch_ms(moment: Moment) -> int:
    """An instant as the vendor writes it, cut to the millisecond."""
    return (moment.instant - EPOCH) // timedelta(milliseconds=1)


def _vendors(name: str, typed: str | None, option: str, texts: Mapping[str, str], zone: tzinfo) -> Moment:
    called, text = vendor_name(name), texts.get(name)
    if text is None and typed is None:
        raise BadArgument(f"{called} is required, in epoch milliseconds")
    if text is not None and typed is not None:
        raise BadArgument(f"give {called} or {option}, not both")
    if text is None:
        moment = read_moment(typed or "", zone, option)
        if moment.instant < EPOCH:
            raise BadArgument(f"{called} is outside 1970 to 9999")
        if moment.instant.microsecond % 1000:
            raise BadArgument(f"{called} must be a whole number of milliseconds, not '{typed}'")
        return moment
    milliseconds = whole_number(text, f"{called} must be a whole number of epoch milliseconds")
    if not 0 <= milliseconds <= LAST_MS:
        raise BadArgument(f"{called} is outside 1970 to 9999")
    return Moment(EPOCH + timedelta(milliseconds=milliseconds))
