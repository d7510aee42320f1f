"""A slow oracle for the twelve Sparkcentral and the eighteen Tracebuzz files, written from the definitions.

Plain Python over the landed rows. It shares nothing with the SQL models, so that two readings of one definition can
be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .columns import COLUMNS
from .contacts_and_labels import CONTACT_AND_LABEL_EXPORTS
from .entities import Entities
from .exports import ROW_EXPORTS
from .log import Event, accepted
from .performance import PERFORMANCE_EXPORTS
from .request import Request
from .state import State
from .tracebuzz import Files
from .tracebuzz_columns import COLUMNS as TRACEBUZZ_COLUMNS

__all__ = ["COLUMNS", "TRACEBUZZ_COLUMNS", "Log", "Request", "export"]

EXPORTS = ROW_EXPORTS | PERFORMANCE_EXPORTS | CONTACT_AND_LABEL_EXPORTS


class Log:
    """Landed rows, read once; any number of requests can be asked of it."""

    def __init__(
        self,
        events: Mapping[str, Iterable[Mapping[str, Any]]],
        require_checked: bool = False,
        measure_claim_users_only: bool = False,
    ) -> None:
        """`events` maps a stream to its landed rows, repeats and bad rows included; a missing key is null.

        The others are the project's variables of the same names; only Tracebuzz statistics know them.
        """
        self.events: dict[str, list[Event]] = accepted(events)
        self._entities = {org_id: Entities(org_events) for org_id, org_events in self.events.items()}
        for org_id, org_events in self.events.items():
            self.events[org_id] = [self._entities[org_id].without_own_texts(event) for event in org_events]
        self._states: dict[tuple[str, datetime | None], State] = {}
        self._variables = (require_checked, measure_claim_users_only)
        self._tracebuzz: dict[str, Files] = {}

    def state(self, org_id: str, as_of: datetime | None = None) -> State:
        """The org as of an instant (None = its latest event); entities and erasures are never cut."""
        key = (org_id, as_of)
        if key not in self._states:
            org_events = self.events.get(org_id, [])
            seen = [event for event in org_events if as_of is None or event.occurred_at <= as_of]
            self._states[key] = State(seen, self._entities.get(org_id, Entities([])))
        return self._states[key]

    def export(self, name: str, request: Request) -> list[dict[str, Any]]:
        """Rows of an export, or of a Tracebuzz file ("tracebuzz.cases"): columns and rows in the file's order.

        Raises ValueError for an as-of that is not offered.
        """
        state = self.state(request.org_id)
        family, _, file = name.rpartition(".")
        if family == "tracebuzz":
            if request.org_id not in self._tracebuzz:
                self._tracebuzz[request.org_id] = Files(state, *self._variables)
            return self._tracebuzz[request.org_id].export(file, request)
        if request.as_of is not None and state.as_of is not None and request.as_of < state.as_of:
            if name != "open_conversation":
                raise ValueError(f"a past as-of is not offered for {name}")
            state = self.state(request.org_id, request.as_of)
        rows = sorted(EXPORTS[name](state, request), key=lambda sorted_row: sorted_row[0])
        return [{column: row.get(column) for column in COLUMNS[name]} for _, row in rows]


def export(name: str, events: Mapping[str, Iterable[Mapping[str, Any]]], request: Request) -> list[dict[str, Any]]:
    """Rows of one export of landed rows; build a `Log` to ask more than one request."""
    return Log(events).export(name, request)
