"""Applications of tags (on messages) and topics (on conversations)."""

from __future__ import annotations

from dataclasses import dataclass

from .log import Event


@dataclass
class Application:
    """An `applied` while the label was not applied. `target_id` is the message or the conversation."""

    target_id: str
    label_id: str
    event: Event
    is_current: bool = True


def applications(events: list[Event], stream: str) -> list[Application]:
    """All applications of a stream (tag_events, topic_events) in event order."""
    target, label = {"tag_events": ("message_id", "tag_id"), "topic_events": ("conversation_id", "topic_id")}[stream]
    in_force: dict[tuple[str, str], Application] = {}
    found: list[Application] = []
    for event in events:
        if not event.is_a(stream):
            continue
        key = (event[target], event[label])
        if event.event_type == "removed":
            if key in in_force:
                in_force.pop(key).is_current = False
        elif key not in in_force:
            in_force[key] = Application(*key, event)
            found.append(in_force[key])
    return found
