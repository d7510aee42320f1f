"""The Khoros Care definitions about posts and responses: worked examples and small rules, by the oracle."""

from __future__ import annotations

from datetime import date

import pytest

from told import at, picked
from told_khoros import Care

TUESDAY = date(2025, 3, 4)
NINE_TO_FIVE = [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 8)]


def example() -> Care:
    """Post 10:00, virtual agent 10:01, agent 10:06 and 10:07, posts 10:10 and 10:12, agent 10:15."""
    told = Care().inbound("10:00").bot("10:01").agent("10:06").agent("10:07")
    return told.inbound("10:10").inbound("10:12").agent("10:15")


@pytest.mark.parametrize(
    ("story", "tars", "types"),
    [
        (example(), [None, 360, None, 300], [None, "FIRST", "SUBSEQUENT", "SUBSEQUENT"]),
        (Care().inbound("10:10").status("resolved", "10:11").inbound("15:00").agent("15:02"), [120], ["FIRST"]),
        (Care().inbound("10:00", published_at=at("09:50")).agent("10:05"), [900], ["FIRST"]),
        (Care().inbound("10:20", published_at=at("10:30")).agent("10:25"), [300], ["FIRST"]),
        (
            Care().inbound("10:00").agent("10:01", outbound_type="proactive").agent("10:05", outbound_type="reply"),
            [None, 300],
            ["SUBSEQUENT", "FIRST"],
        ),
        (Care().agent("10:00").inbound("11:00").agent("11:05"), [None, 300], ["SUBSEQUENT", "FIRST"]),
        (Care().inbound("10:00").agent("10:05", published_at=at("09:00")), [0], ["FIRST"]),  # never below 0
        (Care().inbound("10:00").agent("10:05", outbound_type="carrier_pigeon"), [300], ["FIRST"]),
        (Care().inbound("10:00:00.900").agent("10:00:02.100"), [2], ["FIRST"]),  # both ends cut to the second
        (Care().inbound("10:00").status("pending", "10:01").agent("10:02"), [120], ["FIRST"]),
        (Care().inbound("10:00").bot("10:01", outbound_type="proactive"), [None], [None]),
    ],
)
def test_tar_and_response_type(story: Care, tars: list, types: list) -> None:
    """TAR from the first waiting post, for human replies only; FIRST once per conversation. Rows by publication."""
    rows = sorted(story.report("response"), key=lambda row: row["response_order"])
    assert picked(rows, "response_tar", "response_type") == list(zip(tars, types, strict=True))


def test_an_inbound_line_that_no_contact_wrote_is_no_post() -> None:
    """It waits for nothing, cannot be responded to, also by name, and is no row of any report."""
    told = Care().opened("08:59").inbound("09:00", "line", author_type="system", author_id=None)
    told.agent("09:30", in_reply_to_message_id="line", outbound_type="reply").inbound("10:00", "word")
    told.inbound("10:02", author_type="automation").agent("10:05", in_reply_to_message_id="line", outbound_type="reply")
    columns = ("response_type", "response_tar", "lsw_responded_to_post_received_time")
    assert picked(told.report("response"), *columns) == [("SUBSEQUENT", None, None), ("FIRST", 300, at("10:00"))]
    assert picked(told.report("incoming_post"), "post_id") == [("word",)]
    assert picked(told.report("author"), "author_id", "incoming_posts") == [("p-1", 1)]
    rows = picked(told.report("combined"), "record_type", "post_id")
    assert rows == [("PROACTIVE", None), ("ANSWERED", "word")]
    (row,) = told.report("conversation")
    assert (row["incoming_posts"], row["responses"], row["tar_start_at"]) == (1, 2, at("10:00"))


def test_first_is_first_in_whatever_window() -> None:
    """A later window does not make another FIRST."""
    told = Care().inbound("10:00").agent("10:05").inbound("11:00").agent("11:01")
    rows = told.report("response", (at("11:00"), at("12:00")))
    assert picked(rows, "response_type", "response_tar", "response_order") == [("SUBSEQUENT", 60, 2)]


def test_orders_of_responses() -> None:
    """Among all, among the human and among the other ones, ever."""
    columns = ("response_order", "agent_response_order", "bot_response_order")
    assert picked(example().report("response"), *columns) == [(1, None, 1), (2, 1, None), (3, 2, None), (4, 3, None)]


