"""The Khoros Care definitions about agents, teams, approvals, help and buckets, computed by the oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from oracle.khoros_buckets import buckets
from oracle.khoros_request import KhorosRequest
from told import MONDAY, at, picked
from told_khoros import Care

TUESDAY = date(2025, 3, 4)
DAY = (at("00:00"), at("00:00", TUESDAY))
HOUR_MS = 3_600_000
COUNTS = ("conversations_assigned", "conversations_responded", "conversations_closed", "responses")
TIMES = ("available_time", "custom_state_time", "offline_time")


def two_teams() -> Care:
    """a2 is in t1 and t2, available 8 h; a response of a2 names t2, an automatic assignment names no team."""
    told = (
        Care().user("a2", team_ids=["t1", "t2"]).present("09:00", "available", "a2").present("17:00", "offline", "a2")
    )
    told.own("assigned", "10:00", assignee_id="a2", actor_type="automation")
    return told.agent("10:05", author_id="a2", team_id="t2")


def test_two_teams() -> None:
    """The worked example: presence and the assignment stand on both rows, the response on its team's."""
    rows = two_teams().report("team_performance", DAY)
    columns = ("team_id", "agent_id", "available_time", "conversations_assigned", "responses")
    assert picked(rows, *columns) == [("t1", "a2", 28800, 1, 0), ("t2", "a2", 28800, 1, 1)]
    rows = two_teams().report("team_performance", DAY, team_ids=["t2"])
    assert picked(rows, "team_id", *TIMES) == [("t2", 28800, 0, 0)]  # offline since the latest event


def test_events_that_name_no_team() -> None:
    """On the only team; where there are more or none, on the row without a team. Bulk closings count for no agent."""
    told = two_teams().agent("10:06", author_id="a2", team_id=None).user("a1", team_ids=["t1"], email="a1@x")
    told.agent("10:07", author_id="a1", team_id=None).status("resolved", "10:08", actor_id="a1", team_id="t3")
    told.status("new", "10:09").status("resolved", "10:10", actor_type="bulk", actor_id="a1")
    told.agent("10:11", author_id="a9", team_id=None).present("10:12", "away", "a8").present("10:13", "offline", "a8")
    told.agent("10:14", author_id="bot").user("bot", user_type="bot", team_ids=["t1"]).user("a7").agent(
        "10:15", author_id=None
    )
    assert picked(told.report("team_performance", DAY), "team_id", "agent_id", *COUNTS, *TIMES) == [
        ("t1", "a1", 0, 1, 0, 1, 0, 0, 0),
        ("t1", "a2", 1, 0, 0, 0, 28800, 0, 0),
        ("t2", "a2", 1, 1, 0, 1, 28800, 0, 0),
        ("t3", "a1", 0, 0, 1, 0, 0, 0, 0),
        (None, "a2", 0, 1, 0, 1, 0, 0, 0),
        (None, "a8", 0, 0, 0, 0, 0, 60, 24420),
        (None, "a9", 0, 1, 0, 1, 0, 0, 0),
    ]


def test_numbers_of_responses_and_disabled_agents() -> None:
    """Averages over responses with a TAR; agents who are disabled or deleted now are left out unless requested."""
    told = (
        Care()
        .user("u-1", team_ids=["t-1", "t-1"])
        .lock("locked", "09:59")
        .inbound("10:00")
        .agent("10:01")
        .agent("10:02")
    )
    told.inbound("10:03").agent("10:05").lock("unlocked", "10:06")
    columns = ("responses", "first_responses", "subsequent_responses", "average_tar", "average_first_tar")
    columns += ("handle_time", "average_handle_time", "is_disabled")
    numbers = (3, 1, 2, Decimal("90.00"), Decimal("60.00"), 360, Decimal("120.00"))
    assert picked(told.report("team_performance", DAY), *columns) == [(*numbers, False)]
    assert told.report("team_performance", DAY, priorities=[0])[0]["responses"] == 0
    told.user("u-1", "11:00", is_disabled=True)
    assert told.report("team_performance", DAY) == []
    assert picked(told.report("team_performance", DAY, include_disabled=True), *columns) == [(*numbers, True)]
    told.user("u-1", "11:01").tell("users", "deleted", "11:02", user_id="u-1")
    assert picked(told.report("team_performance", DAY, include_disabled=True), "is_disabled") == [(True,)]


