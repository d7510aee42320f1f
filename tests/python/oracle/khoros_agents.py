"""Presence of agents, and the report raw_agent_states."""

from __future__ import annotations

from collections.abc import Iterator

from .exports import SortedRow
from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_words import word
from .opening_hours import seconds_between
from .presence import Interval, all_intervals

STATE_TYPES = {"available": "AVAILABLE", "away": "CUSTOM", "offline": "OFFLINE"}


def agent_intervals(org: KhorosOrg) -> list[Interval]:
    """Presence intervals of all agents, Offline included."""
    return [interval for interval in all_intervals(org.events) if org.people.is_agent(interval.user_id)]


def raw_agent_states(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Intervals that overlap the window, unclipped; of the filters only the teams count."""
    filters = Filters(org, request)
    for interval in agent_intervals(org):
        team_ids = org.people.teams_of(interval.user_id)
        if not interval.overlaps(request.window_start, request.window_end) or not filters.has_team(team_ids):
            continue
        names = [org.entities.value("teams", team_id, "name") or "" for team_id in team_ids]
        fixed_word = word(interval.presence, request.locale)
        row: Row = {
            **org.people.user_columns("agent", interval.user_id),
            "team_ids": ", ".join(team_ids) if team_ids else None,
            "team_names": ", ".join(names) if team_ids else None,
            "state_type": STATE_TYPES[interval.presence],
            "state_name": fixed_word if interval.away_state is None else interval.away_state,
            "state_start_at": interval.from_at,
            "state_end_at": interval.to_at,
            "duration": seconds_between(interval.from_at, interval.to_at or org.now),
        }
        yield (row["state_start_at"], row["agent_id"]), row
