"""Conversations, replayed from the events of an org."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .log import Event
from .messages import Message
from .opening_hours import seconds_between
from .surveys import Survey


@dataclass
class Conversation:
    """A conversation; lists are in event order. `status_changes` holds true changes only, not repeats."""

    conversation_id: str
    first_event: Event
    created: Event | None = None
    status: str = "new"
    status_changes: list[Event] = field(default_factory=list)
    handovers: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    language: str | None = None
    updated_at: datetime | None = None

    @property
    def created_at(self) -> datetime:
        """Its `created`, else its first event."""
        return (self.created or self.first_event).occurred_at

    @property
    def channel_id(self) -> str | None:
        """The channel of `created`; unknown without one."""
        return self.created["channel_id"] if self.created else None

    @property
    def url(self) -> str | None:
        """The address that `created` gave."""
        return self.created["conversation_url"] if self.created else None

    @property
    def contact_profile_id(self) -> str | None:
        """The contact of `created`, else the author of the first inbound message by a contact, else None."""
        if self.created:
            return self.created["contact_profile_id"]
        for message in self.messages:
            if message.is_from_contact:
                return message.created["author_id"]
        return None

    @property
    def resolutions(self) -> list[Event]:
        """Changes to Resolved."""
        return [change for change in self.status_changes if change["status"] == "resolved"]

    @property
    def last_status_change(self) -> Event | None:
        """The last change to Resolved or Pending."""
        changes = [change for change in self.status_changes if change["status"] in ("resolved", "pending")]
        return changes[-1] if changes else None

    @property
    def last_survey(self) -> Survey | None:
        """The survey whose first event is last."""
        return self.surveys[-1] if self.surveys else None

    @property
    def first_inbound(self) -> Message | None:
        """The first message that a contact wrote in it."""
        return next((message for message in self.messages if message.is_from_contact), None)

    @property
    def first_response(self) -> tuple[datetime, Message] | None:
        """(start, reply) of the First Response: the first human outbound while a contact waits.

        A contact waits from the message on; a hand-over or a reassignment restarts the wait, a change to Resolved
        ends it.
        """
        steps: list[tuple[int, Event | Message]] = [
            *((message.created.position, message) for message in self.messages),
            *((event.position, event) for event in (*self.handovers, *self.resolutions)),
        ]
        waits_since: datetime | None = None
        for _, step in sorted(steps, key=lambda step: step[0]):
            if isinstance(step, Message):
                if step.is_human_outbound and waits_since is not None:
                    return waits_since, step
                if step.is_from_contact and waits_since is None:
                    waits_since = step.at
            elif step.event_type == "status_changed":
                waits_since = None
            elif waits_since is not None:
                waits_since = step.occurred_at
        return None

    @property
    def resolution_time_s(self) -> int | None:
        """Seconds from the contact's first message to the first change to Resolved, empty when that came first."""
        inbound, resolutions = self.first_inbound, self.resolutions
        if inbound is None or not resolutions or resolutions[0].position < inbound.created.position:
            return None
        return seconds_between(inbound.at, resolutions[0].occurred_at)

    @property
    def inbound_count(self) -> int:
        """Number of messages that contacts wrote, deleted ones included."""
        return sum(1 for message in self.messages if message.is_from_contact)

    @property
    def outbound_count(self) -> int:
        """Number of outbound messages of all senders, deleted ones included."""
        return sum(1 for message in self.messages if message.is_outbound)


def conversations(
    events: list[Event], messages: dict[str, Message], conversation_of: dict[str, str], surveys: list[Survey]
) -> dict[str, Conversation]:
    """Conversations by id, in the order of their first events.

    `conversation_of` gives the conversation of every message that is known; a tag event belongs to that one,
    else to the one that it names.
    """
    found: dict[str, Conversation] = {}
    for event in events:
        conversation_id = event["conversation_id"]
        if conversation_id is not None:
            conversation = found.setdefault(conversation_id, Conversation(conversation_id, event))
            if event.stream == "conversation_events":
                apply_own_event(conversation, event)
    for message in messages.values():
        found[message.conversation_id].messages.append(message)
    for survey in surveys:
        found[survey.conversation_id].surveys.append(survey)
    for event in events:
        conversation_id = event["conversation_id"]
        if event.stream == "tag_events":
            conversation_id = conversation_of.get(event["message_id"], conversation_id)
        if conversation_id is not None and event.stream in (
            "conversation_events",
            "message_events",
            "topic_events",
            "tag_events",
            "csat_events",
        ):
            found[conversation_id].updated_at = event.occurred_at  # in order, so the last one stays
    return found


def apply_own_event(conversation: Conversation, event: Event) -> None:
    """One event of the conversation's own stream."""
    if event.event_type == "created" and conversation.created is None:
        conversation.created = event
        conversation.language = conversation.language if event["language"] is None else event["language"]
    elif event.event_type == "status_changed" and event["status"] != conversation.status:
        conversation.status = event["status"]
        conversation.status_changes.append(event)
    elif event.event_type in ("handed_over", "reassigned_to_human"):
        conversation.handovers.append(event)
    elif event.event_type == "language_set":
        conversation.language = event["language"]
