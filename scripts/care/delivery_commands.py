"""The commands about schedules: deliver what is due, list what is scheduled, say what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
import duckdb

from care import report
from care.deliver import FOR_EVER, Courier, Outcome, overdue, pending, to_correct
from care.destinations import read_destinations
from care.errors import CareError, SomeFailed
from care.ledger import Ledger
from care.locks import folder_of_this_process
from care.notices import Notices, names_of_schedules
from care.notify import Notifier
from care.options import as_json, verbose
from care.places import Places, places_of
from care.requests import Request
from care.schedules import Schedule, read_length, read_schedules, rivals
from care.surprises import surprises
from care.times import read_moment
from care.warehouse import Export, open_published, published_at, read_exports
from care.windows import Window

UTC_ZONE = ZoneInfo("UTC")
# Longer than any window.
BEFORE = timedelta(days=8)

only_schedules = click.option(
    "--schedule", "names", metavar="NAME", multiple=True, help="Only this one; may be repeated."
)
at_moment = click.option("--now", metavar="TIME", help="As if it were this moment; UTC where it has no offset.")


@dataclass(frozen=True)
class Office:
    """What every command here needs, open."""

    places: Places
    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    schedules: list[Schedule]
    now: datetime


@contextmanager
def office(now: str | None, names: tuple[str, ...] = ()) -> Iterator[Office]:
    """The ledger, the published database and its schedules. Raises CareError."""
    places = places_of()
    moment = read_moment(now, UTC_ZONE, "--now").instant if now is not None else datetime.now(UTC)
    with (
        Ledger(places.ledger) as ledger,
        folder_of_this_process(places.state / "spill") as spill,
        open_published(places.published, spill) as connection,
    ):
        ledger.close_abandoned()
        yield Office(places, connection, ledger, read_schedules(connection, names), moment)


@click.command(epilog="Example: python scripts/export.py deliver --schedule acme_daily_messages --correct 3d")
@at_moment
@only_schedules
@click.option(
    "--correct", metavar="LENGTH", help="Deliver windows that ended within 3d, say, again if late events changed them."
)
@click.option(
    "--notify", metavar="URL", envvar="CARE_NOTIFY",
    help="POST there as JSON when a schedule begins to fail, and when it works again. Set CARE_NOTIFY instead: a URL"
    " with a secret in it can be read in the list of processes.",
)  # fmt: skip
@click.option(
    "--notify-command", metavar="COMMAND", envvar="CARE_NOTIFY_COMMAND",
    help="Then run this, with the JSON on its standard input; also from CARE_NOTIFY_COMMAND.",
)  # fmt: skip
@click.option("--notify-success", is_flag=True, help="Tell of files that were delivered, too.")
@as_json
@verbose
def deliver(
    now: str | None, names: tuple[str, ...], correct: str | None, notify: str | None, notify_command: str | None,
    notify_success: bool, as_json: bool,
) -> None:  # fmt: skip
    """Deliver everything that is due, each window once.

    Safe to call every minute, to kill, and to call twice at once. Exits 3 where a schedule failed.
    """
    length = read_length(correct, "--correct") if correct else None
    notifier = Notifier(notify, notify_command, notify_success)

    try:
        with office(now, names) as at:
            built_at = published_at(at.places.published)
            tasks = pending(at.ledger, at.schedules, at.now)
            again = to_correct(at.ledger, at.schedules, at.now, length, built_at) if length else []
            notices = Notices(at.ledger, notifier, {task.run_id for task in again})
            exports = read_exports(at.connection) if tasks or again else []
            destinations = read_destinations(at.places.destinations)
            barred = rivals(at.connection, exports, destinations)
            for sentence in _channels_ignored([task.schedule for task in (*tasks, *again)], exports):
                report.warn(sentence)
            courier = Courier(at.connection, at.ledger, exports, destinations, built_at, report.bytes_written, barred)
            outcome = Outcome()
            for outcome in courier.deliver(tasks, again):
                if isinstance(outcome, Outcome):
                    break
                _say(outcome, as_json)
                _warn(notices.tell(outcome))
            _warn(notices.tell_what_is_over(names_of_schedules(at.connection)))
    except CareError as error:
        _warn(_told_of_all(notifier, error))
        raise
    assert isinstance(outcome, Outcome)
    if outcome.waiting:
        latest = max(task.schedule.due_at(task.window) for task in outcome.waiting)
        report.warn(
            f"{len(outcome.waiting):,} windows wait for a build that begins at {latest:%Y-%m-%d %H:%M} UTC or later:"
            " python scripts/export.py build"
        )
    if outcome.failed:
        raise SomeFailed(f"{len(outcome.failed)} of {len(at.schedules)} schedules failed: {', '.join(outcome.failed)}.")
    if not as_json and not outcome.news and not outcome.waiting:
        click.echo("Nothing is due.")


@click.command(epilog="Example: python scripts/export.py schedules")
@at_moment
@as_json
@verbose
def schedules(now: str | None, as_json: bool) -> None:
    """List the schedules, each with its next window and how many windows are due and not delivered."""
    rows = []
    with office(now) as at:
        exports = read_exports(at.connection)
        barred = rivals(at.connection, exports, read_destinations(at.places.destinations))
        for sentence in (*dict.fromkeys(barred.values()), *_channels_ignored(at.schedules, exports)):
            report.warn(sentence)
        missing = pending(at.ledger, at.schedules, at.now)
        for schedule in at.schedules:
            coming = _next_window(schedule, at.now)
            rows.append({
                "schedule": schedule.name,
                "export": schedule.export,
                "org_id": schedule.org_id,
                "frequency": schedule.frequency,
                "timezone": schedule.zone.key,
                "destination": schedule.destination,
                "owner": schedule.owner,
                "next_window": _told(coming),
                "due_at": schedule.due_at(coming).isoformat(),
                "restate_days": schedule.restate_days,
                "missing": sum(task.schedule is schedule for task in missing),
            })  # fmt: skip
    if as_json:
        report.as_json(rows)
        return
    keys = ("schedule", "export", "org_id", "frequency", "destination", "next_window", "due_at", "missing")
    report.table(keys, [[row[key] for key in keys] for row in rows])


def say_overdue(now: str | None, as_json: bool) -> None:
    """Prints the windows that are later than their delay and an hour. Raises SomeFailed where there are any."""
    with office(now) as at:
        late = overdue(at.ledger, at.schedules, at.now)
    if as_json:
        report.as_json([task.facts for task in late])
    else:
        for task in late:
            click.echo(
                f"{task.schedule.name}\t{_told(task.window)}\tdue {task.schedule.due_at(task.window).isoformat()}"
            )
    if late:
        raise CareError(f"{len(late):,} windows are overdue; see why: python scripts/export.py runs")


def _told_of_all(notifier: Notifier, error: CareError) -> list[str]:
    """Tells that nothing could be delivered, once as long as that lasts; returns what went wrong as sentences."""
    news = {"state": "failed", "reason": str(error)}
    try:
        with Ledger(places_of().ledger) as ledger:
            return Notices(ledger, notifier).tell(news)
    except CareError:
        # What was told before cannot be known without the ledger.
        return notifier.tell(news)


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        report.warn(sentence)


def _channels_ignored(scheduled: Iterable[Schedule], exports: list[Export]) -> list[str]:
    by_name = {export.name: export for export in exports}
    known = {schedule.name: schedule for schedule in scheduled if schedule.export in by_name}.values()
    asked = [(by_name[one.export], Request(one.org_id, one.zone.key, channels=one.channels)) for one in known]
    return surprises(asked)


def _next_window(schedule: Schedule, now: datetime) -> Window:
    since = max(schedule.start.instant, now - schedule.delay - BEFORE)
    return next(w for w in schedule.windows_due(FOR_EVER, since) if schedule.due_at(w) > now)


def _told(window: Window) -> str:
    return f"{window.start.local:%Y-%m-%dT%H:%M}/{window.end.local:%Y-%m-%dT%H:%M}"


def _say(news: dict[str, Any], as_json: bool) -> None:
    if as_json:
        report.as_json(news)
    elif news["state"] == "failed":
        click.echo(f"error: {news['schedule']} {news['window_start']}: {news['reason']}", err=True)
    else:
        click.echo(f"{news['state']}\t{news['schedule']}\t{news['rows']:,} rows\t{news['path']}")
