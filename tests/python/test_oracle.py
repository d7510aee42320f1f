"""The worked examples of the definitions, computed by the oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from oracle import COLUMNS
from oracle.log import FIRST_INSTANT, YEAR_2200, rejection
from oracle.opening_hours import instant_of, open_seconds
from oracle.tally import average
from told import MONDAY, Told, at, picked

NEXT_DAY = date(2025, 3, 4)
NINE_TO_FIVE = [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 8)]


@pytest.mark.parametrize(
    ("story", "minutes"),
    [
        (Told().inbound("10:00").agent("10:05"), 5),
        (Told().inbound("08:00").agent("09:20"), 20),
        (Told().inbound("11:00").virtual_agent("11:01").handed_over("11:02").agent("11:30"), 28),
        (Told().agent("09:00").inbound("10:00").agent("10:05"), 5),
    ],
)
def test_first_response_time_examples(story: Told, minutes: int) -> None:
    """The four examples, with hours from 09:00 to 17:00."""
    told = story.opened("07:00").channel(opening_hours=NINE_TO_FIVE)
    assert picked(told.export("open_conversation"), "first_response_time_s") == [(minutes * 60,)]


@pytest.mark.parametrize(
    ("story", "seconds"),
    [
        (Told().inbound("10:00").virtual_agent("10:01").resolved("10:05").inbound("11:00").agent("11:10"), 600),
        (Told().inbound("10:00").resolved("10:05").agent("10:06"), None),
        (Told().inbound("10:00").resolved("10:05").agent("10:06").inbound("11:00").agent("11:02"), 120),
        (Told().inbound("10:00").resolved("10:05").handed_over("10:06").inbound("11:00").agent("11:02"), 120),
        (Told().inbound("10:00").resolved("10:05").inbound("11:00").handed_over("11:01").agent("11:02"), 60),
        (Told().inbound("10:00").agent("10:01").resolved("10:05").inbound("11:00").agent("11:10"), 60),
        (Told().inbound("10:00").status("pending", "10:05").agent("11:00"), 3600),
        (Told().inbound("10:00", author_type="automation").agent("10:05"), None),
    ],
)
def test_a_change_to_resolved_ends_a_wait(story: Told, seconds: int | None) -> None:
    """The reply is the first one to a message that the contact wrote after the change."""
    told = story.opened("07:00").status("pending", "12:00")
    assert picked(told.export("open_conversation"), "first_response_time_s") == [(seconds,)]


def test_only_a_message_of_a_contact_is_the_customers_word() -> None:
    """A system line at 09:00 is a row of message and of nothing else."""
    told = Told().opened("08:59").inbound("09:00", "line", author_type="system", author_id=None)
    told.inbound("10:00", "word").agent("10:05", "reply").status("resolved", "11:00")
    told.opened("08:59", conversation_id="c-2", contact_profile_id="p-2")
    told.inbound("09:00", "only line", conversation_id="c-2", author_type="automation", author_id=None)
    columns = ("inbound_messages", "first_response_time_s", "resolution_time_s")
    assert picked(told.export("resolved_conversation"), *columns) == [(1, 300, 3600)]
    assert picked(told.export("open_conversation"), *columns) == [(0, None, None)]
    responses = told.export("response_times")
    assert picked(responses, "started_by", "inbound_message_id") == [("NEW_CONVERSATION", "word")]
    contacts = told.export("contact")
    counts = ("contact_profile_id", "inbound_messages", "outbound_messages", "created_at")
    assert picked(contacts, *counts) == [("p-1", 1, 1, at("10:00"))]
    assert len(told.export("message")) == 4


@pytest.mark.parametrize(
    ("team_ids", "expected"),
    [(["t-7"], [("t-7", 1)]), (["t-7", "t-7"], [("t-7", 1)]), (["t-7", "t-8"], []), ([], []), (None, [])],
)
def test_an_agent_of_one_team_acts_for_it(team_ids: list[str] | None, expected: list[tuple]) -> None:
    """Where the event names no team; a virtual agent's and a system's stay without one."""
    told = Told().opened().inbound("10:00").agent("10:05", "named", team_id="t-1")
    told.agent("10:06", "unnamed", team_id=None, author_id="u-7").status(
        "resolved", "10:07", actor_id="u-7", team_id=None
    )
    told.message("10:08", "bot", direction="outbound", author_type="virtual_agent", author_id="u-7")
    told.described("users", user_id="u-7", user_type="human", team_ids=team_ids)
    assert picked(told.export("team"), "team_id", "replies")[1:] == expected
    team_id = expected[0][0] if expected else None
    messages = picked(told.export("message"), "message_id", "team_id")[1:]
    assert messages == [("named", "t-1"), ("unnamed", team_id), ("bot", None)]
    assert picked(told.export("resolved_conversation"), "last_status_change_team_id") == [(team_id,)]


SUNDAYS = {"spring": date(2025, 3, 30), "autumn": date(2025, 10, 26)}


@pytest.mark.parametrize(
    ("windows", "holidays", "from_at", "to_at", "seconds"),
    [
        ([], [MONDAY], at("00:00"), at("01:00"), 3600),  # always open: holidays are ignored
        ([(1, "22:00", "06:00")], [], at("00:00"), at("12:00", NEXT_DAY), 8 * 3600),
        ([(1, "22:00", "06:00")], [MONDAY], at("00:00"), at("12:00", NEXT_DAY), 6 * 3600),
        ([(1, "22:00", "06:00")], [NEXT_DAY], at("00:00"), at("12:00", NEXT_DAY), 2 * 3600),
        ([(1, "09:00", "24:00"), (1, "10:00", "11:00")], [], at("00:00"), at("23:59:59"), 15 * 3600 - 1),
        ([(1, "09:00", "12:00"), (1, "11:00", "13:00")], [], at("10:00"), at("14:00"), 3 * 3600),
        ([(1, "00:00", "00:00")], [], at("00:00"), at("12:00", NEXT_DAY), 24 * 3600),
        ([(1, "09:00", "09:00")], [], at("00:00"), at("12:00", NEXT_DAY), 24 * 3600),
    ],
)
def test_opening_hours(
    windows: list[tuple], holidays: list[date], from_at: datetime, to_at: datetime, seconds: int
) -> None:
    """Windows over midnight, overlaps, holidays; without a zone in UTC."""
    hours = [dict(zip(("weekday", "opens", "closes"), window, strict=True)) for window in windows]
    assert open_seconds({"opening_hours": hours, "holidays": holidays}, from_at, to_at) == seconds


@pytest.mark.parametrize(
    ("sunday", "opens", "closes", "seconds"),
    [
        ("autumn", "02:30", "03:00", 1800),  # 02:30 occurs twice and is the later one
        ("autumn", "01:30", "02:30", 7200),
        ("autumn", "00:00", "24:00", 25 * 3600),
        ("spring", "02:30", "04:00", 1800),  # 02:30 is skipped and is 03:30
        ("spring", "02:30", "03:15", 0),
        ("spring", "00:00", "24:00", 23 * 3600),
    ],
)
def test_opening_hours_when_clocks_change(sunday: str, opens: str, closes: str, seconds: int) -> None:
    """The two Sundays of 2025 in Brussels."""
    day = SUNDAYS[sunday]
    channel = {
        "opening_hours": [{"weekday": 7, "opens": opens, "closes": closes}],
        "opening_timezone": "Europe/Brussels",
    }
    around = (at("12:00", day - timedelta(days=1)), at("12:00", day + timedelta(days=1)))
    assert open_seconds(channel, *around) == seconds


def test_local_times_that_occur_twice_or_never() -> None:
    """The later of two; a skipped one moves forward by the gap."""
    brussels = ZoneInfo("Europe/Brussels")
    assert instant_of(date(2025, 10, 26), 150, brussels) == at("01:30", date(2025, 10, 26))
    assert instant_of(date(2025, 3, 30), 150, brussels) == at("01:30", date(2025, 3, 30))


def test_resolution_time_is_empty_when_the_resolution_came_first() -> None:
    """Reopening does not change it, and nothing counts before the first inbound."""
    told = (
        Told().opened().inbound("10:00").status("resolved", "10:30").status("new", "11:00").status("resolved", "12:00")
    )
    assert picked(told.export("resolved_conversation"), "resolution_time_s", "resolved_at") == [(1800, at("10:30"))]
    told = (
        Told().opened().status("resolved", "09:00").inbound("10:00").status("new", "10:01").status("resolved", "10:02")
    )
    assert picked(told.export("resolved_conversation"), "resolution_time_s") == [(None,)]


SESSION_COLUMNS = ("handle_time_s", "no_reply_time_s", "cherry_picking_time_s")
LATER = (at("10:01", NEXT_DAY), at("10:02", NEXT_DAY))  # after 24 hours the lock is free again


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (Told().lock("locked", "10:00").agent("10:01").lock("unlocked", "10:05"), (300, 0, 0)),
        (Told().lock("locked", "10:00").agent("10:01", author_id="u-2").lock("unlocked", "10:05"), (0, 0, 300)),
        (Told().lock("locked", "10:00").status("resolved", "10:02").status("new", "10:03"), (0, 120, 0)),
        (Told().lock("locked", "10:00").lock("locked", LATER[0]).lock("unlocked", LATER[1]), (0, 0, 60)),
        (Told().lock("locked", "10:00").status("pending", "10:02"), (0, 0, 120)),
        (Told().lock("locked", "10:00").status("new", "10:02").lock("unlocked", "10:03"), (0, 0, 180)),
        (Told().lock("locked", "10:00").lock("locked", "10:04").lock("unlocked", "10:05"), (0, 0, 300)),
        (Told().lock("locked", "10:00").lock("locked", "10:04", "u-2").lock("unlocked", "10:05", "u-2"), (0, 0, 300)),
        (Told().lock("locked", "10:00").lock("locked", "10:01", conversation_id="c-2"), (0, 0, 60)),
        (Told().lock("locked", "10:00").lock("unlocked", "10:01", "u-2"), (0, 0, 0)),  # still open: counts nowhere
        (Told().lock("locked", "10:00").lock("unlocked", at("10:00", NEXT_DAY)), (0, 0, 86400)),
        (Told().lock("locked", "10:00").lock("unlocked", at("10:00:01", NEXT_DAY)), (0, 0, 0)),
        (
            Told()
            .lock("locked", "10:00")
            .lock("locked", at("10:01", NEXT_DAY))
            .lock("unlocked", at("10:02", NEXT_DAY)),
            (0, 0, 60),  # the first is abandoned, the lock was free again
        ),
    ],
)
def test_lock_sessions(story: Told, expected: tuple[int, int, int]) -> None:
    """How sessions end, and what they count as."""
    rows = [row for row in story.export("open_conversation") if row["conversation_id"] == "c-1"]
    assert picked(rows, *SESSION_COLUMNS) == [expected]


def test_a_session_counts_in_the_window_in_which_it_ends() -> None:
    """Whole, and not where it began; its user has a row there even when it lasted no second."""
    told = Told().lock("locked", "23:59").lock("unlocked", at("00:01", NEXT_DAY))
    told.lock("locked", "12:00", "u-2").agent("12:00", author_id="u-2").lock("unlocked", "12:00", "u-2")
    days = [(at("00:00"), at("00:00", NEXT_DAY)), (at("00:00", NEXT_DAY), at("00:00", date(2025, 3, 5)))]
    columns = ("user_id", "cherry_picking_time_s", "avg_handle_time_s")
    assert picked(told.export("user", days[0]), *columns) == [("u-2", 0, Decimal("0.00"))]
    assert picked(told.export("user", days[1]), *columns) == [("u-1", 120, None)]


def test_response_walk() -> None:
    """Starts, holds, replacements and discards."""
    told = Told().opened().channel().inbound("10:00", "i1").inbound("10:01", "i2").agent("10:02", "o1").agent("10:03")
    told.inbound("11:00", "i3").virtual_agent("11:01").inbound("11:02", "i4").handed_over("11:03").agent("11:10", "o2")
    told.inbound("12:00", "i5").status("resolved", "12:01").status("new", "12:02").agent("12:03", "not a response")
    told.virtual_agent("13:00").inbound("13:01", "i6").agent("13:02", "not a response either")
    told.tell("conversation_events", "reassigned_to_human", "14:00").agent("14:05", "o3")
    told.inbound("15:00", "i7").virtual_agent("15:01").agent("15:05", "o4")
    columns = ("started_by", "handover_reason", "agent_response_time_s", "inbound_message_id", "outbound_message_id")
    assert picked(told.export("response_times"), *columns) == [
        ("NEW_CONVERSATION", None, 120, "i1", "o1"),
        ("VA_HANDED_OVER_CONVERSATION", "VA_ENCOUNTERED_ERROR", 420, "i4", "o2"),
        ("VA_REASSIGNED_CONVERSATION_TO_HUMAN_AGENT", None, 300, "i6", "o3"),
        ("INBOUND_MESSAGE", None, 300, "i7", "o4"),
    ]


def test_presence_intervals() -> None:
    """Equal ones are one; one of no length is not shown and leaves its neighbours two; an open one runs to as-of."""
    told = Told()
    for when, presence, away_state in (
        ("09:00", "available", "ignored"),
        ("09:30", "available", "ignored too"),
        ("10:00", "away", "lunch"),
        ("10:00", "available", None),
        ("11:00", "offline", None),
        ("12:00", "away", "lunch"),
        ("12:10", "away", "meeting"),
    ):
        told.tell("presence_events", "changed", when, user_id="u-1", presence=presence, away_state=away_state)
    told.inbound("12:30")
    columns = ("presence_type", "away_state", "from_at", "to_at", "duration_s")
    assert picked(told.export("user_presence"), *columns) == [
        ("Available", None, at("09:00"), at("10:00"), 3600),
        ("Available", None, at("10:00"), at("11:00"), 3600),
        ("Away", "lunch", at("12:00"), at("12:10"), 600),
        ("Away", "meeting", at("12:10"), None, 1200),
    ]
    window = (at("10:30"), at("12:20"))
    assert picked(told.export("user", window), "available_time_s", "away_time_s") == [(1800, 1200)]
    assert len(told.export("user_presence", (at("10:00"), at("11:00")))) == 1


def test_utilization_counts_seconds_available_and_in_a_session() -> None:
    """A session over midnight counts on both days, one while away on none; never more than the time available."""
    told = Told().opened("21:00").inbound("21:00").present("available", "22:00").lock("locked", "23:00")
    told.agent("23:10").lock("unlocked", at("00:05", NEXT_DAY))
    told.present("away", at("00:05", NEXT_DAY))
    told.locked(at("00:05", NEXT_DAY), at("01:00", NEXT_DAY))
    told.present("available", at("01:00", NEXT_DAY)).until(at("01:55", NEXT_DAY))
    midnight, noon = at("00:00", NEXT_DAY), at("12:00", NEXT_DAY)
    columns = ("available_time_s", "handle_time_s", "cherry_picking_time_s", "utilization_pct")
    assert picked(told.export("user", (at("00:00"), midnight)), *columns) == [(7200, 0, 0, Decimal("50.00"))]
    assert picked(told.export("user", (midnight, noon)), *columns) == [(3600, 3900, 3300, Decimal("8.33"))]
    assert picked(told.export("user", (at("00:00"), noon)), *columns) == [(10800, 3900, 3300, Decimal("36.11"))]
    assert picked(told.export("user", (at("00:00"), midnight), channels=["ch-2"]), *columns) == [
        (7200, 0, 0, Decimal("0.00"))
    ]


def survey(*events: tuple[str, str, dict[str, Any]]) -> Told:
    """A resolved conversation with survey events (survey, type, columns), a minute apart."""
    told = Told().opened().status("resolved", "09:00")
    for minute, (survey_id, event_type, columns) in enumerate(events):
        told.tell("csat_events", event_type, f"10:{minute:02}", survey_id=survey_id, **columns)
    return told


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (survey(), (None, None)),
        (survey(("s", "sent", {})), (None, "Customer did not respond")),
        (survey(("s", "skipped", {}), ("s", "unrecognized", {})), (None, "Customer's response was not recognized")),
        (survey(("s", "unrecognized", {}), ("s", "skipped", {})), (None, "Skipped")),
        (survey(("s", "answered", {"score": 2}), ("s", "skipped", {})), (2, "Successful")),
        (survey(("s", "answered", {"score": 2}), ("s", "answered", {"score": 5})), (5, "Successful")),
        (
            survey(("s", "sent", {}), ("s2", "sent", {}), ("s", "answered", {"score": 2})),
            (None, "Customer did not respond"),
        ),
    ],
)
def test_satisfaction(story: Told, expected: tuple[int | None, str | None]) -> None:
    """The survey whose first event is last, and how it ended."""
    assert picked(story.export("resolved_conversation"), "csat_score", "csat_completed_status") == [expected]


def test_labels_are_listed_in_the_order_of_the_applications_in_force() -> None:
    """Repeats are none, a removed one that comes back comes last, an unknown name keeps its place."""
    told = Told().opened().tell("topics", "upserted", "00:00", topic_id="a", name="A")
    told.tell("topics", "upserted", "00:00", topic_id="c", name="C").tell("topics", "deleted", "00:01", topic_id="c")
    for minute, (event_type, topic_id) in enumerate(
        [("removed", "a"), ("applied", "a"), ("applied", "b"), ("applied", "c"), ("applied", "b")]
        + [("removed", "a"), ("applied", "a"), ("applied", "d"), ("removed", "d")]
    ):
        told.tell("topic_events", event_type, f"09:{minute:02}", topic_id=topic_id, actor_type="agent", actor_id="u-1")
    assert picked(told.export("open_conversation"), "topic_ids", "topic_names") == [("b, c, a", ", C, A")]
    columns = ("topic_id", "is_active", "conversations", "current_conversations")
    assert picked(told.export("topic"), *columns) == [
        ("a", True, 1, 1),
        ("b", True, 1, 1),
        ("c", False, 1, 1),
        ("d", True, 1, 0),
    ]
    assert picked(told.export("user"), "topics_added") == [(5,)]


def test_resolves_with_and_without_reply() -> None:
    """By the agent's last resolution in the window; the reply may be anybody's and lie before the window."""
    told = Told().virtual_agent("08:00").status("resolved", "09:00").status("new", "09:01").status("resolved", "10:00")
    told.status("resolved", "10:00", conversation_id="c-2").agent("10:01", conversation_id="c-2")
    columns = ("resolves_with_reply", "resolves_without_reply", "replies")
    assert picked(told.export("user", (at("09:30"), at("11:00"))), *columns) == [(1, 1, 1)]


def test_an_erased_contact_is_forgotten_and_what_comes_after_is_new() -> None:
    """Identifiers, attributes and contents from before the erasure are gone; ids and counts stay."""
    told = (
        Told()
        .opened()
        .channel(medium="email")
        .inbound("09:00", "m1", content="secret")
        .agent("09:01", "m2", content="hi")
    )
    told.inbound("09:02", "m3", content="secret").inbound("09:03", "m4", author_id="p-2", content="not mine")
    of_contact = {"contact_profile_id": "p-1"}
    told.tell("contacts", "upserted", "09:00", **of_contact, primary_identifier="jane")
    told.tell("contact_attributes", "upserted", "09:00", **of_contact, attribute_id="a", name="size", value="XL")
    told.tell("contacts", "deleted", "10:00", **of_contact, erase=True)
    told.tell("message_events", "updated", "10:01", message_id="m3", content="new")
    told.tell("contact_attributes", "upserted", "10:02", **of_contact, attribute_id="b", name="colour", value="red")
    assert picked(told.export("message"), "content") == [(None,), ("hi",), ("new",), ("not mine",)]
    columns = ("contact_profile_id", "primary_identifier", "inbound_messages")
    assert picked(told.export("contact"), *columns) == [("p-1", None, 3)]
    assert picked(told.export("contact_attribute"), "attribute_id", "attribute_value") == [("b", "red")]


def test_free_answers_of_an_erased_contact_are_gone_and_later_ones_are_new() -> None:
    """By event order; the score and the question stay."""
    told = Told().opened().status("resolved", "09:00").opened("09:00", conversation_id="c-2")
    told.status("resolved", "09:01", conversation_id="c-2").tell(
        "csat_events", "answered", "09:02", survey_id="s", score=2
    )
    told.tell("csat_events", "follow_up_asked", "09:03", survey_id="s", question="why?")
    told.tell("csat_events", "follow_up_answered", "09:04", survey_id="s", answer="secret")
    told.tell(
        "csat_events", "follow_up_answered", "10:00", sequence=1, survey_id="t", conversation_id="c-2", answer="s"
    )
    told.tell("contacts", "deleted", "10:00", sequence=2, contact_profile_id="p-1", erase=True)
    columns = ("conversation_id", "csat_score", "csat_follow_up_question", "csat_follow_up_answer")
    assert picked(told.export("resolved_conversation"), *columns) == [
        ("c-1", 2, "why?", None),
        ("c-2", None, None, None),
    ]
    told.tell("csat_events", "follow_up_answered", "10:00", sequence=3, survey_id="s", answer="new")
    assert picked(told.export("resolved_conversation"), *columns)[0] == ("c-1", 2, "why?", "new")


def test_a_text_that_an_erased_contact_wrote_itself_is_gone_in_any_stream() -> None:
    """Only where the event says that the contact acted; staff's words about it stay."""
    told = Told().opened().status("resolved", "09:00", actor_type="contact", actor_id="p-1", resolve_comment="secret")
    told.status("resolved", "09:00", conversation_id="c-2", resolve_comment="says: secret")
    told.tell("contacts", "deleted", "10:00", contact_profile_id="p-1", erase=True)
    rows = told.export("resolved_conversation")
    assert picked(rows, "conversation_id", "resolve_comment") == [("c-1", None), ("c-2", "says: secret")]


