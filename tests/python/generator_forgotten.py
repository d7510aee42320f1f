"""Contacts of random logs who ask to be forgotten in the middle of what they write."""

from __future__ import annotations

from generator_columns import Told
from generator_writer import CHANNELS, CONTACTS, HUMANS, TEXTS, Row, Writer


def forgotten(writer: Writer, conversation_id: str) -> None:
    """A conversation in which a contact writes into every stream that has texts, and its erasure at any place in it."""
    rng = writer.rng
    contact = {"contact_profile_id": rng.choice(CONTACTS)}
    happenings = [
        happening for _ in range(2) for happening in own_texts(writer, conversation_id, contact["contact_profile_id"])
    ]
    rng.shuffle(happenings)
    if rng.random() < 0.7:
        happenings.insert(0, ("conversation_events", "created", {"channel_id": rng.choice(CHANNELS), **contact}))
    for _ in range(rng.choice((0, 1, 1, 2))):
        happenings.insert(rng.randrange(len(happenings) + 1), ("contacts", "deleted", {"erase": True, **contact}))
    at = writer.start()
    for number, (stream, event_type, columns) in enumerate(happenings):
        sequence = rng.choice((None, number, rng.randrange(4)))
        writer.emit(stream, event_type, at, sequence, conversation_id=conversation_id, **columns)
        at += rng.choice((0, 0, 0, 1)) * writer.step()


def own_texts(writer: Writer, conversation_id: str, contact_profile_id: str) -> list[Told]:
    """A text in every column that can hold one, written by the contact, by another one, or by staff."""
    rng = writer.rng

    def who(column: str) -> Row:
        own = {"actor_type": "contact", column: contact_profile_id}
        others = {"actor_type": rng.choice(("contact", "agent")), column: rng.choice((*CONTACTS, *HUMANS, None))}
        return own if rng.random() < 0.6 else others

    def one_of(kind: str, count: int) -> str:
        return f"{kind}-{conversation_id}-{rng.randrange(count)}"

    def text() -> str:
        return rng.choice(TEXTS) or "said"

    author_id = rng.choice((contact_profile_id, contact_profile_id, rng.choice(CONTACTS), None))
    message = {"message_id": one_of("m", 4), "content": text(), **who("actor_id")}
    written = {
        "author_type": "contact",
        "author_id": author_id,
        "direction": rng.choice(("inbound", "inbound", "outbound")),
    }
    survey = {"survey_id": one_of("s", 3), "agent_id": rng.choice(HUMANS)}
    resolved = {
        "status": rng.choice(("resolved", "resolved", "new")),
        "resolve_reason": text(),
        "resolve_comment": text(),
    }
    approval = {"approval_id": one_of("a", 3), "approver_id": rng.choice(HUMANS), "comment": text()}
    return [
        ("message_events", "created", message | written),
        ("message_events", "updated", message | {"content": text()}),
        ("csat_events", "answered", survey | {"score": rng.randrange(1, 6)}),
        ("csat_events", "follow_up_answered", survey | {"answer": text()}),
        ("conversation_events", "status_changed", resolved | who("actor_id")),
        ("note_events", "created", {"note_id": one_of("n", 3), "note": text(), **who("author_id")}),
        ("help_events", "requested", {"help_request_id": one_of("h", 1), "question": text(), **who("actor_id")}),
        ("help_events", "answered", {"help_request_id": one_of("h", 1), "answer": text(), **who("actor_id")}),
        ("approval_events", "rejected", approval | who("actor_id")),
        ("action_events", "performed", {"activity_code": 16, "subject": text(), **who("user_id")}),
    ]
