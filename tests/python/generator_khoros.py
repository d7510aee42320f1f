"""Random Khoros Care events: one call that extends the rows of an org and adds further ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from generator_writer import BOTS, DAY, HUMANS, MICROSECOND, SECOND, TEAMS, TEXTS, Row, Writer

MEDIA = ("twitter", "whatsapp", "email", "sms", None)
TEAM_LISTS = (None, [], ["t-1"], ["t-1", "t-1"], [None, "t-2"], ["t-2", "t-1"], ["t-1", "t-9"], ["t-9", "t-2", "t-1"])
DECISIONS = ("approved", "rejected", "withdrawn")
NEARBY = (timedelta(0), MICROSECOND, SECOND, 59 * SECOND, 600 * SECOND, 7200 * SECOND)


def khoros(writer: Writer) -> None:
    """Adds all events, after those of the conversations."""
    for stream, event_type, add in (
        ("users", "upserted", add_to_user),
        ("contacts", "upserted", add_to_contact),
        ("conversation_events", "created", add_to_conversation),
        ("conversation_events", "assigned", add_to_assignment),
        ("message_events", "created", add_to_message),
    ):
        for row in writer.events.get(stream, ()):
            if row["event_type"] == event_type:
                add(writer, row)
    outbound = [row for row in writer.events["message_events"] if row.get("direction") == "outbound"]
    human = [row for row in outbound if row["author_type"] == "agent"] or outbound
    settings(writer)
    for number in range(len(writer.conversation_ids)):
        approval(writer, f"ap-{number}", writer.rng.choice(writer.rng.choice((outbound, human, human))))
        help_request(writer, f"h-{number}", writer.rng.choice(outbound))
        priority_and_queue(writer)


def add_to_user(writer: Writer, row: Row) -> None:
    """Teams, described or not; few are disabled."""
    row["team_ids"] = writer.rng.choice(TEAM_LISTS)
    row["is_disabled"] = writer.rng.choice((None, False, False, False, True))


def add_to_contact(writer: Writer, row: Row) -> None:
    """Name and medium."""
    row |= {"medium": writer.rng.choice(MEDIA), "display_name": writer.rng.choice(TEXTS)}


def add_to_conversation(writer: Writer, row: Row) -> None:
    """Number, priority and inbox of the `created`."""
    rng = writer.rng
    if row.get("inbox_id") is None:
        row["inbox_id"] = rng.choice((None, "in-1", "in-2", "in-9"))
    row["display_number"] = rng.choice((None, "A-7", "7.6", "", str(rng.randrange(10**6))))
    row["priority"] = rng.choice((None, *range(6)))


def add_to_assignment(writer: Writer, row: Row) -> None:
    """The team that an assignment is for; bots are assigned, too."""
    rng = writer.rng
    row["assignee_team_id"] = rng.choice(TEAMS)
    if row.get("assignee_id") is None and rng.random() < 0.7:
        row["assignee_id"] = rng.choice((*HUMANS, *HUMANS, *BOTS))


def add_to_message(writer: Writer, row: Row) -> None:
    """Published before or after it came; in reply to any message around it, of the conversation or another one."""
    rng = writer.rng
    nearby = rng.choice((-1, 1)) * rng.choice(NEARBY)
    row["published_at"] = rng.choice((None, None, row["occurred_at"] + nearby))
    of_conversation = f"m-{row['conversation_id']}-"
    row["in_reply_to_message_id"] = rng.choice(
        (None, None, f"{of_conversation}{rng.randrange(6)}", "m-c-0-0", "nowhere")
    )
    row["sentiment"] = rng.choice((None, None, -2, -1, 0, 0, 1, 2))
    row["language"] = rng.choice((None, "en", "tr"))
    for column in ("external_id", "location_id"):
        row[column] = rng.choice((None, "x-1", "x-2"))
    row["result_type"] = rng.choice((None, "post", "comment", "private_message", "smoke_signal"))
    if row.get("direction") == "outbound" and rng.random() < 0.5:
        row["outbound_type"] = rng.choice((None, "reply"))


def approval(writer: Writer, approval_id: str, outbound: Row) -> None:
    """An approval around a response: submitted again, decided again, before its submission, without one, or never."""
    rng = writer.rng
    conversation_id = outbound["conversation_id"]
    message_id = rng.choice((outbound["message_id"],) * 4 + (None, f"draft-{approval_id}", f"m-{conversation_id}-0"))
    agent_id = rng.choice((outbound.get("author_id"), rng.choice(HUMANS), None))
    of_approval = {"approval_id": approval_id, "conversation_id": conversation_id}

    def emit(event_type: str, at: datetime, **columns: str | None) -> None:
        told = {"message_id": message_id, "agent_id": agent_id}
        told = {name: value if rng.random() < 0.8 else None for name, value in told.items()}
        actor = writer.actor() if rng.random() < 0.6 else {"actor_type": None, "team_id": rng.choice(TEAMS)}
        sequence = rng.choice((None, None, rng.randrange(4)))
        writer.emit("approval_events", event_type, at, sequence, **actor, **of_approval, **told, **columns)

    before = rng.choice((*NEARBY, rng.random() * 1800 * SECOND))
    submitted_at = outbound["occurred_at"] - before
    approver_id = rng.choice((*HUMANS, *BOTS, agent_id or "u-1"))
    decided_at = submitted_at + rng.choice((-SECOND, timedelta(0), before, before * rng.random(), 1800 * SECOND))
    if rng.random() < 0.93:
        emit("submitted", submitted_at)
    if rng.random() < 0.2:
        emit("submitted", submitted_at + rng.choice(NEARBY))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        decision = rng.choice(DECISIONS)
        columns = {} if decision == "withdrawn" else {"approver_id": approver_id}
        columns |= {"comment": rng.choice(TEXTS)} if decision == "rejected" else {}
        emit(decision, decided_at, **columns)
        decided_at += rng.choice(NEARBY)
        approver_id = rng.choice((approver_id, rng.choice(HUMANS)))
    if rng.random() < 0.7:
        stay = rng.choice(NEARBY)
        of_lock = {"conversation_id": conversation_id, "user_id": approver_id}
        writer.emit("lock_events", "locked", submitted_at + rng.choice((-1, 1)) * rng.choice(NEARBY[:4]), **of_lock)
        writer.emit("lock_events", "unlocked", decided_at + stay, **of_lock)


def help_request(writer: Writer, help_request_id: str, outbound: Row) -> None:
    """A help request around a response: asked, answered or ended more than once, in any order, or never asked."""
    rng = writer.rng
    requester_id = rng.choice((*HUMANS, outbound.get("author_id"), None))
    at = outbound["occurred_at"] - rng.choice(NEARBY)
    types = ["requested"] * rng.choice((0, 1, 1, 1, 1, 2)) + ["answered"] * rng.choice((0, 1, 1, 2))
    types += rng.choice(([], [], ["closed"], ["expired"], ["expired", "closed"]))
    if rng.random() < 0.15:
        rng.shuffle(types)
    for event_type in types or ["requested"]:
        columns: Row = {"requester_id": requester_id if rng.random() < 0.8 else None}
        for column in {"requested": ("question", "expert_name", "expert_email"), "answered": ("answer",)}.get(
            event_type, ()
        ):
            columns[column] = rng.choice(TEXTS)
        actor = writer.actor() if rng.random() < 0.6 else {"actor_type": None}
        of_request = {"help_request_id": help_request_id, "conversation_id": outbound["conversation_id"]}
        writer.emit(
            "help_events", event_type, at, rng.choice((None, rng.randrange(4))), **actor, **of_request, **columns
        )
        at += rng.choice(NEARBY)


def priority_and_queue(writer: Writer) -> None:
    """A priority, a queue, a snooze and an owner for some conversation, around a burst."""
    rng = writer.rng
    of_conversation = {"conversation_id": rng.choice(writer.conversation_ids), **writer.actor()}
    for event_type, columns in (
        ("priority_set", {"priority": rng.randrange(6)}),
        ("queue_changed", {"queue_id": rng.choice(("q-1", "q-2", "q-9"))}),
        ("snoozed", {"snoozed_until": rng.choice((None, writer.start(), writer.start() + 300 * DAY))}),
        ("assigned", {"assignee_id": rng.choice((*HUMANS, *BOTS, None)), "assignee_team_id": rng.choice(TEAMS)}),
    ):
        if rng.random() < 0.6:
            writer.emit("conversation_events", event_type, writer.start(), None, **of_conversation, **columns)


def settings(writer: Writer) -> None:
    """Names of queues, and service levels of inboxes; ids that end in 9 have no row."""
    rng = writer.rng
    for number in (1, 2, 1):
        queue = {"queue_id": f"q-{number}", "name": rng.choice(TEXTS) or "named"}
        inbox = {"inbox_id": f"in-{number}", "first_reply_service_level_s": rng.choice((None, 0, 60, 7200))}
        writer.emit("queues", "upserted", writer.start(), None, **queue)
        writer.emit("inboxes", "upserted", writer.start(), None, name="inbox", **inbox)
