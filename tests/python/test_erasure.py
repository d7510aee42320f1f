"""Identity and texts of an erased contact are in no table; ids, counts and the texts of staff stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from oracle import Request
from simulation.story import Story, write_landing
from told import Told, at
from warehouse import build, export_rows

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
GONE = "SECRET"
TABLES = "select schema_name || '.\"' || table_name || '\"' from duckdb_tables() order by 1"
MODELS = ("path:models/staging", "+path:models/marts", "+path:models/exports/sparkcentral", "+path:models/catalog")


def decision_example() -> Story:
    """The worked example of decision 22, in org acme."""
    story = Story(org_id="acme", start="2025-03-03 09:00+00:00")
    story.describe("contacts", "p1", primary_identifier="ann_92", person_id="person-1", at="09:00")
    story.created("c1", contact="p1", at="09:30")
    story.inbound("m1", "my number is 555", at="10:00").outbound("m2", "Hello Ann", agent="a1", at="10:05")
    story.message("updated", "m1", content="my number is 556", by="contact", at="10:06")
    story.created("c2", contact="p2", at="10:10")
    story.inbound("m4", "my number is 557", contact="p1", author_type="automation", at="10:11").about("c1", "p1")
    story.note("created", note="Ann wants her money back", at="10:20").resolved("a1", at="10:25")
    story.survey("answered", score=2, at="10:30").survey("follow_up_asked", question="Why, Ann?", at="10:31")
    story.survey("follow_up_answered", answer="call 558", at="10:32")
    story.erase("p1", at="11:00").inbound("m3", "hi again", at="12:00").about("c3", "p1").created("c3", at="12:10")
    story.resolved("a1", at="12:20").survey("answered", "s2", score=5, at="12:30")
    return story.survey("follow_up_answered", "s2", answer="all good now", at="12:31")


def hiding_places() -> Told:
    """Contact p-1 of org acme was erased at 18:00; all that it was and wrote until then is called SECRET.

    What staff and other people wrote is called KEPT, what p-1 wrote later NEW; both are numbered.
    """
    told, of_p1 = Told(), {"contact_profile_id": "p-1"}
    own = {"actor_type": "contact", "actor_id": "p-1"}

    def gone(number: int) -> str:
        return f"{GONE}-{number}"

    names = ("primary_identifier", "secondary_identifier", "display_name", "profile_image_url")
    told.described("contacts", "08:00", **of_p1, **{name: gone(1) for name in names}, person_id="per-1")
    told.described("contacts", "08:00", contact_profile_id="p-2", display_name="KEPT-1", person_id="per-1")
    attribute = {"attribute_id": "at-1", "name": gone(2), "value": gone(2), "source": gone(2)}
    told.described("contact_attributes", "08:00", **of_p1, **attribute)
    told.opened("08:00").inbound("09:00", "m-1", content=gone(3)).agent("09:01", "m-2", content="KEPT-2")

    # Messages: without an author, by an automation, created twice, never created, sent by the contact, edited by it.
    told.inbound("09:02", "m-3", author_id=None, content=gone(4)).inbound(
        "09:03", "m-4", author_type="system", content=gone(5)
    )
    told.agent("09:04", "m-5", content="KEPT-3").inbound("09:05", "m-5", content=gone(6))
    told.agent("09:06", "m-6", content="KEPT-4").inbound("09:07", "m-6", author_id=None, content=gone(7))
    told.about_message("updated", "09:08", "m-never", content=gone(8))
    told.message("09:09", "m-7", direction="outbound", author_type="contact", author_id="p-1", content=gone(9))
    told.inbound("09:10", "m-8", author_id="p-2", content="KEPT-5")
    told.about_message("updated", "09:11", "m-8", content=gone(10), **own)
    told.inbound("09:12", "m-9", event_id="twice", ingested_at=at("09:12"), content="KEPT-6", author_id="p-2")
    told.inbound("09:12", "m-9", event_id="twice", ingested_at=at("09:13"), content=gone(11))
    told.inbound("09:14", "m-10", conversation_id="c-uncreated", content=gone(12))
    told.inbound("09:15", "m-11", conversation_id="c-uncreated", author_id=None, content=gone(13))

    # Surveys: of a conversation that is created, of one that is not, and an answer that names another conversation.
    answered = ("csat_events", "follow_up_answered")
    told.status("resolved", "10:00").tell(*answered, "10:01", survey_id="s-1", answer=gone(14))
    told.tell("csat_events", "follow_up_asked", "10:02", survey_id="s-1", question="KEPT-7")
    told.tell(*answered, "10:03", survey_id="s-2", conversation_id="c-uncreated", answer=gone(15))
    told.tell("csat_events", "sent", "10:04", survey_id="s-3")
    told.tell(*answered, "10:05", survey_id="s-3", conversation_id="c-other", answer=gone(16))
    told.opened("10:06", conversation_id="c-2", contact_profile_id="p-2").inbound("10:07", conversation_id="c-2")
    told.tell(*answered, "10:08", survey_id="s-4", conversation_id="c-2", answer="KEPT-8")

    # Texts of other streams: staff's stay, the contact's own go.
    own_text = {"note_id": "n-1", "actor_type": "contact", "author_id": "p-1"}
    told.tell("note_events", "created", "11:00", note=gone(17), **own_text)
    told.tell("note_events", "created", "11:01", note_id="n-2", actor_type="agent", author_id="u-1", note="KEPT-9")
    told.status("resolved", "11:02", resolve_reason=gone(18), resolve_comment=gone(19), **own, conversation_id="c-2")
    told.status("new", "11:03", **own, conversation_id="c-2")
    told.status("resolved", "11:04", resolve_reason="KEPT-10", resolve_comment="KEPT-11", conversation_id="c-2")
    told.tell("help_events", "requested", "11:05", help_request_id="h-1", question="KEPT-12", expert_name="KEPT-13")
    told.tell("help_events", "answered", "11:06", help_request_id="h-1", answer=gone(20), **own)
    told.tell("help_events", "answered", "11:07", help_request_id="h-2", answer="KEPT-14", actor_type="contact")
    rejected = {"approval_id": "ap-1", "approver_id": "u-1"}
    told.tell("approval_events", "rejected", "11:08", **rejected, comment="KEPT-15")
    told.tell("approval_events", "rejected", "11:09", **rejected, comment=gone(21), **own)
    action = {"activity_code": 16, "actor_type": "contact", "user_id": "p-1"}
    told.tell("action_events", "performed", "11:10", **action, subject=gone(22))
    told.tell("action_events", "performed", "11:11", **action | {"actor_type": "agent"}, subject="KEPT-16")
    told.tell("suggestion_events", "responded", "11:12", suggestion_id="su-1", text="KEPT-17")

    # Rows that are set aside.
    told.described("contacts", "12:00", **of_p1, org_id=None, display_name=gone(23))
    told.described("contact_attributes", "12:00", **of_p1, attribute_id="at-2", value=gone(24))
    told.inbound("12:01", "m-bad", direction="sideways", content=gone(25))
    told.inbound("12:02", "m-bad", direction="sideways", author_id=None, content=gone(26))
    told.tell(*answered, "12:03", survey_id=None, answer=gone(27))
    told.tell(*answered, "12:04", survey_id="s-3", conversation_id=None, answer=gone(28))
    told.tell("note_events", "created", "12:05", **own_text | {"note_id": None}, note=gone(29))
    told.status("closed", "12:06", **own, resolve_comment=gone(30), conversation_id="c-2")
    told.inbound("12:07", "m-bad-2", direction="sideways", author_id="p-2", conversation_id="c-2", content="KEPT-18")
    told.tell("note_events", "created", "12:08", note_id=None, actor_type="agent", author_id="u-1", note="KEPT-19")

    told.described("contacts", "18:00", "deleted", **of_p1, erase=True)
    told.inbound("19:00", "m-12", content="NEW-1").about_message("updated", "19:01", "m-3", content="NEW-2")
    told.opened("19:02", conversation_id="c-3").status("resolved", "19:03", conversation_id="c-3")
    told.tell(*answered, "19:04", survey_id="s-5", conversation_id="c-3", answer="NEW-3")
    told.tell(*answered, "19:05", survey_id="s-1", answer="NEW-4")
    told.described("contact_attributes", "19:06", **of_p1, attribute_id="at-1", name="NEW-5", value="NEW-6")
    return told


KEPT, NEW = {f"KEPT-{number}" for number in range(1, 20)}, {f"NEW-{number}" for number in range(1, 7)}


def other_org() -> Told:
    """The same ids in another org, without an erasure."""
    told = Told().opened("08:00").inbound("09:00", content="THEIRS-1").status("resolved", "10:00")
    told.tell("csat_events", "follow_up_answered", "10:01", survey_id="s-1", answer="THEIRS-2")
    told.inbound("12:01", "m-bad", direction="sideways", content="THEIRS-3")
    for rows in told.rows.values():
        for row in rows:
            row["org_id"] = "globex"
    return told


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the decision's example, in org example, of the hiding places and of the other org."""
    folder = tmp_path_factory.mktemp("erasure")
    example = decision_example().events
    for rows in example.values():
        for row in rows:
            row["org_id"] = "example"
    for name, events in (("example", example), ("hiding", hiding_places().rows), ("other", other_org().rows)):
        write_landing(events, folder / "raw", name=name)
    return build(folder / "raw", folder / "warehouse", models=MODELS)


