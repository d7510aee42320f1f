"""Everything that is due, each window once: planned from the ledger, written, brought to its destination."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import duckdb

from care.arguments import read_arguments
from care.destinations import Destination, Store, opened
from care.errors import CareError, unknown
from care.layout import layout_for
from care.ledger import Ledger
from care.requests import Request, known_org
from care.runs import Finished, Plan, book_failure, correct_export, run_export
from care.schedules import Schedule
from care.warehouse import Export, find_export
from care.windows import Window

# A window that is later than this is more than slow.
OVERDUE = timedelta(hours=1)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    """One window of one schedule; `booked` is its row of the ledger where it may need a correction."""

    schedule: Schedule
    window: Window
    booked: Mapping[str, Any] | None = None

    @property
    def run_id(self) -> str:
        """The id of its delivery."""
        return self.schedule.run_id(self.window)

    @property
    def facts(self) -> dict[str, Any]:
        """What tells it from every other, in the ledger and in the news."""
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


def pending(ledger: Ledger, schedules: Iterable[Schedule], now: datetime) -> list[Task]:
    """The windows that are due and not delivered, oldest first."""
    tasks = []
    for schedule in schedules:
        first = next(schedule.windows_due(FOR_EVER)).start.instant.isoformat()
        until = ledger.delivered_until(schedule.name, schedule.org_id, schedule.frequency, first)
        delivered = ledger.delivered(schedule.name, until)
        due = schedule.windows_due(now, datetime.fromisoformat(until) if until else None)
        tasks += [task for task in (Task(schedule, window) for window in due) if task.run_id not in delivered]
    return sorted(tasks, key=lambda task: (task.window.end.instant, task.schedule.name))


def overdue(ledger: Ledger, schedules: Iterable[Schedule], now: datetime) -> list[Task]:
    """The windows that were due an hour ago and are not delivered, oldest first."""
    return pending(ledger, schedules, now - OVERDUE)


def to_correct(
    ledger: Ledger, schedules: Iterable[Schedule], now: datetime, length: timedelta, built_at: datetime
) -> list[Task]:
    """The delivered windows that ended within `length` before now, and were written from an older database."""
    tasks = []
    for schedule in schedules:
        delivered = ledger.delivered(schedule.name, (now - length).isoformat())
        tasks += [
            Task(schedule, window, delivered[schedule.run_id(window)])
            for window in schedule.windows_due(now, _begin_before(schedule, now - length))
            if schedule.run_id(window) in delivered
            and datetime.fromisoformat(delivered[schedule.run_id(window)]["database_built_at"]) < built_at
        ]
    return sorted(tasks, key=lambda task: (task.window.end.instant, task.schedule.name))


def _begin_before(schedule: Schedule, instant: datetime) -> datetime:
    """An instant before which no window that ends after `instant` begins."""
    return max(schedule.start.instant, instant - timedelta(days=8))


@dataclass
class Outcome:
    """The news of every window that was delivered or failed, and the windows that wait for a newer build."""

    news: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Task] = field(default_factory=list)

    @property
    def failed(self) -> list[str]:
        """The schedules that failed, by name."""
        return sorted({one["schedule"] for one in self.news if one["state"] == "failed"})


@dataclass
class Courier:
    """Delivers tasks from one database, with one connection a destination."""

    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    exports: list[Export]
    destinations: Mapping[str, Destination]
    built_at: datetime
    progress: Callable[[str], AbstractContextManager[Callable[[int], None]]]
    # Schedules that may not be delivered as they are, each with the sentence that says why.
    barred: Mapping[str, str] = field(default_factory=dict)

    def deliver(self, tasks: Iterable[Task], corrections: Iterable[Task] = ()) -> Iterator[Outcome | dict[str, Any]]:
        """Delivers tasks in their order, then corrections; yields each piece of news, and the outcome last.

        A window that fails ends its schedule for this time, so that files come in their order; the others go on.
        """
        outcome = Outcome()
        with ExitStack() as stack:
            stores = Stores(self.destinations, stack)
            for task in chain(tasks, corrections):
                if task.schedule.name in outcome.failed:
                    continue
                # What landed after the build began may belong to the window: it would be missing for ever.
                if task.schedule.due_at(task.window) > self.built_at:
                    outcome.waiting.append(task)
                    continue
                news = self._news(stores, task)
                if news:
                    outcome.news.append(news)
                    yield news
        yield outcome

    def _news(self, stores: Stores, task: Task) -> dict[str, Any] | None:
        if not self.ledger.claim(task.run_id):
            return None
        try:
            done = self._correct(stores, task) if task.booked else self._deliver(stores, task)
        except CareError as error:
            return task.facts | {"state": "failed", "reason": str(error)}
        finally:
            self.ledger.release(task.run_id)
        state = "corrected" if task.booked else "delivered"
        return done and task.facts | {"state": state, **done.as_dict()}

    def _deliver(self, stores: Stores, task: Task) -> Finished | None:
        if self.ledger.is_delivered(task.run_id):
            # Another process was quicker.
            return None
        try:
            planned = self._plan(task)
            store = stores.store(task.schedule.destination)
        except CareError as error:
            book_failure(self.ledger, task.facts, task.schedule.destination, self.built_at, error)
            raise
        with self.progress(task.schedule.name) as on_bytes:
            return run_export(self.connection, self.ledger, planned, self.built_at, on_bytes, store)

    def _correct(self, stores: Stores, task: Task) -> Finished | None:
        assert task.booked
        planned, store = self._plan(task), stores.store(task.schedule.destination)
        with self.progress(task.schedule.name) as on_bytes:
            return correct_export(self.connection, self.ledger, planned, task.booked, self.built_at, on_bytes, store)

    def _plan(self, task: Task) -> Plan:
        """The run of a window: what a person would have asked for at its end. Raises CareError."""
        schedule, window = task.schedule, task.window
        if schedule.name in self.barred:
            raise CareError(self.barred[schedule.name])
        export = find_export(self.exports, schedule.export)
        if schedule.restate_days is not None and export.bucket is None:
            raise CareError(f"{export.name} has no days that are delivered again; take restate_days out of its entry.")
        org_id = known_org(self.connection, schedule.org_id)
        request = Request(org_id, schedule.zone.key, channels=schedule.channels, delivery="scheduled")
        texts = {"locale": schedule.locale} if schedule.locale else {}
        request = replace(request, arguments=read_arguments(export, texts))
        if export.has_window:
            covered = schedule.covered(window)
            request = replace(request, window_start=covered.start, window_end=covered.end)
        elif export.has_as_of:
            request = replace(request, as_of=window.end)
        layout = layout_for(self.connection, export, format=schedule.format, locale=schedule.locale)
        is_described = named(self.destinations, schedule.destination).manifest
        return Plan(
            export, request, layout, schedule.destination, window.end.instant, task.facts, manifest=is_described
        )


class Stores:
    """The destinations that were opened, each once; one that could not be opened is not tried again."""

    def __init__(self, destinations: Mapping[str, Destination], stack: ExitStack) -> None:
        """Opens them as they are asked for; `stack` closes them."""
        self._destinations, self._stack = destinations, stack
        self._opened: dict[str, Store | CareError] = {}

    def store(self, name: str) -> Store:
        """The open destination of that name. Raises CareError."""
        if name not in self._opened:
            try:
                self._opened[name] = self._stack.enter_context(opened(named(self._destinations, name)))
            except CareError as error:
                self._opened[name] = error
        found = self._opened[name]
        if isinstance(found, CareError):
            raise found
        return found


def named(destinations: Mapping[str, Destination], name: str) -> Destination:
    """The destination of that name. Raises BadArgument."""
    if name not in destinations:
        raise unknown("destination", name, destinations)
    return destinations[name]
