"""The Khoros Care definitions about conversations, actions and filters, computed by the oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oracle.khoros_columns import KHOROS_COLUMNS
from told import at, picked
from told_khoros import Care

THIRD, FIFTH, SIXTH, NINTH = (date(2025, 3, day) for day in (3, 5, 6, 9))
THIRD_OF_MARCH = (at("00:00", THIRD), at("00:00", date(2025, 3, 4)))
NINE_TO_FIVE = [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 8)]


def until(clock: str) -> tuple[datetime, datetime]:
    """A window that ends at a time of the 3rd of March."""
    return at("00:00"), at(clock)


def test_open_at_end_is_told_as_if_nothing_had_happened_since() -> None:
    """Queue A, moved to B on the 5th, closed on the 6th: at the end of the 3rd Open, in A, with A's name of today."""
    told = Care().opened("08:00").own("queue_changed", "08:01", queue_id="A").inbound("09:00")
    told.own("queue_changed", at("10:00", FIFTH), queue_id="B").tell(
        "queues", "upserted", "00:00", queue_id="A", name="a"
    )
    told.status("resolved", at("10:00", SIXTH)).agent(at("10:00", SIXTH))
    told.tell("queues", "upserted", at("00:00", NINTH), queue_id="A", name="today's")
    columns = ("status", "work_queue_id", "work_queue_name", "responses", "closed_at")
    assert picked(told.report("conversation", THIRD_OF_MARCH), *columns) == [("Open", "A", "today's", 0, None)]
    assert told.report("conversation") == []
    created = told.report("conversation", THIRD_OF_MARCH, conversation_report_type="CREATED")
    assert picked(created, *columns) == [("Closed", "B", None, 1, at("10:00", SIXTH))]
    # An event at the end of the window counts as later.
    assert told.report("conversation", until("08:00")) == []
    assert picked(told.report("conversation", until("08:01")), *columns[:2]) == [("Open", None)]
    assert picked(told.report("conversation", until("08:01"), workqueue_ids=["A"]), *columns[:2]) == []
    assert picked(told.report("conversation", THIRD_OF_MARCH, workqueue_ids=["A"]), *columns[:2]) == [("Open", "A")]


def test_closings() -> None:
    """Closed on the 3rd, reopened on the 5th, closed on the 9th by something that is no agent."""
    told = Care().opened().status("resolved", "10:00", resolve_reason="done", resolve_comment="why")
    told.user("u-1", name="Ann").status("resolved", "11:00").status("new", at("10:00", FIFTH))
    columns = ("closed_at", "status", "closed_by_agent_id", "closed_by_agent_name", "disposition", "custom_disposition")
    closed = told.report("conversation", THIRD_OF_MARCH, conversation_report_type="CLOSED")
    assert picked(closed, *columns) == [(at("10:00"), "Open", "u-1", "Ann", "done", "why")]
    created = told.report("conversation", THIRD_OF_MARCH, conversation_report_type="CREATED")
    assert picked(created, *columns) == [(None, "Open", None, None, None, None)]
    told.status("resolved", at("10:00", NINTH), actor_type="bulk")
    created = told.report("conversation", THIRD_OF_MARCH, conversation_report_type="CREATED")
    assert picked(created, *columns) == [(at("10:00", NINTH), "Closed", None, None, None, None)]
    closed = told.report("conversation", THIRD_OF_MARCH, conversation_report_type="CLOSED")
    assert picked(closed, "closed_at", "status", "reopen_count") == [(at("10:00"), "Closed", 1)]


