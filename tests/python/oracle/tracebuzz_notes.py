"""The objects about notes and AI suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .exports import Row
from .log import Event
from .request import Request
from .tracebuzz_cases import Case
from .tracebuzz_clock import unix
from .tracebuzz_messages import person_of
from .tracebuzz_org import Tracebuzz

ACTIONS = {"send": 1, "edited": 2, "cancelled": 3, "reported": 4}


def by_id(org: Tracebuzz, stream: str, column: str) -> dict[str, list[Event]]:
    """The events of a stream in event order, by the id of what they are about."""
    found: dict[str, list[Event]] = {}
    for event in org.state.events:
        if event.is_a(stream):
            found.setdefault(event[column], []).append(event)
    return found


def has_channel(request: Request, case: Case | None) -> bool:
    """Whether the channel of a case is asked for."""
    return request.has_channel(case.conversation.channel_id if case else None)


def notes(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Notes created in the window and never deleted, with their newest text."""
    for events in by_id(org, "note_events", "note_id").values():
        created = next((event for event in events if event.event_type == "created"), None)
        if created is None or any(event.event_type == "deleted" for event in events):
            continue
        case = org.cases[created["conversation_id"]]
        if not request.in_window(created.occurred_at) or not has_channel(request, case):
            continue
        result_id = created["message_id"]
        yield {
            "time": unix(created.occurred_at),
            "user_id": created["author_id"],
            "note": last_given(events, "note"),
            "result_id": case.latest_message_id(created.occurred_at) if result_id is None else result_id,
        }


def last_given(events: list[Event], column: str) -> str | None:
    """The last value of a column that is not null."""
    return next((event[column] for event in reversed(events) if event[column] is not None), None)


def ai_suggestions(org: Tracebuzz, request: Request) -> Iterator[Row]:
    """Suggestions whose latest event lies in the window."""
    for suggestion_id, events in by_id(org, "suggestion_events", "suggestion_id").items():
        message_id, case_id = last_given(events, "message_id"), last_given(events, "conversation_id")
        if case_id is None:
            case_id = org.state.conversation_of.get(message_id)
        case = None if case_id is None else org.cases[case_id]
        if not request.in_window(events[-1].occurred_at) or not has_channel(request, case):
            continue
        requested, responded, acted = (
            [event for event in events if event.event_type == event_type]
            for event_type in ("requested", "responded", "acted")
        )
        profile = case.conversation.contact_profile_id if case else None
        row: Row = {
            "id": suggestion_id,
            "member_id": request.org_id,
            "requested_result_id": message_id,
            "person_id": person_of(org.entities, profile),
            "last_updated": unix(events[-1].occurred_at),
            "external_id": last_given(events, "external_id"),
        }
        if requested:
            row["requested_timestamp"] = unix(requested[0].occurred_at)
        if responded:
            row |= {"response_timestamp": unix(responded[-1].occurred_at), "text": responded[-1]["text"]}
        if acted:
            row |= {
                "action": ACTIONS[acted[-1]["action"]],
                "action_timestamp": unix(acted[-1].occurred_at),
                "action_user_id": acted[-1]["user_id"],
                "response_result_id": acted[-1]["response_message_id"],
            }
        yield row


NOTES: dict[str, Callable[[Tracebuzz, Request], Iterator[Row]]] = {"notes": notes, "ai_suggestions": ai_suggestions}
