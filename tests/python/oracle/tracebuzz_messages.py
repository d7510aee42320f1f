"""Columns of the Tracebuzz files about a message beyond its `created`: flags, latest values, profile, replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .entities import Entities
from .log import Event
from .messages import Message
from .state import State

BOT_TYPES = ("virtual_agent", "bot")


@dataclass
class Marks:
    """Checks, trash and favourites of a message; they count whenever they came, even without a `created`."""

    checked_at: datetime | None = None
    is_trashed: bool = False
    is_favorite: bool = False
    is_deleted: bool = False


def marks_of_messages(events: list[Event]) -> dict[str, Marks]:
    """The marks of every message that has an event, as of the last one."""
    found: dict[str, Marks] = {}
    for event in events:
        if not event.is_a("message_events"):
            continue
        marks = found.setdefault(event["message_id"], Marks())
        if event.event_type == "checked":
            marks.checked_at = event.occurred_at
        elif event.event_type in ("trashed", "restored"):
            marks.is_trashed = event.event_type == "trashed"
        elif event.event_type in ("favorited", "unfavorited"):
            marks.is_favorite = event.event_type == "favorited"
        elif event.event_type == "deleted":
            marks.is_deleted = True
    return found


def latest(message: Message, column: str) -> Any:
    """A column of the `created` after the updates that came later."""
    value = message.created[column]
    for update in message.updates:
        if update[column] is not None:
            value = update[column]
    return value


def is_system(message: Message) -> bool:
    """A system message: a result like any other, and nothing to the statistics but for the lead time."""
    return message.created["author_type"] == "system"


def is_bot_user(entities: Entities, user_id: str | None) -> bool:
    """Whether the newest row of a user says virtual agent or bot."""
    return entities.value("users", user_id, "user_type") in BOT_TYPES


def is_human_reply(message: Message) -> bool:
    """Outbound, by an agent."""
    return message.is_human_outbound


def is_bot_reply(entities: Entities, message: Message) -> bool:
    """Outbound, by a virtual agent, or by anyone but an agent where the author is a bot user."""
    if not message.is_outbound or is_system(message) or message.is_human_outbound:
        return False
    return message.is_virtual_agent_outbound or is_bot_user(entities, message.created["author_id"])


def profile_of(state: State, message: Message) -> str | None:
    """The author of an inbound message by a contact; for other messages, or an unknown author, the case's contact."""
    created = message.created
    if message.is_from_contact and created["author_id"] is not None:
        return created["author_id"]
    return state.conversation_of_message(message).contact_profile_id


def person_of(entities: Entities, contact_profile_id: str | None) -> str | None:
    """The person of a contact profile: the one its newest row names, else the profile itself."""
    person_id = entities.value("contacts", contact_profile_id, "person_id")
    return contact_profile_id if person_id is None else person_id