@pytest.mark.parametrize(
    ("story", "end", "expected"),
    [
        (Care().inbound("10:00").agent("10:10"), "12:00", (at("10:10"), True)),
        (Care().inbound("10:00").agent("10:10:00.001"), "12:00", (at("10:10"), False)),
        (Care().inbound("10:00"), "10:10", (at("10:10"), None)),
        (Care().inbound("10:00"), "10:11", (at("10:10"), False)),
        (Care().inbound("10:00").status("resolved", "10:11").status("new", "10:12"), "12:00", (at("10:10"), None)),
        (Care().inbound("10:00", published_at=at("09:50")), "10:01", (at("10:00"), False)),
        (Care().inbound("10:00").bot("10:01"), "10:11", (at("10:10"), False)),
        # The first post waits no more; the one that waits now starts the clock, and the FIRST response's post for good.
        (
            Care().inbound("10:00").status("resolved", "10:01").status("new", "10:02").inbound("11:00"),
            "11:01",
            (at("11:10"), None),
        ),
        (
            Care()
            .inbound("10:00")
            .status("resolved", "10:01")
            .status("pending", "10:02")
            .inbound("11:00")
            .agent("11:02")
            .inbound("11:05"),
            "13:00",
            (at("11:10"), True),
        ),
        (Care().agent("10:00"), "12:00", (None, None)),
    ],
)
def test_service_level(story: Care, end: str, expected: tuple) -> None:
    """Level 600 s, plain time."""
    inbox = {"inbox_id": "i-1", "name": "I", "first_reply_service_level_s": 600}
    story.opened("08:00", inbox_id="i-1").tell("inboxes", "upserted", "23:00", **inbox)
    assert picked(story.report("conversation", until(end)), "due_at", "is_within_sla") == [expected]


def test_the_moment_is_not_after_the_latest_event() -> None:
    """A window that ends in the future is computed as of the latest event; the inbox may be the channel's."""
    told = Care().opened().channel(inbox_id="i-1").inbound("10:00").own("snoozed", "10:09", snoozed_until=at("10:10"))
    told.tell("inboxes", "upserted", "10:09:30", inbox_id="i-1", first_reply_service_level_s=600, name="I")
    columns = ("is_within_sla", "snooze_expires_at", "tar_start_at")
    assert picked(told.report("conversation"), *columns) == [(None, at("10:10"), at("10:00"))]
    told.tell("inboxes", "upserted", "10:10", inbox_id="i-2", name="another")
    assert picked(told.report("conversation"), *columns) == [(None, None, at("10:00"))]


def test_numbers_of_a_conversation() -> None:
    """Its whole life; averages over all with a TAR, of whole seconds."""
    told = (
        Care()
        .lock("locked", "09:59", "bot-1")
        .user("bot-1", user_type="bot")
        .own("assigned", "10:00", assignee_id=None)
    )
    told.inbound("10:00").agent("10:00:10").inbound("10:01").bot("10:01:30").agent("10:02:05").agent("10:03")
    told.own("assigned", "10:04", assignee_id="u-7").lock("unlocked", "10:05", "bot-1").opened(
        "11:00", display_number="7"
    )
    told.own("assigned", "11:01", assignee_id="u-8").user("u-8", name="Bea", email="bea@x")
    columns = ("incoming_posts", "responses", "agent_responses", "bot_responses", "first_tar", "average_tar")
    columns += ("handle_time", "owner_agent_id", "assigned_agent_id", "assigned_agent_name", "assigned_agent_email")
    columns += ("display_number", "author_id", "created_at")
    assert picked(told.report("conversation"), *columns) == [
        (2, 4, 3, 1, 10, Decimal("37.50"), 240, "u-7", "u-8", "Bea", "bea@x", 7, "p-1", at("11:00"))
    ]


def test_a_conversation_that_only_a_note_names_is_open() -> None:
    """Until an event resolves it; no report prints its network."""
    told = Care().tell("note_events", "created", "10:00", note_id="n", note="x")
    assert picked(told.report("conversation"), "status", "network", "created_at") == [("Open", None, at("10:00"))]


FILTERS: list[tuple[dict[str, Any], bool]] = [
    ({"priorities": [1]}, True),
    ({"priorities": [0, 2]}, False),
    ({"workqueue_ids": ["B", "x"]}, True),
    ({"workqueue_ids": ["A"]}, False),
    ({"channels": ["ch-2"]}, False),
    ({"smart_view": {"priorities": [], "workqueue_ids": []}, "priorities": [2]}, False),
    ({"smart_view": {"priorities": [1]}, "priorities": [2]}, True),
    ({"smart_view": {"priorities": [1]}, "workqueue_ids": ["A"]}, False),
    ({"smart_view": {"workqueue_ids": ["B"]}, "workqueue_ids": ["A"]}, True),
    ({"smart_view": {"tag_ids": ["gone", "t"]}}, True),
    ({"smart_view": {"tag_ids": ["gone"]}}, False),
    ({"smart_view": {"networks": ["sms", "twitter"]}}, True),
    ({"smart_view": {"networks": ["sms"], "tag_ids": ["t"]}}, False),
]