def test_surveys_count_once_for_the_last_answer() -> None:
    """With the pair that the answer names, else the pair of the last `sent`; in the window of the last answer."""
    told = Care()
    of_survey = {"survey_id": "s"}
    told.tell("csat_events", "sent", "09:00", **of_survey, agent_id="u-1", team_id="t-1")
    told.tell("csat_events", "answered", "10:00", **of_survey, score=1, agent_id="u-2")
    told.tell("csat_events", "answered", at("10:00", TUESDAY), **of_survey, score=4)
    columns = ("team_id", "agent_id", "csat_responses", "average_csat_score")
    assert told.report("team_performance", DAY) == []
    tuesday = (at("00:00", TUESDAY), at("00:00", TUESDAY) + timedelta(days=1))
    assert picked(told.report("team_performance", tuesday), *columns) == [("t-1", "u-1", 1, Decimal("4.00"))]


@pytest.mark.parametrize(
    ("sent", "answered", "rated"),
    [
        ([("u-1", "t-1")], (None, None), ("u-1", "t-1")),
        ([("u-1", "t-1"), ("u-2", "t-2")], (None, None), ("u-2", "t-2")),
        ([("u-1", "t-1")], ("u-2", None), ("u-2", None)),  # a pair: no team of another event
        ([("u-1", "t-1")], ("u-7", None), ("u-7", "t-7")),  # the agent's only team now
        ([("u-7", None)], (None, None), ("u-7", "t-7")),
        ([("u-8", None)], (None, None), ("u-8", None)),  # in two teams
        ([("u-1", "t-1"), (None, None)], (None, None), None),
        ([("u-1", "t-1")], (None, "t-2"), None),
        ([], (None, None), None),
    ],
)
def test_whom_a_survey_rates(sent: list[tuple], answered: tuple, rated: tuple | None) -> None:
    """The pair of the answer, else that of the last `sent`; in all families."""
    told = Care().opened().user("u-7", team_ids=["t-7", "t-7"]).user("u-8", team_ids=["t-7", "t-8"])
    for agent_id, team_id in sent:
        told.tell("csat_events", "sent", "09:00", survey_id="s", agent_id=agent_id, team_id=team_id)
    told.tell("csat_events", "answered", "10:00", survey_id="s", score=5, agent_id=answered[0], team_id=answered[1])
    told.tell("csat_events", "follow_up_asked", "10:01", survey_id="s", agent_id="u-9", team_id="t-9", question="?")
    rows = [row for row in told.report("team_performance") if row["csat_responses"]]
    assert picked(rows, "agent_id", "team_id") == [rated] * (rated is not None)
    users = [row["user_id"] for row in told.export("user") if row["csat_score_5"]]
    assert users == ([rated[0]] if rated else [])


def test_approvals_of_agents() -> None:
    """Submitted by the responding agent, approved or rejected by the approver: first submission, first decision."""
    told = Care().user("u-1", team_ids=["t-1", "t-2"]).approval("rejected", "09:00", approver_id="u-3")
    told.approval("submitted", "10:00", team_id="t-1").approval("submitted", "10:01", team_id="t-2")
    told.approval("rejected", "10:02", approver_id="u-2", comment="no").approval("approved", "10:05", approver_id="u-3")
    columns = ("team_id", "agent_id", "approvals_requested", "approvals_decided")
    assert picked(told.report("team_performance", DAY), *columns) == [
        ("t-1", "u-1", 1, 0),
        ("t-2", "u-1", 0, 0),
        (None, "u-2", 0, 1),
    ]
    columns = ("response_id", "responding_agent_id", "approving_agent_id", "decision", "comment", "submitted_at")
    columns += ("decided_at", "time_to_decision", "response_published_date")
    row = ("draft", "u-1", "u-2", "Rejected", "no", at("10:00"), at("10:02"), 120)
    assert picked(told.report("response_approval"), *columns) == [(*row, None)]
    told.agent("10:06", "draft", published_at=at("10:07"))
    assert picked(told.report("response_approval"), *columns) == [(*row, at("10:07"))]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (Care().approval("submitted", "10:00"), ("Pending", None, at("10:00"), None, None)),
        (Care().approval("submitted", "10:00").approval("withdrawn", "10:01"),
         ("Withdrawn", None, at("10:00"), at("10:01"), 60)),
        (Care().approval("approved", "10:00", approver_id="u-2"), ("Approved", "u-2", None, at("10:00"), None)),
    ],
)  # fmt: skip
def test_decisions(story: Care, expected: tuple) -> None:
    """Undecided, withdrawn and never submitted approvals; a row without submission is at its first event."""
    columns = ("decision", "approving_agent_id", "submitted_at", "decided_at", "time_to_decision")
    assert picked(story.report("response_approval", (at("10:00"), at("10:01"))), *columns) == [expected]


