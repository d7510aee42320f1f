"""Rows of every story follow the contract."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from simulation.story import Story, contract, opening_hours, write_landing


def everything() -> Story:
    """At least one event of every stream."""
    story = Story(org_id="acme", start="2025-03-03 10:00+01:00", channel_id="ch-1")
    story.describe("channels", "ch-1", medium="whatsapp", opening_timezone="Europe/Brussels", holidays=["2025-12-25"])
    story.describe("channels", "ch-2", opening_hours=opening_hours("09:00-17:00", "22:00-02:00", weekdays=[6, 7]))
    story.describe("inboxes", "i1", first_reply_service_level_s=600).describe("queues", "q1").describe("teams", "t1")
    story.describe("users", "a1", team_ids=["t1", "t2"], is_disabled=False).describe("topics", "007").describe(
        "tags", "x"
    )
    story.describe("contacts", "p1", display_name="Zoë").describe("contact_attributes", "p1", "vip", value="yes")
    story.presence("a1", "available", at="08:30").inbox("entered", "w1", at="08:31", inbox_id="i1").inbox("left", "w1")
    story.created("c1", contact="p1", at="10:00").inbound("m1", 'a "quoted", text\nof two lines', at="10:00")
    story.locked("a1", at="10:01", team="t1").outbound("m2", "=1+1", agent="a1", team="t1", at="10:05").unlocked("a1")
    story.tag("m1", "x", agent="a1").untag("m1", "x", agent="a1").topic("007", by="automation").untopic("007")
    story.survey("sent").survey("answered", score=4).action(16, message_id="m1").note("created", note="call back")
    story.suggestion("requested").suggestion("responded", text="hello").approval("submitted", agent="a1")
    story.approval("approved", approver_id="a2").help("requested", question="?").changed(
        "snoozed", snoozed_until="12:00"
    )
    return story.resolved("a1", at="10:30")


def landed(root: Path, stream: str) -> str:
    """SQL of what landed in a stream."""
    return f"read_parquet('{root}/{stream}/*.parquet', union_by_name = true)"


def test_every_stream_lands_with_the_types_of_the_contract(tmp_path: Path) -> None:
    """Files hold every key column, no unknown one, and each in the contract's type; every stream has events."""
    story = everything()
    write_landing(story.events, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(contract())
    with duckdb.connect() as engine:
        for stream, meta in contract().items():
            columns = meta["columns"]
            found = {
                name: kind for name, kind, *_ in engine.execute(f"describe from {landed(tmp_path, stream)}").fetchall()
            }
            wanted = engine.execute(
                "describe select " + ", ".join(f'null::{columns[name]["data_type"]} as "{name}"' for name in found)
            ).fetchall()
            assert found == {name: kind for name, kind, *_ in wanted}
            assert {name for name, column in columns.items() if column.get("key")} <= set(found)
            assert engine.execute(f"select count(*) from {landed(tmp_path, stream)}").fetchall() == [
                (len(story.events[stream]),)
            ]
        assert engine.execute(f"select content from {landed(tmp_path, 'message_events')} order by all").fetchall() == [
            ("=1+1",),
            ('a "quoted", text\nof two lines',),
        ]


def test_a_line_comes_in_and_no_contact_wrote_it() -> None:
    """It is inbound, by default by a system and without an author."""
    story = (
        Story().created("c1", contact="p1").line("m1", "assigned").line("m2", "sent", by="automation", author_id="p1")
    )
    told = story.events["message_events"]
    assert [(row["direction"], row["author_type"], row["actor_type"], row.get("author_id")) for row in told] == [
        ("inbound", "system", "system", None),
        ("inbound", "automation", "automation", "p1"),
    ]


def test_shuffling_splitting_and_repeating_keep_every_event(tmp_path: Path) -> None:
    """Every row is there; the share asked for is there twice, in two files; the same seed gives the same bytes."""
    events = everything().events
    for files in (1, 3):
        write_landing(events, tmp_path / f"a{files}", files=files, shuffle_seed=7, repeat=0.5)
        write_landing(events, tmp_path / f"b{files}", files=files, shuffle_seed=7, repeat=0.5)
        for stream, rows in events.items():
            with duckdb.connect() as engine:
                read = landed(tmp_path / f"a{files}", stream).replace("true)", "true, filename = true)")
                found = engine.execute(f"select event_id, filename from {read}").fetchall()
            assert {event_id for event_id, _ in found} == {row["event_id"] for row in rows}
            assert len(found) == len(rows) + round(len(rows) / 2)
            assert max(Counter(found).values()) == 1, "a repeat lands in another file than the row itself"
        bytes_of = [
            {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.parquet")}
            for root in (tmp_path / f"a{files}", tmp_path / f"b{files}")
        ]
        assert bytes_of[0] == bytes_of[1]


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("10:05", datetime(2025, 3, 3, 9, 5, tzinfo=UTC)),
        ("10:05:30.250", datetime(2025, 3, 3, 9, 5, 30, 250_000, tzinfo=UTC)),
        ("25:10", datetime(2025, 3, 4, 0, 10, tzinfo=UTC)),
        ("2025-03-05 10:00", datetime(2025, 3, 5, 9, 0, tzinfo=UTC)),
        ("2025-03-05T10:00:00Z", datetime(2025, 3, 5, 10, 0, tzinfo=UTC)),
        ("+90s", datetime(2025, 3, 3, 9, 1, 30, tzinfo=UTC)),
        ("+1.5h", datetime(2025, 3, 3, 10, 30, tzinfo=UTC)),
        (timedelta(minutes=90), datetime(2025, 3, 3, 10, 30, tzinfo=UTC)),
        (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
        (None, datetime(2025, 3, 3, 9, 0, tzinfo=UTC)),
    ],
)
def test_times(at: str | datetime | timedelta | None, moment: datetime) -> None:
    """Clock times are of the story's day and offset, spans count from the last event or the start."""
    assert Story(start="2025-03-03 10:00+01:00").when(at) == moment


def test_spans_follow_the_last_happening() -> None:
    """Each event comes after the one before it; entities do not move the clock."""
    story = (
        Story(start="2025-03-03 10:00+01:00").inbound("m1", at="11:00").describe("users", "a1").outbound("m2", at="+5m")
    )
    assert [row["occurred_at"].minute for row in story.outbound("m3").events["message_events"]] == [0, 5, 6]


def test_ids_sequences_and_actors() -> None:
    """Ids follow the calls, sequences the conversation or the user, and the last event sets the clock."""
    story = Story(prefix="s1-").created("c1").inbound("m1").about("c2").inbound("m2").presence("a1", "away", "lunch")
    story.about("c1").outbound("m3", va="va1").outbound("m4", by="automation").resolved(by="auto_resolve", sequence=99)
    messages, (created, resolved) = story.events["message_events"], story.events["conversation_events"]
    assert [row["event_id"] for row in messages] == ["s1-2", "s1-3", "s1-5", "s1-6"]
    assert [row["sequence"] for row in [created, *messages, resolved]] == [1, 2, 1, 3, 4, 99]
    assert [row["author_type"] for row in messages] == ["contact", "contact", "virtual_agent", "automation"]
    assert [row.get("actor_id") for row in messages] == ["p1", "p1", "va1", None]
    assert (resolved["resolved_by"], resolved["resolve_trigger"], resolved["actor_type"]) == (
        "auto_resolve",
        "auto_resolve",
        "system",
    )
    assert resolved["occurred_at"] - created["occurred_at"] == timedelta(minutes=6)
    assert story.events["presence_events"][0]["sequence"] == 1


def test_what_the_contract_does_not_know_is_refused() -> None:
    """A slip of the pen in a story is an error there, not an empty column somewhere else."""
    with pytest.raises(ValueError, match="message_events has no column mesage_id; it has event_id"):
        Story().inbound("m1", mesage_id="m1")
    with pytest.raises(ValueError, match="the contract has no stream messages; it has conversation_events"):
        Story().event("messages", "created")
    with pytest.raises(ValueError, match="has no offset; write it like"):
        Story(start="2025-03-03 10:00")