@pytest.mark.parametrize(("arguments", "is_in"), FILTERS)
def test_filters_look_at_the_conversation_as_it_is_now(arguments: dict[str, Any], is_in: bool) -> None:
    """Posts of matching conversations only; those without priority or queue match no list."""
    told = Care().opened(priority=2).channel().inbound("10:00", "m1").own("priority_set", "10:01", priority=1)
    told.own("queue_changed", "10:02", queue_id="A").own("queue_changed", "10:03", queue_id="B")
    told.tag("10:04", "m1", "gone").tag("10:05", "m1", "gone", "removed").tag("10:06", "m1", "t")
    told.inbound("10:00", conversation_id="c-2")
    assert picked(told.report("incoming_post", **arguments), "conversation_id") == [("c-1",)] * is_in
    assert picked(told.report("author", **arguments), "incoming_posts") == [(1,)] * is_in


ACTION = ("action_type", "actor_type", "agent_id", "old_value", "new_value", "note")


def test_actions_and_who_did_them() -> None:
    """Every event is one, also one that changes nothing; created, hand-overs, messages and surveys are none."""
    told = Care().opened(priority=3).inbound("10:00", "m1").handed_over("10:00")
    told.status("resolved", "10:01", resolve_comment="ok").status("resolved", "10:02", actor_type="bulk")
    told.own("queue_changed", "10:03", queue_id="A", actor_type="automation", actor_id="x")
    told.own("assigned", "10:04", assignee_id="u-2").own("assigned", "10:05", actor_type="robot", actor_id="u-1")
    told.own("priority_set", "10:06", priority=0, actor_type="virtual_agent", actor_id="va-1")
    told.own("snoozed", "10:07", snoozed_until=at("12:00:00.123456"), actor_type="contact")
    told.own("snoozed", "10:08", actor_type="system").tag("10:09", "m1", "t", conversation_id=None).tag(
        "10:10", "?", "t"
    )
    told.tag("10:11", "m1", "t", "removed").tag("10:12", "??", "t", conversation_id=None)
    of_note = {"note_id": "n"}
    told.tell("note_events", "created", "10:13", **of_note, note="hm", author_id="u-3")
    told.tell("note_events", "updated", "10:14", **of_note, note="ah", author_id="u-3", actor_type="agent")
    told.tell("note_events", "deleted", "10:15", **of_note, author_id="u-3", actor_type="system")
    told.lock("locked", "10:16").lock("unlocked", "10:17")
    told.approval("submitted", "10:18").approval("rejected", "10:19", approver_id="u-2", comment="no")
    told.approval("withdrawn", "10:20", agent_id=None).help("requested", "10:21").help("answered", "10:22")
    told.help("expired", "10:23").help("closed", "10:24", actor_type="agent", actor_id="u-5")
    assert picked(told.report("conversation_actions"), *ACTION) == [
        ("STATUS_CHANGED", "AGENT", "u-1", "Open", "Closed", "ok"),
        ("STATUS_CHANGED", "BULK", "u-1", "Closed", "Closed", None),
        ("QUEUE_CHANGED", "AUTOMATION", None, None, "A", None),
        ("ASSIGNED", None, None, None, "u-2", None),
        ("ASSIGNED", None, None, "u-2", None, None),
        ("PRIORITY_SET", "VIRTUAL_AGENT", None, "3", "0", None),
        ("SNOOZED", "CONTACT", None, None, "2025-03-03T12:00:00.123+00:00", None),
        ("SNOOZED", "SYSTEM", None, "2025-03-03T12:00:00.123+00:00", None, None),
        ("TAG_APPLIED", None, None, None, "t", None),
        ("TAG_APPLIED", None, None, None, "t", None),
        ("TAG_REMOVED", None, None, "t", None, None),
        ("NOTE_CREATED", "AGENT", "u-3", None, None, "hm"),
        ("NOTE_UPDATED", "AGENT", "u-3", None, None, "ah"),
        ("NOTE_DELETED", "SYSTEM", None, None, None, None),
        ("LOCKED", "AGENT", "u-1", None, "u-1", None),
        ("UNLOCKED", "AGENT", "u-1", "u-1", None, None),
        ("APPROVAL_SUBMITTED", "AGENT", "u-1", None, "Pending", None),
        ("APPROVAL_REJECTED", "AGENT", "u-2", None, "Rejected", "no"),
        ("APPROVAL_WITHDRAWN", None, None, None, "Withdrawn", None),
        ("HELP_REQUESTED", "AGENT", "u-1", None, "Open", None),
        ("HELP_ANSWERED", "EXPERT", None, None, "Answered", None),
        ("HELP_EXPIRED", "SYSTEM", None, None, "Expired", None),
        ("HELP_CLOSED", "AGENT", "u-5", None, "Closed", None),
    ]
    values = [
        told.report("conversation_actions", (at("10:07"), at("10:08")), **zone)[0]["new_value"]
        for zone in ({"time_zone": "America/St_Johns"}, {"timezone_offset_ms": 20_700_000})
    ]
    assert values == ["2025-03-03T08:30:00.123-03:30", "2025-03-03T17:45:00.123+05:45"]


