"""Columns of the rows of random logs: what is described, and what events say."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from generator_writer import BOTS, CONTACTS, DAY, HUMANS, MODES, PERSONS, QUEUES, SECOND, TEXTS, VIRTUAL_AGENTS, Row

Told = tuple[str, str, Row]  # stream, event type, columns
SENTIMENTS = (None, None, None, -3, -2, -1, 0, 0, 1, 1, 2, 3, 7)
RESULT_TYPES = (None, "page", "post", "post", "comment", "private_message", "ad", "story")
CODES = (*range(16, 24), *range(28, 32), 33)
REASONS = (None, "1", "11", "18", "47", "999", "", 'because, of "that"')


def texts(rng: random.Random, *names: str) -> Row:
    """Any text, empty and null included, for each column."""
    return {name: rng.choice(TEXTS) for name in names}


def user_columns(rng: random.Random) -> Row:
    """Columns of a user but its type."""
    columns = texts(rng, "name", "email", "reference", "group_name", "location_id", "location")
    return columns | {"inbox_mode": rng.choice(MODES), "is_disabled": rng.choice((True, False, None))}


def inbox_columns(rng: random.Random) -> Row:
    """Columns of an inbox with or without service levels."""
    levels = (None, None, 0, 1, 60, 300, 1800, 7200)
    return {
        "name": rng.choice(TEXTS) or "named",
        "first_reply_service_level_s": rng.choice(levels),
        "service_level_s": rng.choice(levels),
        "sla_id": rng.choice((None, None, "sla-1", "")),
    }


def label_columns(rng: random.Random) -> Row:
    """Columns of a tag; a team, queue or topic has only the name of them."""
    columns = texts(rng, "category_id", "description", "words", "profiles", "websites", "profile_info", "location_id")
    return columns | {"name": rng.choice(TEXTS) or "named"}


def contact_columns(rng: random.Random) -> Row:
    """Columns of a contact profile; several share a person."""
    columns = texts(rng, "primary_identifier", "secondary_identifier", "display_name", "profile_image_url")
    return columns | {"person_id": rng.choice(PERSONS)}


def attribute_columns(rng: random.Random) -> Row:
    """Columns of a contact attribute; several have one name."""
    return {"name": rng.choice(("size", "Größe", "colour", "")), **texts(rng, "value", "type")}


def external_ids(rng: random.Random) -> Row:
    """Ids of a case elsewhere."""
    ids = (None, None, "", "x-1", "x-2")
    return {"external_id": rng.choice(ids), "external_routing_id": rng.choice(ids)}


def result_columns(rng: random.Random, at: datetime, message_ids: list[str]) -> Row:
    """The columns of a message's `created` that describe it as a result."""
    columns = texts(rng, "location_id", "source_profile_id", "source_query_id", "external_id")
    for name in ("in_reply_to_message_id", "parent_message_id", "sub_parent_message_id"):
        columns[name] = rng.choice((None, "", "elsewhere", rng.choice(message_ids)))
    return columns | {
        "result_type": rng.choice(RESULT_TYPES),
        "published_at": rng.choice((None, at, at - rng.random() * 2 * DAY, at + rng.random() * SECOND)),
        "sentiment": rng.choice(SENTIMENTS),
        "likes": rng.choice((None, 0, 3)),
        "reach_rank": rng.choice((None, 0, 9)),
        "owned_by_external_service": rng.choice((None, True, False)),
    }


def message_event(rng: random.Random) -> tuple[str, Row]:
    """An event of a message that was there before, or never was."""
    types = ("updated", "deleted", "checked", "trashed", "restored", "favorited", "unfavorited")
    event_type = rng.choices(types, (12, 4, 8, 4, 3, 3, 2))[0]
    if event_type != "updated":
        return event_type, {}
    columns = texts(rng, "external_id")
    columns["content"] = rng.choice((None, *TEXTS))
    columns["sentiment"] = rng.choice(SENTIMENTS)
    return event_type, columns | {"likes": rng.choice((None, 0, 5)), "reach_rank": rng.choice((None, 1))}