def test_twitter_content_is_for_people_only() -> None:
    """Empty in scheduled deliveries, present on demand."""
    told = Told().opened().channel().inbound("10:00", content="hello")
    assert picked(told.export("message"), "content") == [("hello",)]
    assert picked(told.export("message", delivery="scheduled"), "content") == [(None,)]


def test_a_past_as_of_sees_only_events_up_to_it() -> None:
    """Names are today's; elsewhere it is refused."""
    told = Told().opened().status("pending", "09:00").status("resolved", "10:00")
    told.tell("channels", "upserted", "11:00", channel_id="ch-1", medium="email", name="today's")
    assert told.export("open_conversation") == []
    rows = told.export("open_conversation", as_of=at("09:59"))
    assert picked(rows, "current_status", "channel", "resolved_at") == [("Pending", "today's", None)]
    with pytest.raises(ValueError, match="as-of"):
        told.export("message", as_of=at("09:59"))


def test_conversations_whose_created_never_came() -> None:
    """They exist from the first event of any stream, and have the contact of the first inbound."""
    told = Told().lock("locked", "09:00").inbound("09:30", author_id="p-7").inbound("09:40", author_id="p-8")
    columns = ("created_at", "updated_at", "contact_profile_id", "medium")
    assert picked(told.export("open_conversation"), *columns) == [(at("09:00"), at("09:40"), "p-7", None)]
    assert told.export("open_conversation", channels=["ch-1"]) == []


