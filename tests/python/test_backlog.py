"""After any change of a schedule its windows go on where the delivered ones end: no instant is left out, none twice."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.runs.ledger import Ledger, Overtaken
from care.schedules.backlog import Backlog, Task, read_backlog
from care.schedules.schedule import Schedule
from care.schedules.windows import FREQUENCIES, gaps
from care.times import Span, read_moment
from test_ledger import booked

ZONES = [
    "UTC",
    "Europe/London",
    "Europe/Brussels",
    "America/New_York",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
]
START = "2025-03-20"


def schedule(zone: str = "UTC", frequency: str = "daily", start: str = START, **others: object) -> Schedule:
    """A schedule of messages."""
    zoned = ZoneInfo(zone)
    return Schedule(
        name=str(others.pop("name", "s")),
        export="sparkcentral.message",
        org_id=str(others.pop("org_id", "acme")),
        zone=zoned,
        channels=(),
        frequency=frequency,
        destination="here",
        format=None,
        locale=None,
        start=read_moment(start, zoned, "start"),
        delay=others.pop("delay", timedelta()),  # type: ignore[arg-type]
        owner="Somebody",
        start_text=start,
        **others,  # type: ignore[arg-type]
    )


@contextmanager
def ledger() -> Iterator[Ledger]:
    """An empty ledger."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "state" / "deliveries.sqlite") as opened:
        yield opened


def book(opened: Ledger, task: Task, succeeds: bool = True, is_named: bool = False) -> None:
    """Records a window as delivered, or as failed; `is_named` where its file was ready to get its name."""
    facts = {"arguments": {"destination": "here", "format": "csv"}, "file": f"/out/message/{task.run_id}.csv"}
    opened.begin(booked(**task.facts, **facts), task.schedule.formerly)
    if is_named:
        opened.announce(task.run_id, 1, 1, "")
    if succeeds:
        opened.complete(task.run_id, 1, 1, "")
    else:
        opened.fail(task.run_id, "no space")


def book_all(opened: Ledger, tasks: list[Task]) -> None:
    """Records many windows as delivered, in one transaction; `book` brings each to the disk."""
    facts = {
        "arguments": '{"destination": "here"}',
        "file": "/out",
        "state": "CLOSED",
        "detail": "COMPLETED",
        "pid": 1,
        "started_at": "",
    }
    rows = [booked(**task.facts) | facts for task in tasks]
    with closing(sqlite3.connect(opened.path)) as connection, connection:
        for row in rows:
            names = ", ".join(row)
            # A window that was tried before has its row.
            connection.execute(
                f"insert or replace into runs ({names}) values ({', '.join(f':{name}' for name in row)})", row
            )


def due(opened: Ledger, of: Schedule, now: datetime, everyone: tuple[Schedule, ...] = ()) -> list[Task]:
    """The windows that are due, oldest first."""
    backlog = backlog_of(opened, of, everyone)
    return list(backlog.tasks(now))


def backlog_of(opened: Ledger, of: Schedule, everyone: tuple[Schedule, ...] = ()) -> Backlog:
    return read_backlog(opened, of, everyone or (of,), {})


def deliver(opened: Ledger, of: Schedule, now: datetime) -> list[Task]:
    """Delivers all due windows."""
    tasks = due(opened, of, now)
    book_all(opened, tasks)
    return tasks


def delivered(opened: Ledger) -> list[Span]:
    """The delivered windows, by their start."""
    runs = [run for run in opened.runs() if run["detail"] == "COMPLETED"]
    return sorted(
        (datetime.fromisoformat(run["window_start"]), datetime.fromisoformat(run["window_end"])) for run in runs
    )


def is_whole(spans: list[Span]) -> bool:
    """Whether spans follow each other without a gap and without an overlap."""
    return all(earlier[1] == later[0] for earlier, later in pairwise(spans))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """A change of the schedule, and a call of `deliver` some hours later that may fail at one of its windows."""

    zone: str
    frequency: str
    delay_h: int
    hours: int
    fails_at: int | None
    is_named: bool


