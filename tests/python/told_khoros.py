"""The story builder with events that only Khoros Care reads, and the reports about a story."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oracle import Log
from oracle.khoros_reports import KhorosRequest, khoros_rows
from told import ALL, Told


class Care(Told):
    """A sequence of events, of conversation c-1 unless an event names another one."""

    def bot(self, when: str, message_id: str = "", **columns: Any) -> Care:
        """A message by a virtual agent."""
        columns = {"direction": "outbound", "author_type": "virtual_agent", "author_id": "va-1"} | columns
        return self.message(when, message_id, **columns)

    def tag(self, when: str, message_id: str, tag_id: str, event_type: str = "applied", **columns: Any) -> Care:
        """A tag put on a message, or taken from it."""
        return self.tell("tag_events", event_type, when, message_id=message_id, tag_id=tag_id, **columns)

    def approval(self, event_type: str, when: str, **columns: Any) -> Care:
        """An event of approval ap-1, by agent u-1 about the message `draft`."""
        columns = {"approval_id": "ap-1", "agent_id": "u-1", "message_id": "draft"} | columns
        return self.tell("approval_events", event_type, when, **columns)

    def help(self, event_type: str, when: str, **columns: Any) -> Care:
        """An event of help request h-1 by agent u-1."""
        columns = {"help_request_id": "h-1", "requester_id": "u-1"} | columns
        return self.tell("help_events", event_type, when, **columns)

    def own(self, event_type: str, when: str, **columns: Any) -> Care:
        """An event of the conversation's own stream."""
        return self.tell("conversation_events", event_type, when, **columns)

    def user(self, user_id: str, when: str = "00:00", **columns: Any) -> Care:
        """A row of a user; human by default."""
        return self.tell("users", "upserted", when, user_id=user_id, **{"user_type": "human"} | columns)

    def present(self, when: str | datetime, presence: str, user_id: str = "u-1", **columns: Any) -> Care:
        """A presence change."""
        return self.tell("presence_events", "changed", when, user_id=user_id, presence=presence, **columns)

    def report(self, name: str, window: tuple[datetime, datetime] = ALL, **arguments: Any) -> list[dict[str, Any]]:
        """Rows of a report."""
        return khoros_rows(Log(self.rows), name, KhorosRequest("acme", *window, **arguments))
