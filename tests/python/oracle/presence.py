"""Presence intervals of users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .log import Event


@dataclass
class Interval:
    """A half-open interval of equal presence; `to_at` None means that it is still open."""

    user_id: str
    presence: str
    away_state: str | None
    from_at: datetime
    to_at: datetime | None = None

    def overlaps(self, window_start: datetime, window_end: datetime) -> bool:
        """Whether the interval and [window_start, window_end) share an instant."""
        return max(self.from_at, window_start) < (window_end if self.to_at is None else min(self.to_at, window_end))


def presence_intervals(events: list[Event]) -> list[Interval]:
    """Available and Away intervals of all users."""
    return [interval for interval in all_intervals(events) if interval.presence != "offline"]


def all_intervals(events: list[Event]) -> list[Interval]:
    """Intervals of all users, Offline included, without those of no length between two changes."""
    running: dict[str, Interval] = {}
    intervals: list[Interval] = []
    for event in events:
        if not event.is_a("presence_events", "changed"):
            continue
        presence = event["presence"]
        away_state = event["away_state"] if presence == "away" else None
        current = running.get(event["user_id"])
        if current and (current.presence, current.away_state) == (presence, away_state):
            continue
        if current:
            current.to_at = event.occurred_at
        interval = Interval(event["user_id"], presence, away_state, event.occurred_at)
        running[event["user_id"]] = interval
        intervals.append(interval)
    return [interval for interval in intervals if interval.from_at != interval.to_at]
