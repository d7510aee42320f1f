"""The objects that print a message, a case, an activity or a change of queue a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .exports import Row
from .messages import Message
from .request import Request
from .tracebuzz_activities import NOBODY, NOT_LOGGED, QUEUE_CHANGED
from .tracebuzz_clock import DAY, unix
from .tracebuzz_messages import Marks, latest, person_of, profile_of
from .tracebuzz_org import Tracebuzz

SOURCES = {
    "web": 1,
    "blogs": 2,
    "twitter": 3,
    "news": 4,
    "forums": 5,
    "facebook": 6,
    "instagram": 8,
    "linkedin": 10,
    "whatsapp": 13,
    "parley": 14,
    "youtube": 17,
}
TYPES = {"page": 1, "post": 2, "comment": 3, "private_message": 4, "ad": 5}


def unix_or_none(instant: Any) -> int | None:
    """Unix seconds of an instant that may be missing."""
    return None if instant is None else unix(instant)


def messages_in_window(org: Tracebuzz, request: Request) -> Iterator[Message]:
    """Messages whose first `created` lies in the window, of the channels asked for."""
    for message in org.state.messages.values():
        channel_id = org.state.conversation_of_message(message).channel_id
        if request.in_window(message.at) and request.has_channel(channel_id):
            yield message


def results(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Messages of the window, deleted ones too."""
    for message in messages_in_window(org, request):
        created, case = message.created, org.cases[message.conversation_id]
        marks = org.marks.get(message.message_id, Marks())
        published_at = created["published_at"]
        sentiment = latest(message, "sentiment")
        medium = org.entities.value("channels", case.conversation.channel_id, "medium")
        yield {
            "result_id": message.message_id,
            "search_id": case.inbox_id,
            "source_search_id": created["source_query_id"],
            "link": created["post_url"],
            **author_columns(org, message),
            "description": org.state.content(message),
            "labels": labels_of(org, message.message_id),
            "time": unix(message.at if published_at is None else published_at),
            "status": 5 if marks.is_trashed else 2 if case.conversation.status == "resolved" else 1,
            "source": SOURCES.get(medium),
            "favorite": int(marks.is_favorite),
            "likes": latest(message, "likes"),
            "tbrank": latest(message, "reach_rank"),
            "location_id": created["location_id"],
            "checked": unix_or_none(marks.checked_at),
            "sentiment": sentiment if sentiment in (-2, -1, 0, 1, 2) else None,
            "exported": case.external_id,
            "found_time": unix(message.at),
            "parent_id": created["parent_message_id"],
            "sub_parent_id": created["sub_parent_message_id"],
            "source_person_id": created["source_profile_id"],
            "case_id": message.conversation_id,
            "person_id": person_of(org.entities, profile_of(org.state, message)),
            "type": TYPES.get(created["result_type"]),
            "own": int(message.is_outbound),
            "owned_by_external_service": int(bool(created["owned_by_external_service"])),
        }


def author_columns(org: Tracebuzz, message: Message) -> Row:
    """Names and image: of the profile for an inbound message, of the channel for an outbound one."""
    if message.is_inbound:
        profile = profile_of(org.state, message)
        return {
            "user_name": org.entities.value("contacts", profile, "primary_identifier"),
            "title": org.entities.value("contacts", profile, "display_name"),
            "profile_image": org.entities.value("contacts", profile, "profile_image_url"),
        }
    channel_id = org.state.conversation_of_message(message).channel_id
    name = org.entities.value("channels", channel_id, "name")
    display_name = org.entities.value("channels", channel_id, "display_name")
    return {"user_name": name, "title": name if display_name is None else display_name, "profile_image": None}


def labels_of(org: Tracebuzz, message_id: str) -> str | None:
    """The tags in force, in the order of their applications; empty without any."""
    tag_ids = [tag.label_id for tag in org.state.tags if tag.is_current and tag.target_id == message_id]
    return "".join(f"[{tag_id}]" for tag_id in tag_ids) or None


def cases(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Cases with a message of the window, or changed to Resolved in it."""
    with_message = {message.conversation_id for message in messages_in_window(org, request)}
    for case_id, case in org.cases.items():
        conversation = case.conversation
        was_resolved = any(request.in_window(change.occurred_at) for change in conversation.resolutions)
        if not request.has_channel(conversation.channel_id) or not (was_resolved or case_id in with_message):
            continue
        topics = [topic for topic in org.state.topics if topic.is_current and topic.target_id == case_id]
        inbound = [message.at for message in case.messages if message.is_from_contact]
        has_service_window = org.entities.value("channels", conversation.channel_id, "medium") in (
            "facebook",
            "whatsapp",
        )
        yield {
            "id": case_id,
            "case_search_id": case.inbox_id,
            "person_id": person_of(org.entities, conversation.contact_profile_id),
            "reason_id": topics[-1].label_id if topics else None,
            "reason_time": unix(topics[-1].event.occurred_at) if topics else None,
            "handler_id": case.assignments[-1]["assignee_id"] if case.assignments else None,
            "sl_expires": unix_or_none(case.service_level_expires_at) or 0,
            "closed": unix_or_none(case.resolved_at),
            "external_id": case.external_id,
            "queue_id": queue_of(org, case_id),
            "service_window": unix(inbound[-1]) + DAY if inbound and has_service_window else None,
            "external_routing_system_id": case.external_routing_id,
        }


def queue_of(org: Tracebuzz, case_id: str) -> str | None:
    """The queue of the agent who holds the case, else the last one it was moved to; none once it is Resolved."""
    case = org.cases[case_id]
    if case.resolved_at is not None:
        return None
    session = org.state.locks.held(case_id, org.state.as_of)
    if session is not None:
        return f"u_{session.user_id}"
    return case.queue_changes[-1]["queue_id"] if case.queue_changes else None


def activities(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Activities of the window; a lock session belongs to the one in which it ends."""
    for activity in org.activities:
        channel_id = activity.case.conversation.channel_id if activity.case else None
        if request.in_window(activity.delivered_at) and request.has_channel(channel_id):
            yield {
                "id": activity.activity_id,
                "result_id": activity.result_id,
                "member_id": request.org_id,
                "user_id": activity.user_id,
                "activity": activity.code,
                "subject": activity.subject,
                "time": unix(activity.at),
                "duration": activity.duration_s,
            }


def case_activities(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Every change of queue in the window, automatic ones and repeats too."""
    for case_id, case in org.cases.items():
        before: str | None = None
        for change in case.queue_changes:
            old_value, before = before, change["queue_id"]
            if not request.in_window(change.occurred_at) or not request.has_channel(case.conversation.channel_id):
                continue
            is_automatic = change["actor_type"] in NOT_LOGGED or change["actor_id"] is None
            yield {
                "id": change.event_id,
                "case_id": case_id,
                "user_id": NOBODY if is_automatic else change["actor_id"],
                "old_value": old_value,
                "new_value": change["queue_id"],
                "activity_id": QUEUE_CHANGED,
                "time": unix(change.occurred_at),
                "description": change["reason_code"],
            }


OBJECTS: dict[str, Callable[[Tracebuzz, Request], Iterator[Row]]] = {
    "results": results,
    "cases": cases,
    "activities": activities,
    "case_activities": case_activities,
}