@pytest.mark.parametrize(
    ("story", "responded_to", "tars"),
    [
        (
            Care().inbound("10:00").inbound("10:01").inbound("10:02", "m3").agent("10:05", in_reply_to_message_id="m3"),
            ["10:02"],
            [300],
        ),
        (example(), ["10:00", "10:00", "10:00", "10:10"], [None, 360, None, 300]),
        # The second post waits for a human; the virtual agent has replied to the first one already.
        (Care().inbound("10:00").bot("10:01").inbound("10:02").bot("10:03"), ["10:00", "10:02"], [None, None]),
        (Care().inbound("10:00").inbound("10:01").status("resolved", "10:02").bot("10:03"), ["10:01"], [None]),
        (Care().inbound("10:00", "m1").agent("10:01", outbound_type="proactive"), [None], [None]),
        (
            Care().inbound("10:00", "m1").agent("10:01", outbound_type="proactive", in_reply_to_message_id="m1"),
            ["10:00"],
            [None],
        ),
        # A later post, or a post of another conversation, is not named.
        (Care().agent("10:00", in_reply_to_message_id="m9").inbound("10:01", "m9"), [None], [None]),
        (
            Care().inbound("09:00", "m9", conversation_id="c-2").inbound("10:00")
            .agent("10:01", in_reply_to_message_id="m9"),
            ["10:00"],
            [60],
        ),
    ],
)  # fmt: skip
def test_the_post_responded_to(story: Care, responded_to: list, tars: list) -> None:
    """The one that is named, else the first one waiting, else the last one before."""
    expected = [(clock and at(clock), tar) for clock, tar in zip(responded_to, tars, strict=True)]
    assert picked(story.report("response"), "lsw_responded_to_post_received_time", "response_tar") == expected


COMBINED = ("record_type", "post_id", "response_id", "response_tar")


def test_combined_example() -> None:
    """Two posts stand with the human reply; the virtual agent's and the second human one follow up."""
    told = Care().inbound("10:00", "p1").inbound("10:01", "p2").bot("10:02", "v1").agent("10:05", "a1")
    told.agent("10:06", "a2")
    assert picked(told.report("combined"), *COMBINED) == [
        ("ANSWERED", "p1", "a1", 300),
        ("ANSWERED", "p2", "a1", None),
        ("FOLLOW_UP", None, "v1", None),
        ("FOLLOW_UP", None, "a2", None),
    ]
    # The answer lies behind the window, and TAR on the first post's row, which lies before it.
    assert picked(told.report("combined", (at("10:01"), at("10:02"))), *COMBINED) == [("ANSWERED", "p2", "a1", None)]
    assert told.report("combined", (at("10:05"), at("10:06"))) == []


def test_combined_without_a_human_reply() -> None:
    """The first other reply before a closing; else alone. A response without an earlier post is proactive."""
    told = Care().bot("09:00", "v0").inbound("10:00", "p1").inbound("10:01", "p2").status("resolved", "10:02")
    told.bot("10:03", "v1").inbound("10:04", "p3")
    told.bot("10:05", "v2", outbound_type="proactive").bot("10:06", "v3").bot("10:07", "v4")
    assert picked(told.report("combined"), *COMBINED) == [
        ("PROACTIVE", None, "v0", None),
        ("UNANSWERED", "p1", None, None),
        ("UNANSWERED", "p2", None, None),
        ("FOLLOW_UP", None, "v1", None),
        ("ANSWERED", "p3", "v3", None),
        ("PROACTIVE", None, "v2", None),
        ("FOLLOW_UP", None, "v4", None),
    ]


HANDLE = tuple(
    f"handle_time_{part}" for part in ("responding_agent", "approving_agent", "other_agent", "total_response")
)


def test_handle_time_examples() -> None:
    """Seconds since the previous human response: the responder's, an approver's, everybody else's."""
    told = Care().lock("locked", "10:00", "u-2").lock("locked", "10:02").agent("10:05").agent("10:09")
    told.lock("unlocked", "10:20")
    assert picked(told.report("response"), *HANDLE) == [(180, 0, 120, 300), (240, 0, 0, 240)]
    told = Care().lock("locked", "10:00").approval("submitted", "10:10").lock("unlocked", "10:10")
    told.lock("locked", "10:30", "u-2").approval("approved", "10:34", approver_id="u-2").agent("10:34", "draft")
    told.lock("unlocked", "10:40", "u-2")
    assert picked(told.report("response"), *HANDLE) == [(600, 240, 0, 840)]
    assert picked(told.report("combined"), "handle_time_total_response") == [(840,)]


