"""Schedules of a family that names files by the end of their window, and of statistics, which cover days again."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from care.schedules.windows import Window, last_days
from care.times import Moment, first_instant
from small_schedules import NOW, agrees, booked, built, files, office, own_destinations
from small_tracebuzz import TRACEBUZZ
from test_export_cli import Shell, shell
from warehouse import PROJECT

__all__ = ["own_destinations", "shell"]

RESULTS = {"schedule": "daily_results", "export_name": "tracebuzz.results", "timezone": "Europe/Amsterdam"}
AGENTS = RESULTS | {"schedule": "daily_agents", "export_name": "tracebuzz.agents", "restate_days": "7"}
DAILY = {"start": "2025-03-30"}
HERE = "here: {url: out}\nthere: {url: out2}\nsame: {url: out/}"


def unix(*at: int) -> int:
    """The Unix second of a local time in Amsterdam."""
    return int(datetime(*at, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp())


def test_a_scheduled_file_is_named_by_its_windows_end(shell: Shell) -> None:
    office(shell, RESULTS, RESULTS | {"schedule": "daily_labels", "export_name": "tracebuzz.labels"}, sql=TRACEBUZZ)
    shell("deliver", *NOW)
    found = files(shell.folder / "out")
    ends = [unix(2025, 3, 29), unix(2025, 3, 30), unix(2025, 3, 31), unix(2025, 4, 1)]
    assert ends[2] - ends[1] == 23 * 3600
    assert sorted(found) == sorted(
        f"tracebuzz/acme/raw-{export}-{end}.csv" for export in ("results", "labels") for end in ends
    )
    assert found[f"tracebuzz/acme/raw-results-{ends[2]}.csv"].decode().splitlines() == [
        "sep=,",
        "RESULT_ID,FOUND_TIME,DESCRIPTION",
        'm2,1743296400,""',
        "m3,1743296400,=1+1",
        "m4,1743296400,",
    ]
    assert found[f"tracebuzz/acme/raw-labels-{ends[0]}.csv"] == b'sep=,\nID,NAME\nt1,"Zo\xc3\xab, ""vip"""\nt2,\n'
    agrees(shell, found)


def test_a_window_delivered_again_replaces_its_file(shell: Shell) -> None:
    office(shell, RESULTS, sql=TRACEBUZZ)
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    for path in (shell.folder / "state").glob("deliveries*"):
        path.unlink()
    shell("deliver", *NOW)
    assert files(shell.folder / "out") == before
    agrees(shell, before)


def test_statistics_cover_whole_days_again(shell: Shell) -> None:
    sql = (
        TRACEBUZZ + "; insert into marts.messages values ('acme', 'm0', 'ch-1', '2025-03-24 12:00:00+01', 'x', 1, true)"
    )
    office(shell, AGENTS | DAILY, destinations="here: {url: out, manifest: true}", sql=sql)
    shell("deliver", *NOW)
    found = files(shell.folder / "out")
    first, second = (f"tracebuzz/acme/raw-agents-{unix(2025, *day)}.csv" for day in ((3, 31), (4, 1)))
    assert sorted(found) == [first, f"{first}.json", second, f"{second}.json"]
    assert found[first].decode() == "sep=,\nROWDATE,MSGSENT\n2025-03-24,1\n2025-03-30,3\n"
    assert found[second].decode() == "sep=,\nROWDATE,MSGSENT\n2025-03-30,3\n"
    told = json.loads(found[f"{first}.json"])
    assert told["window_start"] == {"instant": "2025-03-23T23:00:00+00:00", "local": "2025-03-24T00:00:00"}
    assert told["window_end"] == {"instant": "2025-03-30T22:00:00+00:00", "local": "2025-03-31T00:00:00"}
    assert {(run["window_start"], run["window_end"]) for run in booked(shell)} == {
        ("2025-03-29T23:00:00+00:00", "2025-03-30T22:00:00+00:00"),
        ("2025-03-30T22:00:00+00:00", "2025-03-31T22:00:00+00:00"),
    }
    assert [row["restate_days"] for row in json.loads(shell("schedules", *NOW, "--json"))] == [7]


