"""The backlog of a schedule: the time that its delivered windows cover, and the windows that are left to deliver."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from care.destinations.destination import Destination, local_root
from care.errors import BadArgument, first_line, is_interruption
from care.runs.ledger import Ledger
from care.schedules.schedule import ONE, Schedule
from care.schedules.windows import LONGEST, Window, gaps, moment_in, windows_between
from care.times import Span

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    """One window of one schedule; `booked` is its row of the ledger where it is delivered already.

    `schedule` is as it was when the window was recorded first, where the file has to be the same.
    """

    schedule: Schedule
    window: Window
    run_id: str
    booked: Mapping[str, Any] | None = None

    @property
    def due_at(self) -> datetime:
        """The instant from which it is due."""
        return self.schedule.due_at(self.window)

    @property
    def order(self) -> tuple[datetime, str]:
        """Tasks are done by the end of their windows."""
        return self.window.end.instant, self.schedule.name

    @property
    def note(self) -> str | None:
        """A note about its window, for example that it is partial."""
        if not self.window.is_partial:
            return None
        return (
            f"partial: only a part of its {ONE[self.schedule.frequency]}, as the time zone, the frequency or the start"
            " of the schedule was changed, or its end is reached"
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The columns that identify it in the ledger and in notices."""
        return {
            "run_id": self.run_id,
            "schedule": self.schedule.name,
            "frequency": self.schedule.frequency,
            "export": self.schedule.export,
            "org_id": self.schedule.org_id,
            "window_start": self.window.start.instant.isoformat(),
            "window_end": self.window.end.instant.isoformat(),
            "timezone": self.schedule.zone.key,
        }


@dataclass
class Backlog:
    """The undelivered time of one schedule: all time from `first` on that is not in `delivered`.

    `tried` are windows that were begun and are not delivered: their files may be at the destination, so they keep
    their bounds and their names even if the schedule changes. `taken` are run ids of other exports.
    """

    schedule: Schedule
    first: datetime
    delivered: Sequence[Span] = ()
    tried: Sequence[Task] = ()
    taken: frozenset[str] = frozenset()
    # Why the schedule may not be delivered, as a sentence.
    barred: str | None = None
    # The error of computing its windows, as a sentence.
    broken: str | None = None
    is_stopped: bool = False

    @property
    def covered(self) -> list[Span]:
        """The time that needs no new window."""
        return [*self.delivered, *(task.window.span for task in self.tried)]

    def tasks(self, until: datetime, after: datetime | None = None) -> Iterator[Task]:
        """The windows that are due after one instant and until another, oldest first, until `is_stopped`.

        If they cannot be computed, they end and `broken` has the error.
        """
        try:
            for task in heapq.merge(self.tried, self._new(until, after), key=lambda task: task.order):
                if self.is_stopped:
                    return
                if task.due_at <= until and (after is None or task.due_at > after):
                    yield task
        except Exception as error:
            if is_interruption(error):
                raise
            self.broken = f"its windows cannot be reckoned: {first_line(error)} ({type(error).__name__})."

    def _new(self, until: datetime, after: datetime | None) -> Iterator[Task]:
        # No window that this may cut is due as late as `after`.
        since = None if after is None else after - self.schedule.delay - LONGEST
        for window in self.schedule.missing(self.first, self.covered, since):
            if self.schedule.due_at(window) > until:
                return
            yield Task(self.schedule, window, self.schedule.run_id(window, self.taken))


def read_backlog(
    ledger: Ledger, schedule: Schedule, everyone: Iterable[Schedule], destinations: Mapping[str, Destination]
) -> Backlog:
    """The backlog of a schedule, by the ledger; `everyone` are all schedules that there are."""
    line = schedule.line
    delivered, zones = ledger.delivered_spans(line), ledger.time_zones(line)
    tried = _tried(schedule, ledger.tried(line), delivered, schedule.earliest(zones))
    first = schedule.first([*delivered, *(task.window.span for task in tried)], zones)
    found = Backlog(schedule, first, delivered, tried, frozenset(ledger.ids_of_other_exports(line)))
    everyone = [other for other in everyone if other.name != schedule.name]
    doubled = next((other.name for other in everyone if _is_former_name(schedule, other)), None)
    if doubled:
        found.barred = (
            f"{schedule.name} was formerly {doubled}, its entry says, but there is still a schedule of that name which"
            f" sends {schedule.export} of {schedule.org_id}; remove one of the two."
        )
        return found
    if not delivered or found.first < delivered[0][0]:
        _mind_others(found, ledger, everyone, destinations)
    return found


def merged(backlogs: Iterable[Backlog], until: datetime, after: datetime | None = None) -> Iterator[Task]:
    """The windows of several schedules that are due, oldest first."""
    return heapq.merge(*(backlog.tasks(until, after) for backlog in backlogs), key=lambda task: task.order)