def test_handle_times_of_approvers() -> None:
    """An approver's time before the submission is other time; responders do not approve; no end, no session."""
    told = Care().lock("locked", "10:00", "u-2").approval("submitted", "10:05")
    told.approval("approved", "10:07", approver_id="u-2").agent("10:09", "draft").lock("unlocked", "10:20", "u-2")
    assert picked(told.report("response"), *HANDLE) == [(0, 120, 420, 540)]
    told = Care().lock("locked", "10:00").approval("submitted", "10:05")
    told.approval("approved", "10:07", approver_id="u-1").agent("10:09", "draft").lock("unlocked", "10:10")
    assert picked(told.report("response"), *HANDLE) == [(540, 0, 0, 540)]
    assert picked(Care().lock("locked", "10:00").agent("10:09").report("response"), *HANDLE) == [(0, 0, 0, 0)]
    assert picked(Care().bot("10:09").report("response"), *HANDLE, "expert_rht") == [(None,) * 5]


def test_expert_time_counts_overlapping_requests_once() -> None:
    """Open until the first of answer and end, since the previous human response."""
    told = Care().help("requested", "10:00").help("requested", "10:02", help_request_id="h-2").agent("10:03")
    told.help("answered", "10:05").help("closed", "10:20").help("expired", "10:06", help_request_id="h-2")
    told.agent("10:10").help("requested", "10:11", help_request_id="h-3").agent("10:12").agent("10:14")
    told.help("answered", "10:13", help_request_id="h-4")
    assert picked(told.report("response"), "expert_rht") == [(180,), (180,), (60,), (120,)]


def test_date_claimed() -> None:
    """The responder's session around the response, else the responder's last assignment before."""
    told = Care().own("assigned", "09:00", assignee_id="u-1").own("assigned", "09:10", assignee_id="u-2")
    told.agent("09:30").lock("locked", "10:00").agent("10:05").lock("unlocked", "10:06").agent("10:07")
    told.agent("10:08", author_id="u-3").bot("10:09", author_id="u-1").lock("locked", "11:00").agent("11:01")
    claimed = [("09:00",), ("10:00",), ("09:00",), (None,), (None,), ("09:00",)]
    expected = [(clock and at(clock),) for (clock,) in claimed]
    assert picked(told.report("response"), "date_claimed") == expected


def test_sentiment_conversion() -> None:
    """The last post before and the first one after, as last updated; empty when a side is missing."""
    told = Care().inbound("10:00", "m1", sentiment=2).agent("10:01").inbound("10:02", sentiment=0).agent("10:03")
    told.agent("10:04").inbound("10:05", sentiment=1).agent("10:06").inbound("10:07").agent("10:08")
    told.tell("message_events", "updated", "11:00", message_id="m1", sentiment=-1)
    conversions = ["NEGATIVE -> NEUTRAL", "NEUTRAL -> POSITIVE", "NEUTRAL -> POSITIVE", None, None]
    assert picked(told.report("response"), "sentiment_conversion") == [(text,) for text in conversions]
    assert picked(told.report("incoming_post"), "sentiment") == [(-1,), (0,), (1,), (None,)]


def test_tags_of_a_message() -> None:
    """In order of the application in force, each once, its name, else its id; manual = by an agent or in bulk."""
    told = Care().opened().inbound("10:00", "m1").tell("tags", "upserted", "00:00", tag_id="a", name="A")
    told.tag("10:01", "m1", "a", actor_type="agent").tag("10:02", "m1", "b", actor_type="bulk")
    told.tag("10:03", "m1", "c", actor_type="automation").tag("10:04", "m1", "d").tag("10:05", "m1", "a", "removed")
    told.tag("10:06", "m1", "a", actor_type="virtual_agent").agent("10:07", "m2").tag("10:08", "m2", "b")
    told.inbound("10:09", "m3").tag("10:10", "m3", "a").tag("10:11", "m3", "e")
    columns = ("tags", "manual_tags", "auto_tags")
    assert picked(told.report("incoming_post"), *columns) == [("b, c, d, A", "b", "c, d, A"), ("A, e", None, "A, e")]
    assert picked(told.report("response"), "response_tag", "manual_tag", "auto_tag") == [("b", None, "b")]
    assert picked(told.report("author"), "tags") == [("b, c, d, A, e",)]
    assert picked(told.report("conversation"), "tags") == [("b, c, d, A, e",)]


