"""A builder that makes the landed rows of a conversation from a sequence of calls."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from oracle import Log, Request

MONDAY = date(2025, 3, 3)
ALL = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def at(clock: str, day: date = MONDAY) -> datetime:
    """An instant of a day in UTC: 'HH:MM' or 'HH:MM:SS'."""
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


class Told:
    """A sequence of events; events of one instant keep the order of the calls."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.count = 0

    def tell(self, stream: str, event_type: str, when: str | datetime, **columns: Any) -> Told:
        """Add one row about conversation c-1 unless it says otherwise."""
        self.count += 1
        row = {"event_id": f"e-{self.count:03}", "event_type": event_type, "org_id": "acme"}
        row["occurred_at"] = at(when) if isinstance(when, str) else when
        row |= {"sequence": self.count, "conversation_id": "c-1"} | columns
        self.rows.setdefault(stream, []).append(row)
        return self

    def inbound(self, when: str, message_id: str = "", **columns: Any) -> Told:
        """A message by the contact."""
        columns = {"direction": "inbound", "author_type": "contact", "author_id": "p-1"} | columns
        return self.message(when, message_id, **columns)

    def agent(self, when: str, message_id: str = "", **columns: Any) -> Told:
        """A message by an agent."""
        columns = {"direction": "outbound", "author_type": "agent", "author_id": "u-1", "team_id": "t-1"} | columns
        return self.message(when, message_id, **columns)

    def virtual_agent(self, when: str) -> Told:
        """A message by a virtual agent."""
        return self.message(when, direction="outbound", author_type="virtual_agent", author_id="va-1")

    def message(self, when: str, message_id: str = "", **columns: Any) -> Told:
        """A message's `created`."""
        return self.tell("message_events", "created", when, message_id=message_id or f"m-{self.count}", **columns)

    def opened(self, when: str = "08:00", **columns: Any) -> Told:
        """The conversation's `created`."""
        columns = {"channel_id": "ch-1", "contact_profile_id": "p-1"} | columns
        return self.tell("conversation_events", "created", when, **columns)

    def status(self, status: str, when: str | datetime, **columns: Any) -> Told:
        """A status."""
        columns = {"actor_type": "agent", "actor_id": "u-1", "team_id": "t-1"} | columns
        return self.tell("conversation_events", "status_changed", when, status=status, **columns)

    def resolved(self, when: str | datetime) -> Told:
        """A change to Resolved by a virtual agent."""
        return self.status("resolved", when, actor_type="virtual_agent", actor_id="va-1", team_id=None)

    def handed_over(self, when: str) -> Told:
        """A hand-over by the virtual agent."""
        columns = {"virtual_agent_id": "va-1", "handover_reason": "VA_ENCOUNTERED_ERROR"}
        return self.tell("conversation_events", "handed_over", when, **columns)

    def lock(self, event_type: str, when: str | datetime, user_id: str = "u-1", **columns: Any) -> Told:
        """An agent takes or leaves a conversation."""
        return self.tell("lock_events", event_type, when, user_id=user_id, **columns)

    def channel(self, **columns: Any) -> Told:
        """The channel, described."""
        columns = {"channel_id": "ch-1", "medium": "twitter", "name": "@acme"} | columns
        return self.tell("channels", "upserted", "00:00", **columns)

    def about_message(self, event_type: str, when: str, message_id: str, **columns: Any) -> Told:
        """A later event of a message."""
        return self.tell("message_events", event_type, when, message_id=message_id, **columns)

    def own(self, event_type: str, when: str | datetime, **columns: Any) -> Told:
        """An event of the conversation's own stream."""
        return self.tell("conversation_events", event_type, when, **columns)

    def locked(self, from_at: str | datetime, to_at: str | datetime, user_id: str = "u-1", **columns: Any) -> Told:
        """A lock session."""
        return self.lock("locked", from_at, user_id, **columns).lock("unlocked", to_at, user_id, **columns)

    def inbox(self, event_type: str, when: str | datetime, session_id: str = "s-1", **columns: Any) -> Told:
        """`entered` or `left`: user u-1 in inbox in-1 unless it says otherwise."""
        columns = {"session_id": session_id, "user_id": "u-1", "inbox_id": "in-1"} | columns
        return self.tell("inbox_session_events", event_type, when, **columns)

    def staffed(self, from_at: str, to_at: str, session_id: str = "s-1", **columns: Any) -> Told:
        """An inbox session."""
        return self.inbox("entered", from_at, session_id, **columns).inbox("left", to_at, session_id, **columns)

    def present(self, presence: str, when: str | datetime, user_id: str = "u-1") -> Told:
        """A presence event."""
        return self.tell("presence_events", "changed", when, user_id=user_id, presence=presence)

    def described(self, stream: str, when: str = "00:00", event_type: str = "upserted", **columns: Any) -> Told:
        """A row of an entity."""
        return self.tell(stream, event_type, when, **columns)

    def until(self, when: str | datetime) -> Told:
        """An event that no export counts, so that as-of is not earlier."""
        return self.described("queues", when, queue_id="q-1", name="queue")

    def tracebuzz(
        self,
        file: str,
        window: tuple[datetime, datetime] = ALL,
        variables: dict[str, bool] | None = None,
        **request: Any,
    ) -> list[dict[str, Any]]:
        """Rows of a Tracebuzz file."""
        return Log(self.rows, **(variables or {})).export(f"tracebuzz.{file}", Request("acme", *window, **request))

    def export(self, name: str, window: tuple[datetime, datetime] = ALL, **request: Any) -> list[dict[str, Any]]:
        """Rows of an export."""
        return Log(self.rows).export(name, Request("acme", *window, **request))


def picked(rows: list[dict[str, Any]], *columns: str) -> list[tuple]:
    """Some columns of all rows."""
    return [tuple(row[column] for column in columns) for row in rows]