def conversation_event(rng: random.Random, at: datetime) -> tuple[str, Row]:
    """An event of a conversation's own stream that no status depends on."""
    later = rng.choice((None, at, at + rng.random() * 3 * DAY))
    happenings = (
        ("language_set", {"language": rng.choice(("de", "nl", ""))}, 2),
        ("assigned", {"assignee_id": rng.choice((*HUMANS, *BOTS, *VIRTUAL_AGENTS, None, None, None))}, 5),
        ("queue_changed", {"queue_id": rng.choice(QUEUES), "reason_code": rng.choice(REASONS)}, 6),
        ("priority_set", {"priority": rng.randrange(6)}, 1),
        ("linked", external_ids(rng), 3),
        ("snoozed", {"snoozed_until": later}, 4),
        ("service_level_set", {"service_level_expires_at": later}, 4),
    )
    event_type, columns, _ = rng.choices(happenings, [weight for _, _, weight in happenings])[0]
    return event_type, columns


def note(rng: random.Random, conversation_id: str) -> Told:
    """An event of one of two notes on the conversation, or of one that several conversations name."""
    note_id = rng.choice((f"n-{conversation_id}", f"n-{conversation_id}", f"o-{conversation_id}", "n-shared"))
    event_type = rng.choices(("created", "updated", "deleted"), (6, 5, 1))[0]
    columns = {
        "note_id": note_id,
        "author_id": rng.choice((*HUMANS, *BOTS, *CONTACTS[:3], None)),
        "actor_type": actor_type(rng),
    }
    return "note_events", event_type, columns | {"note": rng.choice(TEXTS) or "noted"}


def suggestion(rng: random.Random, conversation_id: str) -> Told:
    """An event of a suggestion, in any order; only some say of which conversation, and with which message."""
    suggestion_id = rng.choice(("su-", "sv-")) + (conversation_id if rng.random() < 0.9 else "shared")
    event_type = rng.choice(("requested", "responded", "acted"))
    columns: Row = {"suggestion_id": suggestion_id, "external_id": rng.choice((None, None, "", "x-1"))}
    if rng.random() < 0.5:
        columns["conversation_id"] = None
    columns["text"] = rng.choice(TEXTS) or "suggested"
    columns["action"] = rng.choice(("send", "edited", "cancelled", "reported"))
    columns |= {"user_id": rng.choice((*HUMANS, None)), "response_message_id": rng.choice((None, "", "m-c-1-0"))}
    return "suggestion_events", event_type, columns


def action(rng: random.Random, conversation_id: str) -> Told:
    """An action of any code, about the conversation, a message, both or neither."""
    columns = {"activity_code": rng.choice(CODES), "user_id": rng.choice((*HUMANS, *BOTS, *CONTACTS[:2], None))}
    columns |= {"actor_type": actor_type(rng), "duration_s": rng.choice((None, 0, 7)), "subject": rng.choice(TEXTS)}
    if rng.random() < 0.4:
        columns["conversation_id"] = None
    return "action_events", "performed", columns


def other(rng: random.Random, conversation_id: str) -> Told:
    """An event of a stream that only makes the conversation exist."""
    return rng.choice(
        (
            ("approval_events", "submitted", {"approval_id": "ap-1", "agent_id": "u-1"}),
            ("help_events", "requested", {"help_request_id": "h-1", "question": "how?"}),
        )
    )


def actor_type(rng: random.Random) -> str | None:
    """Actors of streams that only have the actor's kind."""
    return rng.choice(
        ("agent", "agent", "agent", "virtual_agent", "bulk", "automation", "system", "contact", None, "x")
    )


def shortly(rng: random.Random) -> timedelta:
    """A stay: nothing, less than a second, minutes, hours, about a day, more than a day."""
    return rng.choice(
        (
            timedelta(0),
            rng.random() * SECOND,
            rng.randrange(1, 3600) * SECOND,
            rng.random() * 4 * 3600 * SECOND,
            rng.random() * 4 * 3600 * SECOND,
            rng.random() * 14 * 3600 * SECOND,
            DAY + rng.choice((-1, 0, 0, 1, 9000)) * SECOND,
        )
    )
