"""The reports about posts: incoming_post and author."""

from __future__ import annotations

from collections.abc import Iterator

from .exports import SortedRow, empty_last
from .khoros_filters import Filters, is_open_at
from .khoros_org import KhorosOrg, latest
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_tags import tags_text
from .khoros_waiting import published_at
from .messages import Message

RESULT_TYPES = ("page", "post", "comment", "private_message", "ad")


def incoming_post(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Posts that arrived in the window."""
    for post in Filters(org, request).posts():
        row = post_columns(org, post)
        yield (row["received_at"], row["post_id"]), row


def post_columns(org: KhorosOrg, post: Message) -> Row:
    """All columns of incoming_post."""
    created = post.created
    conversation, timeline = org.conversations[post.conversation_id], org.timelines[post.conversation_id]
    spans = org.tags.on_messages([post.message_id])
    result_type = created["result_type"]
    return {
        "post_id": post.message_id,
        "external_post_id": latest(post, "external_id"),
        "conversation_id": post.conversation_id,
        "conversation_link": conversation.url,
        "network": org.network(conversation),
        "post_type": created["message_type"] if result_type is None else result_type,
        "is_private": result_type == "private_message" if result_type in RESULT_TYPES else None,
        "in_reply_to_post_id": created["in_reply_to_message_id"],
        **org.people.author_columns(org.author_of(post)),
        "content": org.state.content(post),
        "language": created["language"],
        "sentiment": org.sentiment(post),
        "published_at": published_at(post),
        "received_at": post.at,
        "in_business_hours": is_open_at(org, conversation, post.at),
        "priority": timeline.value("priority"),
        **org.people.queue_columns(timeline.value("queue_id")),
        **org.people.user_columns("assigned_agent", timeline.value("assignee_id")),
        "tags": tags_text(org.entities, spans),
        "manual_tags": tags_text(org.entities, spans, lambda span: span.is_manual),
        "auto_tags": tags_text(org.entities, spans, lambda span: not span.is_manual),
    }


def author(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Authors with a post in the window; posts without an author are one row."""
    filters = Filters(org, request)
    posts: dict[str | None, list[Message]] = {}
    for post in sorted(filters.posts(), key=lambda post: post.created.position):
        posts.setdefault(org.author_of(post), []).append(post)
    first_ever = first_posts(org)
    received = responses_received(org, request, filters)
    for author_id, own in posts.items():
        sentiments = [sentiment for sentiment in map(org.sentiment, own) if sentiment is not None]
        medium = org.people.medium_of_contact(author_id)
        channel_id = org.conversations[own[0].conversation_id].channel_id
        row: Row = {
            **org.people.author_columns(author_id),
            "network": org.entities.value("channels", channel_id, "medium") if medium is None else medium,
            "is_new_author": request.in_window(first_ever[author_id].at),
            "incoming_posts": len(own),
            "conversations": len({post.conversation_id for post in own}),
            "responses_received": received.get(author_id, 0),
            "first_post_at": own[0].at,
            "last_post_at": own[-1].at,
            "positive_posts": sum(sentiment > 0 for sentiment in sentiments),
            "neutral_posts": sum(sentiment == 0 for sentiment in sentiments),
            "negative_posts": sum(sentiment < 0 for sentiment in sentiments),
            "tags": tags_text(org.entities, org.tags.on_messages(post.message_id for post in own)),
        }
        yield (row["first_post_at"], empty_last(author_id)), row


def first_posts(org: KhorosOrg) -> dict[str | None, Message]:
    """The first post ever of every author."""
    first: dict[str | None, Message] = {}
    for message in org.state.messages.values():  # in event order
        if message.is_from_contact:
            first.setdefault(org.author_of(message), message)
    return first


def responses_received(org: KhorosOrg, request: KhorosRequest, filters: Filters) -> dict[str | None, int]:
    """Responses of the window by the author of the post responded to, whenever that came."""
    received: dict[str | None, int] = {}
    for key, walked in org.walks.items():
        for response in walked.responses:
            post = response.responded_to
            if post is None or not request.in_window(response.message.at) or not filters.counts(key, post.at):
                continue
            author_id = org.author_of(post)
            received[author_id] = received.get(author_id, 0) + 1
    return received