def test_a_late_event_corrects_every_file_that_covers_its_day(shell: Shell) -> None:
    database = office(shell, AGENTS | {"start": "2025-03-26", "restate_days": "2"}, sql=TRACEBUZZ)
    shell("deliver", *NOW)
    before = files(shell.folder / "out")
    late = "insert into marts.messages values ('acme', 'm9', 'ch-1', '2025-03-28 11:00:00+01', 'late', 1, true)"
    built(database, None, late)
    assert shell("deliver", *NOW) == "Nothing is due.\n"
    assert len(shell("deliver", *NOW, "--correct", "7d").splitlines()) == 2
    after = files(shell.folder / "out")
    assert {name for name in after if after[name] != before.get(name)} == {
        f"tracebuzz/acme/raw-agents-{unix(2025, 3, day)}.csv" for day in (29, 30)
    }
    assert after.keys() == before.keys()
    agrees(shell, after)


@pytest.mark.parametrize(
    ("end", "count", "start", "last"),
    [
        ("2025-03-31T00:00", 1, "2025-03-30T00:00", "2025-03-31T00:00"),
        ("2025-10-27T00:00", 7, "2025-10-20T00:00", "2025-10-27T00:00"),
        # An hour's file covers the days that are over when it ends.
        ("2025-03-31T11:00", 2, "2025-03-29T00:00", "2025-03-31T00:00"),
        ("2025-03-31T23:00", 1, "2025-03-30T00:00", "2025-03-31T00:00"),
    ],
)
def test_whole_days_end_with_the_window(end: str, count: int, start: str, last: str) -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    ends, starts, lasts = (datetime.fromisoformat(text) for text in (end, start, last))
    found = last_days(count, Moment(ends.replace(tzinfo=zone).astimezone(UTC), ends), zone)
    assert found == Window(first_instant(starts.date(), zone), first_instant(lasts.date(), zone))
    assert found.start.local == starts and found.end.local == lasts


def test_days_of_a_clock_change_are_covered_whole() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    hours = [
        (window.end.instant - window.start.instant) / timedelta(hours=1)
        for day in (date(2025, 3, 31), date(2025, 10, 27))
        for window in [last_days(1, first_instant(day, zone), zone)]
    ]
    assert hours == [23, 25]


def test_schedules_that_would_replace_each_other_are_refused(shell: Shell) -> None:
    twins = (RESULTS | DAILY, RESULTS | DAILY | {"schedule": "hourly_results", "frequency": "hourly"})
    office(shell, *twins, RESULTS | DAILY | {"schedule": "globex_results", "org_id": "globex"}, sql=TRACEBUZZ)
    sentence = (
        "daily_results and hourly_results send tracebuzz.results of acme to one place, where each would replace the"
        " files of the other; give each a destination of its own."
    )
    shell("schedules", *NOW)
    assert shell.errors == f"warning: {sentence}\n"
    told = shell("deliver", *NOW, code=3)
    assert {line.split("\t")[1] for line in told.splitlines()} == {"globex_results"}
    assert shell.errors.count(sentence) == 2
    assert "2 of 3 schedules failed: daily_results, hourly_results." in shell.errors
    assert all(name.startswith("tracebuzz/globex/") for name in files(shell.folder / "out"))


@pytest.mark.parametrize(("destination", "code"), [("there", 0), ("same", 3)])
def test_two_places_are_what_two_schedules_need(shell: Shell, destination: str, code: int) -> None:
    twins = (RESULTS | DAILY, RESULTS | DAILY | {"schedule": "twin", "destination": destination})
    office(shell, *twins, destinations=HERE, sql=TRACEBUZZ)
    shell("deliver", *NOW, code=code)
    assert (len(files(shell.folder / "out")), len(files(shell.folder / "out2"))) == ((2, 2) if code == 0 else (0, 0))


