"""Cases: what the Tracebuzz files know of a conversation."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from .conversations import Conversation
from .locks import Session
from .log import Event
from .messages import Message
from .state import State


@dataclass
class Case:
    """A conversation with the events that only this family asks for; lists are in event order."""

    conversation: Conversation
    inbox_id: str | None
    assignments: list[Event] = field(default_factory=list)
    queue_changes: list[Event] = field(default_factory=list)
    locks: list[Event] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    service_level_expires_at: datetime | None = None
    external_id: str | None = None
    external_routing_id: str | None = None

    @property
    def messages(self) -> list[Message]:
        """Its messages in event order."""
        return self.conversation.messages

    @property
    def resolved_at(self) -> datetime | None:
        """The last change to Resolved, if it is Resolved now."""
        return self.conversation.resolutions[-1].occurred_at if self.conversation.status == "resolved" else None

    def latest_message_id(self, instant: datetime) -> str | None:
        """The last, in event order, of its messages at or before an instant."""
        number = bisect_right([message.at for message in self.messages], instant)
        return self.messages[number - 1].message_id if number else None


def cases(state: State) -> dict[str, Case]:
    """All cases by id."""
    found = {
        key: Case(conversation, inbox_of(state, conversation)) for key, conversation in state.conversations.items()
    }
    for event in state.events:
        if event.stream == "conversation_events":
            apply_own_event(found[event["conversation_id"]], event)
        elif event.is_a("lock_events", "locked"):
            found[event["conversation_id"]].locks.append(event)
    for session in state.sessions:
        found[session.conversation_id].sessions.append(session)
    return found


def inbox_of(state: State, conversation: Conversation) -> str | None:
    """The inbox of `created`, else that of the newest row of its channel; unknown without a `created`."""
    if conversation.created is None:
        return None
    inbox_id = conversation.created["inbox_id"]
    return state.entities.value("channels", conversation.channel_id, "inbox_id") if inbox_id is None else inbox_id


def apply_own_event(case: Case, event: Event) -> None:
    """One event of the conversation's own stream; of two `created` the first counts."""
    if event.event_type == "assigned":
        case.assignments.append(event)
    elif event.event_type == "queue_changed":
        case.queue_changes.append(event)
    elif event.event_type == "service_level_set":
        case.service_level_expires_at = event["service_level_expires_at"]
    elif event.event_type == "linked" or event is case.conversation.created:
        case.external_id = event["external_id"] if event["external_id"] is not None else case.external_id
        if event["external_routing_id"] is not None:
            case.external_routing_id = event["external_routing_id"]
