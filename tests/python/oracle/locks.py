"""Lock sessions of all conversations of an org, and what the agent did inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .log import Event
from .opening_hours import seconds_between

LONGEST = timedelta(hours=24)
HANDLE, NO_REPLY, CHERRY_PICKING = "handle", "no_reply", "cherry_picking"


@dataclass
class Session:
    """A lock session that ended within 24 hours; `locked` opened it, `kind` says what the agent did inside."""

    conversation_id: str
    user_id: str
    team_id: str | None
    from_at: datetime
    locked: Event
    to_at: datetime | None = None
    has_own_outbound: bool = False
    kind: str = CHERRY_PICKING

    @property
    def duration_s(self) -> int:
        """Length in whole seconds."""
        return seconds_between(self.from_at, self.to_at)

    def is_abandoned_at(self, instant: datetime) -> bool:
        """Whether 24 hours have passed without an end (an end at exactly 24 hours still counts)."""
        return instant > self.from_at + LONGEST


class LockBook:
    """The holders of conversations. Feed it the events of the org in event order."""

    def __init__(self) -> None:
        self.ended: list[Session] = []
        self._by_conversation: dict[str, Session] = {}

    def held(self, conversation_id: str, instant: datetime) -> Session | None:
        """The live session on a conversation."""
        session = self._by_conversation.get(conversation_id)
        if session and session.is_abandoned_at(instant):
            del self._by_conversation[conversation_id]
            return None
        return session

    def lock(self, event: Event) -> None:
        """A `locked` event: ends what it displaces and opens a session, unless the agent holds the lock already."""
        conversation_id, user_id = event["conversation_id"], event["user_id"]
        holder = self.held(conversation_id, event.occurred_at)
        if holder and holder.user_id == user_id:
            return
        if holder:
            self._end(holder, event.occurred_at)
        for other_id in list(self._by_conversation):
            elsewhere = self.held(other_id, event.occurred_at)
            if elsewhere and elsewhere.user_id == user_id:
                self._end(elsewhere, event.occurred_at)
        session = Session(conversation_id, user_id, event["team_id"], event.occurred_at, event)
        self._by_conversation[conversation_id] = session

    def unlock(self, event: Event) -> None:
        """An `unlocked` event: ends the agent's own session; without one it is ignored."""
        session = self.held(event["conversation_id"], event.occurred_at)
        if session and session.user_id == event["user_id"]:
            self._end(session, event.occurred_at)

    def outbound_by_agent(self, conversation_id: str, event: Event) -> None:
        """A human agent's outbound message."""
        session = self.held(conversation_id, event.occurred_at)
        if session and session.user_id == event["author_id"]:
            session.has_own_outbound = True

    def status_change(self, event: Event) -> None:
        """A change of status: any change to Pending or Resolved ends the session, by any actor."""
        session = self.held(event["conversation_id"], event.occurred_at)
        if session and event["status"] in ("pending", "resolved"):
            made_by_agent = event["actor_type"] == "agent" and event["actor_id"] == session.user_id
            self._end(session, event.occurred_at, resolved_by_agent=made_by_agent and event["status"] == "resolved")

    def _end(self, session: Session, instant: datetime, resolved_by_agent: bool = False) -> None:
        session.to_at = instant
        if session.has_own_outbound:
            session.kind = HANDLE
        elif resolved_by_agent:
            session.kind = NO_REPLY
        del self._by_conversation[session.conversation_id]
        self.ended.append(session)
