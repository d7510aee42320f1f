"""The commands about schedules: deliver what is due, list what is scheduled, say what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import click
import duckdb

from care.cli import output
from care.cli.options import as_json, verbose
from care.destinations.destination import Destination
from care.destinations.opening import read_destinations
from care.errors import BadArgument, CareError, SomeFailed, first_line, is_interruption
from care.locks import folder_of_this_process
from care.requests.request import Request
from care.requests.warnings import warnings_about
from care.runs.ledger import Ledger
from care.schedules.backlog import END_OF_TIME, Backlog, Task, merged, read_backlog
from care.schedules.courier import (
    LIMIT,
    Courier,
    Landed,
    Outcome,
    overdue,
    run_to_send_again,
    schedule_failed,
    to_correct,
    to_finish,
    to_send_again,
)
from care.schedules.notices import Notices, names_of_schedules
from care.schedules.notify import Notifier
from care.schedules.schedule import Schedule, conflicts, read_length, read_schedules
from care.schedules.windows import Window
from care.settings import Settings, settings_of
from care.times import read_moment
from care.warehouse.catalog import Export, build_began, open_published, read_exports

UTC_ZONE = ZoneInfo("UTC")
# At most this many windows are printed.
SHOWN = 1_000
# A moment that is further ahead than clocks may differ is a question.
AHEAD = timedelta(days=1)

only_schedules = click.option(
    "--schedule", "names", metavar="NAME", multiple=True, help="Only this one; may be repeated."
)
at_moment = click.option(
    "--now", metavar="TIME",
    help="Act as of this moment; UTC without an offset. More than a day ahead, nothing is sent.",
)  # fmt: skip


@dataclass
class DeliveryContext:
    """The open database and ledger of a command. `backlogs` are those of the chosen schedules."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    now: datetime
    built_at: datetime
    exports: list[Export]
    destinations: dict[str, Destination]
    backlogs: list[Backlog] = field(default_factory=list)
    # Schedules that may not be delivered as they are, and those that cannot even be read, each with a sentence.
    barred: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def schedules(self) -> list[Schedule]:
        """The schedules asked for that can be read."""
        return [backlog.schedule for backlog in self.backlogs]

    @property
    def until(self) -> datetime:
        """Windows that are due later wait for a newer build: events that landed since may belong to them."""
        return min(self.now, self.built_at)

    def waiting(self) -> list[Task]:
        """The windows that are due and wait for a newer build, oldest first, and no more than one beyond LIMIT."""
        return list(islice(merged(self.backlogs, self.now, after=self.built_at), LIMIT + 1))


@contextmanager
def delivery_context(now: str | None, names: tuple[str, ...] = ()) -> Iterator[DeliveryContext]:
    """The ledger, the published database and its schedules. Raises CareError."""
    settings = settings_of()
    moment = read_moment(now, UTC_ZONE, "--now").instant if now is not None else datetime.now(UTC)
    with (
        Ledger(settings.ledger) as ledger,
        folder_of_this_process(settings.state / "spill") as spill,
        open_published(settings.published, spill) as connection,
    ):
        ledger.close_abandoned()
        built_at, sentence = build_began(connection, settings.published)
        if sentence:
            output.warn(sentence)
        everyone, unreadable = read_schedules(connection)
        asked = everyone
        if names:
            asked, unreadable = read_schedules(connection, names)
        if unreadable and not asked:
            raise CareError(" ".join(unreadable.values()))
        exports, destinations = read_exports(connection), read_destinations(settings.destinations)
        at = DeliveryContext(
            settings, connection, ledger, moment, built_at, exports, destinations, unreadable=unreadable
        )
        at.barred = conflicts(connection, exports, destinations)
        for schedule in asked:
            try:
                at.backlogs.append(read_backlog(ledger, schedule, everyone, destinations))
            except Exception as error:
                if is_interruption(error):
                    raise
                at.unreadable[schedule.name] = f"what {schedule.name} has delivered cannot be read: {_said(error)}"
        at.barred |= {one.schedule.name: one.barred for one in at.backlogs if one.barred}
        yield at


