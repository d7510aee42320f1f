"""Agents, teams and authors: who counts as one, and the columns that name them."""

from __future__ import annotations

from typing import Any

from .entities import Entities
from .log import Event

Row = dict[str, Any]


class People:
    """The people and teams of an org, as of now: no value depends on a moment."""

    def __init__(self, all_events: list[Event], entities: Entities) -> None:
        self._entities = entities
        self._user_ids = [event["user_id"] for event in all_events if event.stream == "users"]
        # An erasure forgets the person, not the medium.
        self._medium_of_contact = {
            event["contact_profile_id"]: event["medium"] for event in all_events if event.is_a("contacts", "upserted")
        }

    @property
    def described_agents(self) -> list[str]:
        """Everybody whom `users` calls human."""
        users = dict.fromkeys(self._user_ids)
        return [user_id for user_id in users if self._entities.value("users", user_id, "user_type") == "human"]

    def is_agent(self, user_id: str | None) -> bool:
        """Whether `users` calls the user human, or does not describe him."""
        return user_id is not None and self._entities.value("users", user_id, "user_type") in (None, "human")

    def is_disabled(self, user_id: str | None) -> bool:
        """Disabled or deleted now."""
        if user_id is None:
            return False
        return bool(self._entities.value("users", user_id, "is_disabled")) or self._entities.is_deleted(
            "users", user_id
        )

    def teams_of(self, user_id: str | None) -> list[str]:
        """The teams that a user is in now, as the user's row lists them."""
        return self._entities.teams_of(user_id)

    def user_columns(self, prefix: str, user_id: str | None, with_email: bool = True) -> Row:
        """`<prefix>_id`, `_name` and `_email` of a user."""
        row = {f"{prefix}_id": user_id, f"{prefix}_name": self._entities.value("users", user_id, "name")}
        if with_email:
            row[f"{prefix}_email"] = self._entities.value("users", user_id, "email")
        return row

    def author_columns(self, author_id: str | None) -> Row:
        """Id, name and handle of a contact profile."""
        return {
            "author_id": author_id,
            "author_name": self._entities.value("contacts", author_id, "display_name"),
            "author_handle": self._entities.value("contacts", author_id, "primary_identifier"),
        }

    def queue_columns(self, queue_id: str | None) -> Row:
        """Id and name of a work queue."""
        return {"work_queue_id": queue_id, "work_queue_name": self._entities.value("queues", queue_id, "name")}

    def medium_of_contact(self, contact_profile_id: str | None) -> str | None:
        """The medium of a contact's newest description."""
        return self._medium_of_contact.get(contact_profile_id)
