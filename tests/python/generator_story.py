"""Random events of one conversation, of users and of locks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from generator_columns import (
    action,
    conversation_event,
    external_ids,
    message_event,
    note,
    other,
    result_columns,
    suggestion,
)
from generator_writer import (
    BOTS,
    BURSTS,
    CHANNELS,
    CONTACTS,
    DAY,
    HUMANS,
    INBOXES,
    MICROSECOND,
    SECOND,
    TAGS,
    TEAMS,
    TEXTS,
    TOPICS,
    VIRTUAL_AGENTS,
    Row,
    Writer,
)
from oracle.contract import STREAMS

# Columns that stand on rows of types that do not list them, and must be ignored there.
STRAY: dict[str, Row] = {
    "conversation_events": {
        "status": "sideways",
        "channel_id": "ch-stray",
        "contact_profile_id": "p-stray",
        "conversation_url": "https://stray.example",
        "language": "xx",
        "virtual_agent_id": "va-1",
        "handover_reason": "VA_ENCOUNTERED_ERROR",
        "resolved_by": "agent",
    },
    "message_events": {"direction": "sideways", "author_type": "nobody", "author_id": "u-1", "content": "stray"},
    "csat_events": {"score": 99, "question": "stray", "answer": "stray"},
}


def conversation(writer: Writer, conversation_id: str) -> None:
    """The events of one conversation, in any order."""
    rng = writer.rng
    at = writer.start()
    numbering = rng.choice(("none", "running", "some", "random"))
    length = rng.randrange(1, 34)
    created_at_step = rng.choices((0, rng.randrange(length), None), (70, 20, 10))[0]
    story = Story(writer, conversation_id)
    for number in range(length):
        at += writer.step()
        sequence = {"running": number, "random": rng.randrange(6)}.get(numbering)
        if numbering == "some" and rng.random() < 0.5:
            sequence = number
        if number == created_at_step:
            story.created(at, sequence)
        else:
            story.anything(at, sequence)


def presence(writer: Writer) -> None:
    """Presence changes of all users, many of them repeats or of no length."""
    rng = writer.rng
    for user_id in (*HUMANS, *VIRTUAL_AGENTS[:1], *BOTS):
        for burst in sorted(rng.sample(BURSTS, 4)):
            at = burst
            for number in range(rng.randrange(1, 12)):
                at += writer.step()
                columns = {"presence": rng.choice(("available", "available", "away", "away", "offline"))}
                columns["away_state"] = rng.choice(("lunch", "meeting", "", None))
                sequence = rng.choice((None, number, rng.randrange(4)))
                writer.emit("presence_events", "changed", at, sequence, user_id=user_id, **columns)


def long_session(writer: Writer) -> None:
    """A lock of about 24 hours: taken, perhaps taken again, and ended in one of the ways there are."""
    rng = writer.rng
    conversation_id, user_id, at = rng.choice(writer.conversation_ids), rng.choice(HUMANS), writer.start()
    of_lock = {"conversation_id": conversation_id, "user_id": user_id}
    writer.emit("lock_events", "locked", at, team_id=rng.choice(TEAMS), **of_lock)
    if rng.random() < 0.4:
        writer.emit("lock_events", "locked", at + rng.random() * DAY, team_id=rng.choice(TEAMS), **of_lock)
    end_at = at + DAY + rng.choice((-MICROSECOND, timedelta(0), timedelta(0), MICROSECOND, SECOND, 3600 * SECOND))
    way = rng.choice(("unlocked", "locked", "elsewhere", "status"))
    if way == "elsewhere":
        of_lock["conversation_id"] = rng.choice(writer.conversation_ids)
    if way == "status":
        columns = {"status": rng.choice(("pending", "resolved")), "actor_type": "agent", "actor_id": user_id}
        writer.emit("conversation_events", "status_changed", end_at, conversation_id=conversation_id, **columns)
    else:
        of_lock["user_id"] = rng.choice((user_id, user_id, rng.choice(HUMANS)))
        event_type = "unlocked" if way == "unlocked" else "locked"
        writer.emit("lock_events", event_type, end_at, team_id=rng.choice(TEAMS), **of_lock)


def night_shift(writer: Writer) -> None:
    """A user available from one day into the next, with short breaks, who locks one conversation after the other."""
    rng = writer.rng
    user_id, at = rng.choice(HUMANS), writer.start().replace(hour=21, minute=0)
    end_at = at + rng.random() * 6 * 3600 * SECOND
    while at < end_at:
        at += writer.step() + rng.random() * 900 * SECOND
        presence = rng.choices(("available", "away", "offline"), (7, 2, 1))[0]
        writer.emit("presence_events", "changed", at, user_id=user_id, presence=presence)
        of_lock = {"conversation_id": rng.choice(writer.conversation_ids), "user_id": user_id}
        writer.emit("lock_events", "locked", at + writer.step(), team_id=rng.choice(TEAMS), **of_lock)
        if rng.random() < 0.7:
            unlocked_at = at + rng.random() * 2 * 3600 * SECOND
            writer.emit("lock_events", "unlocked", unlocked_at, team_id=rng.choice(TEAMS), **of_lock)
    writer.emit("presence_events", "changed", end_at, user_id=user_id, presence="offline")


class Story:
    """One conversation: what has been said so far, and everything that can still happen."""

    def __init__(self, writer: Writer, conversation_id: str) -> None:
        self.writer = writer
        self.rng = writer.rng
        self.conversation_id = conversation_id
        self.message_ids: list[str] = []
        self.survey_ids: list[str] = []
        self.agent_id = self.rng.choice(HUMANS)  # who locked it last: most of what agents do here is done by this one
        self.happenings = (
            (self.created, 1),
            (self.inbound, 22),
            (self.outbound, 30),
            (self.message_again, 18),
            (self.status_changed, 16),
            (self.returned, 4),
            (self.handed_over, 9),
            (self.own_other, 14),
            (self.lock, 24),
            (self.tag, 12),
            (self.topic, 10),
            (self.survey, 10),
            (self.bystander, 12),
        )

    def anything(self, at: datetime, sequence: int | None) -> None:
        """Any event, however little sense it makes here."""
        happenings, weights = zip(*self.happenings, strict=True)
        self.rng.choices(happenings, weights)[0](at, sequence)

    def emit(self, stream: str, event_type: str, at: datetime, sequence: int | None, **columns: Any) -> None:
        """One row about this conversation; some columns stand on rows of types that do not list them."""
        if self.rng.random() < 0.1:
            columns = stray_columns(stream, event_type) | columns
        self.writer.emit(stream, event_type, at, sequence, **{"conversation_id": self.conversation_id} | columns)

    def created(self, at: datetime, sequence: int | None) -> None:
        """The conversation's `created` (one that comes again changes nothing)."""
        rng = self.rng
        columns = {"channel_id": rng.choice(CHANNELS), "contact_profile_id": rng.choice(CONTACTS)}
        columns["conversation_url"] = rng.choice((None, "", f"https://care.example/{self.conversation_id}?q=a,b"))
        columns["language"] = rng.choice((None, "en", "fr"))
        columns |= {"inbox_id": rng.choice((None, None, *INBOXES)), **external_ids(rng)}
        self.emit("conversation_events", "created", at, sequence, **self.writer.actor(), **columns)

    def inbound(self, at: datetime, sequence: int | None) -> None:
        """A message to the company, or a line of a system, an automation or somebody of the desk that landed as one."""
        rng = self.rng
        author_type, author_id = "contact", rng.choice((*CONTACTS, None))
        if rng.random() < 0.15:
            author_type = rng.choice(("system", "system", "automation", "automation", "agent", "virtual_agent"))
            author_id = rng.choice((author_id, None, rng.choice((*HUMANS, *VIRTUAL_AGENTS, *BOTS))))
        self.message(at, sequence, direction="inbound", author_type=author_type, author_id=author_id)

    def returned(self, at: datetime, sequence: int | None) -> None:
        """A resolution, mostly by a virtual agent, and a contact who writes again in the same second, or later."""
        rng = self.rng
        columns = {"status": "resolved", "resolved_by": "virtual_agent", **self.writer.actor()}
        if rng.random() < 0.7:
            columns |= {"actor_type": "virtual_agent", "actor_id": rng.choice(VIRTUAL_AGENTS)}
        self.emit("conversation_events", "status_changed", at, sequence, **columns)
        back_at = at + rng.choice((timedelta(0), SECOND, 3600 * SECOND, 2 * DAY))
        actor = {"actor_type": "contact", "actor_id": rng.choice(CONTACTS)}
        if rng.random() < 0.7:
            self.emit("conversation_events", "status_changed", back_at, rng.choice((None, 9)), status="new", **actor)
        self.inbound(back_at, rng.choice((None, 9)))
        if rng.random() < 0.5:
            self.outbound(back_at + rng.choice((timedelta(0), 60 * SECOND)), None)

    def outbound(self, at: datetime, sequence: int | None) -> None:
        """A message of the company, by any possible author."""
        rng = self.rng
        author_type = rng.choices(("agent", "virtual_agent", "automation", "system", "contact"), (60, 24, 8, 6, 2))[0]
        pools = {"agent": (*HUMANS, *HUMANS, *BOTS, None), "virtual_agent": (*VIRTUAL_AGENTS, *VIRTUAL_AGENTS, None)}
        author_id = rng.choice(pools.get(author_type, (*HUMANS, *VIRTUAL_AGENTS, *BOTS, *BOTS, None)))
        if author_type == "agent" and rng.random() < 0.6:
            author_id = self.agent_id
        self.message(at, sequence, direction="outbound", author_type=author_type, author_id=author_id)

    def message(self, at: datetime, sequence: int | None, **columns: Any) -> None:
        """A message's `created`; sometimes of an id that has one already, or had only updates so far."""
        rng = self.rng
        message_id = f"m-{self.conversation_id}-{len(self.message_ids)}"
        if self.message_ids and rng.random() < 0.08:
            message_id = rng.choice(self.message_ids)
        elif rng.random() < 0.06:
            message_id = f"late-{self.conversation_id}"
        self.message_ids.append(message_id)
        columns |= {name: rng.choice(TEXTS) for name in ("content", "system_user_type", "post_url")}
        columns["message_type"] = rng.choice((None, "text", "image", "new_kind"))
        columns["origin"] = rng.choice((None, "sparkcentral", "medium", "elsewhere"))
        columns["outbound_type"] = rng.choice((None, "reply", "proactive", "campaign"))
        columns |= result_columns(rng, at, self.message_ids)
        if rng.random() < 0.5:
            columns |= self.writer.actor()
        columns["team_id"] = rng.choice(TEAMS)
        self.emit("message_events", "created", at, sequence, message_id=message_id, **columns)

    def message_again(self, at: datetime, sequence: int | None) -> None:
        """A later event of a message, whose `created` may never come."""
        message_id = self.rng.choice((*self.message_ids, f"late-{self.conversation_id}"))
        event_type, columns = message_event(self.rng)
        self.emit("message_events", event_type, at, sequence, message_id=message_id, **self.writer.actor(), **columns)

    def status_changed(self, at: datetime, sequence: int | None) -> None:
        """A status, repeats included."""
        rng = self.rng
        by = ("agent", "virtual_agent", "bulk_resolve", "system", "auto_resolve", "wizard", None)
        columns = {"status": rng.choices(("new", "pending", "resolved"), (2, 3, 5))[0], "resolved_by": rng.choice(by)}
        triggers = ("human_agent", "virtual_agent", "automation", "auto_resolve", "magic", None)
        columns["resolve_trigger"] = rng.choice(triggers)
        columns |= {name: rng.choice(TEXTS) for name in ("resolve_reason", "resolve_comment")}
        columns |= self.writer.actor()
        if rng.random() < 0.4:
            columns |= {"actor_type": "agent", "actor_id": self.agent_id}
        elif rng.random() < 0.3:
            columns |= {rng.choice(("actor_type", "actor_id")): None}
        self.emit("conversation_events", "status_changed", at, sequence, **columns)

    def handed_over(self, at: datetime, sequence: int | None) -> None:
        """A hand-over or a reassignment, perhaps before anything was said."""
        rng = self.rng
        columns = {"virtual_agent_id": rng.choice(VIRTUAL_AGENTS)}
        event_type = rng.choice(("handed_over", "handed_over", "reassigned_to_human"))
        if event_type == "handed_over":
            columns["handover_reason"] = rng.choice(("VA_ENCOUNTERED_ERROR", "CUSTOMER_ASKED", "", None))
        self.emit("conversation_events", event_type, at, sequence, **self.writer.actor(), **columns)

    def own_other(self, at: datetime, sequence: int | None) -> None:
        """Events of the conversation that change little."""
        event_type, columns = conversation_event(self.rng, at)
        self.emit("conversation_events", event_type, at, sequence, **self.writer.actor(), **columns)

    def lock(self, at: datetime, sequence: int | None) -> None:
        """An agent opens or leaves the conversation, whether or not that fits."""
        event_type = self.rng.choice(("locked", "locked", "locked", "unlocked", "unlocked"))
        user_id = self.agent_id if self.rng.random() < 0.5 else self.rng.choice((*HUMANS, BOTS[0]))
        if event_type == "locked":
            self.agent_id = user_id
        self.emit("lock_events", event_type, at, sequence, user_id=user_id, team_id=self.rng.choice(TEAMS))

    def tag(self, at: datetime, sequence: int | None) -> None:
        """A tag put on a message, or taken from it; the message may be unknown."""
        rng = self.rng
        unseen = (f"unseen-{self.conversation_id}", f"late-{self.conversation_id}")
        message_id = rng.choice((*self.message_ids, rng.choice(unseen)))
        columns = {"message_id": message_id, "tag_id": rng.choice(TAGS), **self.writer.actor()}
        if rng.random() < 0.5:
            columns["conversation_id"] = None
        self.emit("tag_events", rng.choice(("applied", "applied", "removed")), at, sequence, **columns)

    def topic(self, at: datetime, sequence: int | None) -> None:
        """A topic put on the conversation, or taken from it."""
        columns = {"topic_id": self.rng.choice(TOPICS), **self.writer.actor()}
        event_type = self.rng.choice(("applied", "applied", "removed"))
        self.emit("topic_events", event_type, at, sequence, **columns)

    def survey(self, at: datetime, sequence: int | None) -> None:
        """An event of a survey: sent, answered, answered again, skipped, not understood, followed up."""
        rng = self.rng
        if not self.survey_ids or rng.random() < 0.2:
            self.survey_ids.append(f"s-{self.conversation_id}-{len(self.survey_ids)}")
        columns = {"survey_id": rng.choice(self.survey_ids), "team_id": rng.choice(TEAMS)}
        columns["agent_id"] = rng.choice((*HUMANS, *VIRTUAL_AGENTS, None))
        event_type, answers = rng.choice(
            (
                ("sent", {}),
                ("answered", {"score": rng.randrange(1, 6)}),
                ("answered", {"score": rng.randrange(1, 6)}),
                ("skipped", {}),
                ("unrecognized", {}),
                ("follow_up_asked", {"question": rng.choice(TEXTS) or "why?"}),
                ("follow_up_answered", {"answer": rng.choice(TEXTS) or "so"}),
            )
        )
        if event_type == "answered" and rng.random() < 0.4:  # the customer's answer names no agent
            columns |= rng.choice(({"agent_id": None}, {"team_id": None}, {"agent_id": None, "team_id": None}))
        self.emit("csat_events", event_type, at, sequence, **columns, **answers)

    def bystander(self, at: datetime, sequence: int | None) -> None:
        """Events that only name the conversation, or not even that."""
        message_id = self.rng.choice((None, None, f"unseen-{self.conversation_id}", *self.message_ids[-3:]))
        stream, event_type, columns = self.rng.choice((note, suggestion, action, other))(self.rng, self.conversation_id)
        self.emit(stream, event_type, at, sequence, **{"message_id": message_id, **columns})


def stray_columns(stream: str, event_type: str) -> Row:
    """Columns that the type does not list."""
    listed = STREAMS[stream].columns(event_type)
    return {column: value for column, value in STRAY.get(stream, {}).items() if column not in listed}