@pytest.fixture(scope="module")
def connection(warehouse: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse), read_only=True)


def texts(connection: duckdb.DuckDBPyConnection, word: str) -> dict[str, set[str]]:
    """Every table that has the word in any column, with the numbered words found there."""
    found = {}
    for (table,) in connection.execute(TABLES).fetchall():
        query = f"""
            select distinct unnest(regexp_extract_all(to_json(table_row)::varchar, '{word}-[0-9]+'))
            from {table} as table_row
        """
        words = {text for (text,) in connection.execute(query).fetchall()}
        if words:
            found[table] = words
    return found


def test_nothing_that_an_erased_contact_was_or_wrote_is_left(
    connection: duckdb.DuckDBPyConnection, warehouse: Path
) -> None:
    assert texts(connection, GONE) == {}
    assert GONE.encode() not in warehouse.read_bytes()


def test_what_others_wrote_and_what_came_later_stays(connection: duckdb.DuckDBPyConnection) -> None:
    assert set().union(*texts(connection, "KEPT").values()) == KEPT
    assert set().union(*texts(connection, "NEW").values()) == NEW
    assert set().union(*texts(connection, "THEIRS").values()) == {f"THEIRS-{number}" for number in (1, 2, 3)}
    assert connection.execute("select count(*) from staging.rejected_events").fetchall() == [(11,)]


