"""The statistics of every local quarter hour, by inbox, by agent, and by agent and inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from .tracebuzz_activities import NOBODY, REPLY, SNOOZED
from .tracebuzz_case_numbers import CaseNumbers
from .tracebuzz_clock import LocalClock, unix
from .tracebuzz_org import Tracebuzz
from .tracebuzz_times import Stretch, logged_in, union, without

Rows = dict[Hashable, Counter]
# FIRSTLOGIN and LASTLOGOUT are no sums, but make a row all the same.
LOGIN, LOGOUT = "first_login", "last_logout"


class Buckets:
    """Sums by (local quarter hour, who or where). An inbox of None is an unknown one."""

    def __init__(self, org: Tracebuzz, clock: LocalClock, cases: list[CaseNumbers]) -> None:
        self._org, self._clock = org, clock
        self.by_inbox: Rows = {}
        self.by_agent: Rows = {}
        self.by_agent_and_inbox: Rows = {}
        self._cases(cases)
        self._lock_sessions()
        self._inbox_sessions()
        self._actions()

    def _add(self, rows: Rows, quarter: int, key: Hashable, **numbers: int) -> None:
        rows.setdefault((quarter, key), Counter()).update(numbers)

    def _add_agent(self, quarter: int, agent_id: str, inbox_id: str | None, **numbers: int) -> None:
        """Numbers that are the same in both agent files."""
        self._add(self.by_agent, quarter, agent_id, **numbers)
        self._add(self.by_agent_and_inbox, quarter, (agent_id, inbox_id), **numbers)

    def _cases(self, cases: list[CaseNumbers]) -> None:
        for case in cases:
            quarter = self._clock.quarter(case.start_s)
            self._add(self.by_inbox, quarter, case.inbox_id, **case.service)
            for agent_id, numbers in case.agents.items():
                if self._org.is_measured(agent_id):
                    self._add_agent(quarter, agent_id, case.inbox_id, **numbers)

    def _lock_sessions(self) -> None:
        for session in self._org.state.sessions:
            if self._org.is_measured(session.user_id):
                inbox_id = self._org.cases[session.conversation_id].inbox_id
                for quarter, seconds in self._clock.split(unix(session.from_at), unix(session.to_at)):
                    self._add(self.by_inbox, quarter, inbox_id, total_handle_time_s=seconds)
                    self._add_agent(quarter, session.user_id, inbox_id, total_handle_time_s=seconds)

    def _inbox_sessions(self) -> None:
        """Staffed and unavailable seconds, logins and logouts: of the session's inbox."""
        in_inbox: dict[tuple[str, str | None], list[Stretch]] = {}
        for session in self._org.inbox_sessions:
            if not self._org.is_measured(session.user_id):
                continue
            in_inbox.setdefault((session.user_id, session.inbox_id), []).append(session.stretch)
            self._login(session.user_id, session.inbox_id, LOGIN, unix(session.entered.occurred_at))
            if session.logout_at is not None:
                self._login(session.user_id, session.inbox_id, LOGOUT, unix(session.logout_at))
        in_any: dict[str, list[Stretch]] = {}
        for (user_id, _), stretches in in_inbox.items():
            in_any.setdefault(user_id, []).extend(stretches)
        for user_id, stretches in in_any.items():
            for quarter, seconds in self._split(union(stretches)):
                self._add(self.by_agent, quarter, user_id, staffed_time_s=seconds)
        present = logged_in(self._org.state)
        for user_id, stretches in present.items():
            if self._org.is_measured(user_id):
                for quarter, seconds in self._split(without(stretches, union(in_any.get(user_id, [])))):
                    self._add(self.by_agent, quarter, user_id, unavailable_time_s=seconds)
        for (user_id, inbox_id), stretches in in_inbox.items():
            self._one_inbox(user_id, inbox_id, union(stretches), present.get(user_id, []))

    def _one_inbox(self, user_id: str, inbox_id: str | None, inside: list[Stretch], present: list[Stretch]) -> None:
        """One user and one inbox: unavailable only in the quarter hours in which the user was in it."""
        visited: set[int] = set()
        for quarter, seconds in self._split(inside):
            visited.add(quarter)
            self._add(self.by_inbox, quarter, inbox_id, staffed_time_s=seconds)
            self._add(self.by_agent_and_inbox, quarter, (user_id, inbox_id), staffed_time_s=seconds)
        for quarter, seconds in self._split(without(present, inside)):
            if quarter in visited:
                self._add(self.by_inbox, quarter, inbox_id, unavailable_time_s=seconds)
                self._add(self.by_agent_and_inbox, quarter, (user_id, inbox_id), unavailable_time_s=seconds)

    def _login(self, user_id: str, inbox_id: str | None, column: str, at_s: int) -> None:
        quarter = self._clock.quarter(at_s)
        extreme = min if column == LOGIN else max
        for rows, key in ((self.by_agent, user_id), (self.by_agent_and_inbox, (user_id, inbox_id))):
            row = rows.setdefault((quarter, key), Counter())
            row[column] = extreme(row.get(column, at_s), at_s)

    def _actions(self) -> None:
        """Answers and snoozes, where they happened."""
        columns = {REPLY: "answers_sent", SNOOZED: "snoozed"}
        for activity in self._org.activities:
            column, user_id = columns.get(activity.code), activity.user_id
            if column is not None and user_id != NOBODY and self._org.is_measured(user_id):
                quarter = self._clock.quarter(unix(activity.at))
                self._add_agent(quarter, user_id, activity.case.inbox_id, **{column: 1})

    def _split(self, stretches: list[Stretch]) -> list[tuple[int, int]]:
        return [piece for stretch in stretches for piece in self._clock.split(*stretch)]
