"""Messages, replayed from their events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .log import Event


@dataclass
class Message:
    """A message whose `created` came; `created` is the first of them in event order."""

    message_id: str
    conversation_id: str
    created: Event
    updates: list[Event] = field(default_factory=list)
    updated_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When it was received or sent."""
        return self.created.occurred_at

    @property
    def is_inbound(self) -> bool:
        """Inbound, by any author."""
        return self.created["direction"] == "inbound"

    @property
    def is_from_contact(self) -> bool:
        """Received, and written by a contact: the only messages that are the customer's word."""
        return self.is_inbound and self.created["author_type"] == "contact"

    @property
    def is_outbound(self) -> bool:
        """Outbound, by any author."""
        return self.created["direction"] == "outbound"

    @property
    def is_human_outbound(self) -> bool:
        """Sent by an agent."""
        return self.is_outbound and self.created["author_type"] == "agent"

    @property
    def is_virtual_agent_outbound(self) -> bool:
        """Sent by a virtual agent."""
        return self.is_outbound and self.created["author_type"] == "virtual_agent"


def messages(events: list[Event]) -> dict[str, Message]:
    """Messages by id, in the order of their `created`; updates before a `created` make nothing."""
    found: dict[str, Message] = {}
    for event in events:
        if event.is_a("message_events", "created") and event["message_id"] not in found:
            found[event["message_id"]] = Message(event["message_id"], event["conversation_id"], event)
        elif event.is_a("message_events", "updated") and event["message_id"] in found:
            found[event["message_id"]].updates.append(event)
    for event in events:
        if not (event.is_a("message_events") or event.is_a("tag_events")) or event["message_id"] not in found:
            continue
        message = found[event["message_id"]]
        message.updated_at = event.occurred_at  # events come in order, so the last one stays
        if event.is_a("message_events", "deleted") and message.deleted_at is None:
            message.deleted_at = event.occurred_at
    return found


def conversation_of_messages(events: list[Event]) -> dict[str, str]:
    """Conversation of every message that has an event: that of its first `created`, else of its first event."""
    first_created: dict[str, str] = {}
    first_event: dict[str, str] = {}
    for event in events:
        if event.is_a("message_events"):
            first_event.setdefault(event["message_id"], event["conversation_id"])
        if event.is_a("message_events", "created"):
            first_created.setdefault(event["message_id"], event["conversation_id"])
    return first_event | first_created
