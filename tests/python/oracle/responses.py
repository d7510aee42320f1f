"""Responses: walks over a conversation that pair what waits with the human reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .conversations import Conversation
from .log import Event
from .messages import Message


@dataclass(frozen=True)
class Start:
    """The kind of start of a response."""

    started_by: str
    from_at: datetime
    inbound_message_id: str | None
    handover_reason: str | None = None


@dataclass(frozen=True)
class Response:
    """A start and the human outbound that closed it."""

    conversation: Conversation
    start: Start
    reply: Message


def responses(conversation: Conversation) -> list[Response]:
    """All responses of a conversation, in order."""
    steps: list[tuple[int, Event | Message]] = [
        *((message.created.position, message) for message in conversation.messages),
        *((event.position, event) for event in conversation.handovers),
        *((event.position, event) for event in conversation.status_changes),
    ]
    found: list[Response] = []
    start: Start | None = None
    is_held = False
    last_inbound_id: str | None = None
    for _, step in sorted(steps, key=lambda step: step[0]):
        if isinstance(step, Event):
            if step.event_type in ("handed_over", "reassigned_to_human"):
                start, is_held = handover_start(step, last_inbound_id), False
            elif step["status"] == "resolved":
                start, is_held = None, False
        elif step.is_from_contact:
            is_first = last_inbound_id is None
            last_inbound_id = step.message_id
            if start is None and not is_held:
                start = Start("NEW_CONVERSATION" if is_first else "INBOUND_MESSAGE", step.at, step.message_id)
        elif step.is_human_outbound:
            if start is not None:
                found.append(Response(conversation, start, step))
            start, is_held = None, False
        elif step.is_virtual_agent_outbound:
            is_held = True
    return found


def handover_start(event: Event, last_inbound_id: str | None) -> Start:
    """The start that a hand-over or a reassignment makes."""
    if event.event_type == "handed_over":
        return Start("VA_HANDED_OVER_CONVERSATION", event.occurred_at, last_inbound_id, event["handover_reason"])
    return Start("VA_REASSIGNED_CONVERSATION_TO_HUMAN_AGENT", event.occurred_at, last_inbound_id)
