"""The reports about responses: response and combined."""

from __future__ import annotations

from collections.abc import Iterator

from .exports import SortedRow
from .khoros_filters import Filters, is_open_at
from .khoros_handling import claimed_at
from .khoros_org import KhorosOrg, latest
from .khoros_people import Row
from .khoros_posts import post_columns
from .khoros_request import KhorosRequest
from .khoros_tags import tags_text
from .khoros_waiting import Response, published_at
from .messages import Message

OF_POST = ("post_id", "author_id", "author_name", "content", "published_at", "received_at", "tags")


def response(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Responses sent in the window."""
    filters = Filters(org, request)
    for key, walked in org.walks.items():
        for found in walked.responses:
            tested_at = (found.responded_to or found.message).at
            if request.in_window(found.message.at) and filters.counts(key, tested_at):
                row = response_columns(org, found)
                yield (row["response_published_date"], row["response_id"]), row


def response_columns(org: KhorosOrg, found: Response) -> Row:
    """All columns of response."""
    message, created = found.message, found.message.created
    conversation = org.conversations[message.conversation_id]
    spans = org.tags.on_messages([message.message_id])
    agent = org.people.user_columns("responding_agent", created["author_id"])
    row: Row = {
        "response_id": message.message_id,
        "external_response_id": latest(message, "external_id"),
        "conversation_id": message.conversation_id,
        "lsw_conversation_link": conversation.url,
        "response_type": found.response_type,
        "response_order": found.order,
        "agent_response_order": found.order_of_kind if found.is_human else None,
        "bot_response_order": None if found.is_human else found.order_of_kind,
        **agent,
        "responding_agent_display_id": agent["responding_agent_id"],
        "response_provider": org.network(conversation),
        "response_handle": org.entities.value("channels", conversation.channel_id, "name"),
        "response_content": org.state.content(message),
        "response_language": created["language"],
        "response_location": created["location_id"],
        "response_sentiment": org.sentiment(message),
        "sentiment_conversion": sentiment_conversion(org, found),
        "response_tag": tags_text(org.entities, spans),
        "manual_tag": tags_text(org.entities, spans, lambda span: span.is_manual),
        "auto_tag": tags_text(org.entities, spans, lambda span: not span.is_manual),
        "response_published_date": published_at(message),
        "response_tar": found.tar,
        **responded_to_columns(org, found.responded_to),
    }
    if found.is_human:
        seconds = org.handling[message.message_id]
        sessions, timeline = org.sessions.get(message.conversation_id, []), org.timelines[message.conversation_id]
        row |= {
            "date_claimed": claimed_at(found, sessions, timeline),
            "handle_time_responding_agent": seconds.responding,
            "handle_time_approving_agent": seconds.approving,
            "handle_time_other_agent": seconds.other,
            "handle_time_total_response": seconds.total,
            "expert_rht": seconds.expert,
        }
    return row


def responded_to_columns(org: KhorosOrg, post: Message | None) -> Row:
    """The post responded to; all empty without one."""
    if post is None:
        return {}
    return {
        "lsw_responded_to_external_post_id": latest(post, "external_id"),
        "lsw_responded_to_post_author_uuid": org.author_of(post),
        "lsw_responded_to_post_content": org.state.content(post),
        "lsw_responded_to_post_published_time": published_at(post),
        "lsw_responded_to_post_received_time": post.at,
        "lsw_responded_post_in_business_hour": is_open_at(org, org.conversations[post.conversation_id], post.at),
    }


def sentiment_conversion(org: KhorosOrg, found: Response) -> str | None:
    """The signs of the post before and the post after; None when a side is missing."""
    signs = []
    for post in (found.post_before, found.post_after):
        sentiment = None if post is None else org.sentiment(post)
        if sentiment is None:
            return None
        signs.append("NEUTRAL" if sentiment == 0 else "POSITIVE" if sentiment > 0 else "NEGATIVE")
    return " -> ".join(signs)


def combined(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Posts of the window with what they stand beside, and responses of the window that stand beside no post."""
    filters = Filters(org, request)
    for post in filters.posts():
        partner = org.walks[post.conversation_id].partner.get(post.message_id)
        row = shared_columns(org, post.conversation_id)
        row |= {name: value for name, value in post_columns(org, post).items() if name in OF_POST}
        row["record_type"] = "UNANSWERED" if partner is None else "ANSWERED"
        if partner is not None:
            row |= combined_response_columns(org, partner, with_times=partner.beside[0] is post)
        yield (post.at, post.message_id), row
    for key, walked in org.walks.items():
        for found in walked.responses:
            message = found.message
            if found.beside or not request.in_window(message.at) or not filters.counts(key, message.at):
                continue
            row = shared_columns(org, key) | combined_response_columns(org, found, with_times=True)
            is_answer_to_nobody = found.is_proactive or found.post_before is None
            row["record_type"] = "PROACTIVE" if is_answer_to_nobody else "FOLLOW_UP"
            yield (message.at, message.message_id), row


def shared_columns(org: KhorosOrg, conversation_id: str) -> Row:
    """The columns of the conversation, on every row of combined."""
    timeline = org.timelines[conversation_id]
    return {
        "conversation_id": conversation_id,
        "network": org.network(org.conversations[conversation_id]),
        "priority": timeline.value("priority"),
        **org.people.queue_columns(timeline.value("queue_id")),
    }


def combined_response_columns(org: KhorosOrg, found: Response, with_times: bool) -> Row:
    """The columns of a response in combined; TAR and handle time stand on one of its rows only."""
    row = response_columns(org, found)
    names = ["response_id", "response_type", "response_content", "response_published_date"]
    names += ["responding_agent_id", "responding_agent_name", "responding_agent_email"]
    names += ["response_tar", "handle_time_total_response"] if with_times else []
    return {name: row.get(name) for name in names}
