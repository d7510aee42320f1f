"""Everything that is due, each window once: planned from the ledger, written, brought to its destination, told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from care.corrections import correct_one
from care.destinations import Destination, Store, destination_for, opened
from care.errors import CareError
from care.layout import layout_for
from care.ledger import Ledger
from care.requests import Asked, Request, known_org
from care.runs import Finished, Plan, book_failure, run_export
from care.schedules import Schedule
from care.warehouse import Export, find_export
from care.windows import Window

OVERDUE = timedelta(hours=1)


@dataclass(frozen=True)
class Task:
    """One window of one schedule."""

    schedule: Schedule
    window: Window

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


@dataclass
class Outcome:
    """What a delivery did: the news of every window, oldest first, and the windows that wait for a newer build."""

    news: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Task] = field(default_factory=list)

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The windows that did not arrive."""
        return [one for one in self.news if one["state"] == "failed"]


def pending(ledger: Ledger, schedules: Iterable[Schedule], now: datetime) -> list[Task]:
    """The windows that are due and not delivered, oldest first."""
    tasks = []
    for schedule in schedules:
        first = next(schedule.windows_due(datetime.max.replace(tzinfo=now.tzinfo)))
        until = ledger.delivered_until(
            schedule.name, schedule.org_id, schedule.frequency, first.start.instant.isoformat()
        )
        delivered = ledger.delivered(schedule.name, until)
        since = datetime.fromisoformat(until) if until else None
        due = (Task(schedule, window) for window in schedule.windows_due(now, since))
        tasks += [task for task in due if task.run_id not in delivered]
    return sorted(tasks, key=lambda task: (task.window.end.instant, task.schedule.name))


def overdue(ledger: Ledger, schedules: Iterable[Schedule], now: datetime) -> list[Task]:
    """The windows that should have been delivered an hour ago."""
    return pending(ledger, schedules, now - OVERDUE)


@dataclass
class Courier:
    """Delivers tasks with one database, one ledger and one connection a destination.

    A window that fails ends its schedule for now, so that files come in their order; the other schedules go on.
    """

    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    exports: list[Export]
    destinations: dict[str, Destination]
    built_at: datetime
    tell: Callable[[dict[str, Any]], None]
    progress: Callable[[str], Any]

    def deliver(self, tasks: Iterable[Task], corrected: Iterable[Task] = ()) -> Outcome:
        """Delivers the tasks in their order, then looks at those that may need a correction."""
        outcome, failed = Outcome(), set()
        with ExitStack() as stack:
            stores = Stores(self.destinations, stack)
            for work, todo in ((self._deliver, tasks), (partial(correct_one, self), corrected)):
                for task in todo:
                    if task.schedule.name in failed or not self.ledger.claim(task.run_id):
                        continue
                    try:
                        if work is self._deliver and task.schedule.due_at(task.window) > self.built_at:
                            outcome.waiting.append(task)
                            continue
                        done = work(stores, task)
                        news = done and task.facts | {"state": "delivered", **done.as_dict()}
                    except CareError as error:
                        failed.add(task.schedule.name)
                        news = task.facts | {"state": "failed", "reason": str(error)}
                    finally:
                        self.ledger.release(task.run_id)
                    if news:
                        outcome.news.append(news)
                        self.tell(news)
        return outcome

    def _deliver(self, stores: Stores, task: Task) -> Finished | None:
        if task.run_id in self.ledger.delivered(task.schedule.name, task.facts["window_start"]):
            # Another process was quicker.
            return None
        try:
            planned = self.plan(task)
            store = stores.store(task.schedule.destination)
        except CareError as error:
            book_failure(self.ledger, task.facts, task.schedule.destination, self.built_at, error)
            raise
        with self.progress(task.schedule.name) as on_bytes:
            return run_export(self.connection, self.ledger, planned, self.built_at, on_bytes, store)

    def plan(self, task: Task) -> Plan:
        """The run of a window: what a person would have asked for at its end. Raises CareError."""
        schedule, window = task.schedule, task.window
        export = find_export(self.exports, schedule.export)
        request = Request(known_org(self.connection, schedule.org_id), schedule.zone.key, channels=schedule.channels, delivery="scheduled")
        if export.has_window:
            request = replace(request, window_start=window.start, window_end=window.end)
        if export.has_as_of:
            request = replace(request, as_of=window.end)
        layout = layout_for(self.connection, export, format=schedule.format, locale=schedule.locale)
        destination = destination_for(schedule.destination, self.destinations)
        return Plan(export, request, layout, schedule.destination, window.end.instant, task.facts, destination.manifest)


class Stores:
    """The destinations that were opened, each once; one that cannot be opened is not tried again."""

    def __init__(self, destinations: dict[str, Destination], stack: ExitStack) -> None:
        """Opens them as they are asked for; `stack` closes them."""
        self._destinations, self._stack = destinations, stack
        self._opened: dict[str, Store | CareError] = {}

    def store(self, name: str) -> Store:
        """The open destination of that name. Raises CareError."""
        if name not in self._opened:
            try:
                destination = destination_for(name, self._destinations)
                self._opened[name] = self._stack.enter_context(opened(destination))
            except CareError as error:
                self._opened[name] = error
        found = self._opened[name]
        if isinstance(found, CareError):
            raise found
        return found