@click.command(epilog="Example: python scripts/export.py deliver --schedule acme_daily_messages --correct 3d")
@at_moment
@only_schedules
@click.option(
    "--correct",
    metavar="LENGTH",
    help="Deliver windows that ended within LENGTH (such as 3d) again if late events changed them.",
)
@click.option(
    "--again", metavar="SCHEDULE|RUN_ID",
    help="Only send its delivered windows once more, under the same names; a schedule needs --from and --to.",
)  # fmt: skip
@click.option("--from", "start_at", metavar="TIME", help="With --again: windows that end after it.")
@click.option("--to", "end_at", metavar="TIME", help="With --again: windows that begin before it.")
@click.option("--dry-run", is_flag=True, help="List what would be sent, and send nothing.")
@click.option(
    "--notify", metavar="URL", envvar="CARE_NOTIFY",
    help="POST there as JSON when a schedule begins to fail, and when it works again. Set CARE_NOTIFY instead: a URL"
    " with a secret in it can be read in the list of processes.",
)  # fmt: skip
@click.option(
    "--notify-command", metavar="COMMAND", envvar="CARE_NOTIFY_COMMAND",
    help="Then run this, with the JSON on its standard input; also from CARE_NOTIFY_COMMAND.",
)  # fmt: skip
@click.option("--notify-success", is_flag=True, help="Also send a notice for each delivered file.")
@as_json
@verbose
def deliver(
    now: str | None, names: tuple[str, ...], correct: str | None, again: str | None, start_at: str | None,
    end_at: str | None, dry_run: bool, notify: str | None, notify_command: str | None, notify_success: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Deliver all due windows, each once.

    Safe to call every minute, to kill, and to call twice at once. Exits 3 if a schedule failed.
    """
    length = read_length(correct, "--correct") if correct else None
    if again is None and (start_at is not None or end_at is not None):
        raise BadArgument("--from and --to say which windows to send --again; add that.")
    if again is not None and (names or correct):
        raise BadArgument("--again sends delivered windows only; leave out --schedule and --correct.")
    notifier = Notifier(notify, notify_command, notify_success)
    outcome = Outcome()

    try:
        with delivery_context(now, names) as at:
            courier = Courier(
                at.connection, at.ledger, at.exports, at.destinations, at.built_at, output.bytes_written, at.barred
            )
            tasks = _to_send_again(at, again, start_at, end_at) if again is not None else None
            corrected = to_correct(at.ledger, at.schedules, at.now, length, at.built_at) if length else []
            for sentence in _channels_ignored(_with_something_to_do(at, tasks or corrected), at.exports):
                output.warn(sentence)
            is_ahead = again is None and at.now > datetime.now(UTC) + AHEAD
            if is_ahead:
                output.warn("--now is more than a day ahead: nothing is sent, and this is what would be due then.")
            if dry_run or is_ahead:
                _say_plan(at, courier, tasks, corrected, as_json)
                return
            notices = Notices(at.ledger, notifier, {task.run_id for task in (*corrected, *(tasks or ()))})
            broken = {} if tasks is not None else at.unreadable
            for news in (schedule_failed(name, reason) for name, reason in broken.items()):
                outcome.news.append(news)
                _say(news, as_json)
                _warn(notices.tell(news))
            if tasks is None:
                done = courier.deliver(at.backlogs, at.until, to_finish(at.ledger, at.schedules), corrected)
            else:
                done = courier.send_again(tasks)
            for news in done:
                if isinstance(news, Outcome):
                    outcome = news.after(outcome)
                else:
                    _say(news, as_json)
                    _warn(notices.tell(news))
            _warn(notices.tell_what_is_over(names_of_schedules(at.connection)))
            waiting = [*outcome.waiting, *(at.waiting() if tasks is None else [])]
    except CareError as error:
        if not dry_run:
            _warn(_told_of_all(notifier, error))
        raise
    _say_waiting(waiting)
    for name, reason in outcome.held.items():
        output.warn(f"{name}: {reason}.")
    if outcome.failed:
        count = len(at.backlogs) + len(at.unreadable)
        raise SomeFailed(f"{len(outcome.failed)} of {count} schedules failed: {', '.join(outcome.failed)}.")
    if not as_json and not outcome.news and not waiting and not outcome.held:
        click.echo("Nothing is due.")


@click.command(epilog="Example: python scripts/export.py schedules")
@at_moment
@as_json
@verbose
def schedules(now: str | None, as_json: bool) -> None:
    """List the schedules, each with its next window and how many windows are due and not delivered."""
    rows = []
    with delivery_context(now) as at:
        sentences = dict.fromkeys([*at.unreadable.values(), *at.barred.values()])
        for sentence in (*sentences, *_channels_ignored(at.schedules, at.exports)):
            output.warn(sentence)
        for backlog in at.backlogs:
            schedule, missing = backlog.schedule, list(islice(backlog.tasks(at.now), LIMIT + 1))
            coming = next(backlog.tasks(END_OF_TIME, after=at.now), None)
            rows.append({
                "schedule": schedule.name,
                "export": schedule.export,
                "org_id": schedule.org_id,
                "frequency": schedule.frequency,
                "timezone": schedule.zone.key,
                "destination": schedule.destination,
                "owner": schedule.owner,
                "next_window": coming and _as_text(coming.window),
                "due_at": coming and coming.due_at.isoformat(),
                "restate_days": schedule.restate_days,
                "missing": min(len(missing), LIMIT),
                "has_more_missing": len(missing) > LIMIT,
            })  # fmt: skip
            if backlog.broken:
                output.warn(f"{schedule.name}: {backlog.broken}")
    if as_json:
        output.as_json(rows)
        return
    keys = ("schedule", "export", "org_id", "frequency", "destination", "next_window", "due_at", "missing")
    shown = [row | ({"missing": f"over {LIMIT:,}"} if row["has_more_missing"] else {}) for row in rows]
    output.table(keys, [[row[key] for key in keys] for row in shown])


def say_overdue(now: str | None, as_json: bool) -> None:
    """Prints the windows that are later than their delay and an hour. Raises CareError if there are any, or where a
    schedule cannot be read."""
    with delivery_context(now) as at:
        late = overdue(at.backlogs, at.now)
        landed = Landed(at.connection)
        reasons = {task.run_id: _why_late(landed, task) for task in late[:SHOWN]}
    for sentence in at.unreadable.values():
        output.warn(sentence)
    if as_json:
        output.as_json([task.facts | {"held": reasons[task.run_id]} for task in late[:SHOWN]])
    else:
        for task in late[:SHOWN]:
            reason = reasons[task.run_id]
            click.echo(
                f"{task.schedule.name}\t{_as_text(task.window)}\tdue {task.due_at.isoformat()}"
                f"{f'{chr(9)}{reason}' if reason else ''}"
            )
    if late:
        shown = f"; the first {SHOWN:,} are listed" if len(late) > SHOWN else ""
        raise CareError(f"{_count(late)} windows are overdue{shown}; see why: python scripts/export.py runs")
    if at.unreadable:
        raise CareError(f"{len(at.unreadable)} schedules cannot be read; what they owe is not known.")


def _to_send_again(at: DeliveryContext, again: str, start_at: str | None, end_at: str | None) -> list[Task]:
    """The delivered windows that `--again` means. Raises BadArgument."""
    schedule = next((schedule for schedule in at.schedules if schedule.name == again), None)
    if schedule is None:
        if again in at.unreadable:
            raise BadArgument(at.unreadable[again])
        if start_at is not None or end_at is not None:
            # A run has its window; so this is meant as a schedule.
            read_schedules(at.connection, [again])
        return [run_to_send_again(at.ledger, at.schedules, again)]
    if start_at is None or end_at is None:
        raise BadArgument(f"say which windows of {again} to send again: --from TIME --to TIME")
    start, end = read_moment(start_at, schedule.zone, "--from"), read_moment(end_at, schedule.zone, "--to")
    return to_send_again(at.ledger, schedule, start, end)


def _with_something_to_do(at: DeliveryContext, tasks: Iterable[Task]) -> list[Schedule]:
    named = {task.schedule.name for task in tasks}
    due = (one.schedule for one in at.backlogs if one.schedule.name in named or next(one.tasks(at.now), None))
    return list(due)


def _say_plan(
    at: DeliveryContext, courier: Courier, again: list[Task] | None, corrected: list[Task], as_json: bool
) -> None:
    """Prints what `deliver` would do. Raises SomeFailed if a schedule would be refused."""
    refused: dict[str, str] = {} if again is not None else dict(at.unreadable)
    checked: set[str] = set()
    tasks = [*islice(merged(at.backlogs, at.until), SHOWN + 1), *corrected] if again is None else again
    for task in tasks[:SHOWN]:
        name = task.schedule.name
        if name not in checked:
            checked.add(name)
            reason = courier.refusal(task)
            refused |= {name: reason} if reason else {}
        if name in refused:
            continue
        waits = None if task.booked else courier.landed.held(task)
        state = "held" if waits else "to send again" if again else "to correct if it changed" if task.booked else "due"
        facts = task.facts | {"state": state, "note": waits or courier.note(task)}
        if as_json:
            output.as_json(facts)
        else:
            note = f"\t{facts['note']}" if facts["note"] else ""
            click.echo(f"{state}\t{name}\t{_as_text(task.window)}{note}")
    if len(tasks) > SHOWN:
        output.warn(f"more than {SHOWN:,} windows would go; the first ones are listed.")
    waiting = at.waiting() if again is None else []
    _say_waiting(waiting)
    for name, reason in refused.items():
        click.echo(f"error: {name}: {reason}", err=True)
    if refused:
        raise SomeFailed(f"{len(refused)} schedules would fail: {', '.join(sorted(refused))}.")
    if not as_json and not tasks and not waiting:
        click.echo("Nothing is due.")


def _say_waiting(waiting: list[Task]) -> None:
    if waiting:
        latest = max(task.due_at for task in waiting)
        output.warn(
            f"{_count(waiting)} windows wait for a build that begins at {latest:%Y-%m-%d %H:%M} UTC or later:"
            " python scripts/export.py build"
        )


def _count(tasks: list[Task]) -> str:
    return f"{len(tasks):,}" if len(tasks) <= LIMIT else f"more than {LIMIT:,}"


def _why_late(landed: Landed, task: Task) -> str | None:
    """The reason why a window is held; None if it is not held."""
    try:
        return landed.held(task)
    except Exception as error:
        if is_interruption(error):
            raise
        return None


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, CareError) else f"{first_line(error)} ({type(error).__name__})."


def _told_of_all(notifier: Notifier, error: CareError) -> list[str]:
    """Tells that nothing could be delivered, once as long as that lasts; returns what went wrong as sentences."""
    news = {"state": "failed", "reason": str(error)}
    try:
        with Ledger(settings_of().ledger) as ledger:
            return Notices(ledger, notifier).tell(news)
    except CareError:
        # Without the ledger earlier notices are unknown.
        return notifier.tell(news)


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        output.warn(sentence)


def _channels_ignored(scheduled: Iterable[Schedule], exports: list[Export]) -> list[str]:
    by_name = {export.name: export for export in exports}
    known = {schedule.name: schedule for schedule in scheduled if schedule.export in by_name}.values()
    asked = [(by_name[one.export], Request(one.org_id, one.zone.key, channels=one.channels)) for one in known]
    return warnings_about(asked)


def _as_text(window: Window) -> str:
    return f"{window.start.local:%Y-%m-%dT%H:%M}/{window.end.local:%Y-%m-%dT%H:%M}"


def _say(news: dict[str, Any], as_json: bool) -> None:
    if as_json:
        output.as_json(news)
    elif news["state"] == "failed":
        where = f"{news['schedule']} {news['window_start']}" if news["window_start"] else news["schedule"]
        click.echo(f"error: {where}: {news['reason']}", err=True)
    else:
        note = f"\t{news['note']}" if news["note"] else ""
        click.echo(f"{news['state']}\t{news['schedule']}\t{news['rows']:,} rows\t{news['path']}{note}")
