"""Entities: the newest row of each, and the remains of erased contacts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .contract import ENTITY_KEYS
from .log import Event


@dataclass
class Entity:
    """An entity: the columns and the place of its last `upserted` row, and whether its last row deleted it."""

    columns: dict[str, Any] = field(default_factory=dict)
    is_deleted: bool = False
    position: int = -1


# Texts of events that name who acted in one column: the column, and the texts.
OWN_TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "conversation_events": ("actor_id", ("resolve_reason", "resolve_comment")),
    "note_events": ("author_id", ("note",)),
    "help_events": ("actor_id", ("question", "answer")),
    "approval_events": ("actor_id", ("comment",)),
    "action_events": ("user_id", ("subject",)),
}


class Entities:
    """All entities of one org. They are never cut by an as-of: names and settings are the newest."""

    def __init__(self, events: list[Event]) -> None:
        self._entities: dict[str, dict[tuple, Entity]] = {stream: {} for stream in ENTITY_KEYS}
        self.erasures: dict[str, list[int]] = {}
        for event in events:
            if event.stream in ENTITY_KEYS:
                self._apply(event)

    def _apply(self, event: Event) -> None:
        known = self._entities[event.stream]
        key = tuple(event[column] for column in ENTITY_KEYS[event.stream])
        entity = known.setdefault(key, Entity())
        if event.event_type == "upserted":
            entity.columns = dict(event.columns)
            entity.is_deleted = False
            entity.position = event.position
            return
        entity.is_deleted = True
        if event.stream == "contacts" and event["erase"]:
            self._erase(event)

    def _erase(self, event: Event) -> None:
        """Forget the rows of a contact before this event; later rows are new, and ids stay."""
        contact_profile_id = event["contact_profile_id"]
        self.erasures.setdefault(contact_profile_id, []).append(event.position)
        contact = self._entities["contacts"][(contact_profile_id,)]
        contact.columns = {"person_id": contact.columns.get("person_id")}
        attributes = self._entities["contact_attributes"]
        for key in [key for key in attributes if key[0] == contact_profile_id]:
            del attributes[key]

    def is_erased_after(self, contact_profile_id: str | None, position: int) -> bool:
        """Whether the contact was erased after the place in event order."""
        return any(erased > position for erased in self.erasures.get(contact_profile_id, ()))

    def is_own_and_erased(self, event: Event, actor: str) -> bool:
        """Whether the contact named in a column made the event, and was erased after it."""
        return event["actor_type"] == "contact" and self.is_erased_after(event[actor], event.position)

    def without_own_texts(self, event: Event) -> Event:
        """The event without the texts that an erased contact wrote in it; contents of messages are no such texts."""
        actor, texts = OWN_TEXTS.get(event.stream, ("", ()))
        if not texts or not self.is_own_and_erased(event, actor):
            return event
        return replace(event, columns={**event.columns, **dict.fromkeys(texts)})

    def value(self, stream: str, entity_id: str | None, column: str) -> Any:
        """A column of an entity, None without an id and for an entity without a row."""
        entity = self._entities[stream].get((entity_id,))
        return entity.columns.get(column) if entity else None

    def teams_of(self, user_id: str | None) -> list[str]:
        """The teams in which the newest row of a user puts him, as it lists them."""
        return [team_id for team_id in self.value("users", user_id, "team_ids") or () if team_id is not None]

    def team_acted_for(self, named: str | None, actor_type: str | None, actor_id: str | None) -> str | None:
        """The team that an event names; else, for an agent's event, the agent's only team now."""
        if named is not None or actor_type != "agent":
            return named
        teams = set(self.teams_of(actor_id))
        return teams.pop() if len(teams) == 1 else None

    def is_deleted(self, stream: str, entity_id: str) -> bool:
        """Whether the entity's last row deleted it (never for an entity without a row)."""
        entity = self._entities[stream].get((entity_id,))
        return entity.is_deleted if entity else False

    def all_of(self, stream: str) -> dict[tuple, Entity]:
        """Every entity of a stream by its key."""
        return self._entities[stream]

    def attributes_of(self, contact_profile_id: str) -> dict[str, Entity]:
        """The attributes of a contact by id."""
        attributes = self._entities["contact_attributes"]
        return {key[1]: entity for key, entity in attributes.items() if key[0] == contact_profile_id}
