"""Times of users: inbox sessions, being logged in, lock sessions; all in whole Unix seconds, half-open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .log import Event
from .state import State
from .tracebuzz_clock import unix

LONGEST = timedelta(hours=24)
Stretch = tuple[int, int]


@dataclass
class InboxSession:
    """A session in an inbox; `logout_at` is None when the clock or as-of ended it."""

    entered: Event
    logout_at: datetime | None
    ended_at: datetime

    @property
    def user_id(self) -> str:
        """The user who entered."""
        return self.entered["user_id"]

    @property
    def inbox_id(self) -> str | None:
        """The inbox; none is an inbox of its own, an unknown one."""
        return self.entered["inbox_id"]

    @property
    def stretch(self) -> Stretch:
        """Its seconds."""
        return unix(self.entered.occurred_at), unix(self.ended_at)


def inbox_sessions(state: State) -> list[InboxSession]:
    """All inbox sessions, in the order of their first `entered`."""
    entered: dict[str, Event] = {}
    left: dict[str, Event] = {}
    for event in state.events:
        if event.is_a("inbox_session_events", "entered"):
            entered.setdefault(event["session_id"], event)
        elif event.is_a("inbox_session_events", "left") and event["session_id"] in entered:
            left.setdefault(event["session_id"], event)
    # A session without `left` ends at the user's next Offline or next session in the same inbox.
    enders: dict[str, list[Event]] = {}
    for event in state.events:
        is_offline = event.is_a("presence_events") and event["presence"] == "offline"
        if is_offline or (event.event_type == "entered" and entered[event["session_id"]] is event):
            enders.setdefault(event["user_id"], []).append(event)
    return [
        session_of(state, event, left.get(session_id), enders[event["user_id"]])
        for session_id, event in entered.items()
    ]


def session_of(state: State, entered: Event, left: Event | None, enders: list[Event]) -> InboxSession:
    """The session that an `entered` begins."""
    if left is not None:
        return InboxSession(entered, left.occurred_at, left.occurred_at)
    for event in enders:
        ends = event.is_a("presence_events") or event["inbox_id"] == entered["inbox_id"]
        lasted_s = unix(event.occurred_at) - unix(entered.occurred_at)
        if ends and event.position > entered.position and lasted_s <= LONGEST.total_seconds():
            return InboxSession(entered, event.occurred_at, event.occurred_at)
    return InboxSession(entered, None, min(entered.occurred_at + LONGEST, state.as_of))


def logged_in(state: State) -> dict[str, list[Stretch]]:
    """Stretches of each user from every Available or Away to the next presence event, at most 24 hours or to as-of."""
    running: dict[str, Event] = {}
    found: dict[str, list[Stretch]] = {}

    def end(event: Event, at: datetime) -> None:
        if event["presence"] != "offline":
            to_at = min(at, event.occurred_at + LONGEST)
            found.setdefault(event["user_id"], []).append((unix(event.occurred_at), unix(to_at)))

    for event in state.events:
        if event.is_a("presence_events"):
            if event["user_id"] in running:
                end(running[event["user_id"]], event.occurred_at)
            running[event["user_id"]] = event
    for event in running.values():
        end(event, state.as_of)
    return {user_id: union(stretches) for user_id, stretches in found.items()}


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same seconds, each once."""
    merged: list[Stretch] = []
    for from_s, to_s in sorted(stretches):
        if merged and from_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_s))
        elif from_s < to_s:
            merged.append((from_s, to_s))
    return merged


def without(stretches: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    """The seconds of a union that are not in another union."""
    found: list[Stretch] = []
    for from_s, to_s in stretches:
        at = from_s
        for other_from, other_to in others:
            if other_to <= at or other_from >= to_s:
                continue
            if at < other_from:
                found.append((at, other_from))
            at = max(at, other_to)
        if at < to_s:
            found.append((at, to_s))
    return found


def minutes(stretches: Iterable[Stretch]) -> set[int]:
    """The minutes (Unix seconds / 60) that an interval touches; an interval of no length touches none."""
    return {
        minute for from_s, to_s in stretches if from_s < to_s for minute in range(from_s // 60, (to_s - 1) // 60 + 1)
    }
