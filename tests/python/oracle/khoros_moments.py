"""Priority, queue, assignee, snooze and status of a conversation, at any place in event order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .conversations import Conversation
from .log import Event

# The event that sets a value, and its column.
SETTERS = {
    "priority_set": "priority",
    "queue_changed": "queue_id",
    "assigned": "assignee_id",
    "snoozed": "snoozed_until",
    "status_changed": "status",
}


@dataclass
class Timeline:
    """The settings of one conversation in event order; a null assignee or snooze removes the value."""

    settings: dict[str, list[tuple[int, Any]]] = field(
        default_factory=lambda: {column: [] for column in SETTERS.values()}
    )
    # (place, user) of everybody who locked the conversation or was assigned to it.
    claims: list[tuple[int, str]] = field(default_factory=list)
    assignments: list[Event] = field(default_factory=list)

    def value(self, column: str, position: int | None = None) -> Any:
        """The last value set: now, or just after the event at a place."""
        told = [value for place, value in self.settings[column] if position is None or place <= position]
        return told[-1] if told else ("new" if column == "status" else None)

    def last_assignment_to(self, user_id: str | None, position: int) -> Event | None:
        """The last assignment to a user before a place."""
        earlier = [e for e in self.assignments if e.position < position and e["assignee_id"] == user_id]
        return earlier[-1] if earlier and user_id is not None else None


def timelines(events: list[Event], conversations: dict[str, Conversation]) -> dict[str, Timeline]:
    """Timelines by conversation. Of a conversation's `created` only the first counts."""
    found = {conversation_id: Timeline() for conversation_id in conversations}
    for event in events:
        if event.is_a("lock_events", "locked"):
            found[event["conversation_id"]].claims.append((event.position, event["user_id"]))
        if not event.is_a("conversation_events"):
            continue
        timeline = found[event["conversation_id"]]
        if event.event_type in SETTERS:
            column = SETTERS[event.event_type]
            timeline.settings[column].append((event.position, event[column]))
        elif event is conversations[event["conversation_id"]].created and event["priority"] in range(6):
            timeline.settings["priority"].append((event.position, event["priority"]))
        if event.event_type == "assigned" and event["assignee_id"] is not None:
            timeline.claims.append((event.position, event["assignee_id"]))
            timeline.assignments.append(event)
    return found
