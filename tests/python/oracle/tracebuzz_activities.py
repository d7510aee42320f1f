"""User actions, each with a code of the activity list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .log import Event
from .state import State
from .tracebuzz_cases import Case
from .tracebuzz_clock import unix

NOBODY = "-1"
NOT_LOGGED = ("automation", "system", "contact")
LOCK_SESSION, REPLY, RESOLVED, QUEUE_CHANGED, SNOOZED = 1, 3, 13, 36, 37
BY_CONTACT = (26, 27)
MESSAGE_MARKS = {"checked": 2, "trashed": 4, "restored": 5, "favorited": 8, "unfavorited": 9}


@dataclass
class Activity:
    """One row of activities. `delivered_at` decides the window; `case` is None if none is known."""

    event: Event
    code: int
    user_id: str
    case: Case | None
    result_id: str | None
    subject: str | None
    duration_s: int | None
    at: datetime
    delivered_at: datetime

    @property
    def activity_id(self) -> str:
        """Unique: one event can be two activities."""
        return f"{self.event.stream}:{self.event.event_id}:{self.code}"


def activities(state: State, cases: dict[str, Case]) -> list[Activity]:
    """All logged activities of an org."""
    found: list[Activity] = []
    for event, code, subject in actions(state):
        if is_logged(event, code):
            case = case_of(state, cases, event)
            result_id = event["message_id"]
            if result_id is None and case is not None:
                result_id = case.latest_message_id(event.occurred_at)
            duration_s = event["duration_s"] if event.stream == "action_events" else None
            at = event.occurred_at
            found.append(
                Activity(event, code, user_of(event, code), case, result_id, subject, duration_s, at, delivered_at=at)
            )
    for session in state.sessions:
        case, at = cases[session.conversation_id], session.from_at
        duration_s = unix(session.to_at) - unix(at)
        result_id = case.latest_message_id(at)
        found.append(
            Activity(
                session.locked,
                LOCK_SESSION,
                session.user_id,
                case,
                result_id,
                None,
                duration_s,
                at,
                delivered_at=session.to_at,
            )
        )
    return found


def actions(state: State) -> Iterator[tuple[Event, int, str | None]]:
    """(event, code, subject) of all events with a code except lock sessions, by any actor."""
    created = {message.created.position: message for message in state.messages.values()}
    voidless = {update.position for message in state.messages.values() for update in message.updates}
    sentiments: dict[str, int] = {}
    statuses: dict[str, str] = {}
    for event in state.events:
        if event.stream == "message_events":
            if event.position in created or event.position in voidless:
                yield from message_actions(event, sentiments)
            elif event.event_type == "deleted":
                yield event, deletion_code(state, event), None
            elif event.event_type in MESSAGE_MARKS:
                yield event, MESSAGE_MARKS[event.event_type], None
        elif event.stream == "conversation_events":
            yield from conversation_actions(event, statuses)
        elif event.stream == "tag_events":
            yield event, 10 if event.event_type == "applied" else 11, event["tag_id"]
        elif event.is_a("note_events", "created"):
            yield event, 12, None
        elif event.stream == "lock_events":
            yield event, 32 if event.event_type == "locked" else 34, None
        elif event.stream == "action_events":
            yield event, event["activity_code"], event["subject"]


def message_actions(event: Event, sentiments: dict[str, int]) -> Iterator[tuple[Event, int, str | None]]:
    """Activities of a message's first `created` or a later `updated`; `sentiments` has the latest ones."""
    sentiment, message_id = event["sentiment"], event["message_id"]
    is_change = sentiment is not None and sentiment != sentiments.get(message_id)
    if is_change:
        sentiments[message_id] = sentiment
    if event.event_type == "created":
        if event["direction"] == "outbound" and event["author_type"] in ("agent", "virtual_agent"):
            yield event, REPLY, event["in_reply_to_message_id"]
        return
    if is_change:
        yield event, 15, str(sentiment)
    if event["actor_type"] == "contact" and event["content"] is not None:
        yield event, 26, None


def conversation_actions(event: Event, statuses: dict[str, str]) -> Iterator[tuple[Event, int, str | None]]:
    """Activities of an event of the conversation's own stream; `statuses` has the earlier ones."""
    if event.event_type == "status_changed":
        before = statuses.get(event["conversation_id"], "new")
        statuses[event["conversation_id"]] = event["status"]
        if event["status"] == "resolved" and before != "resolved":
            yield event, RESOLVED, None
        elif event["status"] != "resolved" and before == "resolved":
            yield event, 14, None
    elif event.event_type == "assigned":
        yield event, 7 if event["assignee_id"] is None else 6, event["assignee_id"]
    elif event.event_type == "handed_over":
        yield event, 35, None
    elif event.event_type == "queue_changed":
        yield event, QUEUE_CHANGED, event["queue_id"]
    elif event.event_type == "snoozed":
        until = event["snoozed_until"]
        yield event, SNOOZED, None if until is None else str(unix(until))


def deletion_code(state: State, event: Event) -> int:
    """By a contact, whatever it is; else a post, or anything else."""
    if event["actor_type"] == "contact":
        return 27
    message = state.messages.get(event["message_id"])
    return 24 if message is not None and message.created["result_type"] == "post" else 25


def is_logged(event: Event, code: int) -> bool:
    """By an agent, a virtual agent, a bulk action or an unknown actor, unless the system resolved or reopened."""
    if code in BY_CONTACT:
        return True
    if event["actor_type"] in NOT_LOGGED:
        return False
    has_actor = event["actor_type"] is not None or event["actor_id"] is not None
    is_by_itself = event["resolved_by"] in ("system", "auto_resolve")
    return has_actor or not (event.event_type == "status_changed" and is_by_itself)


def user_of(event: Event, code: int) -> str:
    """The user, -1 if none is named."""
    if code in BY_CONTACT:
        return NOBODY
    columns = {
        "lock_events": ("user_id",),
        "action_events": ("user_id",),
        "note_events": ("author_id",),
    }.get(event.stream, ("actor_id",))
    if code == REPLY:
        columns = ("author_id", "actor_id")
    elif event.event_type == "handed_over":
        columns = ("actor_id", "virtual_agent_id")
    return next((event[column] for column in columns if event[column] is not None), NOBODY)


def case_of(state: State, cases: dict[str, Case], event: Event) -> Case | None:
    """The case that the event names, else its message's."""
    conversation_id = event["conversation_id"]
    if conversation_id is None:
        conversation_id = state.conversation_of.get(event["message_id"])
    return None if conversation_id is None else cases[conversation_id]