def test_of_the_copies_of_an_event_the_first_landed_valid_one_counts() -> None:
    """Bad rows are set aside before repeats are counted once."""
    told = Told().opened()
    for landed, direction in (("09:09", "outbound"), ("09:05", "inbound"), ("09:01", "sideways")):
        columns = {"event_id": "x", "author_type": "system", "ingested_at": at(landed)}
        told.message("09:00", "m1", direction=direction, **columns)
    assert picked(told.export("message"), "direction") == [("Inbound",)]
    edge = {"event_id": "x", "event_type": "locked", "org_id": "o", "conversation_id": "c", "user_id": "u"}
    edge |= {"occurred_at": at("09:00", NEXT_DAY), "ingested_at": at("09:00"), "unlisted": "ignored"}
    assert rejection("lock_events", edge) is None
    assert rejection("lock_events", edge | {"ingested_at": at("08:59:59")}) is not None
    assert rejection("lock_events", edge | {"user_id": None}) == "null user_id"
    ends = {"ingested_at": YEAR_2200, "occurred_at": FIRST_INSTANT}
    assert rejection("lock_events", edge | ends) is None
    assert rejection("lock_events", edge | ends | {"occurred_at": YEAR_2200}) == "occurred_at out of range"
    before = {"occurred_at": FIRST_INSTANT - timedelta(microseconds=1)}
    assert rejection("lock_events", edge | ends | before) == "occurred_at out of range"
    assert rejection("lock_events", edge | {"org_id": " \u200b"}) == "blank org_id"
    assert rejection("lock_events", edge | {"org_id": "é" * 79}) == "too long org_id"


