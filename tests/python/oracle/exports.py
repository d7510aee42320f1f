"""The exports that print one conversation, message, response, presence interval or contact a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .conversations import Conversation
from .labels import Application
from .locks import CHERRY_PICKING, HANDLE, NO_REPLY
from .log import Event
from .messages import Message
from .opening_hours import seconds_between
from .request import Request
from .state import State

Row = dict[str, Any]
SortedRow = tuple[tuple, Row]

STATUSES = {"new": "New", "pending": "Pending", "resolved": "Resolved"}
DIRECTIONS = {"inbound": "Inbound", "outbound": "Outbound"}
PRESENCES = {"available": "Available", "away": "Away"}
RESOLVED_BY = {
    "agent": "Agent",
    "virtual_agent": "Virtual Agent",
    "bulk_resolve": "Bulk Resolve",
    "system": "System",
    "auto_resolve": "Auto-Resolve",
}
RESOLVE_TRIGGERS = {
    "human_agent": "Human Agent",
    "virtual_agent": "Virtual Agent",
    "automation": "Automation",
    "auto_resolve": "Auto Resolve",
}


def empty_last(value: Any) -> tuple[bool, Any]:
    """Sort key: values in their own order (text by code point), empty after them."""
    return (value is None, 0 if value is None else value)


def channel_columns(state: State, channel_id: str | None, prefix: str = "") -> Row:
    """Medium and names of a channel."""
    return {
        "medium": state.entities.value("channels", channel_id, "medium"),
        f"{prefix}channel": state.entities.value("channels", channel_id, "name"),
        f"{prefix}channel_display_name": state.entities.value("channels", channel_id, "display_name"),
    }


def contact_columns(state: State, contact_profile_id: str | None) -> Row:
    """Id and identifiers of a contact."""
    return {
        "contact_profile_id": contact_profile_id,
        "contact_primary_identifier": state.entities.value("contacts", contact_profile_id, "primary_identifier"),
        "contact_secondary_identifier": state.entities.value("contacts", contact_profile_id, "secondary_identifier"),
    }


def agent_columns(state: State, prefix: str, kind: str | None, agent_id: str | None) -> Row:
    """Id, name and reference of who acted, when that is an agent or a virtual agent."""
    agent_id = agent_id if kind in ("agent", "virtual_agent") else None
    return {
        f"{prefix}agent_id": agent_id,
        f"{prefix}agent_name": state.entities.value("users", agent_id, "name"),
        f"{prefix}agent_reference": state.entities.value("users", agent_id, "reference"),
    }


def label_columns(state: State, stream: str, prefix: str, found: list[Application], target_id: str) -> Row:
    """Ids and names of the labels in force on a target, in the order of their applications."""
    label_ids = [a.label_id for a in found if a.is_current and a.target_id == target_id]
    names = [state.entities.value(stream, label_id, "name") or "" for label_id in label_ids]
    return {
        f"{prefix}_ids": ", ".join(label_ids) if label_ids else None,
        f"{prefix}_names": ", ".join(names) if label_ids else None,
    }


def resolution_columns(state: State, resolution: Event | None) -> Row:
    """Agent, kind and time of a conversation's resolution; all empty without one."""
    if resolution is None:
        return {}
    return {
        "resolved_by": RESOLVED_BY.get(resolution["resolved_by"]),
        "resolve_reason": resolution["resolve_reason"],
        "resolve_comment": resolution["resolve_comment"],
        "resolve_trigger": RESOLVE_TRIGGERS.get(resolution["resolve_trigger"]),
        "resolved_at": resolution.occurred_at,
        **agent_columns(state, "resolved_", resolution["actor_type"], resolution["actor_id"]),
    }


def conversation_columns(state: State, conversation: Conversation, resolution: Event | None) -> Row:
    """All columns of resolved_conversation and open_conversation."""
    change, survey = conversation.last_status_change, conversation.last_survey
    row: Row = {
        "conversation_id": conversation.conversation_id,
        **channel_columns(state, conversation.channel_id),
        **contact_columns(state, conversation.contact_profile_id),
        "created_at": conversation.created_at,
        "current_status": STATUSES[conversation.status],
        **resolution_columns(state, resolution),
        "inbound_messages": conversation.inbound_count,
        "outbound_messages": conversation.outbound_count,
        "first_response_time_s": state.first_response_time_s(conversation),
        "resolution_time_s": conversation.resolution_time_s,
        **label_columns(state, "topics", "topic", state.topics, conversation.conversation_id),
        "conversation_url": conversation.url,
        "updated_at": conversation.updated_at,
        "language": conversation.language,
    }
    for kind in (HANDLE, NO_REPLY, CHERRY_PICKING):
        row[f"{kind}_time_s"] = sum(
            session.duration_s
            for session in state.sessions
            if session.conversation_id == conversation.conversation_id and session.kind == kind
        )
    if change is not None:
        row |= agent_columns(state, "last_status_change_", change["actor_type"], change["actor_id"])
        team_id = state.entities.team_acted_for(change["team_id"], change["actor_type"], change["actor_id"])
        row["last_status_change_team_id"] = team_id
        row["last_status_change_team_name"] = state.entities.value("teams", team_id, "name")
    if survey is not None:
        row["csat_score"] = survey.answered["score"] if survey.answered else None
        row["csat_completed_status"] = survey.completed_status
        row["csat_follow_up_question"] = survey.follow_up_asked["question"] if survey.follow_up_asked else None
        row["csat_follow_up_answer"] = state.follow_up_answer(survey)
    return row


