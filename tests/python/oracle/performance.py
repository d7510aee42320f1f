"""The exports that count what teams, users and virtual agents did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise

from .exports import Row, SortedRow, channel_columns, empty_last, messages_in_window
from .log import Event
from .opening_hours import cut_to_second, seconds_between
from .request import Request
from .state import State
from .tally import Tally, average, channel_of, tags_in_window, tallies, topics_in_window, two_decimals


def team(state: State, request: Request) -> Iterator[SortedRow]:
    """Teams with at least one outbound message by their agents in the window."""
    for team_id, tally in tallies(state, request, "team").items():
        if not tally.outbound:
            continue
        first_responses: list[int] = []
        resolution_times: list[int] = []
        for conversation in state.conversations.values():
            if not request.has_channel(conversation.channel_id):
                continue
            if conversation.first_response:
                reply = conversation.first_response[1]
                replying_team_id = state.entities.team_acted_for(
                    reply.created["team_id"], "agent", reply.created["author_id"]
                )
                if replying_team_id == team_id and request.in_window(reply.at):
                    first_responses.append(state.first_response_time_s(conversation))
            first_resolution = next(iter(conversation.resolutions), None)
            if first_resolution is None or not request.in_window(first_resolution.occurred_at):
                continue
            resolving_team_id = state.entities.team_acted_for(
                first_resolution["team_id"], "agent", first_resolution["actor_id"]
            )
            if first_resolution["actor_type"] == "agent" and resolving_team_id == team_id:
                resolution_times.append(conversation.resolution_time_s)
        row = tally.columns(state) | {
            "team_id": team_id,
            "team_name": state.entities.value("teams", team_id, "name"),
            "avg_first_response_time_s": average(first_responses),
            "avg_resolution_time_s": average([seconds for seconds in resolution_times if seconds is not None]),
        }
        yield (team_id,), row


def presence_seconds(state: State, request: Request) -> dict[str, dict[str, int]]:
    """Available and away seconds in the window of every user with an overlapping interval."""
    found: dict[str, dict[str, int]] = {}
    for interval in state.presence:
        if interval.overlaps(request.window_start, request.window_end):
            from_at: datetime = max(interval.from_at, request.window_start)
            to_at: datetime = min(interval.to_at or state.as_of, request.window_end)
            seconds = found.setdefault(interval.user_id, {"available": 0, "away": 0})
            seconds[interval.presence] += max(seconds_between(from_at, to_at), 0)
    return found


def utilized_seconds(state: State, request: Request) -> dict[str, int]:
    """Seconds of the window in which a user was Available and in a session of the channels asked for, each once.

    The window is cut at every border of the user's intervals and sessions; a piece counts when both cover it.
    """
    available: dict[str, list[tuple[datetime, datetime]]] = {}
    locked: dict[str, list[tuple[datetime, datetime]]] = {}
    for interval in state.presence:
        if interval.presence == "available":
            span = (cut_to_second(interval.from_at), cut_to_second(interval.to_at or state.as_of))
            available.setdefault(interval.user_id, []).append(span)
    for session in state.sessions:
        if request.has_channel(channel_of(state, session.conversation_id)):
            span = (cut_to_second(session.from_at), cut_to_second(session.to_at))
            locked.setdefault(session.user_id, []).append(span)
    window = (cut_to_second(request.window_start), cut_to_second(request.window_end))
    found: dict[str, int] = {}
    for user_id in available.keys() & locked.keys():
        spans = available[user_id] + locked[user_id]
        borders = {*window, *(at for span in spans for at in span if window[0] < at < window[1])}
        for piece in pairwise(sorted(borders)):
            if covers(available[user_id], *piece) and covers(locked[user_id], *piece):
                found[user_id] = found.get(user_id, 0) + seconds_between(*piece)
    return found


def covers(spans: list[tuple[datetime, datetime]], from_at: datetime, to_at: datetime) -> bool:
    """Whether one of the spans holds the whole piece."""
    return any(first <= from_at and to_at <= last for first, last in spans)


def user(state: State, request: Request) -> Iterator[SortedRow]:
    """Human agents with any number, or any Available or Away interval, in the window."""
    found = tallies(state, request, "agent")
    presence = presence_seconds(state, request)
    utilized = utilized_seconds(state, request)
    for user_id in {*found, *presence}:
        if state.entities.value("users", user_id, "user_type") in ("virtual_agent", "bot"):
            continue
        row = found.get(user_id, Tally()).columns(state)
        seconds = presence.get(user_id, {"available": 0, "away": 0})
        row |= {
            "user_id": user_id,
            "user_name": state.entities.value("users", user_id, "name"),
            "user_email_address": state.entities.value("users", user_id, "email"),
            "user_reference": state.entities.value("users", user_id, "reference"),
            "available_time_s": seconds["available"],
            "away_time_s": seconds["away"],
            "utilization_pct": two_decimals(100 * utilized.get(user_id, 0), seconds["available"]),
        }
        yield (user_id,), row


def virtual_agent(state: State, request: Request) -> Iterator[SortedRow]:
    """Virtual agents and channels with at least one message sent in the window."""
    sent: dict[tuple[str, str | None], set[str]] = {}
    for message, conversation in messages_in_window(state, request):
        agent_id = message.created["author_id"]
        if message.is_virtual_agent_outbound and agent_id is not None:
            sent.setdefault((agent_id, conversation.channel_id), set()).add(conversation.conversation_id)
    for (agent_id, channel_id), conversation_ids in sent.items():
        of_channel = [c for c in state.conversations.values() if c.channel_id == channel_id]
        handovers = [
            event
            for conversation in of_channel
            for event in conversation.handovers
            if event.event_type == "handed_over"
            and event["virtual_agent_id"] == agent_id
            and request.in_window(event.occurred_at)
        ]
        resolved = {
            conversation.conversation_id
            for conversation in of_channel
            for change in conversation.resolutions
            if is_by_virtual_agent(change, agent_id) and request.in_window(change.occurred_at)
        }
        tags = [
            tag
            for tag, conversation in tags_in_window(state, request)
            if is_by_virtual_agent(tag.event, agent_id)
            and (conversation.channel_id if conversation else None) == channel_id
        ]
        topics = [
            topic
            for topic, conversation in topics_in_window(state, request)
            if is_by_virtual_agent(topic.event, agent_id) and conversation.channel_id == channel_id
        ]
        row: Row = {
            "agent_id": agent_id,
            "agent_name": state.entities.value("users", agent_id, "name"),
            **channel_columns(state, channel_id),
            "conversations": len(conversation_ids),
            "handovers": len(handovers),
            "error_handovers": sum(1 for e in handovers if e["handover_reason"] == "VA_ENCOUNTERED_ERROR"),
            "resolved_conversations": len(resolved),
            "topics_applied": len(topics),
            "messages_tagged": len({tag.target_id for tag in tags}),
            "tags_applied": len(tags),
        }
        yield (agent_id, empty_last(channel_id)), row


def is_by_virtual_agent(event: Event, agent_id: str) -> bool:
    """Whether the virtual agent made the event."""
    return event["actor_type"] == "virtual_agent" and event["actor_id"] == agent_id


PERFORMANCE_EXPORTS: dict[str, Callable[[State, Request], Iterator[SortedRow]]] = {
    "team": team,
    "user": user,
    "virtual_agent": virtual_agent,
}
