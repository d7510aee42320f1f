"""The eight statistics files: rows of quarter hours, and of days that add them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from .exports import Row
from .request import Request
from .tracebuzz_buckets import LOGIN, LOGOUT, Buckets
from .tracebuzz_case_numbers import numbers_of_cases, service_level_s
from .tracebuzz_clock import DAY, QUARTER, LocalClock, date_shown, day_of, instant_of, time_shown, unix
from .tracebuzz_columns import DAILY
from .tracebuzz_messages import is_bot_user
from .tracebuzz_org import Tracebuzz
from .tracebuzz_staffing import Staffing

Rows = dict[tuple[int, Hashable], Counter]
SERVICE_SUMS = (
    *("offered", "opened", "handled_and_closed", "handled_and_closed_by_bot", "not_handled_and_closed", "acceptable"),
    *("messages_sent", "messages_received", "staffed_time_s", "total_handle_time_s", "unavailable_time_s"),
    *("first_response_time_s", "additional_response_time_s", "lead_time_s", "agents_load", "agent_load"),
)
AGENT_SUMS = (
    *("assigned", "handled", "closed", "messages_sent", "messages_received", "staffed_time_s", "total_handle_time_s"),
    *("unavailable_time_s", "first_response_time_s", "reply_time_s", "answers_sent", "snoozed"),
)


def quotient(numerator: int, divisor: int) -> int | None:
    """A whole number, rounded half up; None if the divisor is 0."""
    return None if divisor == 0 else (2 * numerator + divisor) // (2 * divisor)


def by_day(rows: Rows) -> Rows:
    """The rows of each local day added up; of logins and logouts the first and the last, of extremes the extremes."""
    found: Rows = {}
    for (quarter, key), row in rows.items():
        day = found.setdefault((day_of(quarter), key), Counter())
        for column, value in row.items():
            is_first = column == LOGIN or column.startswith("min_")
            is_last = column == LOGOUT or column.startswith("max_")
            if is_first or is_last:
                day[column] = (min if is_first else max)(day.get(column, value), value)
            else:
                day[column] += value
    return found


class Statistics:
    """All rows of an org in one time zone, whatever the window."""

    def __init__(self, org: Tracebuzz, zone: str) -> None:
        self.org = org
        first, last = (unix(org.state.events[number].occurred_at) for number in (0, -1))
        self.clock = LocalClock(zone, first, last)
        buckets = Buckets(org, self.clock, numbers_of_cases(org))
        service = {key: row for key, row in buckets.by_inbox.items() if any(row[name] for name in SERVICE_SUMS)}
        staffing = Staffing(org)
        for (quarter, inbox_id), row in service.items():
            row.update(staffing.extremes(self.clock, quarter, inbox_id))
        self._raw: dict[str, Rows] = {
            "raw_service": service,
            "raw_sla": {key: row for key, row in service.items() if row["offered"] and self._has_sla(key[1])},
            "raw_agents": {key: row for key, row in buckets.by_agent.items() if is_agent_row(row)},
            "raw_agent_inbox": {key: row for key, row in buckets.by_agent_and_inbox.items() if is_agent_row(row)},
        }

    def _has_sla(self, inbox_id: str | None) -> bool:
        sla_id = self.org.entities.value("inboxes", inbox_id, "sla_id")
        return sla_id is not None or service_level_s(self.org, inbox_id) is not None

    def rows(self, export: str, request: Request) -> Iterator[Row]:
        """The rows of a file whose bucket begins in the window."""
        length = DAY if export in DAILY else QUARTER
        raw = self._raw[DAILY.get(export, export)]
        for (bucket, key), numbers in (by_day(raw) if export in DAILY else raw).items():
            first_s = self.clock.pieces(bucket, length)[0][0]
            if request.in_window(instant_of(first_s)):
                row: Row = {"row_date": date_shown(bucket), "interval_start": time_shown(bucket)}
                yield row | (self._agent(key, numbers) if "agent" in export else self._service(key, numbers))

    def _service(self, inbox_id: str | None, numbers: Counter) -> Row:
        """Columns of the service and sla files."""
        staffed, handle = numbers["staffed_time_s"], numbers["total_handle_time_s"]
        available = max(staffed - handle, 0)
        return (
            dict.fromkeys(SERVICE_SUMS, 0)
            | numbers
            | self._inbox(inbox_id)
            | {
                "available_time_s": available,
                "average_handle_time_s": quotient(numbers["session_s"], numbers["cases_with_session"]),
                "service_level_pct": quotient(100 * numbers["acceptable"], numbers["first_responses_with_level"]),
                "occupancy_pct": quotient(100 * handle, handle + available),
                "utilisation_pct": quotient(100 * (handle + available), staffed),
                "average_speed_of_answer_s": quotient(numbers["first_response_time_s"], numbers["first_responses"]),
                "sla_id": self.org.entities.value("inboxes", inbox_id, "sla_id"),
            }
        )

    def _inbox(self, inbox_id: str | None) -> Row:
        return {"service_id": inbox_id, "service_name": self.org.entities.value("inboxes", inbox_id, "name")}

    def _agent(self, key: Hashable, numbers: Counter) -> Row:
        """Columns of the agent files; the key is an agent, or an agent and an inbox."""
        agent_id, inbox_id = key if isinstance(key, tuple) else (key, None)
        staffed, handle = numbers["staffed_time_s"], numbers["total_handle_time_s"]

        def of_user(column: str) -> str | None:
            return self.org.entities.value("users", agent_id, column)

        return (
            dict.fromkeys(AGENT_SUMS, 0)
            | numbers
            | self._inbox(inbox_id)
            | {
                "agent_id": agent_id,
                "external_agent_id": of_user("reference"),
                "agent_location_id": of_user("location_id"),
                "agent_location": of_user("location"),
                "agent_name": of_user("name"),
                "agent_email": of_user("email"),
                "available_time_s": max(staffed - handle, 0),
                "claim_inbox": int(of_user("inbox_mode") == "claim"),
                "bot_user": int(is_bot_user(self.org.entities, agent_id)),
            }
        )


def is_agent_row(row: Counter) -> bool:
    """Any summed column that is not 0, or a login or logout."""
    return LOGIN in row or LOGOUT in row or any(row[name] for name in AGENT_SUMS)
