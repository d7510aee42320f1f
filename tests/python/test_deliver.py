"""Deliveries: every due window once, as its schedule says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from small_schedules import NOW, OPEN, agrees, booked, built, files, office, own_destinations
from test_export_cli import Shell, shell

__all__ = ["own_destinations", "shell"]


def test_every_due_window_is_delivered_once(shell: Shell) -> None:
    office(shell, {})
    lines = shell("deliver", *NOW).splitlines()
    assert [line.split("\t")[:3] for line in lines] == [
        ["delivered", "daily_messages", "0 rows"],
        ["delivered", "daily_messages", "0 rows"],
        ["delivered", "daily_messages", "3 rows"],
        ["delivered", "daily_messages", "0 rows"],
    ]
    found = files(shell.folder / "out")
    assert sorted(name[: len("message/acmemessage") + 28] for name in found) == [
        "message/acmemessage2803202500000029032025000000",
        "message/acmemessage2903202500000030032025000000",
        "message/acmemessage3003202500000031032025000000",
        "message/acmemessage3103202500000001042025000000",
    ]
    assert len(found) == 4
    agrees(shell, found)
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert files(shell.folder / "out") == found


def test_a_window_is_due_its_delay_after_its_end(shell: Shell) -> None:
    office(shell, {"delay": "2h"})
    assert shell("deliver", "--now", "2025-03-29T00:59:59Z") == "Nothing is due.\n"
    assert len(shell("deliver", "--now", "2025-03-29T01:00:00Z").splitlines()) == 1


def test_windows_of_every_frequency_add_up_across_a_clock_change(shell: Shell) -> None:
    office(
        shell,
        {"schedule": "weekly_messages", "frequency": "weekly", "start": "2025-02-24"},
        {"schedule": "daily_messages", "start": "2025-03-01"},
        {"schedule": "hourly_messages", "frequency": "hourly", "start": "2025-03-29"},
    )
    shell("deliver", "--now", "2025-04-07T12:00", "--schedule", "weekly_messages", "--schedule", "daily_messages")
    shell("deliver", *NOW, "--schedule", "hourly_messages")
    delivered = booked(shell)
    for schedule, messages in {
        "weekly_messages": ["m1", "m2", "m3", "m4", "m5"],
        "daily_messages": ["m1", "m2", "m3", "m4", "m5"],
        "hourly_messages": ["m2", "m3", "m4", "m5"],
    }.items():
        runs = [run for run in delivered if run["schedule"] == schedule]
        runs.sort(key=lambda run: run["window_start"])
        assert all(earlier["window_end"] == later["window_start"] for earlier, later in pairwise(runs))
        texts = [io.StringIO(Path(run["file"]).read_text(), newline="") for run in runs]
        assert [row["Message ID"] for text in texts for row in csv.DictReader(text)] == messages
        assert sum(run["rows"] for run in runs) == len(messages)


def test_a_snapshot_carries_the_as_of_of_its_windows_end(shell: Shell) -> None:
    office(shell, OPEN)
    shell("deliver", *NOW)
    names = sorted(files(shell.folder / "out"))
    assert [name[: len("open-conversation/acmeopen-conversation00000000000000")] for name in names] == [
        "open-conversation/acmeopen-conversation24032025000000",
        "open-conversation/acmeopen-conversation31032025000000",
    ]
    assert {run["as_of"] for run in booked(shell)} == {"2025-03-23T23:00:00+00:00", "2025-03-30T22:00:00+00:00"}


def test_a_schedule_says_how_its_file_looks(shell: Shell) -> None:
    office(shell, {"channels": "ch-1\nch-unnamed", "locale": "fr"}, {"schedule": "as_json", "format": "json"})
    shell("deliver", *NOW)
    content = {run["schedule"]: Path(run["file"]) for run in booked(shell) if run["rows"]}
    assert content["daily_messages"].read_text().splitlines()[0].startswith("ID du message,")
    assert [row["message_id"] for row in json.loads(content["as_json"].read_text())] == ["m2", "m3", "m4"]
    assert {run["arguments"]["delivery"] for run in booked(shell)} == {"scheduled"}


def test_only_the_schedules_that_are_named(shell: Shell) -> None:
    office(shell, {}, OPEN)
    assert {line.split("\t")[1] for line in shell("deliver", *NOW, "--schedule", "weekly_open").splitlines()} == {
        "weekly_open"
    }
    assert shell.refused("deliver", "--schedule", "weekly_opne") == (
        "unknown schedule 'weekly_opne'; did you mean 'weekly_open'?"
    )


def test_a_database_that_is_too_old_for_a_window_waits(shell: Shell) -> None:
    database = office(shell, {})
    built(database, datetime(2025, 3, 30, 23, 0, tzinfo=UTC))
    assert len(shell("deliver", *NOW).splitlines()) == 3
    assert shell.errors == (
        "warning: 1 windows wait for a build that begins at 2025-03-31 22:15 UTC or later:"
        " python scripts/export.py build\n"
    )
    built(database)
    assert len(shell("deliver", *NOW).splitlines()) == 1
    agrees(shell, files(shell.folder / "out"))


LATE = "insert into marts.messages values ('acme', 'm9', 'ch-1', timestamptz '2025-03-29 10:00:00+00', 'late', 1, true)"


def test_late_events_are_delivered_again_if_asked(shell: Shell) -> None:
    database = office(shell, {}, destinations="here: {url: out, manifest: true}")
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    assert len(before) == 8
    built(database, None, LATE)
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert shell("deliver", *NOW, "--correct", "1d") == "Nothing is due.\n"
    assert files(shell.folder / "out") == before
    (line,) = shell("deliver", *NOW, "--correct", "4d").splitlines()
    assert line.split("\t")[:3] == ["corrected", "daily_messages", "1 rows"]
    after = files(shell.folder / "out")
    assert after.keys() == before.keys()
    changed = sorted(name for name in after if after[name] != before[name])
    assert len(changed) == 2
    (run,) = [run for run in booked(shell) if run["revision"] == 2]
    assert run["replaced_sha256"] == hashlib.sha256(before[changed[0]]).hexdigest()
    assert run["sha256"] == hashlib.sha256(after[changed[0]]).hexdigest()
    told = json.loads(after[changed[1]])
    assert (told["revision"], told["replaces_sha256"], told["rows"]) == (2, run["replaced_sha256"], 1)
    assert shell("deliver", *NOW, "--correct", "4d") == "Nothing is due.\n"


def test_a_manifest_describes_its_file(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"}, destinations="here: {url: out, manifest: true}")
    shell("deliver", "--now", "2025-03-31")
    (name, described), (data, content) = sorted(files(shell.folder / "out").items(), key=lambda item: -len(item[0]))
    assert name == f"{data}.json"
    told = json.loads(described)
    assert told["file"] == Path(data).name
    assert (told["sha256"], told["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert told["rows"] == len(list(csv.reader(content.decode().splitlines()))) - 1
    assert told["window_start"] == {"instant": "2025-03-29T23:00:00+00:00", "local": "2025-03-30T00:00:00"}
    assert told["window_end"] == {"instant": "2025-03-30T22:00:00+00:00", "local": "2025-03-31T00:00:00"}
    assert told["columns"][0] == {"column_name": "message_id", "data_type": "varchar"}
    assert (told["schedule"], told["revision"], told["replaces_sha256"]) == ("daily_messages", 1, None)


def test_overdue_is_a_window_later_than_its_delay_and_an_hour(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"})
    assert shell("status", "--overdue", "--now", "2025-03-30T23:14:59Z") == ""
    (line,) = shell("status", "--overdue", "--now", "2025-03-30T23:15:00Z", code=1).splitlines()
    assert line == "daily_messages\t2025-03-30T00:00/2025-03-31T00:00\tdue 2025-03-30T22:15:00+00:00"
    shell("deliver", "--now", "2025-03-30T23:15:00Z")
    assert shell("status", "--overdue", "--now", "2025-03-30T23:15:00Z") == ""
    assert "name a RUN_ID" in shell.refused("status")


def test_schedules_are_listed_with_what_is_missing(shell: Shell) -> None:
    office(shell, {}, OPEN)
    shell("deliver", *NOW, "--schedule", "daily_messages")
    listed = json.loads(shell("schedules", *NOW, "--json"))
    assert [(row["schedule"], row["missing"], row["next_window"], row["due_at"]) for row in listed] == [
        ("daily_messages", 0, "2025-04-01T00:00/2025-04-02T00:00", "2025-04-01T22:15:00+00:00"),
        ("weekly_open", 2, "2025-03-31T00:00/2025-04-07T00:00", "2025-04-06T22:15:00+00:00"),
    ]


def test_a_delivered_file_can_be_fetched_back(shell: Shell) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    run = max(booked(shell), key=lambda run: run["rows"])
    path = shell("download", run["run_id"], "--to", "./back/").strip()
    assert Path(path).read_bytes() == Path(run["file"]).read_bytes()
    assert "exists already" in shell.refused("download", run["run_id"], "--to", "./back/")
    assert shell.refused("download", "1234") == "unknown run '1234'"
