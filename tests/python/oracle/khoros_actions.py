"""The report conversation_actions: every event that somebody did to a conversation."""

from __future__ import annotations

from collections.abc import Iterator

from .exports import SortedRow
from .khoros_filters import Filters
from .khoros_org import KhorosOrg
from .khoros_people import Row
from .khoros_request import KhorosRequest
from .khoros_words import DECISION, HELP, STATUS, instant_text, word
from .log import Event

LIMIT, RAISED_LIMIT = 500, 2000
ACTION_TYPES = {
    ("conversation_events", "status_changed"): "STATUS_CHANGED",
    ("conversation_events", "queue_changed"): "QUEUE_CHANGED",
    ("conversation_events", "assigned"): "ASSIGNED",
    ("conversation_events", "priority_set"): "PRIORITY_SET",
    ("conversation_events", "snoozed"): "SNOOZED",
    **{("tag_events", name): f"TAG_{name.upper()}" for name in ("applied", "removed")},
    **{("topic_events", name): f"TOPIC_{name.upper()}" for name in ("applied", "removed")},
    **{("note_events", name): f"NOTE_{name.upper()}" for name in ("created", "updated", "deleted")},
    **{("lock_events", name): name.upper() for name in ("locked", "unlocked")},
    **{("approval_events", name): f"APPROVAL_{name.upper()}" for name in DECISION},
    **{("help_events", name): f"HELP_{name.upper()}" for name in HELP},
}
# The column of the value that a change sets.
SET_COLUMNS = {
    "STATUS_CHANGED": "status",
    "QUEUE_CHANGED": "queue_id",
    "ASSIGNED": "assignee_id",
    "PRIORITY_SET": "priority",
    "SNOOZED": "snoozed_until",
}
LABEL_COLUMNS = {"TAG": "tag_id", "TOPIC": "topic_id"}
ACTOR_TYPES = ("agent", "virtual_agent", "contact", "automation", "bulk", "system")


def conversation_actions(org: KhorosOrg, request: KhorosRequest) -> Iterator[SortedRow]:
    """Actions of the window: of every conversation the newest that pass."""
    filters = Filters(org, request)
    found: dict[str, list[Event]] = {}
    for event in org.events:
        key = conversation_of(org, event)
        is_wanted = (event.stream, event.event_type) in ACTION_TYPES and request.in_window(event.occurred_at)
        if key is None or not is_wanted or not filters.in_hours(key, event.occurred_at):
            continue
        if filters.matches(key, event.position):
            found.setdefault(key, []).append(event)
    limit = RAISED_LIMIT if request.raiselimit else LIMIT
    for key, events in found.items():
        for event in events[-limit:]:
            yield (event.position,), action_columns(org, key, event, request)


def conversation_of(org: KhorosOrg, event: Event) -> str | None:
    """The conversation of an event; of a tag event that of its message, else the one it names, else none."""
    if event.stream == "tag_events":
        return org.state.conversation_of.get(event["message_id"], event["conversation_id"])
    return event["conversation_id"]


def action_columns(org: KhorosOrg, key: str, event: Event, request: KhorosRequest) -> Row:
    """All columns of an action."""
    action_type = ACTION_TYPES[event.stream, event.event_type]
    timeline = org.timelines[key]
    old_value, new_value = values(org, key, event, request)
    actor_type, agent_id = actor(event)
    return {
        "action_id": f"{event.stream}/{event.event_id}",
        "conversation_id": key,
        "action_type": action_type,
        "actor_type": actor_type,
        **org.people.user_columns("agent", agent_id),
        "action_at": event.occurred_at,
        "old_value": old_value,
        "new_value": new_value,
        "priority": timeline.value("priority", event.position),
        **org.people.queue_columns(timeline.value("queue_id", event.position)),
        "note": note(event),
    }


def values(org: KhorosOrg, key: str, event: Event, request: KhorosRequest) -> tuple[str | None, str | None]:
    """(old, new) value of an action."""
    action_type = ACTION_TYPES[event.stream, event.event_type]
    if action_type in SET_COLUMNS:
        column = SET_COLUMNS[action_type]
        before = org.timelines[key].value(column, event.position - 1)
        return printed(column, before, request), printed(column, event[column], request)
    if event.stream == "approval_events":
        return None, word(DECISION[event.event_type], request.locale)
    if event.stream == "help_events":
        return None, word(HELP[event.event_type], request.locale)
    if event.stream == "lock_events":
        return (None, event["user_id"]) if action_type == "LOCKED" else (event["user_id"], None)
    if event.stream in ("tag_events", "topic_events"):
        label_id = event[LABEL_COLUMNS[action_type.split("_")[0]]]
        return (None, label_id) if event.event_type == "applied" else (label_id, None)
    return None, None


def printed(column: str, value: object, request: KhorosRequest) -> str | None:
    """A value that was set, as text."""
    if value is None:
        return None
    if column == "status":
        return word(STATUS[value], request.locale)
    return instant_text(value, request.zone) if column == "snoozed_until" else str(value)


def note(event: Event) -> str | None:
    """The text of an action."""
    return event[{"conversation_events": "resolve_comment", "note_events": "note"}.get(event.stream, "comment")]


def actor(event: Event) -> tuple[str | None, str | None]:
    """(actor_type, agent) of an action; an agent whose id the actor lacks is the one that the event names."""
    actor_type, named_agent = event["actor_type"], agent_named(event)
    if actor_type is None:
        if named_agent is not None:
            return "AGENT", named_agent
        return {("help_events", "answered"): "EXPERT", ("help_events", "expired"): "SYSTEM"}.get(
            (event.stream, event.event_type)
        ), None
    if actor_type not in ACTOR_TYPES:
        return None, None
    if actor_type not in ("agent", "bulk"):
        return actor_type.upper(), None
    return actor_type.upper(), named_agent if event["actor_id"] is None else event["actor_id"]


def agent_named(event: Event) -> str | None:
    """The agent that the columns of an event name beside the actor."""
    if event.stream == "approval_events":
        return event["approver_id" if event.event_type in ("approved", "rejected") else "agent_id"]
    if event.stream == "help_events":
        return event["requester_id"] if event.event_type in ("requested", "closed") else None
    return event[{"note_events": "author_id", "lock_events": "user_id"}.get(event.stream, "")]