def as_booked(schedule: Schedule, run: Mapping[str, Any], with_rows: bool = True) -> Schedule:
    """The schedule at the time of its recorded run: the same zone and format, and if asked the same rows."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        schedule = replace(schedule, zone=ZoneInfo(run["timezone"]))
    arguments = run["arguments"] or {}
    if "format" in arguments:
        schedule = replace(schedule, format=arguments["format"])
    if "format" in arguments and with_rows:
        schedule = replace(
            schedule,
            locale=arguments.get("locale"),
            columns=arguments.get("columns"),
            channels=tuple(arguments.get("channels") or ()),
        )
    return schedule


def booked_window(schedule: Schedule, run: Mapping[str, Any]) -> Window:
    """The window of a run in the ledger, on the clock of a schedule."""
    start, end = (datetime.fromisoformat(run[name]) for name in ("window_start", "window_end"))
    frequency = run["frequency"] if run["frequency"] in ONE else schedule.frequency
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        pieces = windows_between(frequency, ZoneInfo(run["timezone"]), start, end)
        is_partial = next(pieces).is_partial or next(pieces, None) is not None
        return Window(moment_in(start, schedule.zone), moment_in(end, schedule.zone), is_partial)
    return Window(moment_in(start, schedule.zone), moment_in(end, schedule.zone))


def booked_task(schedule: Schedule, run: Mapping[str, Any]) -> Task:
    """A delivered window, to be written again as it was written first."""
    then = as_booked(schedule, run)
    return Task(then, booked_window(then, run), run["run_id"], run)


def _tried(
    schedule: Schedule, runs: Iterable[Mapping[str, Any]], delivered: Sequence[Span], earliest: datetime
) -> list[Task]:
    """The windows that were begun and are not delivered, without those that the schedule no longer covers."""
    found: list[Task] = []
    end = END_OF_TIME if schedule.end is None else schedule.end
    for run in runs:
        # A file that may have its name already must get the same name again.
        then = as_booked(schedule, run, with_rows=False) if run["is_announced"] else schedule
        window = booked_window(then, run)
        is_wanted = earliest <= window.start.instant < window.end.instant <= end
        taken = [*delivered, *(task.window.span for task in found)]
        if is_wanted and not any(_overlap(window.span, span) for span in taken):
            found.append(Task(then, window, run["run_id"]))
    return sorted(found, key=lambda task: task.order)


def _mind_others(
    backlog: Backlog, ledger: Ledger, everyone: Sequence[Schedule], destinations: Mapping[str, Destination]
) -> None:
    """Bars a schedule that would send windows again that another name has sent to the same destination.

    A name that is scheduled still, for the same place, sends something else, or is meant to send the same.
    """
    schedule = backlog.schedule
    place = _place(schedule.destination, destinations)
    scheduled = {
        other.name
        for other in everyone
        if (other.org_id, other.export) == (schedule.org_id, schedule.export)
        and _place(other.destination, destinations) == place
    }
    own = backlog.delivered[0][0] if backlog.delivered else END_OF_TIME
    ended: dict[str, datetime] = {}
    for run in ledger.delivered_by_others(schedule.line):
        span = _span(run)
        if span is None or not _lies_at(run, place, destinations):
            continue
        if span[1] == schedule.start.instant and not backlog.delivered:
            # It takes over where another one ends, even if no window of its own begins there.
            backlog.first = min(backlog.first, span[1])
        if run["schedule"] not in scheduled and _is_missing(backlog, (span[0], min(span[1], own))):
            ended[run["schedule"]] = max(span[1], ended.get(run["schedule"], span[1]))
    if ended:
        other, until = max(ended.items(), key=lambda item: item[1])
        shown = until.astimezone(schedule.zone).isoformat()
        backlog.barred = (
            f"{schedule.name} would send {schedule.export} of {schedule.org_id} again, which {other} has sent to the"
            f" same place until {shown}; if {schedule.name} is its new name, add `formerly: {other}` to its entry, and"
            f' if it is another schedule, let it begin no earlier: `start: "{shown}"`.'
        )


def _span(run: Mapping[str, Any]) -> Span | None:
    """The window of a run; None if it cannot be read. Delivering its own schedule reports that error."""
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(run["window_start"]), datetime.fromisoformat(run["window_end"])
    return None


def _is_missing(backlog: Backlog, span: Span) -> bool:
    start, end = max(span[0], backlog.first), span[1]
    if backlog.schedule.end is not None:
        end = min(end, backlog.schedule.end)
    return start < end and next(gaps(start, end, backlog.delivered), None) is not None


def _is_former_name(schedule: Schedule, other: Schedule) -> bool:
    return other.name in schedule.formerly and (other.org_id, other.export) == (schedule.org_id, schedule.export)


def _place(name: str, destinations: Mapping[str, Destination]) -> str:
    """A key of the place of a destination; the folder below it depends on the export."""
    if name not in destinations:
        return name
    destination = destinations[name]
    if destination.protocol == "file":
        with suppress(BadArgument):
            return str(local_root(destination.url))
    return destination.url.rstrip("/")


def _lies_at(run: Mapping[str, Any], place: str, destinations: Mapping[str, Destination]) -> bool:
    if place.startswith("/") and run["file"].startswith("/"):
        return Path(run["file"]).is_relative_to(place)
    return _place(str(run["arguments"].get("destination")), destinations) == place


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
