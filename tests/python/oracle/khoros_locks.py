"""Lock sessions with their places in event order, and their seconds in given intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from .locks import LockBook, Session
from .log import Event
from .opening_hours import cut_to_second, seconds_between, union
from .state import State

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
Stretch = tuple[datetime, datetime]


@dataclass
class PlacedSession:
    """A session that ended, and the places of the events that opened and ended it."""

    session: Session
    from_position: int
    to_position: int

    @property
    def stretch(self) -> Stretch:
        """From when until when."""
        return self.session.from_at, self.session.to_at


class PlacedLockBook(LockBook):
    """A lock book that remembers where in event order its sessions lie."""

    def __init__(self) -> None:
        super().__init__()
        self.placed: dict[str, list[PlacedSession]] = {}  # by conversation
        self._position = -1
        self._opened: dict[str, int] = {}  # by conversation: where the session that is on opened

    def feed(self, event: Event, is_status_change: bool) -> None:
        """One event of the org."""
        self._position = event.position
        conversation_id = event["conversation_id"]
        if event.is_a("lock_events", "locked"):
            before = self._by_conversation.get(conversation_id)
            self.lock(event)
            if self._by_conversation[conversation_id] is not before:
                self._opened[conversation_id] = event.position
        elif event.is_a("lock_events", "unlocked"):
            self.unlock(event)
        elif is_status_change:
            self.status_change(event)

    def _end(self, session: Session, instant: datetime, resolved_by_agent: bool = False) -> None:
        super()._end(session, instant, resolved_by_agent)
        placed = PlacedSession(session, self._opened[session.conversation_id], self._position)
        self.placed.setdefault(session.conversation_id, []).append(placed)


def placed_sessions(events: list[Event], state: State) -> dict[str, list[PlacedSession]]:
    """The ended sessions of every conversation, in the order of their ends."""
    changes = {change.position for c in state.conversations.values() for change in c.status_changes}
    book = PlacedLockBook()
    for event in events:
        book.feed(event, event.position in changes)
    return book.placed


def clipped(stretch: Stretch, inside: Stretch) -> Stretch:
    """The common part of two intervals; of no length if there is none."""
    from_at = max(stretch[0], inside[0])
    return from_at, max(from_at, min(stretch[1], inside[1]))


def seconds_of(stretches: Iterable[Stretch]) -> int:
    """Whole seconds of intervals; overlaps count once."""
    cut = [(cut_to_second(from_at), cut_to_second(to_at)) for from_at, to_at in stretches]
    return sum(seconds_between(from_at, to_at) for from_at, to_at in union(cut))
