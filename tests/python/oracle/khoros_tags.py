"""Tags in force: on messages, in conversations, at any place in event order; who applied them; how they print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .entities import Entities
from .log import Event

PERSONS = ("agent", "bulk")


@dataclass
class TagSpan:
    """An application of a tag, from its `applied` until the place of its `removed`.

    `conversation_id` is that of its message, else the one that the application names, else none.
    """

    message_id: str
    tag_id: str
    applied: Event
    conversation_id: str | None
    removed: int | None = None

    @property
    def is_manual(self) -> bool:
        """Applied by a person."""
        return self.applied["actor_type"] in PERSONS

    def is_in_force(self, position: int | None = None) -> bool:
        """Now, or just after the event at a place."""
        if position is None:
            return self.removed is None
        return self.applied.position <= position and (self.removed is None or self.removed > position)


class Tags:
    """All applications of an org, in event order."""

    def __init__(self, events: list[Event], conversation_of: dict[str, str]) -> None:
        self._by_message: dict[str, list[TagSpan]] = {}
        self._by_conversation: dict[str | None, list[TagSpan]] = {}
        applied: dict[tuple[str, str], TagSpan] = {}
        for event in events:
            if not event.is_a("tag_events"):
                continue
            key = (event["message_id"], event["tag_id"])
            if event.event_type == "removed":
                if key in applied:
                    applied.pop(key).removed = event.position
            elif key not in applied:
                conversation_id = conversation_of.get(key[0], event["conversation_id"])
                applied[key] = TagSpan(*key, event, conversation_id)
                self._by_message.setdefault(key[0], []).append(applied[key])
                self._by_conversation.setdefault(conversation_id, []).append(applied[key])

    def on_messages(self, message_ids: Iterable[str]) -> list[TagSpan]:
        """Those in force now on some messages, in order of application."""
        spans = [span for message_id in message_ids for span in self._by_message.get(message_id, ())]
        return sorted((span for span in spans if span.is_in_force()), key=lambda span: span.applied.position)

    def in_conversation(self, conversation_id: str, position: int | None = None) -> list[TagSpan]:
        """Those in force on any message of a conversation, in order of application."""
        return [span for span in self._by_conversation.get(conversation_id, ()) if span.is_in_force(position)]


def tags_text(
    entities: Entities, spans: Iterable[TagSpan], wanted: Callable[[TagSpan], bool] = lambda span: True
) -> str | None:
    """The tags that are wanted as one text: each once, its name, else its id; None without any."""
    tag_ids = dict.fromkeys(span.tag_id for span in spans if wanted(span))
    names = [(entities.value("tags", tag_id, "name"), tag_id) for tag_id in tag_ids]
    return ", ".join(tag_id if name is None else name for name, tag_id in names) if names else None