def test_actions_are_filtered_by_what_they_made_of_the_conversation() -> None:
    """The 500 (or 2,000) newest that pass, in event order."""
    told = Care().opened(priority=3)
    for number in range(501):
        told.own("queue_changed", at("10:00") + timedelta(seconds=number), queue_id=f"q-{number % 2}")
    told.own("priority_set", "12:00", priority=1)
    rows = told.report("conversation_actions")
    assert (len(rows), rows[0]["action_at"], rows[-1]["priority"]) == (500, at("10:00:02"), 1)
    assert len(told.report("conversation_actions", raiselimit=True)) == 502
    assert len(told.report("conversation_actions", (at("10:00"), at("11:00")))) == 500
    rows = told.report("conversation_actions", workqueue_ids=["q-1"], priorities=[3])
    assert (len(rows), {row["work_queue_id"] for row in rows}) == (250, {"q-1"})
    assert picked(rows[:1], "action_id", "action_at") == [("conversation_events/e-003", at("10:00:01"))]


def test_opening_hours_of_conversations_and_actions() -> None:
    """created_at of a conversation, the event of an action; who has no channel is always open."""
    told = (
        Care()
        .opened("08:00")
        .channel(opening_hours=NINE_TO_FIVE)
        .lock("locked", "10:00")
        .lock("locked", "11:00", "u-2", conversation_id="c-2")
    )
    assert picked(told.report("conversation", business_hour_type=True), "conversation_id") == [("c-2",)]
    assert picked(told.report("conversation", business_hour_type=False), "conversation_id") == [("c-1",)]
    assert len(told.report("conversation_actions", business_hour_type=True)) == 2


def test_fixed_words() -> None:
    """In the language of the request; ids and codes never."""
    told = Care().opened().status("pending", "10:00")
    words = ["Pending", "Pendiente", "En attente", "Ausstehend", "Beklemede"]
    for locale, word in zip(("en", "es", "fr", "de", "tr"), words, strict=True):
        assert picked(told.report("conversation", locale=locale), "status") == [(word,)]
        actions = told.report("conversation_actions", locale=locale)
        assert picked(actions, "action_type", "actor_type", "new_value") == [("STATUS_CHANGED", "AGENT", word)]


def test_every_report_has_its_columns_in_file_order() -> None:
    """Also those that are empty."""
    told = Care().opened().inbound("10:00", "m1").agent("10:05").present("10:00", "available")
    told.approval("submitted", "10:07").tag("10:08", "m1", "a").help("requested", "10:06")
    for name, columns in KHOROS_COLUMNS.items():
        rows = told.report(name, time_interval=604_800_001)
        assert rows and all(list(row) == columns for row in rows), name