def test_approvals_are_those_of_the_responding_agents_team() -> None:
    """He also decides whether a row is left out as disabled."""
    told = Care().user("u-1", team_ids=["t-1"], is_disabled=True).approval("submitted", "10:00")
    told.approval("submitted", "10:01", approval_id="ap-2", agent_id=None)
    assert picked(told.report("response_approval"), "approval_id") == [("ap-2",)]
    rows = told.report("response_approval", include_disabled=True)
    assert picked(rows, "approval_id") == [("ap-1",), ("ap-2",)]
    rows = told.report("response_approval", include_disabled=True, team_ids=["t-1"])
    assert picked(rows, "approval_id") == [("ap-1",)]


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (Care().help("requested", "10:00"), ("Open", at("10:00"), None, None, None)),
        (Care().help("requested", "10:00").help("answered", "10:02").help("answered", "10:03"),
         ("Answered", at("10:00"), at("10:02"), None, 120)),
        (Care().help("requested", "10:00").help("expired", "10:01").help("answered", "10:02").help("closed", "10:03"),
         ("Expired", at("10:00"), at("10:02"), at("10:01"), 120)),
        (Care().help("closed", "10:00"), ("Closed", None, None, at("10:00"), None)),
    ],
)  # fmt: skip
def test_help_requests(story: Care, expected: tuple) -> None:
    """First request, first answer, first end; never requested: its first event puts it into the window."""
    columns = ("status", "requested_at", "answered_at", "closed_at", "time_to_answer")
    assert picked(story.report("raw_expert_help", (at("10:00"), at("10:01"))), *columns) == [expected]


def test_columns_of_a_help_request() -> None:
    """Question and expert of the request, answer of the first answer."""
    told = Care().user("u-1", name="Ann", email="ann@x")
    told.help("requested", "10:00", question="how?", expert_name="Eve", expert_email="eve@x")
    told.help("answered", "10:01", requester_id=None, answer="so")
    columns = ("requesting_agent_id", "requesting_agent_name", "requesting_agent_email")
    columns += ("expert_name", "expert_email", "question", "answer")
    assert picked(told.report("raw_expert_help"), *columns) == [("u-1", "Ann", "ann@x", "Eve", "eve@x", "how?", "so")]


def test_raw_agent_states() -> None:
    """Whole intervals, Offline included: available 22:00 to 02:00 is 4 h in both days."""
    told = (
        Care().user("u-1", team_ids=["t-2", "t-9", "t-1"]).user("bot", user_type="bot").present("09:00", "away", "bot")
    )
    for team_id in ("t-1", "t-2"):
        told.tell("teams", "upserted", "00:00", team_id=team_id, name=team_id.upper())
    told.present("20:00", "offline").present("21:00", "away", away_state="lunch").present("21:30", "away")
    told.present("22:00", "available").present(at("02:00", TUESDAY), "offline").present(at("03:00", TUESDAY), "offline")
    columns = ("state_type", "state_name", "state_start_at", "state_end_at", "duration")
    available = ("AVAILABLE", "Available", at("22:00"), at("02:00", TUESDAY), 14400)
    assert picked(told.report("raw_agent_states", DAY), *columns) == [
        ("OFFLINE", "Offline", at("20:00"), at("21:00"), 3600),
        ("CUSTOM", "lunch", at("21:00"), at("21:30"), 1800),
        ("CUSTOM", "Away", at("21:30"), at("22:00"), 1800),
        available,
    ]
    tuesday = (at("00:00", TUESDAY), at("00:00", TUESDAY) + timedelta(days=1))
    rows = told.report("raw_agent_states", tuesday, team_ids=["t-1"], channels=["ch-9"], locale="de")
    offline = ("OFFLINE", "Offline", at("02:00", TUESDAY), None, 3600)
    assert picked(rows, *columns) == [("AVAILABLE", "Verfügbar", *available[2:]), offline]
    assert picked(rows[:1], "team_ids", "team_names") == [("t-2, t-9, t-1", "T-2, , T-1")]
    assert told.report("raw_agent_states", DAY, team_ids=["t-3"]) == []