def test_schedules_whose_files_have_ids_may_share_a_place(shell: Shell) -> None:
    office(shell, DAILY, DAILY | {"schedule": "twin"}, sql=TRACEBUZZ)
    assert len(shell("deliver", *NOW).splitlines()) == 4
    assert shell.errors == ""


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"restate_days": "0"}, "restate_days '0' is not a number of days from 1 to 366."),
        ({"restate_days": "seven"}, "restate_days 'seven' is not a number of days from 1 to 366."),
        ({"restate_days": "367"}, "restate_days '367' is not a number of days from 1 to 366."),
        ({"restate_days": "6", "frequency": "weekly"}, "restate_days '6' is not a number of days from 7 to 366."),
    ],
)
def test_unreadable_days_are_said(shell: Shell, entry: dict[str, str], sentence: str) -> None:
    office(shell, AGENTS | DAILY | entry, sql=TRACEBUZZ)
    assert sentence in shell.refused("deliver", *NOW, code=1)


def test_days_of_what_has_none_are_refused(shell: Shell) -> None:
    office(shell, RESULTS | DAILY | {"restate_days": "7"}, sql=TRACEBUZZ)
    shell("deliver", *NOW, code=3)
    assert "tracebuzz.results has no days that are delivered again; take restate_days out" in shell.errors


def test_channels_that_change_nothing_are_told(shell: Shell) -> None:
    office(shell, AGENTS | DAILY | {"channels": "ch-1"}, RESULTS | DAILY | {"channels": "ch-1"}, sql=TRACEBUZZ)
    for command in ("schedules", "deliver"):
        shell(command, *NOW)
        assert shell.errors == "warning: channels do not limit agents; what is there is of all channels.\n"


@pytest.mark.parametrize(
    ("test", "entries", "failing"),
    [
        ("schedules_can_be_delivered", [{}, RESULTS, AGENTS], 0),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "366"}], 0),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "7", "frequency": "weekly"}], 0),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "6", "frequency": "weekly"}], 1),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "0"}], 1),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "7.0"}], 1),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "1000"}], 1),
        ("schedules_can_be_delivered", [AGENTS | {"restate_days": "True"}], 1),
        ("schedules_can_be_delivered", [RESULTS | {"restate_days": "7"}, {"restate_days": "7"}], 2),
        ("schedules_can_be_delivered", [{"unknown_options": "timezon"}], 1),
        ("schedules_can_be_delivered", [{"chosen_columns": "content\nmessage_id", "channels": "a, b"}], 0),
        ("schedules_can_be_delivered", [{"chosen_columns": "content\nmessage"}], 1),
        ("schedules_can_be_delivered", [{"chosen_columns": "org_id"}], 1),
        ("schedules_can_be_delivered", [{"hold_until_landed": "True", "formerly": "a\nb"}], 0),
        ("schedules_can_be_delivered", [{"hold_until_landed": "yes"}], 1),
        ("schedules_can_be_delivered", [{"end_at": "2025-04-01"}, {"end_at": "2025-04-01T08:15"}], 0),
        ("schedules_can_be_delivered", [{"end_at": "2025-04-01T08:20"}, {"end_at": "2025-03-28"}], 2),
        ("schedules_can_be_delivered", [{"end_at": "soon"}], 1),
        ("schedules_do_not_replace_each_other", [{}, {"schedule": "twin"}], 0),
        ("schedules_do_not_replace_each_other", [RESULTS, RESULTS | {"destination": "there"}], 0),
        ("schedules_do_not_replace_each_other", [RESULTS, RESULTS | {"org_id": "globex"}, AGENTS], 0),
        ("schedules_do_not_replace_each_other", [RESULTS, RESULTS | {"frequency": "hourly"}], 1),
    ],
)
def test_a_build_refuses_what_cannot_be_delivered(
    shell: Shell, test: str, entries: list[dict[str, str]], failing: int
) -> None:
    database = office(shell, *entries, sql=TRACEBUZZ)
    sql = (PROJECT / "tests" / "singular" / "catalog" / f"{test}.sql").read_text("utf-8")
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"catalog.\1", re.sub(r"\{#.*?#\}", "", sql))
    zones = "(select name as time_zone from pg_timezone_names()) as known_time_zones"
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(sql.replace("{{ known_time_zones() }}", zones)).fetchall()
    assert len(rows) == failing