STEPS = st.builds(
    Step,
    zone=st.sampled_from(ZONES),
    frequency=st.sampled_from(sorted(FREQUENCIES)),
    delay_h=st.sampled_from([0, 1, 30]),
    hours=st.integers(0, 120),
    fails_at=st.none() | st.integers(0, 3),
    is_named=st.booleans(),
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(steps=st.lists(STEPS, min_size=2, max_size=6), start=st.sampled_from([START, "2025-03-28T17:00", "2025-10-24"]))
def test_changes_of_zone_frequency_and_delay_leave_no_gap_and_no_overlap(steps: list[Step], start: str) -> None:
    now = at(start)
    with ledger() as opened:
        for number, step in enumerate(steps):
            now += timedelta(hours=step.hours)
            of = schedule(step.zone, step.frequency, start, delay=timedelta(hours=step.delay_h))
            is_last = number == len(steps) - 1
            tasks = due(opened, of, now)
            fails_at = None if is_last else step.fails_at
            book_all(opened, tasks[:fails_at])
            for task in tasks[fails_at : fails_at + 1] if fails_at is not None else []:
                book(opened, task, succeeds=False, is_named=step.is_named)
            spans = delivered(opened)
            assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
            # Windows go oldest first; what is missing after a failure may lie before what was delivered.
            assert fails_at is not None or is_whole(spans)
        if spans:
            # All that is due by the last schedule is there: what comes next begins where the last window ended.
            assert due(opened, of, now) == []
            coming = next(backlog_of(opened, of).tasks(now + timedelta(days=60)))
            assert coming.window.start.instant == spans[-1][1]
            whole = next(schedule(step.zone, step.frequency, start).missing(spans[0][0], [])).start.instant
            assert spans[0][0] <= whole
        names = [run["run_id"] for run in opened.runs()]
        assert len(names) == len(set(names))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(steps=st.lists(st.tuples(STEPS, st.sampled_from(["2025-03-12", START, "2025-04-02", "2025-04-09"])), max_size=6))
def test_a_start_that_moves_sends_no_instant_twice_and_all_from_then_on(steps: list[tuple[Step, str]]) -> None:
    now = at("2025-04-05")
    with ledger() as opened:
        for step, start in steps:
            now += timedelta(hours=step.hours)
            of = schedule(step.zone, step.frequency, start)
            deliver(opened, of, now)
            spans = delivered(opened)
            assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))
            begun = next(schedule(step.zone, step.frequency, start).missing(of.first(), [])).start.instant
            last = max((end for _, end in spans if end <= now), default=begun)
            assert list(gaps(begun, max(begun, last), spans)) == []


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("frequency", sorted(FREQUENCIES))
def test_a_schedule_that_moves_to_another_zone_goes_on_where_it_was(zone: str, frequency: str) -> None:
    with ledger() as opened:
        deliver(opened, schedule("UTC", frequency), at("2025-04-05T12:00"))
        (_, reached) = delivered(opened)[-1]
        first, *others = [
            task
            for task in deliver(opened, schedule(zone, frequency), at("2025-05-05"))
            if task.window.end.instant > reached
        ]
        assert first.window.start.instant == reached
        assert first.window.is_partial == (frequency != "hourly" or zone == "Asia/Kathmandu")
        assert first.note is None or first.note.startswith("partial: only a part of its ")
        assert not any(task.window.is_partial for task in others)
        assert is_whole(delivered(opened))


def test_a_daily_schedule_that_moves_from_utc_to_london_sends_the_missing_23_hours() -> None:
    with ledger() as opened:
        deliver(opened, schedule("UTC"), at("2025-04-03T12:00"))
        first, second = deliver(opened, schedule("Europe/London"), at("2025-04-05T12:00"))[-2:]
        assert first.window.span == (at("2025-04-03T00:00"), at("2025-04-03T23:00"))
        assert first.window.is_partial
        assert second.window.span == (at("2025-04-03T23:00"), at("2025-04-04T23:00"))
        assert not second.window.is_partial


@pytest.mark.parametrize("is_named", [True, False])
def test_a_window_that_failed_before_the_change_is_delivered_as_it_was(is_named: bool) -> None:
    with ledger() as opened:
        *before, last = due(opened, schedule("UTC"), at("2025-03-23T12:00"))
        for task in before:
            book(opened, task)
        book(opened, last, succeeds=False, is_named=is_named)
        first, second, *_ = deliver(opened, schedule("Europe/Brussels", "hourly", "2025-03-20T01:00"), at("2025-03-24"))
        assert (first.window.span, first.run_id) == (last.window.span, last.run_id)
        assert second.window.start.instant == last.window.end.instant
        # Its file may lie there already, under a name that shows the times of its zone.
        assert first.schedule.zone.key == ("UTC" if is_named else "Europe/Brussels")
        assert is_whole(delivered(opened))


def test_a_renamed_schedule_that_says_so_goes_on(tmp_path: Path) -> None:
    old = schedule(name="old")
    new = replace(old, name="new", formerly=("older", "old"))
    with ledger() as opened:
        deliver(opened, old, at("2025-03-25"))
        (task,) = deliver(opened, new, at("2025-03-26"))
        assert task.window.span == (at("2025-03-25"), at("2025-03-26"))
        assert backlog_of(opened, new, (old, new)).barred == (
            "new was formerly old, its entry says, but there is still a schedule of that name which sends"
            " sparkcentral.message of acme; remove one of the two."
        )


