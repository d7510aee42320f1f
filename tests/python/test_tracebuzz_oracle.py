"""The oracle's Tracebuzz objects: small logs with expected values worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from oracle import TRACEBUZZ_COLUMNS, Log, Request
from told import MONDAY, Told, at, picked

TUESDAY = MONDAY + timedelta(days=1)
DAYS = [(at("00:00", MONDAY + timedelta(days=n)), at("00:00", MONDAY + timedelta(days=n + 1))) for n in range(3)]


def unix(clock: str, day: date = MONDAY) -> int:
    """Unix seconds of a time in UTC."""
    return int(at(clock, day).timestamp())


def codes(told: Told) -> list[tuple]:
    """Code, user and subject of all activities but 32 and 34, in the order in which they happened."""
    rows = picked(told.tracebuzz("activities"), "time", "activity", "user_id", "subject")
    return [row[1:] for row in rows if row[1] not in (32, 34)]


def test_every_file_has_its_columns_and_an_unknown_org_has_no_rows() -> None:
    told = Told().channel().opened().inbound("09:00")
    for file, columns in TRACEBUZZ_COLUMNS.items():
        assert all(list(row) == columns for row in told.tracebuzz(file)), file
        request = Request("nobody", *DAYS[0])
        assert Log(told.rows).export(f"tracebuzz.{file}", request) == [], file


def test_an_as_of_that_is_not_the_latest_event_is_refused() -> None:
    told = Told().opened("08:00").inbound("09:00")
    assert len(told.tracebuzz("results", as_of=at("09:00"))) == 1
    with pytest.raises(ValueError, match="latest event"):
        told.tracebuzz("results", as_of=at("08:00"))


def test_a_result_prints_what_its_created_and_its_updates_say() -> None:
    told = Told().channel(medium="facebook", display_name="Acme").opened(inbox_id="in-1", external_id="x-1")
    told.described("contacts", contact_profile_id="p-1", person_id="per-1", primary_identifier="@jo", display_name="Jo")
    told.inbound("09:00:00.9", "m-1", content="hi", sentiment=2, likes=1, result_type="comment")
    told.about_message("updated", "09:01", "m-1", content="hello", likes=5, sentiment=3)
    told.about_message("checked", "09:02", "m-1").about_message("checked", "09:03:00.9", "m-1")
    told.about_message("favorited", "09:04", "m-1").about_message("deleted", "09:05", "m-1")
    told.tell("tag_events", "applied", "09:06", message_id="m-1", tag_id="123")
    told.tell("tag_events", "applied", "09:07", message_id="m-1", tag_id="234")
    told.tell("tag_events", "applied", "09:08", message_id="m-1", tag_id="123")
    (row,) = told.tracebuzz("results")
    expected = {
        **dict.fromkeys(TRACEBUZZ_COLUMNS["results"]),
        **{"result_id": "m-1", "case_id": "c-1", "search_id": "in-1", "person_id": "per-1", "exported": "x-1"},
        **{"user_name": "@jo", "title": "Jo", "description": "hello", "labels": "[123][234]"},
        **{"time": unix("09:00"), "found_time": unix("09:00"), "checked": unix("09:03"), "likes": 5},
        **{"status": 1, "source": 6, "type": 3, "favorite": 1, "own": 0, "owned_by_external_service": 0},
    }
    assert row == expected


def test_names_of_own_messages_are_those_of_the_channel() -> None:
    told = Told().channel(name="@acme", medium="email").opened().agent("09:00", published_at=at("08:59:59.9"))
    columns = ("user_name", "title", "profile_image", "own", "source", "time")
    assert picked(told.tracebuzz("results"), *columns) == [("@acme", "@acme", None, 1, None, unix("08:59:59"))]


def test_status_is_trash_then_closed_then_default_and_marks_count_before_the_created() -> None:
    told = (
        Told()
        .channel()
        .opened()
        .about_message("trashed", "08:30", "m-1")
        .about_message("updated", "08:40", "m-1", likes=3)
    )
    told.inbound("09:00", "m-1").inbound("09:01", "m-2").about_message("trashed", "09:02", "m-2")
    told.about_message("restored", "09:03", "m-2").status("resolved", "10:00")
    assert picked(told.tracebuzz("results"), "result_id", "status", "likes") == [("m-1", 5, None), ("m-2", 2, None)]


def test_person_of_an_inbound_message_by_a_contact_is_its_authors() -> None:
    told = (
        Told()
        .channel()
        .opened(contact_profile_id="p-1")
        .described("contacts", contact_profile_id="p-2", person_id="per-2")
    )
    told.inbound("09:00", "a", author_id="p-2").inbound("09:01", "b", author_id=None).agent("09:02", "c")
    told.inbound("09:03", "d", author_type="system", author_id="p-2")
    expected = [("a", "per-2"), ("b", "p-1"), ("c", "p-1"), ("d", "p-1")]
    assert picked(told.tracebuzz("results"), "result_id", "person_id") == expected


def test_an_erasure_takes_names_and_texts_before_it_and_leaves_ids_and_rows() -> None:
    told = Told().channel().opened()
    told.described("contacts", contact_profile_id="p-1", person_id="per-1", primary_identifier="@jo")
    told.described("contact_attributes", contact_profile_id="p-1", attribute_id="a", name="size", value="XL")
    told.inbound("09:00", "m-1", content="before").agent("09:01", "m-2", content="answer")
    told.described("contacts", "10:00", "deleted", contact_profile_id="p-1", erase=True)
    told.inbound("11:00", "m-3", content="after")
    expected = [
        ("m-1", "per-1", None, None),
        ("m-2", "per-1", "@acme", "answer"),
        ("m-3", "per-1", None, "after"),
    ]
    assert picked(told.tracebuzz("results"), "result_id", "person_id", "user_name", "description") == expected
    assert told.tracebuzz("persons") == []


def test_reason_is_the_topic_in_force_that_was_applied_last() -> None:
    told = Told().channel().opened().inbound("09:00")
    for event_type, topic, when in (("applied", "t1", "10:01"), ("applied", "t2", "10:02"), ("applied", "t1", "10:03")):
        told.tell("topic_events", event_type, when, topic_id=topic)
    assert picked(told.tracebuzz("cases"), "reason_id", "reason_time") == [("t2", unix("10:02"))]
    told.tell("topic_events", "removed", "10:04", topic_id="t2")
    assert picked(told.tracebuzz("cases"), "reason_id", "reason_time") == [("t1", unix("10:01"))]
    told.tell("topic_events", "removed", "10:05", topic_id="t1")
    assert picked(told.tracebuzz("cases"), "reason_id", "reason_time") == [(None, None)]


def test_closed_and_reopened_in_the_window_the_case_is_there_and_closed_is_empty() -> None:
    told = Told().channel().opened().status("resolved", "09:00").status("new", "10:00")
    assert picked(told.tracebuzz("cases", DAYS[0]), "id", "closed") == [("c-1", None)]
    assert told.tracebuzz("cases", DAYS[1]) == []
    told.status("resolved", at("09:00", TUESDAY))
    assert picked(told.tracebuzz("cases", DAYS[1]), "id", "closed") == [("c-1", unix("09:00", TUESDAY))]


def test_what_a_case_prints_is_the_last_of_each() -> None:
    told = Told().channel(medium="whatsapp", inbox_id="in-7").opened(external_id="x-1", external_routing_id="r-1")
    told.inbound("09:00").own("assigned", "09:01", assignee_id="u-1").own("assigned", "09:02")
    told.own("linked", "09:03", external_id="x-2").own("queue_changed", "09:04", queue_id="q-1")
    told.own("service_level_set", "09:05", service_level_expires_at=at("10:00:00.5"))
    columns = ("case_search_id", "handler_id", "sl_expires", "queue_id", "external_id", "external_routing_system_id")
    assert picked(told.tracebuzz("cases"), *columns) == [("in-7", None, unix("10:00"), "q-1", "x-2", "r-1")]
    assert picked(told.tracebuzz("cases"), "service_window") == [(unix("09:00") + 86400,)]
    told.own("service_level_set", "09:06").lock("locked", "09:07", "u-2")
    assert picked(told.tracebuzz("cases"), "sl_expires", "queue_id") == [(0, "u_u-2")]
    told.until(at("09:07", TUESDAY))
    assert picked(told.tracebuzz("cases"), "queue_id") == [("u_u-2",)]
    told.until(at("09:07:01", TUESDAY))
    assert picked(told.tracebuzz("cases"), "queue_id") == [("q-1",)]
    told.status("resolved", at("10:00", TUESDAY))
    assert picked(told.tracebuzz("cases"), "queue_id") == [(None,)]


def test_a_case_without_created_has_no_inbox_and_no_channel() -> None:
    told = Told().channel(inbox_id="in-1").inbound("09:00")
    assert picked(told.tracebuzz("cases"), "id", "case_search_id", "person_id") == [("c-1", None, "p-1")]
    assert told.tracebuzz("cases", channels=["ch-1"]) == []
    assert told.tracebuzz("results", channels=["ch-1"]) == []


def test_a_lock_session_is_a_row_of_the_day_in_which_it_ends() -> None:
    told = Told().channel().opened().inbound("09:00", "m-1").locked("23:50", at("00:10", TUESDAY))
    told.lock("locked", at("12:00", TUESDAY))
    assert [row for row in told.tracebuzz("activities", DAYS[0]) if row["activity"] == 1] == []
    (row,) = [row for row in told.tracebuzz("activities", DAYS[1]) if row["activity"] == 1]
    assert (row["id"], row["time"], row["duration"]) == ("lock_events:e-004:1", unix("23:50"), 1200)
    assert (row["result_id"], row["user_id"], row["member_id"]) == ("m-1", "u-1", "acme")
    told.until(at("12:00", MONDAY + timedelta(days=9)))
    assert [row["activity"] for row in told.tracebuzz("activities")] == [1, 32, 34, 32]


def test_codes_of_messages() -> None:
    told = Told().channel().opened().inbound("09:00", "m-1", sentiment=1, result_type="post")
    told.agent("09:01", "m-2", in_reply_to_message_id="m-1").virtual_agent("09:02")
    told.message("09:03", direction="outbound", author_type="automation", author_id="u-1")
    for number, event_type in enumerate(("checked", "trashed", "restored", "favorited", "unfavorited", "checked")):
        told.about_message(event_type, f"10:0{number}", "m-1", actor_id="u-2")
    told.about_message("deleted", "10:11", "m-1").about_message("deleted", "10:12", "m-2")
    told.about_message("deleted", "10:13", "never", actor_type="contact", actor_id="p-1")
    told.about_message("updated", "10:14", "m-1", sentiment=1).about_message("updated", "10:15", "m-1", sentiment=-2)
    told.about_message("updated", "10:16", "m-1", content="edited", actor_type="contact", actor_id="p-1")
    assert codes(told) == [
        (3, "u-1", "m-1"),
        (3, "va-1", None),
        *((code, "u-2", None) for code in (2, 4, 5, 8, 9, 2)),
        *((24, "-1", None), (25, "-1", None), (27, "-1", None), (15, "-1", "-2"), (26, "-1", None)),
    ]


def test_codes_of_conversations_labels_notes_and_actions() -> None:
    told = Told().channel().opened().inbound("09:00", "m-1").own("assigned", "09:01", assignee_id="u-1", actor_id="u-2")
    told.own("assigned", "09:02").status("resolved", "09:03").status("resolved", "09:04").status("pending", "09:05")
    told.tell("tag_events", "applied", "09:06", message_id="m-1", tag_id="t").handed_over("09:07")
    told.tell("note_events", "created", "09:08", note_id="n", note="text", author_id="u-3")
    told.own("queue_changed", "09:09", queue_id="q", actor_type="robot").own(
        "snoozed", "09:10", snoozed_until=at("10:00")
    )
    told.own("reassigned_to_human", "09:11")
    told.tell("action_events", "performed", "09:12", activity_code=16, user_id="u-4", subject="s", duration_s=7)
    told.tell("action_events", "performed", "09:13", activity_code=3, user_id="u-4")
    assert codes(told) == [
        *((6, "u-2", "u-1"), (7, "-1", None), (13, "u-1", None), (14, "u-1", None), (10, "-1", "t")),
        *((35, "va-1", None), (12, "u-3", None), (36, "-1", "q"), (37, "-1", str(unix("10:00"))), (16, "u-4", "s")),
    ]
    assert [row["duration"] for row in told.tracebuzz("activities") if row["activity"] == 16] == [7]


@pytest.mark.parametrize(
    ("columns", "is_logged"),
    [
        ({"actor_type": "agent"}, True),
        ({"actor_type": "virtual_agent"}, True),
        ({"actor_type": "bulk"}, True),
        ({"actor_type": None, "actor_id": None}, True),
        ({"actor_type": "robot"}, True),
        ({"actor_type": "automation"}, False),
        ({"actor_type": "system"}, False),
        ({"actor_type": "contact"}, False),
        ({"actor_type": None, "actor_id": None, "resolved_by": "auto_resolve"}, False),
        ({"actor_type": None, "actor_id": "u-1", "resolved_by": "system"}, True),
        ({"actor_type": None, "actor_id": None, "resolved_by": "agent"}, True),
    ],
)
def test_who_is_logged(columns: dict, is_logged: bool) -> None:
    told = Told().channel().opened().status("resolved", "09:00", **columns)
    assert len(codes(told)) == is_logged


def test_the_result_of_an_activity_is_the_latest_message_then() -> None:
    told = Told().channel().opened().own("assigned", "08:30", assignee_id="u-1").inbound("09:00:00.5", "m-1")
    told.own("assigned", "09:00:00.4", assignee_id="u-1").own("assigned", "09:00:00.5", assignee_id="u-1")
    told.about_message("checked", "09:01", "never-created").agent("09:02", "m-2").own(
        "assigned", "09:03", assignee_id="x"
    )
    results = [row["result_id"] for row in told.tracebuzz("activities")]
    assert results == [None, None, "m-1", "never-created", "m-2", "m-2"]


def test_changes_of_queue_know_the_one_before_and_automatic_ones_are_nobodys() -> None:
    told = Told().channel().opened().own("queue_changed", "09:00", queue_id="q-1", reason_code="10")
    told.own("queue_changed", "09:01", queue_id="q-1", actor_type="automation", actor_id="u-1")
    told.own("queue_changed", "09:02", queue_id="q-2", actor_type="agent", actor_id="u-1")
    columns = ("id", "user_id", "old_value", "new_value", "activity_id", "description")
    assert picked(told.tracebuzz("case_activities"), *columns) == [
        ("e-003", "-1", None, "q-1", 36, "10"),
        ("e-004", "-1", "q-1", "q-1", 36, None),
        ("e-005", "u-1", "q-1", "q-2", 36, None),
    ]
    assert [subject for code, _, subject in codes(told) if code == 36] == ["q-1", "q-2"]


def test_users_and_labels_are_all_that_were_ever_named() -> None:
    told = Told().described("users", user_id="u-2", user_type="human", name="Jo", reference="7", is_disabled=True)
    told.described("users", "01:00", "deleted", user_id="u-2").described("users", event_type="deleted", user_id="u-10")
    told.described("tags", tag_id="1", name="tag", words="a b").described("topics", topic_id="1", name="topic")
    assert picked(told.tracebuzz("users"), "id", "name", "helpdesk_id") == [("u-10", None, None), ("u-2", "Jo", "7")]
    assert picked(told.tracebuzz("labels"), "id", "name", "words") == [("1", "tag", "a b"), ("1", "topic", None)]


def test_of_several_profiles_of_a_person_the_latest_value_counts() -> None:
    told = Told().described("contacts", contact_profile_id="p-1", person_id="per")
    told.described("contacts", contact_profile_id="p-2", person_id="per")
    for when, profile, value in (("01:00", "p-2", "M"), ("02:00", "p-1", "L"), ("03:00", "p-2", None)):
        told.described(
            "contact_attributes", when, contact_profile_id=profile, attribute_id="a", name="size", value=value
        )
    told.described("contact_attributes", "01:00", contact_profile_id="p-3", attribute_id="b", name="size", value="S")
    told.described("contact_attributes", "01:00", contact_profile_id="p-4", attribute_id="b", name="size", value="S")
    told.described("contacts", "02:00", "deleted", contact_profile_id="p-4")
    # printf 'p-3\x1fsize' | md5sum
    assert picked(told.tracebuzz("persons"), "person_id", "key", "value") == [
        ("p-3", "size", "S"),
        ("per", "size", "L"),
    ]
    assert told.tracebuzz("persons")[0]["id"] == "0db9b2d4d054ac6169f8a429ed6ff657"


def test_notes_show_their_newest_text_unless_they_were_ever_deleted() -> None:
    told = Told().channel().opened().inbound("08:30", "m-1")
    told.tell("note_events", "created", "09:00", note_id="n-1", note="first", author_id="u-1")
    told.tell("note_events", "updated", at("09:00", TUESDAY), note_id="n-1", note="second", author_id="u-2")
    told.tell("note_events", "created", "09:01", note_id="n-2", note="gone").tell(
        "note_events", "deleted", "09:02", note_id="n-2"
    )
    told.tell("note_events", "updated", "09:03", note_id="n-3", note="never created")
    expected = [{"time": unix("09:00"), "user_id": "u-1", "note": "second", "result_id": "m-1"}]
    assert told.tracebuzz("notes", DAYS[0]) == expected
    assert told.tracebuzz("notes", DAYS[1]) == []


def test_a_suggestion_belongs_to_the_window_of_its_latest_event() -> None:
    told = Told().channel().opened().inbound("08:30", "m-1")
    nowhere = {"conversation_id": None, "suggestion_id": "s"}
    told.tell("suggestion_events", "requested", "09:00", message_id="m-1", external_id="x", **nowhere)
    told.tell("suggestion_events", "requested", "09:01", **nowhere)
    told.tell("suggestion_events", "responded", "09:02", text="a", **nowhere)
    told.tell("suggestion_events", "responded", "09:03", text="b", **nowhere)
    acted = {"action": "edited", "user_id": "u-1", "response_message_id": "m-9"}
    told.tell("suggestion_events", "acted", at("09:04", TUESDAY), **acted, **nowhere)
    assert told.tracebuzz("ai_suggestions", DAYS[0]) == []
    (row,) = told.tracebuzz("ai_suggestions", DAYS[1], channels=["ch-1"])
    assert row == {
        **{"id": "s", "member_id": "acme", "requested_result_id": "m-1", "person_id": "p-1", "external_id": "x"},
        **{"requested_timestamp": unix("09:00"), "response_timestamp": unix("09:03"), "text": "b"},
        **{"action": 2, "action_timestamp": unix("09:04", TUESDAY), "action_user_id": "u-1"},
        **{"response_result_id": "m-9", "last_updated": unix("09:04", TUESDAY)},
    }


def test_rows_are_sorted_with_empty_last_and_text_by_code_point() -> None:
    told = Told().described("users", user_id="z", user_type="human").described("users", user_id="É", user_type="human")
    told.described("users", user_id="Z", user_type="human").described("users", user_id="10", user_type="bot")
    assert [row["id"] for row in told.tracebuzz("users")] == ["10", "Z", "z", "É"]
    told.inbox("entered", "09:00", "a", user_id="u").inbox("entered", "09:00", "b", user_id="u", inbox_id="in-2")
    told.inbox("left", "09:10", "b", user_id="u").until(datetime(2025, 3, 9, tzinfo=UTC))
    assert [row["search_id"] for row in told.tracebuzz("user_inbox_status")] == ["in-2", "in-1"]