def test_author_rows() -> None:
    """Authors are profiles; an unknown author is the conversation's contact; posts without one are one row."""
    told = Care().tell("contacts", "upserted", "00:00", contact_profile_id="p-1", display_name="P", medium="sms")
    told.channel().opened().inbound("10:00", sentiment=1).agent("10:05").inbound("10:10", author_id=None, sentiment=-2)
    told.inbound("10:11", author_id="p-2", sentiment=0).inbound("10:12", author_id="p-2").agent("11:00").bot("11:01")
    told.inbound("10:30", author_id=None, conversation_id="c-2")
    columns = ("author_id", "author_name", "network", "incoming_posts", "conversations", "responses_received")
    columns += ("positive_posts", "neutral_posts", "negative_posts", "is_new_author", "first_post_at", "last_post_at")
    assert picked(told.report("author"), *columns) == [
        ("p-1", "P", "sms", 2, 1, 2, 1, 0, 1, True, at("10:00"), at("10:10")),
        ("p-2", None, "twitter", 2, 1, 1, 0, 1, 0, True, at("10:11"), at("10:12")),
        (None, None, None, 1, 1, 0, 0, 0, 0, True, at("10:30"), at("10:30")),
    ]
    rows = told.report("author", (at("10:01"), at("10:11")), priorities=[1])
    assert rows == []
    assert picked(told.report("author", (at("10:01"), at("10:11"))), "author_id", "is_new_author") == [("p-1", False)]


def test_a_forgotten_contact_has_no_name_handle_or_content() -> None:
    """Its medium stays."""
    of_contact = {"contact_profile_id": "p-1"}
    told = Care().tell("contacts", "upserted", "00:00", **of_contact, display_name="P", medium="sms")
    told.opened().inbound("10:00", content="secret").agent("10:01", content="hello")
    told.tell("contacts", "deleted", "10:02", **of_contact, erase=True)
    columns = ("author_id", "author_name", "author_handle", "network", "content")
    assert picked(told.report("incoming_post"), *columns) == [("p-1", None, None, "sms", None)]
    assert picked(told.report("response"), "response_content", "response_provider") == [("hello", "sms")]


def test_columns_of_a_post() -> None:
    """post_type is what landed; an unknown result_type does not say whether it is private."""
    told = Care().opened().channel(opening_hours=NINE_TO_FIVE)
    for clock, result_type in (
        ("08:57", "private_message"),
        ("08:58", "comment"),
        ("08:59", "telepathy"),
        ("09:00", None),
    ):
        told.inbound(clock, result_type=result_type, message_type="text")
    told.inbound("17:00", in_reply_to_message_id="x", external_id="old").inbound("16:59:59.999", "m1")
    told.own("queue_changed", "17:01", queue_id="q-1").own("assigned", "17:02", assignee_id="u-1")
    told.own("priority_set", "17:03", priority=0)
    rows = told.report("incoming_post")
    assert picked(rows, "post_type", "is_private", "in_business_hours", "in_reply_to_post_id") == [
        ("private_message", True, False, None),
        ("comment", False, False, None),
        ("telepathy", None, False, None),
        ("text", None, True, None),
        (None, None, True, None),
        (None, None, False, "x"),
    ]
    columns = ("priority", "work_queue_id", "assigned_agent_id", "published_at", "received_at")
    assert picked(rows[:1], *columns) == [(0, "q-1", "u-1", at("08:57"), at("08:57"))]
    assert picked(told.report("incoming_post", business_hour_type=True), "received_at") == [
        (at("09:00"),),
        (at("16:59:59.999"),),
    ]
    assert len(told.report("incoming_post", business_hour_type=False)) == 4


def test_responses_are_in_the_hours_of_the_post_responded_to() -> None:
    """Else in those of the sending; combined looks at the sending of what has no post."""
    told = Care().opened().channel(opening_hours=NINE_TO_FIVE).agent("08:00", "a1").inbound("16:00")
    told.agent("18:00", "a2").agent("18:01", "a3")
    assert picked(told.report("response", business_hour_type=True), "response_id") == [("a2",), ("a3",)]
    assert picked(told.report("combined", business_hour_type=True), "response_id") == [("a2",)]
    assert picked(told.report("combined", business_hour_type=False), "response_id") == [("a1",), ("a3",)]
    assert picked(told.report("author", business_hour_type=True), "responses_received") == [(2,)]
