"""A vendor's own arguments: every bad one is one sentence before anything runs, every good one reaches the session."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from care.requests.arguments import ARGUMENTS, MOST, vendor_name, whole_number
from care.requests.checks import _unknown_ids
from care.requests.request import Request
from small_khoros import DAY, make_three_families, vendors
from test_export_cli import Shell, shell
from warehouse import PROJECT

__all__ = ["shell", "vendors"]

START, END = DAY[2:4], DAY[4:6]
INTERVALS = (
    "300000, 600000, 900000, 1800000, 3600000, 7200000, 14400000, 28800000, 43200000, 86400000, 604800000"
)  # fmt: skip
AUTHOR_METRICS = "author_id, author_name, first_post_at, is_new_author, average, incoming_posts"
TYPES = (
    "author, conversation, conversation_actions, raw_agent_states, response, response_approval, team_performance,"
    " team_performance_interval"
)
BAD: list[tuple[str, tuple[str, ...], str]] = [
    ("khoros_care.respons", DAY, f"unknown report type 'respons'; known: {TYPES}"),
    ("khoros_care.Response", DAY, f"unknown report type 'Response'; known: {TYPES}"),
    ("khoros_care.team-performance", DAY, "unknown report type 'team-performance'; known: "),
    ("khoros_care.", DAY, "unknown report type ''; known: "),
    ("author", ("--org", "acme"), "startTime is required, in epoch milliseconds"),
    ("author", ("--org", "acme", *START), "endTime is required, in epoch milliseconds"),
    ("author", ("--org", "acme", *END), "startTime is required, in epoch milliseconds"),
    ("author", (*DAY, "--start-time", "noon"), "startTime must be a whole number of epoch milliseconds, not 'noon'"),
    ("author", (*DAY, "--start-time", "1.5"), "startTime must be a whole number of epoch milliseconds, not '1.5'"),
    ("author", (*DAY, "--start-time", "1_000"), "startTime must be a whole number of epoch milliseconds, not '1_000'"),
    ("author", (*DAY, "--start-time", "١"), "startTime must be a whole number of epoch milliseconds, not '١'"),
    ("author", (*DAY, "--start-time", ""), "startTime must be a whole number of epoch milliseconds, not ''"),
    ("author", (*DAY, "--end-time", "1e12"), "endTime must be a whole number of epoch milliseconds, not '1e12'"),
    ("author", (*DAY, "--start-time", "-1"), "startTime is outside 1970 to 9999"),
    ("author", (*DAY, "--end-time", "253402300800000"), "endTime is outside 1970 to 9999"),
    ("author", (*DAY, "--end-time", "9" * 5000), "endTime is outside 1970 to 9999"),
    ("author", ("--org", "acme", "--from", "1969-12-31", "--to", "1970-01-02"), "startTime is outside 1970 to 9999"),
    ("author", ("--org", "acme", "--from", "2025-03-03", "--to", "2025-03-03"), "endTime must be after startTime"),
    ("author", ("--org", "acme", "--from", "2025-03-03T00:00:00.0005", "--to", "2025-03-04"),
        "startTime must be a whole number of milliseconds, not '2025-03-03T00:00:00.0005'"),
    ("author", (*DAY[:4], "--to", "2025-03-04T00:00:00.123001Z"), "endTime must be a whole number of millisec"),
    ("author", (*DAY, "--end-time", START[1]), "endTime must be after startTime"),
    ("author", (*DAY, "--end-time", "0"), "endTime must be after startTime"),
    ("author", (*DAY, "--from", "2025-03-03"), "give startTime or --from, not both"),
    ("author", (*DAY, "--to", "2025-03-04"), "give endTime or --to, not both"),
    ("author", (*DAY, "--as-of", "2025-03-02"), "a past as-of is not offered here"),
    ("author", (*DAY, "--as-of", ""), "a past as-of is not offered here"),
    (
        "conversation", (*DAY, "--conversation-report-type", "closed"),
        "conversationReportType must be OPEN_AT_END, CLOSED or CREATED, not 'closed'",
    ),
    ("team_performance", (*DAY, "--include-disabled", "True"), "includeDisabled must be true or false, not 'True'"),
    ("author", (*DAY, "--locale", "en_US"), "locale must be one of en, es, fr, de, tr, not 'en_US'"),
    ("author", (*DAY, "--locale", "EN"), "locale must be one of en, es, fr, de, tr, not 'EN'"),
    ("author", (*DAY, "--priorities", "6"), "priorities must be a comma-separated list of 0 to 5"),
    ("author", (*DAY, "--priorities", "high,low"), "priorities must be a comma-separated list of 0 to 5"),
    ("author", (*DAY, "--priorities", "0;1"), "priorities must be a comma-separated list of 0 to 5"),
    ("author", (*DAY, "--priorities", "0,,1"), "priorities has an empty element"),
    ("author", (*DAY, "--priorities", ""), "priorities has an empty element"),
    ("author", (*DAY, "--workqueue-ids", "q1,"), "workqueueIds has an empty element"),
    ("author", (*DAY, "--smart-view-id", "urgnt"), "unknown smart view 'urgnt'"),
    ("author", (*DAY, "--smart-view-id", "others"), "unknown smart view 'others'"),
    ("author", (*DAY, "--smart-view-id", ""), "unknown smart view ''"),
    ("team_performance", (*DAY, "--team-ids", ",t1"), "teamIds has an empty element"),
    ("author", (*DAY, "--report-format", "CSV"), "reportFormat must be json or csv, not 'CSV'"),
    ("author", (*DAY, "--format", "parquet"), "reportFormat must be json or csv, not 'parquet'"),
    ("author", (*DAY, "--format", ""), "reportFormat must be json or csv, not ''"),
    ("author", (*DAY, "--columns", "authorid"), f"unknown metric 'authorid' of author; known: {AUTHOR_METRICS}"),
    ("author", (*DAY, "--report-metrics", "author_id,"), f"unknown metric '' of author; known: {AUTHOR_METRICS}"),
    ("author", (*DAY, "--columns", "org_id"), "unknown metric 'org_id' of author; known: "),
    ("author", (*DAY, "--timezone", "Europe/Berln"), "unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"),
    ("author", (*DAY, "--timezone", ""), "unknown time zone ''"),
    ("author", (*DAY, "--timezone", "UTC", "--timezone-offset", "0"), "give timezone or timezoneOffset, not both"),
    (
        "author", (*DAY, "--timezone-offset", "+01:00"),
        "timezoneOffset must be a whole number of milliseconds, not '+01:00'",
    ),
    ("author", (*DAY, "--timezone-offset", "60001"), "timezoneOffset must be whole minutes, at most 14 hours"),
    ("author", (*DAY, "--timezone-offset", "50460000"), "timezoneOffset must be whole minutes, at most 14 hours"),
    ("team_performance_interval", DAY, "timeInterval is required for team_performance_interval"),
    (
        "team_performance_interval", (*DAY, "--time-interval", "1h"),
        "timeInterval must be a whole number of milliseconds, not '1h'",
    ),
    ("team_performance_interval", (*DAY, "--time-interval", "60000"), f"timeInterval 60000 is not one of {INTERVALS}"),
    ("team_performance_interval", (*DAY, "--time-interval", "0"), f"timeInterval 0 is not one of {INTERVALS}"),
    (
        "team_performance_interval", (*DAY, "--end-time", "1743642000000", "--time-interval", "3600000"),
        "Too many buckets (745) requested. Select a larger interval",
    ),
    (
        "team_performance_interval",
        ("--org", "acme", "--start-time", "0", "--end-time", "253402300799999", "--time-interval", "604800000"),
        "Too many buckets (418986) requested. Select a larger interval",
    ),
    ("author", (*DAY, "--business-hour-type", "yes", "--enable-business-hour", "true"),
        "businessHourType must be true or false, not 'yes'"),
    ("author", (*DAY, "--business-hour-type", "true"), "businessHourType needs enableBusinessHour=true"),
    ("author", (*DAY, "--business-hour-type", "false", "--enable-business-hour", "false"),
        "businessHourType needs enableBusinessHour=true"),
    ("author", (*DAY, "--enable-business-hour", "true"), "enableBusinessHour=true needs businessHourType"),
    ("author", (*DAY, "--enable-business-hour", "1"), "enableBusinessHour must be true or false, not '1'"),
    ("conversation_actions", (*DAY, "--raiselimit", "2000"), "raiselimit must be true or false, not '2000'"),
    ("author", (*DAY, "--team-ids", "t1"),
        "teamIds is not an argument of author; it belongs to raw_agent_states, response_approval, team_performance,"
        " team_performance_interval"),
    ("author", (*DAY, "--raiselimit", "true"), "raiselimit is not an argument of author; it belongs to conversation_a"),
    ("author", (*DAY, "--time-interval", "x"), "timeInterval is not an argument of author; it belongs to team_perform"),
    ("message", (*DAY,), f"startTime is not an argument of message; it belongs to {TYPES}"),
    ("author", (*DAY, "--reportFormat", "csv"), "No such option"),
    ("author", (*DAY, "--Locale", "en"), "No such option"),
]  # fmt: skip


@pytest.mark.parametrize(("export", "arguments", "sentence"), BAD)
def test_a_bad_argument_is_refused_before_anything_runs(
    shell: Shell, vendors: Path, export: str, arguments: tuple[str, ...], sentence: str
) -> None:
    for how in ((), ("--background", "--json")):
        assert shell.refused("run", export, *arguments, *how).startswith(sentence)
    assert not (shell.folder / "export").exists()
    assert json.loads(shell("runs", "--json")) == []


def test_every_refusal_of_an_argument_is_among_them() -> None:
    """Each argument that only some exports take is refused with its own name by one of the bad ones."""
    told = {sentence.split()[0] for _, _, sentence in BAD}
    assert {argument.vendor_name for argument in ARGUMENTS} - {"smartViewId"} <= told


def asked_as(shell: Shell, *arguments: str) -> dict[str, Any]:
    """The request that the views of a run saw."""
    done = json.loads(shell("run", "khoros_care.conversation", *DAY, *arguments, "--json"))
    return json.loads(json.loads(Path(done["path"]).read_text("utf-8"))[0]["asked_as"])


def test_arguments_reach_the_session_as_their_types(shell: Shell, vendors: Path) -> None:
    plain = asked_as(shell)
    assert {name: plain[name] for name in ("locale", "conversation_report_type", "priorities", "workqueue_ids")} == {
        "locale": "en", "conversation_report_type": "OPEN_AT_END", "priorities": None, "workqueue_ids": None,
    }  # fmt: skip
    given = asked_as(
        shell, "--locale", "tr", "--conversation-report-type", "CLOSED", "--priorities", "5, 0,5", "--workqueue-ids",
        "q1", "--smart-view-id", "urgent", "--enable-business-hour", "true", "--business-hour-type", "false",
        "--timezone-offset", "-12600000",
    )  # fmt: skip
    assert shell.errors == ""
    assert {name: given[name] for name in plain if given[name] != plain[name]} == {
        "locale": "tr", "conversation_report_type": "CLOSED", "priorities": [0, 5], "workqueue_ids": ["q1"],
        "smart_view_id": "urgent", "business_hour_type": False, "timezone_offset": -12_600_000,
    }  # fmt: skip


def test_one_run_leaves_nothing_to_the_next_of_its_family(shell: Shell, vendors: Path) -> None:
    """With --all each report takes what it takes; what none takes is refused."""
    asked = (*DAY, "--include-disabled", "true", "--time-interval", "86400000", "--columns")
    assert "--columns is for one export" in shell.refused("run", "khoros_care", "--all", *asked, "author_id")
    sentence = shell.refused("run", "--all", "sparkcentral", *DAY)
    assert sentence.startswith("startTime is not an argument of message, open_conversation; it belongs to author")
    assert shell.refused("run", "--all", "khoros_care", *DAY).startswith("timeInterval is required for team_perf")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0000000000000000300000", 300_000), ("-0000000000000000300000", -300_000), ("0" * 5000, 0), ("-0", 0),
        ("9223372036854775807", MOST), ("9223372036854775808", MOST), ("9999999999999999999", MOST),
        ("18446744073709551616", MOST), ("-9223372036854775808", -MOST), ("-" + "9" * 5000, -MOST),
    ],
)  # fmt: skip
def test_any_whole_number_is_read(text: str, number: int) -> None:
    assert whole_number(text, "n must be a whole number") == number


@pytest.mark.parametrize("interval", ["9223372036854775808", "9999999999999999999", "0" * 30 + "86400000"])
def test_an_interval_of_any_length_runs(shell: Shell, vendors: Path, interval: str) -> None:
    shell("run", "team_performance_interval", *DAY, "--time-interval", interval)


def test_the_window_may_be_told_in_both_ways(shell: Shell, vendors: Path) -> None:
    for arguments in (
        ("--from", "2025-03-03", "--to", "2025-03-04"),
        ("--start-time", START[1], "--to", "2025-03-04"),
        ("--from", "2025-03-03T01:00", "--end-time", END[1], "--timezone", "Europe/Brussels"),
        ("--from", "2025-03-03T05:30", "--to", "2025-03-04T05:30", "--timezone-offset", "19800000"),
    ):
        done = json.loads(shell("run", "response", "--org", "acme", *arguments, "--json"))
        run = json.loads(shell("status", done["run_id"], "--json"))
        assert (run["window_start"], run["window_end"]) == ("2025-03-03T00:00:00+00:00", "2025-03-04T00:00:00+00:00")


def test_a_month_of_hours_and_calendar_months_are_not_too_many(shell: Shell, vendors: Path) -> None:
    days_31 = ("--org", "acme", "--start-time", "1740960000000", "--end-time", "1743638400000")
    done = json.loads(shell("run", "team_performance_interval", *days_31, "--time-interval", "3600000", "--json"))
    assert done["rows"] == 744
    shell("run", "team_performance_interval", *days_31, "--time-interval", "9" * 30)


@pytest.mark.parametrize(
    ("export", "arguments", "sentences"),
    [
        ("author", ("--workqueue-ids", "q1,q2"), ["workqueueIds: unknown id 'q2'"]),
        ("team_performance", ("--team-ids", "x,t1,q"), ["teamIds: unknown id", "teamIds: unknown id", "2 rows"]),
        ("author", ("--start-time", "946684799999"), ["startTime is before 2000"]),
        ("author", ("--start-time", "946684800000"), []),
        ("author", ("--start-time", "1743422400000", "--end-time", "1743422400001"), []),
        ("author", ("--start-time", "1743422400001", "--end-time", "1743422400002"), ["the window begins after"]),
        ("team_performance", ("--include-disabled", "false"), ["2 rows of team_performance are left out"]),
        ("team_performance", (), ["2 rows of team_performance are left out"]),
        ("team_performance", ("--include-disabled", "true"), []),
        ("raw_agent_states", ("--channel", "ch-1"), ["channels do not limit raw_agent_states"]),
    ],
)  # fmt: skip
def test_warnings_are_told_twice_and_stop_nothing(
    shell: Shell, export: str, arguments: tuple[str, ...], sentences: list[str]
) -> None:
    make_three_families(
        shell.folder / "warehouse",
        "insert into catalog.export_columns"
        " values ('khoros_care', 'raw_agent_states', 1, 'agent_id', 'varchar', 'agent_id', true, 'It.')",
        "create view khoros_care.raw_agent_states as select null::varchar as agent_id, null as state_start_at",
    )
    done = json.loads(shell("run", export, *DAY, *arguments, "--json"))
    assert [warning[: len(start)] for warning, start in zip(done["warnings"], sentences, strict=True)] == sentences
    assert shell.errors.splitlines() == [f"warning: {warning}" for warning in done["warnings"]]


def test_unknown_ids_of_a_long_list_are_found_at_once_and_each_is_warned(
    vendors: Path,
) -> None:
    """One question for the list: each costs as much as a scan of a large warehouse."""
    ids = sorted([*(f"u{number}" for number in range(3000)), "q1"])
    asked: list[str] = []

    class Counting:
        def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
            self._cursor = cursor

        def execute(self, sql: str, values: list[Any]) -> Any:
            asked.append(sql)
            return self._cursor.execute(sql, values)

    request = Request("acme", arguments={"workqueue_ids": ids, "team_ids": None})
    with duckdb.connect(str(vendors), read_only=True) as connection:
        warnings = list(_unknown_ids(Counting(connection), request))
    assert warnings == [f"workqueueIds: unknown id '{one}'" for one in ids if one != "q1"]
    assert len(asked) == 1


def test_an_export_is_described_with_what_it_takes(shell: Shell, vendors: Path) -> None:
    shown = shell("describe", "team_performance_interval")
    assert "\nTakes --start-time, --end-time, --timezone-offset, --locale, --priorities, --workqueue-ids," in shown
    assert " --include-disabled, --enable-business-hour, --business-hour-type, --time-interval.\n\n" in shown
    assert "Takes" not in shell("describe", "message")


def test_the_project_knows_the_arguments_that_its_exports_take() -> None:
    """Every name in the catalog is one that the script reads."""
    family = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["vars"]["families"]["khoros_care"]
    own = {"report_type", "report_format", "report_metrics", "timezone"}
    names = set(family["arguments"])
    for path in (PROJECT / "models" / "exports").glob("*/*__*.yml"):
        for taken in re.findall(r"^ +arguments: \[([a-z_, ]+)\]$", path.read_text("utf-8"), re.MULTILINE):
            names |= set(taken.split(", "))
    assert names - own <= {argument.name for argument in ARGUMENTS}
    assert [vendor_name(name) for name in ("raiselimit", "time_interval", "workqueue_ids")] == [
        "raiselimit", "timeInterval", "workqueueIds",
    ]  # fmt: skip