def test_averages_are_rounded_half_up() -> None:
    """Two decimals, none without members."""
    assert average([0] * 199 + [1]) == Decimal("0.01")
    assert [str(average(values)) for values in ([1, 2], [1, 1, 2], [2])] == ["1.50", "1.33", "2.00"]
    assert average([]) is None


def test_a_deleted_attribute_has_no_row_until_it_is_described_again() -> None:
    """Nor has one that is known only by its deletion; one without a value stands."""
    told = Told().opened().inbound("10:00")
    for when, event_type, attribute_id, columns in (
        ("09:00", "upserted", "at-1", {"name": "plan", "value": "gold"}),
        ("09:01", "deleted", "at-1", {}),
        ("09:00", "upserted", "at-2", {"name": "city", "value": "Ghent"}),
        ("09:01", "deleted", "at-2", {}),
        ("09:02", "upserted", "at-2", {"name": "town", "value": "Bruges"}),
        ("09:03", "deleted", "at-3", {}),
        ("09:04", "upserted", "at-4", {"name": "size"}),
    ):
        of_attribute = {"contact_profile_id": "p-1", "attribute_id": attribute_id}
        told.tell("contact_attributes", event_type, when, **of_attribute, **columns)
    assert picked(told.export("contact_attribute"), "attribute_id", "attribute_name", "attribute_value") == [
        ("at-2", "town", "Bruges"),
        ("at-4", "size", None),
    ]


def test_every_export_has_its_columns_in_file_order() -> None:
    """Also those that are empty."""
    told = Told().opened().inbound("10:00", "m1").agent("10:05").status("resolved", "10:06").virtual_agent("10:07")
    told.tell("tag_events", "applied", "10:08", message_id="m1", tag_id="a")
    told.lock("locked", "10:09", conversation_id="c-2")
    told.tell("topic_events", "applied", "10:08", topic_id="a")
    told.tell("presence_events", "changed", "10:00", user_id="u-1", presence="available")
    told.tell("contact_attributes", "upserted", "09:00", contact_profile_id="p-1", attribute_id="a", name="size")
    for name, columns in COLUMNS.items():
        rows = told.export(name)
        assert rows and all(list(row) == columns for row in rows), name
