"""Which conversations a request is about, and which instants lie in business hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .conversations import Conversation
from .khoros_org import KhorosOrg
from .khoros_request import KhorosRequest
from .messages import Message
from .opening_hours import DAY, instant_of, open_parts
from .state import OPENING


def is_open(channel: Mapping[str, Any], instant: datetime) -> bool:
    """Whether an instant lies in an interval of opening hours (always without hours)."""
    windows = channel.get("opening_hours")
    if not windows:
        return True
    zone = ZoneInfo(channel.get("opening_timezone") or "UTC")
    holidays = set(channel.get("holidays") or ())
    local_date = instant.astimezone(zone).date()
    for days in (-2, -1, 0, 1):
        for day, opens, closes in open_parts(local_date + days * DAY, windows):
            if day not in holidays and instant_of(day, opens, zone) <= instant < instant_of(day, closes, zone):
                return True
    return False


class Filters:
    """The filters of one request, asked of one org."""

    def __init__(self, org: KhorosOrg, request: KhorosRequest) -> None:
        self._org = org
        self._request = request
        view = request.smart_view or {}
        self._priorities = one_of(view.get("priorities"), request.priorities)
        self._queue_ids = one_of(view.get("workqueue_ids"), request.workqueue_ids)
        self._tag_ids = one_of(view.get("tag_ids"))
        self._networks = one_of(view.get("networks"))

    def matches(self, conversation_id: str, position: int | None = None) -> bool:
        """Whether a conversation matches as it is at the moment, or just after the event at a place.

        Channel and network are those of the conversation, wherever the event stands.
        """
        conversation = self._org.conversations[conversation_id]
        timeline = self._org.timelines[conversation_id]
        if not self._request.has_channel(conversation.channel_id):
            return False
        if self._priorities is not None and timeline.value("priority", position) not in self._priorities:
            return False
        if self._queue_ids is not None and timeline.value("queue_id", position) not in self._queue_ids:
            return False
        if self._networks is not None and self._org.network(conversation) not in self._networks:
            return False
        if self._tag_ids is None:
            return True
        return any(span.tag_id in self._tag_ids for span in self._org.tags.in_conversation(conversation_id, position))

    def in_hours(self, conversation_id: str, instant: datetime) -> bool:
        """Whether an instant passes the test of business hours; everything does where none is asked for."""
        asked = self._request.business_hour_type
        return asked is None or asked == is_open_at(self._org, self._org.conversations[conversation_id], instant)

    def counts(self, conversation_id: str, instant: datetime) -> bool:
        """Whether something that happened at an instant passes both."""
        return self.matches(conversation_id) and self.in_hours(conversation_id, instant)

    def has_team(self, team_ids: Iterable[str | None]) -> bool:
        """Whether any of some teams is asked for."""
        asked = self._request.team_ids
        return asked is None or any(team_id in asked for team_id in team_ids if team_id is not None)

    def posts(self) -> Iterator[Message]:
        """Posts that arrived in the window and pass."""
        for key, walked in self._org.walks.items():
            for post in walked.posts:
                if self._request.in_window(post.at) and self.counts(key, post.at):
                    yield post


def is_open_at(org: KhorosOrg, conversation: Conversation, instant: datetime) -> bool:
    """Whether the channel of a conversation is open at an instant; an unknown one always is."""
    channel = {name: org.entities.value("channels", conversation.channel_id, name) for name in OPENING}
    return is_open(channel, instant)


def one_of(*lists: Iterable[Any] | None) -> set[Any] | None:
    """The first list that is set; a saved filter sets none with an empty list."""
    given = [values for values in lists if values]
    return set(given[0]) if given else None
