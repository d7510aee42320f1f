"""The oracle's Tracebuzz statistics and times: small logs with expected values worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from oracle import Log
from oracle.tracebuzz_clock import DAY, QUARTER, LocalClock, date_shown, time_shown, unix
from oracle.tracebuzz_times import inbox_sessions
from told import MONDAY, Told, at, picked

TUESDAY = MONDAY + timedelta(days=1)
SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)
CLAIM = {"measure_claim_users_only": True}


def day(zone: str, of: date) -> dict:
    """A request of one local day."""
    midnights = [datetime.combine(of + timedelta(days=number), time(), ZoneInfo(zone)) for number in (0, 1)]
    return {"window": tuple(midnights), "timezone": zone}


def started(inbox_id: str | None = "in-1", when: str | datetime = "09:00") -> Told:
    """A case of an inbox."""
    return Told().channel().opened(when, inbox_id=inbox_id)


def rows(told: Told, file: str, *columns: str, **request: object) -> list[tuple]:
    """Some columns of a file behind the time of the quarter hour."""
    return picked(told.tracebuzz(file, **request), "interval_start", *columns)


def closed(told: Told, when: str | datetime = "17:00") -> Told:
    """The case resolved by agent u-1."""
    return told.status("resolved", when)


def test_durations_are_differences_of_whole_seconds_and_split_at_quarters() -> None:
    told = started().locked("10:00:00.6", "10:20:00.2").staffed("10:00:00.6", "10:20:00.2")
    columns = ("total_handle_time_s", "staffed_time_s")
    assert rows(told, "raw_service", *columns) == [(time(9), 0, 0), (time(10), 900, 900), (time(10, 15), 300, 300)]


def test_cases_are_booked_where_they_start_and_times_where_they_happen() -> None:
    told = started().staffed("10:00", "10:15").locked("10:00", "10:10")
    columns = ("offered", "staffed_time_s", "total_handle_time_s", "available_time_s")
    assert rows(told, "raw_service", *columns) == [(time(9), 1, 0, 0, 0), (time(10), 0, 900, 600, 300)]
    assert rows(told, "raw_service", "average_handle_time_s") == [(time(9), 600), (time(10), None)]


def test_available_time_is_worked_out_from_the_rows_own_numbers() -> None:
    told = started().staffed("10:00", "10:15").locked("10:15", "10:20")
    columns = ("available_time_s", "occupancy_pct", "utilisation_pct")
    assert rows(told, "raw_service", *columns)[1:] == [(time(10), 900, 0, 100), (time(10, 15), 0, 100, None)]
    assert picked(told.tracebuzz("service"), *columns) == [(600, 33, 100)]
    assert picked(told.tracebuzz("agents"), "available_time_s") == [(600,)]


def test_what_is_handled_beyond_what_is_staffed_makes_no_time_negative() -> None:
    told = started().staffed("10:00", "10:05").locked("10:00", "10:10")
    columns = ("available_time_s", "occupancy_pct", "utilisation_pct")
    assert rows(told, "raw_service", *columns)[1:] == [(time(10), 0, 100, 200)]


def test_two_tabs_count_a_second_once_per_user_and_inbox() -> None:
    told = started().staffed("10:00", "10:10").staffed("10:05", "10:15", "s-2")
    assert rows(told, "raw_service", "staffed_time_s")[1:] == [(time(10), 900)]
    told.staffed("10:00", "10:15", "s-3", inbox_id="in-2").staffed("10:00", "10:15", "s-4", inbox_id=None)
    assert picked(told.tracebuzz("agents"), "staffed_time_s") == [(900,)]
    expected = [("in-1", 900), ("in-2", 900), (None, 900)]
    assert picked(told.tracebuzz("agent_inbox"), "service_id", "staffed_time_s") == expected


def test_unavailable_is_logged_in_and_in_no_inbox_or_not_in_this_one() -> None:
    told = Told().present("available", "09:00").present("away", "10:30").present("offline", "12:00")
    told.staffed("10:05", "11:00")
    assert picked(told.tracebuzz("agents"), "unavailable_time_s", "staffed_time_s") == [(7500, 3300)]
    assert picked(told.tracebuzz("agent_inbox"), "unavailable_time_s") == [(300,)]
    assert picked(told.tracebuzz("service"), "unavailable_time_s") == [(300,)]


def test_logged_in_ends_after_24_hours_and_at_as_of() -> None:
    told = Told().present("available", "09:00").until("10:00")
    assert picked(told.tracebuzz("agents"), "unavailable_time_s") == [(3600,)]
    told.until(at("12:00", TUESDAY))
    expected = [(MONDAY, 15 * 3600), (TUESDAY, 9 * 3600)]
    assert picked(told.tracebuzz("agents"), "row_date", "unavailable_time_s") == expected


def test_an_agent_is_staffed_in_every_minute_with_a_moment_of_it() -> None:
    told = started().staffed("10:00:50", "10:01:10").locked("10:01:05", "10:01:06").until("11:00")
    columns = ("min_staffed", "max_staffed", "min_available", "max_available", "min_active", "max_active")
    assert rows(told, "raw_service", *columns) == [(time(9), *[0] * 6), (time(10), 0, 1, 0, 1, 0, 1)]
    told.staffed("10:15", "10:30", "s-2").staffed("10:15", "10:15", "s-3", user_id="u-2")
    told.staffed("10:20", "10:30", "s-4", user_id="u-3").lock("locked", "10:15", "u-3").lock("unlocked", "10:30", "u-3")
    assert rows(told, "raw_service", *columns)[2] == (time(10, 15), 1, 2, 1, 1, 0, 1)
    assert picked(told.tracebuzz("service"), *columns) == [(0, 2, 0, 1, 0, 1)]


def test_minutes_that_begin_after_as_of_do_not_count() -> None:
    told = started().inbox("entered", "10:00").until("10:03")
    assert rows(told, "raw_service", "staffed_time_s", "min_staffed")[1:] == [(time(10), 180, 0)]
    told.until("10:03:01")
    assert rows(told, "raw_service", "staffed_time_s", "min_staffed")[1:] == [(time(10), 181, 1)]


@pytest.mark.parametrize(
    ("tell", "ended", "logout"),
    [
        (lambda told: told.inbox("left", "11:00"), "11:00", "11:00"),
        (lambda told: told.inbox("left", "08:00").present("offline", "11:00"), "11:00", "11:00"),
        (lambda told: told.present("offline", "10:30").inbox("left", "11:00").inbox("left", "12:00"), "11:00", "11:00"),
        (lambda told: told.inbox("entered", "10:30").inbox("entered", "11:00", "s-2"), "11:00", "11:00"),
        (lambda told: told.inbox("entered", "11:00", "s-2", inbox_id="in-2").until("12:00"), "12:00", None),
        (lambda told: told.inbox("entered", "11:00", "s-2", user_id="u-2").until("12:00"), "12:00", None),
        (lambda told: told.present("away", "11:00").until("12:00"), "12:00", None),
    ],
)
def test_how_an_inbox_session_ends(tell: Callable[[Told], Told], ended: str, logout: str | None) -> None:
    told = Told().inbox("entered", "10:00")
    tell(told)
    session = inbox_sessions(Log(told.rows).state("acme"))[0]
    assert (session.entered.event_id, session.ended_at) == ("e-001", at(ended))
    assert session.logout_at == (at(logout) if logout else None)


def test_a_forgotten_inbox_session_ends_after_24_hours_without_a_logout() -> None:
    told = Told().inbox("entered", "10:00").present("offline", at("10:00:01", TUESDAY))
    assert picked(told.tracebuzz("user_inbox_status"), "login_time", "logout_time") == [(unix(at("10:00")), None)]
    assert sum(row["staffed_time_s"] for row in told.tracebuzz("agents")) == 86400
    told = Told().inbox("entered", "10:00").inbox("left", at("12:00", TUESDAY))
    assert sum(row["staffed_time_s"] for row in told.tracebuzz("agents")) == 26 * 3600


def test_inbox_sessions_are_shown_whole_wherever_they_overlap() -> None:
    told = Told().staffed("10:00", "11:00", mode="claim").staffed("12:00:00.2", "12:00:00.7", "s-2", mode="x")
    told.described("users", user_id="u-1", user_type="human", inbox_mode="push").staffed("13:00", "14:00", "s-3")

    def seen(start: str, end: str) -> list[tuple]:
        return picked(told.tracebuzz("user_inbox_status", (at(start), at(end))), "login_time", "user_status")

    assert seen("10:59", "11:30") == seen("09:00", "10:01") == [(unix(at("10:00")), 2)]
    assert seen("09:00", "10:00") == seen("11:00", "12:00") == []
    assert seen("12:00", "12:01") == [(unix(at("12:00")), None)]
    assert seen("13:10", "13:20") == [(unix(at("13:00")), 1)]


def test_response_pairs_know_no_hand_overs_bots_or_openings() -> None:
    told = started().agent("09:00").inbound("09:30").virtual_agent("09:31").inbound("09:32").handed_over("09:35")
    told.agent("09:40").inbound("09:45").status("resolved", "09:46").agent("09:50").agent("09:55")
    told.described("inboxes", inbox_id="in-1", name="Care", service_level_s=600, first_reply_service_level_s=None)
    columns = ("first_response_time_s", "additional_response_time_s", "average_speed_of_answer_s", "acceptable")
    assert rows(told, "raw_service", "service_name", *columns) == [(time(9), "Care", 600, 300, 600, 1)]
    assert rows(told, "raw_agents", "first_response_time_s", "reply_time_s", "answers_sent") == [
        *[(time(9), 600, 300, 1), (time(9), 0, 0, 0)],
        *[(time(9, 30), 0, 0, 1), (time(9, 30), 0, 0, 1), (time(9, 45), 0, 0, 2)],
    ]


def test_only_a_contacts_message_opens_a_pair() -> None:
    """An automation's line is received and waits for nothing; a system's is not even received."""
    told = started().inbound("09:00", author_type="system", author_id=None).inbound("09:01", author_type="automation")
    told.agent("09:10").inbound("10:00").inbound("10:02", author_type="automation").agent("10:05")
    columns = ("first_response_time_s", "additional_response_time_s", "messages_received")
    assert picked(told.tracebuzz("service"), *columns) == [(300, 0, 3)]
    (case,) = told.channel(medium="whatsapp").tracebuzz("cases")
    assert case["service_window"] == unix(at("10:00")) + 86400


def test_sla_has_a_row_wherever_a_case_started_in_an_inbox_with_a_level_or_an_id() -> None:
    told = started("in-1").inbound("09:00").agent("09:10")
    assert told.tracebuzz("raw_sla") == []
    told.described("inboxes", inbox_id="in-1", name="Care", service_level_s=600, first_reply_service_level_s=599)
    columns = ("sla_id", "acceptable", "first_response_time_s", "service_level_pct", "average_speed_of_answer_s")
    assert rows(told, "raw_sla", *columns) == [(time(9), None, 0, 600, 0, 600)]
    told.described("inboxes", "01:00", inbox_id="in-1", name="Care", sla_id="s").staffed("10:00", "10:01")
    assert rows(told, "raw_sla", *columns) == [(time(9), "s", 0, 600, None, 600)]


def test_a_case_assigned_to_one_agent_and_answered_by_another() -> None:
    told = (
        started().inbound("09:01").own("assigned", "09:02", assignee_id="A").own("assigned", "09:03", assignee_id="B")
    )
    told.agent("09:04", author_id="B").agent("09:05", author_id="B")
    told.message("09:06", direction="outbound", author_type="system", author_id="B")
    closed(told)
    columns = ("agent_id", "assigned", "handled", "closed", "messages_sent", "messages_received")
    assert picked(told.tracebuzz("agents"), *columns) == [("A", 1, 0, 1, 0, 0), ("B", 1, 1, 0, 2, 1)]
    columns = (
        "opened",
        "handled_and_closed",
        "handled_and_closed_by_bot",
        "messages_sent",
        "agents_load",
        "agent_load",
    )
    assert picked(told.tracebuzz("service"), *columns) == [(1, 1, 0, 2, 1, 1)]


def test_opened_needs_a_close_and_a_human_lock_or_reply() -> None:
    columns = ("offered", "opened", "handled_and_closed", "handled_and_closed_by_bot", "not_handled_and_closed")
    told = started().described("users", user_id="b", user_type="bot").lock("locked", "09:01", "b")
    closed(told.message("09:02", direction="outbound", author_type="automation", author_id="b"))
    assert picked(told.tracebuzz("service"), *columns) == [(1, 0, 0, 1, 0)]
    told.lock("locked", at("09:00", TUESDAY), "u-1")
    assert picked(told.tracebuzz("service"), *columns)[0] == (1, 1, 0, 1, 1)
    told.status("pending", at("10:00", TUESDAY))
    assert picked(told.tracebuzz("service"), *columns)[0] == (1, 0, 0, 0, 0)


def test_a_case_closed_on_the_next_day_moves_the_day_of_its_start() -> None:
    told = started(when="16:50").agent("16:51").until("23:59")
    monday = {"window": (at("00:00"), at("00:00", TUESDAY))}
    assert rows(told, "raw_service", "opened", **monday) == [(time(16, 45), 0)]
    closed(told, at("09:00", TUESDAY))
    assert rows(told, "raw_service", "opened", "lead_time_s", **monday) == [(time(16, 45), 1, 16 * 3600 + 540)]


@pytest.mark.parametrize("mark", ["checked", "deleted", "trashed"])
def test_required_checks_hold_a_case_open(mark: str) -> None:
    told = closed(started().inbound("09:01", "m-1").inbound("09:02", "m-2", author_type="system").agent("09:03"))
    required = {"variables": {"require_checked": True}}
    assert picked(told.tracebuzz("service"), "opened", "lead_time_s") == [(1, 8 * 3600 - 60)]
    assert picked(told.tracebuzz("service", **required), "opened", "lead_time_s") == [(0, 0)]
    told.about_message(mark, "18:00", "m-1")
    assert picked(told.tracebuzz("service", **required), "opened") == [(1,)]
    told.about_message("restored", "18:01", "m-1")
    assert picked(told.tracebuzz("service", **required), "opened") == [(0 if mark == "trashed" else 1,)]


def test_lead_time_runs_from_the_first_message_system_ones_too() -> None:
    system = {"direction": "inbound", "author_type": "system"}
    assert picked(closed(started().message("16:00", **system)).tracebuzz("service"), "lead_time_s") == [(3600,)]
    assert picked(closed(started()).tracebuzz("service"), "lead_time_s") == [(0,)]
    assert picked(closed(started()).inbound("18:00").tracebuzz("service"), "lead_time_s") == [(0,)]
    assert picked(closed(started()).message("16:00", **system).tracebuzz("service"), "messages_received") == [(0,)]


@pytest.mark.parametrize(
    ("columns", "load"),
    [
        ({}, 1),
        ({"actor_id": None}, 0),
        ({"actor_id": "b"}, 0),
        ({"actor_type": "virtual_agent"}, 0),
        ({"actor_type": "bulk"}, 1),
        ({"actor_type": "automation"}, 0),
    ],
)
def test_the_load_of_agents_are_cases_that_one_resolved_or_snoozed(columns: dict, load: int) -> None:
    told = started().described("users", user_id="b", user_type="virtual_agent").status("resolved", "10:00", **columns)
    assert picked(told.tracebuzz("service"), "agent_load", "agents_load") == [(load, 0)]
    told = started().described("users", user_id="b", user_type="virtual_agent")
    told.own("snoozed", "10:00", **({"actor_type": "agent", "actor_id": "u-1"} | columns))
    assert picked(told.tracebuzz("service"), "agent_load") == [(load,)]


def test_logins_and_logouts_lie_in_their_quarter_hours_and_make_rows() -> None:
    told = Told().staffed("10:00", "10:20").staffed("10:05", "10:25", "s-2").staffed("10:40", "10:45", "s-3")
    expected = [
        (time(10), unix(at("10:00")), None),
        (time(10, 15), None, unix(at("10:25"))),
        (time(10, 30), unix(at("10:40")), None),
        (time(10, 45), None, unix(at("10:45"))),
    ]
    assert rows(told, "raw_agents", "first_login", "last_logout") == expected
    assert picked(told.tracebuzz("agents"), "first_login", "last_logout") == [(unix(at("10:00")), unix(at("10:45")))]


def test_only_users_of_claim_inboxes_are_measured_if_asked_for() -> None:
    told = (
        started()
        .inbound("09:00")
        .locked("10:00", "10:10")
        .staffed("10:00", "10:15")
        .agent("10:05")
        .present("away", "09:00")
    )
    told.described("users", user_id="u-1", user_type="human", inbox_mode="push").until("12:00")
    assert told.tracebuzz("agents", variables=CLAIM) == told.tracebuzz("agent_inbox", variables=CLAIM) == []
    columns = ("messages_sent", "first_response_time_s", "staffed_time_s", "max_staffed", "average_handle_time_s")
    assert rows(told, "raw_service", *columns, variables=CLAIM) == [(time(9), 1, 3900, 0, 0, None)]
    told.described("users", "01:00", user_id="u-1", user_type="human", inbox_mode="claim")
    assert picked(told.tracebuzz("agents", variables=CLAIM), "claim_inbox", "bot_user", "staffed_time_s") == [
        (1, 0, 900)
    ]


def test_the_repeated_hour_is_one_set_of_rows_and_the_skipped_one_has_none() -> None:
    told = Told().staffed(at("00:00", AUTUMN), at("02:00", AUTUMN)).until(datetime(2025, 11, 1, tzinfo=ZoneInfo("UTC")))
    found = rows(told, "raw_service", "staffed_time_s", **day("Europe/Amsterdam", AUTUMN))
    assert found == [(time(2, minute), 1800) for minute in (0, 15, 30, 45)]
    assert found == rows(
        told,
        "raw_service",
        "staffed_time_s",
        window=(at("00:00", AUTUMN), at("01:00", AUTUMN)),
        timezone="Europe/Amsterdam",
    )
    assert (
        rows(
            told,
            "raw_service",
            "staffed_time_s",
            window=(at("01:00", AUTUMN), at("02:00", AUTUMN)),
            timezone="Europe/Amsterdam",
        )
        == []
    )
    told = Told().staffed(at("00:30", SPRING), at("01:30", SPRING))
    found = rows(told, "raw_service", "staffed_time_s", **day("Europe/Amsterdam", SPRING))
    assert found == [(time(*clock), 900) for clock in ((1, 30), (1, 45), (3, 0), (3, 15))]


def test_a_day_begins_with_its_zone_and_is_delivered_where_it_begins() -> None:
    told = Told().staffed("18:15", "18:20")
    assert picked(told.tracebuzz("service", **day("Asia/Kathmandu", TUESDAY)), "row_date") == [(TUESDAY,)]
    assert told.tracebuzz("service", **day("Asia/Kathmandu", MONDAY)) == []
    assert told.tracebuzz("service", window=(at("00:01"), at("00:00", TUESDAY))) == []
    assert rows(told, "raw_service", "staffed_time_s", window=(at("18:16"), at("19:00"))) == []
    assert rows(told, "raw_service", "staffed_time_s", window=(at("18:15"), at("18:16"))) == [(time(18, 15), 300)]


def test_a_clock_of_half_hours_and_one_that_is_set_back_over_midnight() -> None:
    lord_howe = LocalClock(
        "Australia/Lord_Howe", unix(at("00:00", date(2025, 4, 5))), unix(at("00:00", date(2025, 4, 6)))
    )
    quarter = lord_howe.quarter(unix(at("14:45", date(2025, 4, 5))))
    assert (date_shown(quarter), time_shown(quarter)) == (date(2025, 4, 6), time(1, 45))
    halves = [unix(at(clock, date(2025, 4, 5))) for clock in ("14:45", "15:15")]
    assert lord_howe.pieces(quarter, QUARTER) == [(half, half + 900) for half in halves]
    # In 2006 Newfoundland's clocks went back at 00:01, to 23:01 of the day before: that day has two parts.
    newfoundland = LocalClock(
        "America/St_Johns", unix(at("00:00", date(2006, 10, 28))), unix(at("00:00", date(2006, 10, 30)))
    )
    sunday = unix(at("00:00", date(2006, 10, 29)))
    first, second = newfoundland.pieces(sunday, DAY)
    assert first == (unix(at("02:30", date(2006, 10, 29))), unix(at("02:31", date(2006, 10, 29))))
    assert second[0] == unix(at("03:30", date(2006, 10, 29)))
