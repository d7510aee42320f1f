"""The report conversation, as at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .conversations import Conversation
from .exports import SortedRow
from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_tags import tags_text
from .khoros_waiting import Walk, published_at
from .khoros_words import STATUS, word
from .log import Event
from .tally import average

OPEN_AT_END, CLOSED, CREATED = "OPEN_AT_END", "CLOSED", "CREATED"


def conversation(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Conversations not resolved at the end, closed in the window, or created in it."""
    filters = Filters(org, request)
    for found in org.conversations.values():
        if has_row(found, request) and filters.counts(found.conversation_id, found.created_at):
            row = conversation_columns(org, found, request)
            yield (row["created_at"], row["conversation_id"]), row


def has_row(found: Conversation, request: KhorosRequest) -> bool:
    """Whether the report type asks for a conversation."""
    if request.conversation_report_type == OPEN_AT_END:
        return found.status != "resolved"
    if request.conversation_report_type == CLOSED:
        return any(request.in_window(change.occurred_at) for change in found.resolutions)
    return request.in_window(found.created_at)


def conversation_columns(org: KhorosOrg, found: Conversation, request: KhorosRequest) -> Row:
    """All columns but nothing that happens after the moment."""
    key = found.conversation_id
    timeline, walked = org.timelines[key], org.walks[key]
    human = [response for response in walked.responses if response.is_human]
    due_at = service_level_due_at(org, found, walked)
    return {
        "conversation_id": key,
        "display_number": whole_number(found.created["display_number"]) if found.created else None,
        "conversation_link": found.url,
        "status": word(STATUS[found.status], request.locale),
        "network": org.network(found),
        **org.people.author_columns(found.contact_profile_id),
        "created_at": found.created_at,
        "tar_start_at": walked.tar_start_at,
        "due_at": due_at,
        "snooze_expires_at": snooze_expires_at(org, key),
        "priority": timeline.value("priority"),
        **org.people.queue_columns(timeline.value("queue_id")),
        **org.people.user_columns("assigned_agent", timeline.value("assignee_id")),
        "owner_agent_id": next((user for _, user in timeline.claims if org.people.is_agent(user)), None),
        **closing_columns(org, closing(found, request)),
        "tags": tags_text(org.entities, org.tags.in_conversation(key)),
        "incoming_posts": len(walked.posts),
        "responses": len(walked.responses),
        "agent_responses": len(human),
        "bot_responses": len(walked.responses) - len(human),
        "first_tar": walked.first.tar if walked.first else None,
        "average_tar": average([response.tar for response in human if response.tar is not None]),
        "handle_time": sum(org.handling[response.message.message_id].total for response in human),
        "reopen_count": reopen_count(found),
        "is_within_sla": is_within_sla(org, walked, due_at),
    }


def closing(found: Conversation, request: KhorosRequest) -> Event | None:
    """The change to Resolved in the report: the last of the window, or the one in force."""
    if request.conversation_report_type == CLOSED:
        return [change for change in found.resolutions if request.in_window(change.occurred_at)][-1]
    return found.resolutions[-1] if found.status == "resolved" else None


def closing_columns(org: KhorosOrg, change: Event | None) -> Row:
    """When, by which agent and why a conversation was closed."""
    if change is None:
        return {}
    agent_id = change["actor_id"] if change["actor_type"] == "agent" else None
    return {
        "closed_at": change.occurred_at,
        **org.people.user_columns("closed_by_agent", agent_id, with_email=False),
        "disposition": change["resolve_reason"],
        "custom_disposition": change["resolve_comment"],
    }


def snooze_expires_at(org: KhorosOrg, conversation_id: str) -> datetime | None:
    """The last snooze, if it lasts beyond the moment."""
    until = org.timelines[conversation_id].value("snoozed_until")
    return until.astimezone(UTC) if until is not None and until > org.now else None


def service_level_due_at(org: KhorosOrg, found: Conversation, walked: Walk) -> datetime | None:
    """When the first reply is due: plain time after the beginning of its TAR."""
    inbox_id = found.created["inbox_id"] if found.created else None
    if inbox_id is None:
        inbox_id = org.entities.value("channels", found.channel_id, "inbox_id")
    level_s = org.entities.value("inboxes", inbox_id, "first_reply_service_level_s")
    if level_s is None or walked.tar_start_at is None:
        return None
    return walked.tar_start_at + timedelta(seconds=level_s)


def is_within_sla(org: KhorosOrg, walked: Walk, due_at: datetime | None) -> bool | None:
    """Whether the FIRST response was published in time; without one false once a post waits too long."""
    if due_at is None:
        return None
    if walked.first is not None:
        return published_at(walked.first.message) <= due_at
    return False if walked.waiting and org.now > due_at else None


def reopen_count(found: Conversation) -> int:
    """Changes from resolved to another status: every change that follows one to Resolved."""
    return sum(1 for change in found.status_changes[:-1] if change["status"] == "resolved")


def whole_number(text: str | None) -> int | None:
    """The number of a text of digits, None for any other text."""
    return int(text) if text and text.isascii() and text.isdigit() else None
