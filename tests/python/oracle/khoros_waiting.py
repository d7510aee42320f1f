"""Waiting posts in event order: TAR, FIRST, the post responded to, and the pairs of posts and responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from .conversations import Conversation
from .log import Event
from .messages import Message
from .opening_hours import seconds_between

FIRST, SUBSEQUENT = "FIRST", "SUBSEQUENT"


def published_at(message: Message) -> datetime:
    """Publication: published_at, else the arrival or the sending."""
    published = message.created["published_at"]
    return message.at if published is None else published.astimezone(UTC)


def wait_start(post: Message) -> datetime:
    """Where the wait of a post begins: its publication, or its arrival if that is earlier."""
    return min(published_at(post), post.at)


@dataclass
class Response:
    """An outbound message, its places among the responses of its conversation, and the posts it has to do with."""

    message: Message
    order: int
    order_of_kind: int
    post_before: Message | None
    responded_to: Message | None = None
    ended: list[Message] = field(default_factory=list)  # the posts whose wait it ended, in event order
    beside: list[Message] = field(default_factory=list)  # the posts that it stands beside, in event order
    tar: int | None = None
    response_type: str | None = None
    post_after: Message | None = None

    @property
    def is_human(self) -> bool:
        """Written by an agent."""
        return self.message.is_human_outbound

    @property
    def is_proactive(self) -> bool:
        """Not a reply; an unknown outbound_type reads as a reply."""
        return self.message.created["outbound_type"] == "proactive"


@dataclass
class Walk:
    """A conversation walked to its end."""

    posts: list[Message] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    waiting: list[Message] = field(default_factory=list)
    partner: dict[str, Response] = field(default_factory=dict)  # by the post's id: the response it stands with

    @property
    def first(self) -> Response | None:
        """The FIRST response."""
        return next((response for response in self.responses if response.response_type == FIRST), None)

    @property
    def tar_start_at(self) -> datetime | None:
        """Where the TAR of the FIRST response begins; while there is none, where that of the next reply will."""
        if self.first is not None:
            return wait_start(self.first.ended[0])
        post = next(iter([*self.waiting, *self.posts]), None)
        return None if post is None else wait_start(post)


def walk(conversation: Conversation) -> Walk:
    """Everything about posts and responses of a conversation."""
    steps: list[tuple[int, Event | Message]] = [
        *((message.created.position, message) for message in conversation.messages),
        *((event.position, event) for event in conversation.resolutions),
    ]
    walked = Walk()
    since_reply: Message | None = None  # the first post since the last reply (by any author) or closing
    for _, step in sorted(steps, key=lambda step: step[0]):
        if isinstance(step, Event):
            walked.waiting, since_reply = [], None
        elif step.is_from_contact:
            walked.posts.append(step)
            walked.waiting.append(step)
            since_reply = since_reply or step
        elif step.is_outbound:
            response = respond(walked, step, since_reply)
            if not response.is_proactive:
                since_reply = None
    for response in walked.responses:
        later = [post for post in walked.posts if post.created.position > response.message.created.position]
        response.post_after = later[0] if later else None
    for post in walked.posts:
        if post.message_id in walked.partner:
            walked.partner[post.message_id].beside.append(post)
    return walked


def respond(walked: Walk, message: Message, since_reply: Message | None) -> Response:
    """The next response of a walk."""
    same_kind = [r for r in walked.responses if r.is_human == message.is_human_outbound]
    post_before = walked.posts[-1] if walked.posts else None
    response = Response(message, len(walked.responses) + 1, len(same_kind) + 1, post_before)
    response.responded_to = post_responded_to(walked, response, since_reply)
    ends_waits = response.is_human and not response.is_proactive
    if ends_waits and walked.waiting:
        response.ended = walked.waiting
        response.tar = max(0, seconds_between(wait_start(walked.waiting[0]), published_at(message)))
    if response.is_human:
        is_first = response.tar is not None and walked.first is None
        response.response_type = FIRST if is_first else SUBSEQUENT
    if not response.is_proactive:
        for post in walked.waiting:
            if ends_waits or post.message_id not in walked.partner:  # a human reply replaces a first other one
                walked.partner[post.message_id] = response
    if ends_waits:
        walked.waiting = []
    walked.responses.append(response)
    return response


def post_responded_to(walked: Walk, response: Response, since_reply: Message | None) -> Message | None:
    """The post that is named; else the first waiting (for who is not human: since the last reply); else the last."""
    named_id = response.message.created["in_reply_to_message_id"]
    named = next((post for post in walked.posts if post.message_id == named_id), None)
    if named is not None or response.is_proactive:
        return named
    waiting = next(iter(walked.waiting), None) if response.is_human else since_reply
    return waiting or response.post_before