def resolved_conversation(state: State, request: Request) -> Iterator[SortedRow]:
    """Conversations resolved for the first time in the window, as of the export."""
    for conversation in state.conversations.values():
        resolution = next(iter(conversation.resolutions), None)
        if resolution and request.in_window(resolution.occurred_at) and request.has_channel(conversation.channel_id):
            row = conversation_columns(state, conversation, resolution)
            yield (row["resolved_at"], row["conversation_id"]), row


def open_conversation(state: State, request: Request) -> Iterator[SortedRow]:
    """Conversations that are New or Pending as of the export."""
    for conversation in state.conversations.values():
        if conversation.status != "resolved" and request.has_channel(conversation.channel_id):
            resolutions = conversation.resolutions
            row = conversation_columns(state, conversation, resolutions[-1] if resolutions else None)
            yield (row["created_at"], row["conversation_id"]), row


def messages_in_window(state: State, request: Request) -> Iterator[tuple[Message, Conversation]]:
    """Messages created in the window, of the channels asked for, with their conversations."""
    for message in state.messages.values():
        conversation = state.conversation_of_message(message)
        if request.in_window(message.at) and request.has_channel(conversation.channel_id):
            yield message, conversation


def message(state: State, request: Request) -> Iterator[SortedRow]:
    """Messages created in the window."""
    for found, conversation in messages_in_window(state, request):
        created = found.created
        team_id = state.entities.team_acted_for(created["team_id"], created["author_type"], created["author_id"])
        row: Row = {
            "message_id": found.message_id,
            "created_at": found.at,
            "conversation_id": found.conversation_id,
            **channel_columns(state, conversation.channel_id),
            **contact_columns(state, conversation.contact_profile_id),
            "message_type": created["message_type"],
            "origin": created["origin"],
            "outbound_message_type": created["outbound_type"],
            "direction": DIRECTIONS[created["direction"]],
            **agent_columns(state, "", created["author_type"], created["author_id"]),
            "team_id": team_id,
            "team_name": state.entities.value("teams", team_id, "name"),
            **label_columns(state, "tags", "tag", state.tags, found.message_id),
            "content": state.content(found),
            "conversation_url": conversation.url,
            "post_url": created["post_url"],
            "updated_at": found.updated_at,
            "deleted_at": found.deleted_at,
            "system_user_type": created["system_user_type"],
        }
        if row["medium"] == "twitter" and request.delivery == "scheduled":
            row["content"] = None
        yield (row["created_at"], row["message_id"]), row


def response_times(state: State, request: Request) -> Iterator[SortedRow]:
    """Responses whose outbound message was created in the window."""
    for response in state.responses:
        conversation, start, reply = response.conversation, response.start, response.reply
        if not (request.in_window(reply.at) and request.has_channel(conversation.channel_id)):
            continue
        row: Row = {
            "conversation_id": conversation.conversation_id,
            **channel_columns(state, conversation.channel_id, "sender_"),
            "contact_profile_id": conversation.contact_profile_id,
            "started_by": start.started_by,
            "handover_reason": start.handover_reason,
            "from_at": start.from_at,
            "to_at": reply.at,
            "agent_response_time_s": seconds_between(start.from_at, reply.at),
            **agent_columns(state, "replying_", reply.created["author_type"], reply.created["author_id"]),
            "inbound_message_id": start.inbound_message_id,
            "outbound_message_id": reply.message_id,
            "conversation_url": conversation.url,
        }
        yield (row["to_at"], row["outbound_message_id"]), row


def user_presence(state: State, request: Request) -> Iterator[SortedRow]:
    """Available and Away intervals that overlap the window, unclipped; channels do not filter them."""
    for interval in state.presence:
        if interval.overlaps(request.window_start, request.window_end):
            until: datetime = interval.to_at or state.as_of
            row: Row = {
                "user_id": interval.user_id,
                "user_name": state.entities.value("users", interval.user_id, "name"),
                "user_email_address": state.entities.value("users", interval.user_id, "email"),
                "presence_type": PRESENCES[interval.presence],
                "away_state": interval.away_state,
                "from_at": interval.from_at,
                "to_at": interval.to_at,
                "duration_s": seconds_between(interval.from_at, until),
            }
            yield (row["from_at"], row["user_id"]), row


ROW_EXPORTS: dict[str, Callable[[State, Request], Iterator[SortedRow]]] = {
    "resolved_conversation": resolved_conversation,
    "open_conversation": open_conversation,
    "message": message,
    "response_times": response_times,
    "user_presence": user_presence,
}
