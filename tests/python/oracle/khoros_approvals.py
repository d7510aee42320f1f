"""Approvals and help requests, replayed from their events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from .log import Event
from .opening_hours import seconds_between

APPROVED, REJECTED, WITHDRAWN = "approved", "rejected", "withdrawn"


@dataclass
class Story:
    """All events of one approval or help request, in event order."""

    key: str
    events: list[Event] = field(default_factory=list)

    @property
    def conversation_id(self) -> str:
        """The conversation that its first event names."""
        return self.events[0]["conversation_id"]

    def first(self, *event_types: str, after: int = -1) -> Event | None:
        """The first event of some types after a place."""
        found = (event for event in self.events if event.event_type in event_types and event.position > after)
        return next(found, None)

    def told(self, column: str) -> Any:
        """The first value that is not empty, in event order."""
        return next((event[column] for event in self.events if event[column] is not None), None)


@dataclass
class Approval(Story):
    """First submission, first decision after it; without a submission, the first decision."""

    @property
    def submitted(self) -> Event | None:
        """The first submission."""
        return self.first("submitted")

    @property
    def decision(self) -> Event | None:
        """The first decision after the submission."""
        after = self.submitted.position if self.submitted else -1
        return self.first(APPROVED, REJECTED, WITHDRAWN, after=after)

    @property
    def approver_id(self) -> str | None:
        """The agent who approved or rejected."""
        return self.decision["approver_id"] if self.decision else None

    @property
    def row_at(self) -> datetime:
        """The instant that puts it into a window."""
        return (self.submitted or self.events[0]).occurred_at


@dataclass
class HelpRequest(Story):
    """First request, first answer, first end."""

    @property
    def requested(self) -> Event | None:
        """The first request."""
        return self.first("requested")

    @property
    def answered(self) -> Event | None:
        """The first answer."""
        return self.first("answered")

    @property
    def ended(self) -> Event | None:
        """The first end."""
        return self.first("closed", "expired")

    @property
    def row_at(self) -> datetime:
        """The instant that puts it into a window."""
        return (self.requested or self.events[0]).occurred_at

    def open_until(self, now: datetime) -> datetime:
        """Until when it is open: the first of answer and end, else now."""
        ends = [event.occurred_at for event in (self.answered, self.ended) if event is not None]
        return min(ends, default=now)


StoryType = TypeVar("StoryType", bound=Story)


def stories(events: list[Event], stream: str, key: str, kind: Callable[[str], StoryType]) -> dict[str, StoryType]:
    """The approvals or help requests of an org by id."""
    found: dict[str, StoryType] = {}
    for event in events:
        if event.is_a(stream):
            found.setdefault(event[key], kind(event[key])).events.append(event)
    return found


def seconds_from(first: Event | None, second: Event | None) -> int | None:
    """Whole seconds from one event to another; None while either is missing."""
    return None if first is None or second is None else seconds_between(first.occurred_at, second.occurred_at)