def lengths(interval_ms: int, window: tuple[datetime, datetime], **zone: Any) -> list[float]:
    """Hours of the buckets of a window."""
    found = list(buckets(KhorosRequest("acme", *window, time_interval=interval_ms, **zone)))
    assert all(end == begin for (_, end), (begin, _) in pairwise(found))
    return [(end - begin) / timedelta(hours=1) for begin, end in found]


def local_days(first: str, days: int, offset_before: str, offset_after: str) -> tuple[datetime, datetime]:
    """A window from a local midnight to another one."""
    last = date.fromisoformat(first) + timedelta(days=days)
    begin, end = (
        datetime.fromisoformat(text) for text in (f"{first}T00:00{offset_before}", f"{last}T00:00{offset_after}")
    )
    return begin.astimezone(UTC), end.astimezone(UTC)


AMSTERDAM = {"time_zone": "Europe/Amsterdam"}


def test_buckets() -> None:
    """The worked examples."""
    assert lengths(8 * HOUR_MS, local_days("2025-10-26", 1, "+02:00", "+01:00"), **AMSTERDAM) == [8, 8, 8, 1]
    assert lengths(8 * HOUR_MS, local_days("2025-03-30", 1, "+01:00", "+02:00"), **AMSTERDAM) == [8, 8, 7]
    window = (at("10:07"), at("11:30"))
    assert list(buckets(KhorosRequest("acme", *window, time_interval=HOUR_MS))) == [
        (at("10:07"), at("11:00")),
        (at("11:00"), at("11:30")),
    ]
    assert len(lengths(HOUR_MS, local_days("2025-03-01", 31, "+00:00", "+00:00"))) == 744


def test_buckets_of_the_local_calendar() -> None:
    """Days, weeks from Monday, months; shorter ones from the first instant of the local day."""
    year = local_days("2025-01-01", 365, "+01:00", "+01:00")
    months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    hours = [24 * days for days in months]
    hours[2], hours[9] = hours[2] - 1, hours[9] + 1
    assert lengths(7 * 24 * HOUR_MS + 1, year, **AMSTERDAM) == hours
    weeks = lengths(7 * 24 * HOUR_MS, (at("12:00"), at("12:00") + timedelta(days=9)))  # Monday noon to Wednesday noon
    assert weeks == [156, 60]
    assert lengths(24 * HOUR_MS, local_days("2025-03-29", 3, "+01:00", "+02:00"), **AMSTERDAM) == [24, 23, 24]
    # Half an hour past: an offset moves the buckets.
    assert lengths(24 * HOUR_MS, DAY, timezone_offset_ms=20_700_000) == [18.25, 5.75]
    assert lengths(12 * HOUR_MS, DAY, time_zone="Asia/Kathmandu") == [6.25, 12, 5.75]
    # Havana's midnight of 2 November occurs twice and the first one counts; Beirut's of 30 March never does.
    assert lengths(24 * HOUR_MS, local_days("2025-11-01", 3, "-04:00", "-05:00"), time_zone="America/Havana") == [
        24,
        25,
        24,
    ]
    window = local_days("2025-03-29", 3, "+02:00", "+03:00")
    assert lengths(24 * HOUR_MS, window, time_zone="Asia/Beirut") == [24, 23, 24]


def test_team_performance_by_bucket() -> None:
    """Rows where anything but offline time is above 0; every bucket prints its own borders."""
    rows = two_teams().report(
        "team_performance_interval", (at("08:30"), at("10:30")), time_interval=HOUR_MS, team_ids=["t2"]
    )
    columns = ("interval_start", "interval_end", "agent_id", *COUNTS, *TIMES)
    assert picked(rows, *columns) == [
        (at("09:00"), at("10:00"), "a2", 0, 0, 0, 0, 3600, 0, 0),
        (at("10:00"), at("10:30"), "a2", 1, 1, 0, 1, 1800, 0, 0),
    ]
    rows = two_teams().report("team_performance_interval", DAY, time_interval=24 * HOUR_MS)
    assert picked(rows, "team_id", "interval_start") == [("t1", at("00:00", MONDAY)), ("t2", at("00:00", MONDAY))]
