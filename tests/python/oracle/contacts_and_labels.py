"""The exports about contacts and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .conversations import Conversation
from .exports import Row, SortedRow, channel_columns, contact_columns, empty_last, messages_in_window
from .labels import Application
from .messages import Message
from .request import Request
from .state import State
from .tally import tags_in_window, topics_in_window


def contact(state: State, request: Request) -> Iterator[SortedRow]:
    """Contact profiles and media with at least one message in the window; an empty contact has no row."""
    found: dict[tuple[str, str | None], list[Message]] = {}
    for message, conversation in messages_in_window(state, request):
        contact_profile_id = conversation.contact_profile_id
        if contact_profile_id is not None and (message.is_from_contact or message.is_outbound):
            medium = state.entities.value("channels", conversation.channel_id, "medium")
            found.setdefault((contact_profile_id, medium), []).append(message)
    for (contact_profile_id, medium), messages in found.items():
        row: Row = {
            "contact_profile_id": contact_profile_id,
            "medium": medium,
            "primary_identifier": state.entities.value("contacts", contact_profile_id, "primary_identifier"),
            "secondary_identifier": state.entities.value("contacts", contact_profile_id, "secondary_identifier"),
            "created_at": min((message.at for message in messages if message.is_from_contact), default=None),
            "conversations": len({message.conversation_id for message in messages}),
            "inbound_messages": sum(1 for message in messages if message.is_from_contact),
            "outbound_messages": sum(1 for message in messages if message.is_outbound),
            "updated_at": max(message.at for message in messages),
        }
        yield (contact_profile_id, empty_last(medium)), row


def contact_attribute(state: State, request: Request) -> Iterator[SortedRow]:
    """Attributes that stand, with their current values, of the contacts that sent a message in the window."""
    senders = {
        conversation.contact_profile_id
        for message, conversation in messages_in_window(state, request)
        if message.is_from_contact and conversation.contact_profile_id is not None
    }
    for contact_profile_id in senders:
        for attribute_id, attribute in state.entities.attributes_of(contact_profile_id).items():
            if attribute.is_deleted:
                continue
            row: Row = {
                **contact_columns(state, contact_profile_id),
                "attribute_id": attribute_id,
                "attribute_name": attribute.columns.get("name"),
                "attribute_value": attribute.columns.get("value"),
                "attribute_type": attribute.columns.get("type"),
            }
            yield (contact_profile_id, attribute_id), row


def by_label_and_channel(
    found: Iterator[tuple[Application, Conversation | None]],
) -> dict[tuple[str, str | None], list[tuple[Application, Conversation | None]]]:
    """Applications grouped by label and channel."""
    groups: dict[tuple[str, str | None], list[tuple[Application, Conversation | None]]] = {}
    for application, conversation in found:
        channel_id = conversation.channel_id if conversation else None
        groups.setdefault((application.label_id, channel_id), []).append((application, conversation))
    return groups


def current_targets(applications: list[Application], label_id: str) -> set[str]:
    """The messages or conversations that have the label now."""
    return {a.target_id for a in applications if a.label_id == label_id and a.is_current}


def topic(state: State, request: Request) -> Iterator[SortedRow]:
    """Topics and channels with at least one application in the window."""
    for (topic_id, channel_id), members in by_label_and_channel(topics_in_window(state, request)).items():
        conversation_ids = {application.target_id for application, _ in members}
        row: Row = {
            "topic_id": topic_id,
            "topic_name": state.entities.value("topics", topic_id, "name"),
            "is_active": not state.entities.is_deleted("topics", topic_id),
            "conversations": len(conversation_ids),
            "current_conversations": len(conversation_ids & current_targets(state.topics, topic_id)),
            **channel_columns(state, channel_id),
        }
        yield (topic_id, empty_last(channel_id)), row


def tag(state: State, request: Request) -> Iterator[SortedRow]:
    """Tags and channels with at least one application in the window."""
    for (tag_id, channel_id), members in by_label_and_channel(tags_in_window(state, request)).items():
        message_ids = {application.target_id for application, _ in members}
        contacts = {conversation.contact_profile_id for _, conversation in members if conversation}
        row: Row = {
            "tag_id": tag_id,
            "tag_name": state.entities.value("tags", tag_id, "name"),
            "is_active": not state.entities.is_deleted("tags", tag_id),
            "contacts": len(contacts - {None}),
            "messages": len(message_ids),
            "current_messages": len(message_ids & current_targets(state.tags, tag_id)),
            **channel_columns(state, channel_id),
        }
        yield (tag_id, empty_last(channel_id)), row


CONTACT_AND_LABEL_EXPORTS: dict[str, Callable[[State, Request], Iterator[SortedRow]]] = {
    "contact": contact,
    "contact_attribute": contact_attribute,
    "topic": topic,
    "tag": tag,
}