def test_free_answers_from_before_the_erasure_are_gone(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("select survey_id, follow_up_answer from marts.surveys where org_id = 'acme' order by 1")
    assert rows.fetchall() == [("s-1", "NEW-4"), ("s-2", None), ("s-3", None), ("s-4", "KEPT-8"), ("s-5", "NEW-3")]


def test_erased_contact_keeps_ids_and_counts(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    request = Request("example", *ALWAYS)
    messages = export_rows(connection, "message", request)
    assert [message["content"] for message in messages] == [None, "Hello Ann", None, "hi again"]
    assert [message["contact_profile_id"] for message in messages] == ["p1", "p1", "p2", "p1"]
    assert {message["contact_primary_identifier"] for message in messages} == {None}
    contact = next(row for row in export_rows(connection, "contact", request) if row["contact_profile_id"] == "p1")
    assert (contact["inbound_messages"], contact["outbound_messages"]) == (2, 1)
    people = connection.execute("select person_id, primary_identifier from marts.contacts where org_id = 'example'")
    assert people.fetchall() == [("person-1", None)], "p2 has no row"
    edits = "select message_id, user_id from marts.tracebuzz_activities where org_id = 'example' and activity_code = 26"
    assert connection.execute(edits).fetchall() == [("m1", "-1")]
    columns = ("csat_score", "csat_follow_up_question", "csat_follow_up_answer")
    surveys = [
        tuple(row[name] for name in columns) for row in export_rows(connection, "resolved_conversation", request)
    ]
    assert surveys == [(2, "Why, Ann?", None), (5, None, "all good now")]
    assert connection.execute("select note from marts.notes where org_id = 'example'").fetchall() == [
        ("Ann wants her money back",)
    ]
    everything = warehouse.read_bytes()
    assert b"my number is 55" not in everything and b"ann_92" not in everything and b"call 558" not in everything
    assert b"hi again" in everything
