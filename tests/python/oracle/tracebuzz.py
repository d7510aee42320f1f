"""The eighteen Tracebuzz files."""

from __future__ import annotations

from typing import Any

from .exports import empty_last
from .request import Request
from .state import State
from .tracebuzz_columns import COLUMNS, order_by
from .tracebuzz_notes import NOTES
from .tracebuzz_objects import OBJECTS
from .tracebuzz_org import Tracebuzz
from .tracebuzz_people import PEOPLE
from .tracebuzz_statistics import Statistics

ALL_OBJECTS = OBJECTS | PEOPLE | NOTES


class Files:
    """The files of one org; what several requests need is worked out once."""

    def __init__(self, state: State, require_checked: bool, measure_claim_users_only: bool) -> None:
        self._org = Tracebuzz(state, require_checked, measure_claim_users_only)
        self._statistics: dict[str, Statistics] = {}

    def export(self, name: str, request: Request) -> list[dict[str, Any]]:
        """Rows of a file: columns and rows in its order. Raises ValueError for an as-of other than the latest event."""
        if request.as_of not in (None, self._org.state.as_of):
            raise ValueError("the as-of of this family is always the latest event")
        found = ALL_OBJECTS[name](self._org, request) if name in ALL_OBJECTS else self._counted(name, request)
        rows = [{column: row.get(column) for column in COLUMNS[name]} for row in found]
        return sorted(rows, key=lambda row: [empty_last(row[column]) for column in order_by(name)])

    def _counted(self, name: str, request: Request) -> list[dict[str, Any]]:
        if not self._org.state.events:
            return []
        if request.timezone not in self._statistics:
            self._statistics[request.timezone] = Statistics(self._org, request.timezone)
        return list(self._statistics[request.timezone].rows(name, request))
