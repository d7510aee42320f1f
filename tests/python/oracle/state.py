"""Everything that the exports of one org need, replayed from its events."""

from __future__ import annotations

from datetime import datetime

from .conversations import Conversation, conversations
from .entities import Entities
from .labels import Application, applications
from .locks import LockBook, Session
from .log import Event
from .messages import Message, conversation_of_messages, messages
from .opening_hours import open_seconds
from .presence import presence_intervals
from .responses import Response, responses
from .surveys import Survey, surveys

OPENING = ("opening_timezone", "opening_hours", "holidays")


class State:
    """An org as seen from a list of its events; `entities` come from all of them, whatever the as-of."""

    def __init__(self, events: list[Event], entities: Entities) -> None:
        self.events = events
        self.entities = entities
        self.as_of: datetime | None = events[-1].occurred_at if events else None
        self.messages: dict[str, Message] = messages(events)
        self.conversation_of: dict[str, str] = conversation_of_messages(events)
        self.surveys = surveys(events)
        self.conversations_of_survey: dict[str, set[str]] = {}
        for event in events:
            if event.is_a("csat_events"):
                self.conversations_of_survey.setdefault(event["survey_id"], set()).add(event["conversation_id"])
        self.conversations = conversations(events, self.messages, self.conversation_of, self.surveys)
        self.topics = applications(events, "topic_events")
        self.tags = applications(events, "tag_events")
        self.presence = presence_intervals(events)
        self.responses: list[Response] = [
            response for conversation in self.conversations.values() for response in responses(conversation)
        ]
        self.locks: LockBook = self._locks(events)
        self.sessions: list[Session] = self.locks.ended

    def _locks(self, events: list[Event]) -> LockBook:
        changes = {change.position for c in self.conversations.values() for change in c.status_changes}
        outbound = {m.created.position: m for m in self.messages.values() if m.is_human_outbound}
        book = LockBook()
        for event in events:
            if event.is_a("lock_events", "locked"):
                book.lock(event)
            elif event.is_a("lock_events", "unlocked"):
                book.unlock(event)
            elif event.position in changes:
                book.status_change(event)
            elif event.position in outbound:
                book.outbound_by_agent(outbound[event.position].conversation_id, event)
        return book

    def conversation_of_message(self, message: Message) -> Conversation:
        """The conversation of a message."""
        return self.conversations[message.conversation_id]

    def conversation_of_tag(self, tag: Application) -> Conversation | None:
        """The conversation of a tagged message, else the one that the tag event names, else none."""
        conversation_id = self.conversation_of.get(tag.target_id, tag.event["conversation_id"])
        return None if conversation_id is None else self.conversations[conversation_id]

    def content(self, message: Message) -> str | None:
        """The content of a message after its updates, without what an erased contact had written in it."""
        authors: list[str | None] = []
        if message.is_outbound and message.created["author_type"] == "contact":
            authors.append(message.created["author_id"])
        if message.is_inbound:
            # The named author wrote it, whatever the author type; a named contact is its only author.
            authors.append(message.created["author_id"])
            if authors[0] is None or message.created["author_type"] != "contact":
                authors.append(self.conversation_of_message(message).contact_profile_id)
        content: str | None = None
        for event in (message.created, *message.updates):
            is_own_update = event is not message.created and self.entities.is_own_and_erased(event, "actor_id")
            if event["content"] is not None and not is_own_update:
                content = event["content"]
            # A text written before the erasure is gone; one written after it is new.
            if any(self.entities.is_erased_after(author, event.position) for author in authors):
                content = None
        return content

    def follow_up_answer(self, survey: Survey) -> str | None:
        """The last free answer of a survey, without one that an erased contact of its conversation had given.

        A survey whose events name several conversations belongs to the contacts of all of them.
        """
        answered = survey.follow_up_answered
        if answered is None:
            return None
        contacts = {
            self.conversations[found].contact_profile_id for found in self.conversations_of_survey[survey.survey_id]
        }
        is_erased = any(self.entities.is_erased_after(contact, answered.position) for contact in contacts)
        return None if is_erased else answered["answer"]

    def first_response_time_s(self, conversation: Conversation) -> int | None:
        """Seconds of the First Response inside the opening hours of the conversation's channel."""
        if conversation.first_response is None:
            return None
        start, reply = conversation.first_response
        channel = {name: self.entities.value("channels", conversation.channel_id, name) for name in OPENING}
        return open_seconds(channel, start, reply.at)