def test_a_renamed_schedule_that_does_not_say_so_is_refused_until_its_start_is_later() -> None:
    old, new = schedule(name="old"), schedule(name="new")
    with ledger() as opened:
        deliver(opened, old, at("2025-03-25"))
        assert backlog_of(opened, new).barred == (
            "new would send sparkcentral.message of acme again, which old has sent to the same place until"
            " 2025-03-25T00:00:00+00:00; if new is its new name, add `formerly: old` to its entry, and if it is another"
            ' schedule, let it begin no earlier: `start: "2025-03-25T00:00:00+00:00"`.'
        )
        # With another org, another destination, or beside a schedule that still exists, it is another schedule.
        assert backlog_of(opened, replace(new, org_id="globex")).barred is None
        assert backlog_of(opened, replace(new, destination="there")).barred is None
        assert backlog_of(opened, new, (old, new)).barred is None
        later = schedule("Europe/London", name="new", start="2025-03-25T00:00:00+00:00")
        assert backlog_of(opened, later).barred is None
        deliver(opened, later, at("2025-03-27T12:00"))
        assert is_whole(delivered(opened))
        # Once it has gone on by itself, a start that is moved back sends nothing again either.
        assert "old has sent" in (backlog_of(opened, new).barred or "")


def test_a_schedule_takes_over_at_its_start_also_within_a_window() -> None:
    with ledger() as opened:
        deliver(opened, schedule(name="old"), at("2025-03-25"))
        new = schedule("America/New_York", name="new", start="2025-03-25T00:00:00+00:00")
        first = deliver(opened, new, at("2025-03-26T12:00"))[0]
        assert first.window.span == (at("2025-03-25"), at("2025-03-25T04:00"))
        assert is_whole(delivered(opened))


def test_another_org_or_export_has_instants_of_its_own() -> None:
    acme = schedule()
    with ledger() as opened:
        deliver(opened, acme, at("2025-03-22"))
        assert len(deliver(opened, replace(acme, org_id="globex"), at("2025-03-22"))) == 2
        other = replace(acme, export="sparkcentral.contact")
        assert len({task.run_id for task in deliver(opened, other, at("2025-03-22"))}) == 2
        assert len(opened.runs()) == 6
        for one in (acme, other, replace(acme, org_id="globex")):
            assert due(opened, one, at("2025-03-22")) == []


def test_an_end_ends_a_schedule_within_a_window_and_another_takes_over() -> None:
    ending = schedule(name="old", end=at("2025-03-21T09:00"))
    with ledger() as opened:
        tasks = deliver(opened, ending, at("2025-12-31"))
        assert [task.window.span for task in tasks] == [
            (at("2025-03-20"), at("2025-03-21")),
            (at("2025-03-21"), at("2025-03-21T09:00")),
        ]
        assert [task.window.is_partial for task in tasks] == [False, True]
        deliver(opened, schedule(name="new", start="2025-03-21T09:00"), at("2025-03-23"))
        assert is_whole(delivered(opened))


def test_a_process_with_an_older_state_of_the_schedule_sends_nothing_twice() -> None:
    with ledger() as opened:
        old, new = schedule("UTC"), schedule("Europe/London")
        before = due(opened, old, at("2025-04-03"))
        book(opened, before[0])
        after = due(opened, new, at("2025-04-03"))
        for task in (*after, *before):
            opened.claims.take(task.run_id)
            try:
                book(opened, task)
            except Overtaken:
                opened.claims.release(task.run_id)
        assert is_whole(delivered(opened))
        deliver(opened, new, at("2025-04-03"))
        assert is_whole(delivered(opened))


def test_gaps_that_an_older_version_left_are_delivered_now() -> None:
    """A daily schedule moved from UTC to London, whose first window of London began at the next midnight."""
    with ledger() as opened:
        deliver(opened, schedule("UTC"), at("2025-04-03"))
        late = schedule("Europe/London", start="2025-04-04")
        for task in Backlog(late, late.first()).tasks(at("2025-04-06")):
            book(opened, task)
        assert not is_whole(delivered(opened))
        (task,) = deliver(opened, schedule("Europe/London"), at("2025-04-05T23:00"))
        assert task.window.span == (at("2025-04-03"), at("2025-04-03T23:00"))
        assert is_whole(delivered(opened))


def test_a_window_far_ahead_is_reckoned_at_once() -> None:
    with ledger() as opened:
        backlog = backlog_of(opened, schedule("Australia/Lord_Howe", "hourly", "0002-01-03"))
        task = next(backlog.tasks(at("9998-12-31"), after=at("9998-12-01")))
        assert task.due_at > at("9998-12-01")
