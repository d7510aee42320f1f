"""Everything that the Tracebuzz files of one org need."""

from __future__ import annotations

from .state import State
from .tracebuzz_activities import Activity, activities
from .tracebuzz_cases import Case, cases
from .tracebuzz_messages import Marks, marks_of_messages
from .tracebuzz_times import InboxSession, inbox_sessions


class Tracebuzz:
    """An org as of its latest event, read with the two variables of the project."""

    def __init__(self, state: State, require_checked: bool = False, measure_claim_users_only: bool = False) -> None:
        self.state = state
        self.entities = state.entities
        self.require_checked = require_checked
        self.measure_claim_users_only = measure_claim_users_only
        self.marks: dict[str, Marks] = marks_of_messages(state.events)
        self.cases: dict[str, Case] = cases(state)
        self.activities: list[Activity] = activities(state, self.cases)
        self.inbox_sessions: list[InboxSession] = inbox_sessions(state)

    def is_measured(self, user_id: str) -> bool:
        """Whether the user's times count: everybody's, unless only users of claim inboxes are measured."""
        return not self.measure_claim_users_only or self.entities.value("users", user_id, "inbox_mode") == "claim"

    def is_closed(self, case: Case) -> bool:
        """Resolved now; where checks are required, each inbound message also checked, deleted or in the trash."""
        if case.resolved_at is None:
            return False
        if not self.require_checked:
            return True
        inbound = [m for m in case.messages if m.is_inbound and m.created["author_type"] != "system"]
        marks = [self.marks[message.message_id] for message in inbound]
        return all(mark.checked_at is not None or mark.is_deleted or mark.is_trashed for mark in marks)
