"""Schedules that are changed, invalid or sent again: no due window is lost, and each error is reported."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from care.runs import run as running
from care.schedules import courier as delivering
from care.warehouse.build import _publish
from care.warehouse.catalog import build_began, open_published
from small_schedules import MANY, NOW, OPEN, agrees, booked, built, files, office, own_destinations, schedules
from small_tracebuzz import TRACEBUZZ
from test_build import STAGING
from test_export_cli import Shell, shell

__all__ = ["own_destinations", "shell"]

LATE = "insert into marts.messages values ('acme', 'm9', 'ch-1', timestamptz '2025-03-29 10:00:00+00', 'late', 1, true)"
ALL_OF_IT = ("--from", "2025-03-01", "--to", "2025-05-01")


def changed(database: Path, *rows: dict[str, str | None]) -> None:
    """A new build with other schedules."""
    built(database, None, schedules(*rows))


def spans(shell: Shell) -> list[tuple[str, str]]:
    """The delivered windows, by their start."""
    return sorted((run["window_start"], run["window_end"]) for run in booked(shell))


def is_whole(found: list[tuple[str, str]]) -> bool:
    return all(earlier[1] == later[0] for earlier, later in pairwise(found))


def messages(shell: Shell) -> list[str]:
    """The ids of all messages in the files that lie there."""
    texts = [io.StringIO(content.decode(), newline="") for content in files(shell.folder / "out").values()]
    return sorted(row["Message ID"] for text in texts for row in csv.DictReader(text))


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("frequency", ["hourly", "daily", "weekly"])
def test_a_change_of_zone_or_frequency_sends_each_message_once(shell: Shell, zone: str, frequency: str) -> None:
    later = "2025-04-01T12:00" if frequency == "hourly" else "2025-04-08T12:00"
    database = office(shell, {"start": "2025-03-29", "timezone": "UTC"})
    shell("deliver", "--now", "2025-03-30T12:00")
    changed(database, {"start": "2025-03-29", "timezone": zone, "frequency": frequency})
    said = shell("deliver", "--now", later)
    assert is_whole(spans(shell))
    assert messages(shell) == ["m2", "m3", "m4", "m5"]
    # On 30 March the day of London begins as that of UTC does, and ends an hour earlier.
    is_whole_already = frequency == "hourly" or (frequency, zone) == ("daily", "Europe/London")
    assert ("partial: only a part of its" in said) == (not is_whole_already)
    agrees(shell, files(shell.folder / "out"))
    assert shell("status", "--overdue", "--now", later) == ""


def test_a_partial_window_is_said_in_the_ledger_and_the_manifest(shell: Shell) -> None:
    database = office(shell, {"timezone": "UTC"}, destinations="here: {url: out, manifest: true}")
    shell("deliver", "--now", "2025-03-30T12:00")
    changed(database, {"timezone": "Europe/Brussels"})
    news = [json.loads(line) for line in shell("deliver", "--now", "2025-03-31T12:00", "--json").splitlines()]
    note = "partial: only a part of its day, as the time zone, the frequency or the start"
    assert [(one["window_start"], one["window_end"]) for one in news] == [
        ("2025-03-27T23:00:00+00:00", "2025-03-28T00:00:00+00:00"),
        ("2025-03-30T00:00:00+00:00", "2025-03-30T22:00:00+00:00"),
    ]
    assert all(one["note"].startswith(note) for one in news)
    told = json.loads(Path(f"{news[1]['path']}.json").read_text())
    assert told["note"] == news[1]["note"]
    assert json.loads(shell("status", news[1]["run_id"], "--json"))["note"] == news[1]["note"]


def test_a_file_that_was_named_when_its_run_was_killed_is_replaced_after_a_change(shell: Shell) -> None:
    """The file of 29 March lies there, and the ledger does not know whether it is whole."""
    database = office(shell, {"timezone": "UTC"})
    shell("deliver", "--now", "2025-03-30T12:00")
    before = files(shell.folder / "out")
    with sqlite3.connect(shell.folder / "state" / "deliveries.sqlite") as connection:
        connection.execute("update runs set detail = 'FAILED' where window_start like '2025-03-29%'")
    changed(database, {"timezone": "Europe/Brussels", "frequency": "hourly", "format": "json", "start": "2025-03-29"})
    shell("deliver", "--now", "2025-03-30T13:30")
    after = files(shell.folder / "out")
    assert before.items() <= after.items()
    assert is_whole(spans(shell))
    agrees(shell, after)


def test_statistics_of_a_changed_schedule_have_names_of_their_own(shell: Shell) -> None:
    agents = {"export_name": "tracebuzz.agents", "restate_days": "7", "timezone": "UTC"}
    database = office(shell, agents, sql=TRACEBUZZ)
    shell("deliver", "--now", "2025-03-31T12:00")
    before = files(shell.folder / "out")
    changed(database, agents | {"timezone": "Europe/Amsterdam", "frequency": "weekly"})
    shell("deliver", "--now", "2025-04-07T12:00")
    after = files(shell.folder / "out")
    assert before.items() < after.items()
    assert is_whole(spans(shell))
    agrees(shell, after)


def test_a_snapshot_of_a_partial_window_shows_its_end(shell: Shell) -> None:
    database = office(shell, OPEN | {"timezone": "UTC"})
    shell("deliver", "--now", "2025-03-25T12:00")
    changed(database, OPEN | {"timezone": "UTC", "frequency": "daily"})
    shell("deliver", "--now", "2025-03-26T12:00")
    assert is_whole(spans(shell))
    runs = booked(shell)
    assert {run["as_of"] for run in runs} == {run["window_end"] for run in runs}


def test_a_renamed_schedule_is_refused_until_its_entry_says_more(shell: Shell) -> None:
    database = office(shell, {})
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    changed(database, {"schedule": "renamed"}, {"schedule": "other", "org_id": "globex", "start": "2025-03-31"})
    assert [line.split("\t")[1] for line in shell("deliver", *NOW, code=3).splitlines()] == ["other"]
    assert "which daily_messages has sent to the same place until 2025-04-01T00:00:00+02:00" in shell.errors
    assert "renamed would send sparkcentral.message of acme again" in shell.errors
    shell("schedules", *NOW)
    assert "add `formerly: daily_messages` to its entry" in shell.errors
    changed(database, {"schedule": "renamed", "formerly": "daily_messages"})
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert len(shell("deliver", "--now", "2025-04-02T12:00").splitlines()) == 1
    changed(database, {"schedule": "third", "start": "2025-04-03T00:00:00+02:00"})
    assert shell("deliver", "--now", "2025-04-03T12:00") == "Nothing is due.\n"
    assert len(shell("deliver", "--now", "2025-04-04T12:00").splitlines()) == 1
    assert before.items() < files(shell.folder / "out").items()


def test_another_org_under_the_same_name_gets_its_own_windows(shell: Shell) -> None:
    database = office(shell, {})
    shell("deliver", *NOW)
    changed(database, {"org_id": "globex"})
    assert len(shell("deliver", *NOW).splitlines()) == 4
    changed(database, {"export_name": "sparkcentral.open_conversation"})
    assert len(shell("deliver", *NOW).splitlines()) == 4
    agrees(shell, files(shell.folder / "out"))
    changed(database, {})
    assert shell("deliver", *NOW) == "Nothing is due.\n"


def test_a_correction_is_of_the_window_as_it_was(shell: Shell) -> None:
    database = office(shell, {"timezone": "UTC"})
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    built(database, None, schedules({"timezone": "Europe/Brussels", "frequency": "weekly", "format": "json"}), LATE)
    (line,) = [line for line in shell("deliver", *NOW, "--correct", "9d").splitlines() if line.startswith("corrected")]
    after = files(shell.folder / "out")
    (name,) = [name for name in before if before[name] != after[name]]
    assert line.split("\t")[3].endswith(name)
    assert len(after[name].splitlines()) == 2


# An exception of one window.


def test_any_exception_of_a_window_is_its_own(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    office(shell, {"start": "2025-03-31"}, OPEN | {"schedule": "other", "start": "2025-03-24"})
    keeper = f"tee -a {shell.folder / 'told'}"
    whole = delivering.run_export

    def breaks(connection: Any, ledger: Any, planned: Any, *others: Any) -> Any:
        if planned.facts["schedule"] == "daily_messages":
            raise OverflowError("date value out of range")
        return whole(connection, ledger, planned, *others)

    monkeypatch.setattr(delivering, "run_export", breaks)
    (line,) = shell("deliver", *NOW, "--notify-command", keeper, code=3).splitlines()
    assert line.split("\t")[1] == "other"
    reason = "sparkcentral.message cannot be delivered: date value out of range (OverflowError)."
    assert f"error: daily_messages 2025-03-30T22:00:00+00:00: {reason}" in shell.errors
    (failed,) = [run for run in json.loads(shell("runs", "--json")) if run["detail"] == "FAILED"]
    assert (failed["schedule"], failed["reason"]) == ("daily_messages", reason)
    assert json.loads((shell.folder / "told").read_text())["reason"] == reason


def test_an_org_whose_time_is_out_of_this_world_fails_alone(shell: Shell) -> None:
    sql = "update marts.orgs set latest_event_at = timestamptz '294000-01-01' where org_id = 'globex'"
    office(shell, {"start": "2025-03-31"}, {"schedule": "broken", "org_id": "globex"}, sql=sql)
    assert len(shell("deliver", *NOW, code=3).splitlines()) == 1
    assert "1 of 2 schedules failed: broken." in shell.errors


def test_a_record_that_cannot_be_read_stops_its_schedule_alone(shell: Shell) -> None:
    office(shell, {}, {"schedule": "other", "start": "2025-03-31"})
    shell("deliver", "--now", "2025-03-30T12:00", "--schedule", "daily_messages")
    with sqlite3.connect(shell.folder / "state" / "deliveries.sqlite") as connection:
        connection.execute("update runs set window_end = 'soon'")
    assert len(shell("deliver", *NOW, code=3).splitlines()) == 1
    assert "what daily_messages has delivered cannot be read" in shell.errors


# When a build began.


def test_the_time_of_the_file_means_nothing(shell: Shell) -> None:
    database = office(shell, {})
    built(database, datetime(2025, 3, 30, 23, 0, tzinfo=UTC))
    for touched in (0, time.time()):
        os.utime(database, (touched, touched))
        assert json.loads(shell("schedules", *NOW, "--json"))[0]["missing"] == 4
    assert len(shell("deliver", *NOW).splitlines()) == 3
    shutil.copy(database, shell.folder / "copy")
    shutil.move(shell.folder / "copy", database)
    assert shell("deliver", *NOW) == ""
    assert "1 windows wait for a build that begins at 2025-03-31 22:15 UTC or later" in shell.errors


def test_a_build_writes_into_the_database_when_it_began(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "care.duckdb")) as connection:
        connection.execute(STAGING)
    (tmp_path / "published").mkdir()
    published = tmp_path / "published" / "care.duckdb"
    _publish(tmp_path / "care.duckdb", published, datetime(2025, 3, 30, 23, 0, 0, 123456, tzinfo=UTC).timestamp())
    os.utime(published, (0, 0))
    with open_published(published) as connection:
        found = build_began(connection, published)
    assert found == (datetime(2025, 3, 30, 23, 0, 0, 123000, tzinfo=UTC), None)


def test_a_database_of_an_older_version_goes_by_its_file_and_says_so(shell: Shell) -> None:
    database = office(shell, {}, sql="drop table catalog.build")
    os.utime(database, (0, 0))
    assert shell("deliver", *NOW) == ""
    assert "does not say when its build began; the time of its file is taken instead (1970-01-01 00:00" in shell.errors


# Schedules that cannot be delivered.


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"channels": "ch-1\nch-2"}, "unknown channel of acme 'ch-2'; did you mean 'ch-1'?"),
        ({"channels": "ch-9"}, "unknown channel of acme 'ch-9'"),
        ({"chosen_columns": "message_id\ncontents"}, "unknown column of message 'contents'; did you mean 'content'?"),
        ({"chosen_columns": "org_id"}, "is a key that is not delivered"),
        ({"unknown_options": "timezon"}, "unknown option 'timezon'; did you mean 'timezone'?"),
        ({"hold_until_landed": "perhaps"}, "hold_until_landed 'perhaps' is neither true nor false."),
        ({"end_at": "2025-03-28"}, "end '2025-03-28' is not after start."),
        ({"end_at": "2025-03-29T10:01"}, "end '2025-03-29T10:01' is not on a whole quarter of an hour."),
        ({"delay": "99999d"}, "delay '99999d' is too long"),
        ({"timezone": "Brussels"}, "unknown time zone 'Brussels'"),
        ({"export_name": "a.b and c.d"}, "it names several exports: a.b and c.d"),
        ({"export_name": None}, "it has no export."),
        ({"timezone": None, "export_name": "sparkcentral.massage"}, "unknown export 'sparkcentral.massage'"),
    ],
)
def test_a_schedule_with_something_unknown_is_refused_and_the_others_go_on(
    shell: Shell, row: dict[str, str | None], sentence: str
) -> None:
    office(shell, row | {"schedule": "broken"}, {})
    assert len(shell("deliver", *NOW, code=3).splitlines()) == 4
    first, last = shell.errors.splitlines()
    assert first.startswith("error: broken")
    assert sentence in first
    assert last == "error: 1 of 2 schedules failed: broken."
    assert "broken" not in shell("deliver", "--now", "2025-04-02T12:00", "--schedule", "daily_messages")
    json.loads(shell("schedules", *NOW, "--json"))


def test_channels_with_commas_and_columns_are_asked_for(shell: Shell) -> None:
    sql = "insert into marts.channels values ('acme', 'a, b'); update marts.messages set channel_id = 'a, b'"
    office(shell, {"channels": "a, b\nch-1", "chosen_columns": "content\nmessage_id"}, sql=sql)
    shell("deliver", *NOW)
    assert messages(shell) == ["m2", "m3", "m4"]
    assert {content.splitlines()[0] for content in files(shell.folder / "out").values()} == {b"Content,Message ID"}
    assert {tuple(run["arguments"]["channels"]) for run in booked(shell)} == {("a, b", "ch-1")}


# Sending again.


def test_what_was_lost_at_the_receivers_is_sent_again_under_its_name(shell: Shell) -> None:
    office(shell, {}, MANY | {"start": "2025-03-31"}, destinations="here: {url: out, manifest: true}")
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    for name in before:
        (shell.folder / "out" / name).unlink()
    asked = ("--again", "daily_messages", "--from", "2025-03-29", "--to", "2025-03-31")
    assert [line.split("\t")[:2] for line in shell("deliver", "--dry-run", *asked).splitlines()] == [
        ["to send again", "daily_messages"]
    ] * 2
    assert files(shell.folder / "out") == {}
    assert [line.split("\t")[0] for line in shell("deliver", *asked).splitlines()] == ["sent again"] * 2
    after = files(shell.folder / "out")
    assert len(after) == 4
    assert {name: content for name, content in after.items() if name.endswith(".csv")}.items() <= before.items()
    runs = [run for run in booked(shell) if run["attempts"] == 2]
    assert [run["revision"] for run in runs] == [1, 1]
    assert {json.loads(after[name])["revision"] for name in after if name.endswith(".json")} == {1}
    (hour, *_) = [run for run in booked(shell) if run["schedule"] == "hourly_messages"]
    shell("deliver", "--again", hour["run_id"])
    assert Path(hour["file"]).exists()
    assert shell("deliver", *NOW) == "Nothing is due.\n"


def test_what_changed_meanwhile_is_a_revision_when_it_is_sent_again(shell: Shell) -> None:
    database = office(shell, {}, destinations="here: {url: out, manifest: true}")
    shell("deliver", *NOW)
    before = {run["run_id"]: run for run in booked(shell)}
    built(database, None, schedules({"timezone": "America/New_York", "frequency": "weekly"}), LATE)
    shell("deliver", "--again", "daily_messages", "--from", "2025-03-29T12:00", "--to", "2025-03-29T13:00")
    (run,) = [run for run in booked(shell) if run["revision"] == 2]
    content = Path(run["file"]).read_bytes()
    assert (run["attempts"], run["replaced_sha256"]) == (2, before[run["run_id"]]["sha256"])
    assert run["sha256"] == hashlib.sha256(content).hexdigest()
    assert run["file"] == before[run["run_id"]]["file"]
    told = json.loads(Path(f"{run['file']}.json").read_text())
    assert (told["revision"], told["replaces_sha256"]) == (2, run["replaced_sha256"])


def test_windows_are_sent_again_to_where_the_schedule_sends_now(shell: Shell) -> None:
    database = office(shell, {}, destinations="here: {url: out}\nthere: {url: out2}")
    shell("deliver", *NOW)
    changed(database, {"destination": "there"})
    shell("deliver", "--again", "daily_messages", "--from", "2025-03-01", "--to", "2025-05-01")
    assert files(shell.folder / "out2") == files(shell.folder / "out")
    assert {Path(run["file"]).parents[1].name for run in booked(shell)} == {"out2"}
    assert shell("deliver", *NOW) == "Nothing is due.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--again", "daily_messages"), "say which windows of daily_messages to send again: --from TIME --to TIME"),
        (("--again", "daily_messages", "--from", "2025-01-01", "--to", "2025-01-02"), "has delivered nothing from"),
        (("--again", "daily_messages", "--from", "2025-04-01", "--to", "2025-01-02"), "--to is not after --from."),
        (("--again", "daily_messages", "--from", "soon", "--to", "2025-01-02"), "--from 'soon' is not a time"),
        (("--again", "dayly_messages", "--from", "2025-04-01", "--to", "2025-04-02"), "did you mean 'daily_messages'?"),
        (("--again", "1234"), "unknown run '1234'"),
        (("--from", "2025-04-01"), "--from and --to say which windows to send --again; add that."),
        (("--again", "daily_messages", "--correct", "1d"), "leave out --schedule and --correct."),
    ],
)
def test_what_cannot_be_sent_again_is_said(shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    assert sentence in shell.refused("deliver", *arguments)


def test_a_run_on_demand_or_of_a_schedule_that_is_gone_is_not_sent_again(shell: Shell) -> None:
    database = office(shell, {})
    shell("deliver", *NOW)
    (run, *_) = booked(shell)
    alone = json.loads(shell("run", "message", "--org", "acme", "--from", "2025-03-01", "--to", "2025-04-01", "--json"))
    assert "is of no schedule" in shell.refused("deliver", "--again", alone["run_id"])
    changed(database, {"schedule": "other"})
    assert "is no longer there" in shell.refused("deliver", "--again", run["run_id"])


def test_a_window_that_could_not_be_sent_again_counts_as_delivered(shell: Shell) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    (shell.folder / "out").rename(shell.folder / "kept")
    (shell.folder / "out").touch()
    asked = ("--again", "daily_messages", "--from", "2025-03-29", "--to", "2025-03-31")
    shell("deliver", *asked, code=3)
    assert "is a file; name a folder" in shell.errors
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert len(booked(shell)) == 4


def fails(*arguments: Any) -> None:
    raise OSError("no space")


@pytest.mark.parametrize("arguments", [("--correct", "9d"), ("--again", "daily_messages", *ALL_OF_IT)])
def test_a_file_that_was_replaced_when_its_process_ended_is_booked_by_the_next(
    shell: Shell, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = office(shell, {"start": "2025-03-29"}, destinations="here: {url: out, manifest: true}")
    shell("deliver", "--now", "2025-03-30")
    built(database, None, LATE)
    with monkeypatch.context() as broken:
        broken.setattr(running, "upload_manifest", fails)
        shell("deliver", "--now", "2025-03-30", *arguments, code=3)
    (run,) = booked(shell)
    assert run["sha256"] != hashlib.sha256(Path(run["file"]).read_bytes()).hexdigest()
    assert run["reason"] == f"{run['file']} cannot be written: no space; no file was made."
    (line,) = shell("deliver", "--now", "2025-03-30").splitlines()
    assert line.split("\t")[:3] == ["sent again", "daily_messages", "1 rows"]
    (run,) = booked(shell)
    assert (run["revision"], run["reason"]) == (2, None)
    assert run["sha256"] == hashlib.sha256(Path(run["file"]).read_bytes()).hexdigest()
    assert json.loads(Path(f"{run['file']}.json").read_text())["sha256"] == run["sha256"]
    assert shell("deliver", "--now", "2025-03-30") == "Nothing is due.\n"


@pytest.mark.parametrize("damage", ["no database", "a folder"])
def test_no_error_of_the_ledger_advises_to_begin_anew(shell: Shell, damage: str) -> None:
    office(shell, {})
    shell("deliver", *NOW)
    ledger = shell.folder / "state" / "deliveries.sqlite"
    for path in ledger.parent.glob("deliveries.sqlite*"):
        path.unlink()
    ledger.mkdir() if damage == "a folder" else ledger.write_bytes(b"no database" * 100)
    sentence = shell.refused("deliver", *NOW, code=1)
    assert "restore it from a backup" in sentence
    assert "take the ledger along: without its rows everything would be sent again" in sentence


# Far ahead.


@pytest.mark.parametrize("command", [("deliver",), ("deliver", "--dry-run"), ("schedules",), ("status", "--overdue")])
def test_a_moment_far_ahead_is_answered_at_once(shell: Shell, command: tuple[str, ...]) -> None:
    office(shell, MANY, MANY | {"schedule": "second", "start": "2030-01-01"})
    began = time.monotonic()
    shell(*command, "--now", "9998-12-31", code=1 if command[0] == "status" else 0)
    assert time.monotonic() - began < 3
    assert files(shell.folder / "out") == {}
    if command[0] == "deliver":
        assert "more than 1,000 windows would go; the first ones are listed." in shell.errors
        assert "more than 10,000 windows wait for a build" in shell.errors
    if command[0] == "status":
        assert "more than 10,000 windows are overdue; the first 1,000 are listed" in shell.errors


def test_a_dry_run_says_what_would_go_and_sends_nothing(shell: Shell) -> None:
    office(shell, {}, {"schedule": "broken", "channels": "nowhere"})
    assert [line.split("\t")[:3] for line in shell("deliver", *NOW, "--dry-run", code=3).splitlines()] == [
        ["due", "daily_messages", f"2025-03-{day}T00:00/{end}T00:00"]
        for day, end in ((28, "2025-03-29"), (29, "2025-03-30"), (30, "2025-03-31"), (31, "2025-04-01"))
    ]
    assert "error: broken: unknown channel of acme 'nowhere'" in shell.errors
    assert files(shell.folder / "out") == {}
    assert json.loads(shell("runs", "--json")) == []


# The newest landed event.


def test_a_window_after_the_newest_event_says_so(shell: Shell) -> None:
    office(shell, {"start": "2025-03-30"}, destinations="here: {url: out, manifest: true}")
    first, second = (json.loads(line) for line in shell("deliver", *NOW, "--json").splitlines())
    note = (
        "the newest event is of 2025-03-31T12:00:00+00:00, before the window's end: what happened since may be missing"
    )
    assert (first["note"], second["note"]) == (None, note)
    told = json.loads(Path(f"{second['path']}.json").read_text())
    assert (told["note"], told["newest_event_at"]) == (note, "2025-03-31T12:00:00+00:00")
    run = json.loads(shell("status", second["run_id"], "--json"))
    assert (run["note"], run["newest_event_at"]) == (note, "2025-03-31T12:00:00+00:00")


def test_a_schedule_may_hold_its_windows_until_events_have_landed(shell: Shell) -> None:
    database = office(shell, {"hold_until_landed": "true"}, {"schedule": "other"})
    lines = shell("deliver", *NOW).splitlines()
    assert [line.split("\t")[1] for line in lines].count("daily_messages") == 3
    held = (
        "held from 2025-03-30T22:00:00+00:00 on, until an event of acme at or after 2025-03-31T22:00:00+00:00 has"
        " landed; the newest event is of 2025-03-31T12:00:00+00:00"
    )
    assert f"warning: daily_messages: {held}.\n" in shell.errors
    (late,) = shell("status", "--overdue", *NOW, code=1).splitlines()
    assert late.split("\t")[3] == held
    built(database, None, "update marts.orgs set latest_event_at = timestamptz '2025-03-31 22:00:00+00'")
    (line,) = shell("deliver", *NOW).splitlines()
    assert len(line.split("\t")) == 4
    assert shell.errors == ""


# Ledgers of older versions.


def test_a_ledger_of_an_older_version_is_continued(shell: Shell) -> None:
    database = office(shell, {"timezone": "UTC"})
    shell("deliver", *NOW)
    with sqlite3.connect(shell.folder / "state" / "deliveries.sqlite") as connection:
        connection.execute("drop index runs_of_a_schedule")
        for name in ("newest_event_at", "note", "is_announced", "is_resending"):
            connection.execute(f"alter table runs drop column {name}")
    changed(database, {"timezone": "Europe/London"})
    shell("deliver", "--now", "2025-04-05T12:00")
    assert is_whole(spans(shell))


def test_a_database_without_the_newer_options_is_delivered(shell: Shell) -> None:
    names = ("chosen_columns", "end_at", "formerly", "hold_until_landed", "unknown_options")
    database = office(shell, {})
    with duckdb.connect(str(database)) as connection:
        for name in names:
            connection.execute(f"alter table catalog.schedules drop column {name}")
    assert len(shell("deliver", *NOW).splitlines()) == 4
    assert datetime.now(UTC) - timedelta(days=1) < datetime.fromisoformat(booked(shell)[0]["database_built_at"])
