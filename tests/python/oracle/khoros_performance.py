"""Metrics of agents and teams: the reports team_performance and team_performance_interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .exports import SortedRow, empty_last
from .khoros_agents import agent_intervals
from .khoros_buckets import buckets
from .khoros_facts import Fact, facts, team_ids
from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_waiting import FIRST
from .opening_hours import seconds_between
from .tally import average, two_decimals

Pair = tuple[str, str | None]
PRESENCE_COLUMNS = {"available": "available_time", "away": "custom_state_time", "offline": "offline_time"}


@dataclass
class Numbers:
    """Metrics of one agent and one team in an interval."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    seconds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PRESENCE_COLUMNS, 0))

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind."""
        return self.facts.get(kind, [])

    def distinct_conversations(self, kind: str) -> int:
        """Distinct conversations of the facts of a kind."""
        return len({fact.conversation_id for fact in self.of(kind)})

    def columns(self) -> Row:
        """The numbers of a row."""
        responses = [fact.response for fact in self.of("response")]
        first = [response for response in responses if response.response_type == FIRST]
        handle_time = sum(fact.seconds for fact in self.of("response"))
        scores = [fact.score for fact in self.of("survey")]
        return {
            "conversations_assigned": self.distinct_conversations("assigned"),
            "conversations_responded": self.distinct_conversations("response"),
            "conversations_closed": self.distinct_conversations("closed"),
            "responses": len(responses),
            "first_responses": len(first),
            "subsequent_responses": len(responses) - len(first),
            "average_tar": average([response.tar for response in responses if response.tar is not None]),
            "average_first_tar": average([response.tar for response in first]),
            "handle_time": handle_time,
            "average_handle_time": two_decimals(handle_time, len(responses)),
            **{PRESENCE_COLUMNS[presence]: seconds for presence, seconds in self.seconds.items()},
            "approvals_requested": len(self.of("requested")),
            "approvals_decided": len(self.of("decided")),
            "csat_responses": len(scores),
            "average_csat_score": average(scores),
        }


NUMBERS = tuple(Numbers().columns())


class Performance:
    """The pairs of agents and teams of a request, and their metrics in any interval."""

    def __init__(self, org: KhorosOrg, request: KhorosRequest) -> None:
        self._org = org
        self._request = request
        self._facts = list(facts(org, Filters(org, request)))
        self._intervals = agent_intervals(org)

    def numbers(self, from_at: datetime, to_at: datetime) -> dict[Pair, Numbers]:
        """Metrics by agent and team in [from_at, to_at): of agents in their teams, and of pairs that an event names."""
        found: dict[Pair, Numbers] = {
            (agent_id, team_id): Numbers()
            for agent_id in self._org.people.described_agents
            for team_id in self._org.people.teams_of(agent_id)
        }
        for fact in self._facts:
            if from_at <= fact.at < to_at:
                for team_id in fact.team_ids:
                    numbers = found.setdefault((fact.agent_id, team_id), Numbers())
                    numbers.facts.setdefault(fact.kind, []).append(fact)
        for interval in self._intervals:
            begins, ends = max(interval.from_at, from_at), min(interval.to_at or self._org.now, to_at)
            if begins < ends:
                for team_id in team_ids(self._org, interval.user_id, named=None, on_all=True):
                    numbers = found.setdefault((interval.user_id, team_id), Numbers())
                    numbers.seconds[interval.presence] += seconds_between(begins, ends)
        return {pair: numbers for pair, numbers in found.items() if self._is_asked_for(pair)}

    def _is_asked_for(self, pair: Pair) -> bool:
        agent_id, team_id = pair
        asked = self._request.team_ids
        is_left_out = self._org.people.is_disabled(agent_id) and not self._request.include_disabled
        return not is_left_out and (asked is None or (team_id is not None and team_id in asked))

    def rows(self, from_at: datetime, to_at: datetime) -> Iterator[SortedRow]:
        """A row for every pair."""
        for (agent_id, team_id), numbers in self.numbers(from_at, to_at).items():
            row: Row = {
                "team_id": team_id,
                "team_name": self._org.entities.value("teams", team_id, "name"),
                **self._org.people.user_columns("agent", agent_id),
                "is_disabled": self._org.people.is_disabled(agent_id),
                **numbers.columns(),
            }
            yield (empty_last(team_id), agent_id), row


def team_performance(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Every pair of an agent and a team, over the window."""
    yield from Performance(org, request).rows(request.window_start, request.window_end)


def team_performance_interval(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """The same by bucket, where anything but offline time is above 0."""
    performance = Performance(org, request)
    for from_at, to_at in buckets(request):
        for order, row in performance.rows(from_at, to_at):
            if any(row[name] for name in NUMBERS if name != "offline_time"):
                yield (from_at, *order), {"interval_start": from_at, "interval_end": to_at, **row}
