"""Inbox sessions of random logs, and the presence around them."""

from __future__ import annotations

from datetime import datetime, timedelta

from generator_columns import shortly
from generator_writer import (
    BOTS,
    BURSTS,
    DAY,
    HUMANS,
    INBOXES,
    MICROSECOND,
    MODES,
    SECOND,
    TEXTS,
    VIRTUAL_AGENTS,
    Writer,
)


def inbox_sessions(writer: Writer) -> None:
    """Sessions of all users around every burst: tabs that overlap, tabs that stay open, sessions without an entry."""
    rng = writer.rng
    for user_id in (*HUMANS, *VIRTUAL_AGENTS[:1], *BOTS):
        for number, burst in enumerate(BURSTS):
            favourite = rng.choice((*INBOXES, None))
            at = burst + rng.random() * rng.choice((2, 2, 30)) * 3600 * SECOND
            for tab in range(rng.choice((0, 1, 1, 2, 3))):
                inbox_id = favourite if rng.random() < 0.5 else rng.choice((*INBOXES, None))
                session(writer, f"is-{user_id}-{number}-{tab}", user_id, inbox_id, at)
                at += rng.choice((0 * SECOND, rng.random() * SECOND, rng.random() * 1200 * SECOND, shortly(rng)))
    for number in range(10):  # ids that several users have, in the wrong order
        session(writer, f"is-{number % 3}", rng.choice(HUMANS), rng.choice(INBOXES), writer.start())


def session(writer: Writer, session_id: str, user_id: str, inbox_id: str | None, at: datetime) -> None:
    """One session: entered, perhaps entered again, left, left too early, left twice, or never left."""
    rng = writer.rng
    of_session = {"session_id": session_id, "user_id": user_id}

    def entered(when: datetime, inbox_id: str | None) -> None:
        columns = {"inbox_id": inbox_id, "selected_tab": rng.choice(TEXTS), "mode": rng.choice((*MODES, None))}
        sequence = rng.choice((None, None, rng.randrange(3)))
        writer.emit("inbox_session_events", "entered", when, sequence, **of_session, **columns)

    def left(when: datetime) -> None:
        writer.emit("inbox_session_events", "left", when, rng.choice((None, None, rng.randrange(3))), **of_session)

    stay = shortly(rng)
    way = rng.choices(("left", "forgotten", "early", "twice", "never entered"), (50, 35, 8, 12, 3))[0]
    if way != "never entered":
        entered(at, inbox_id)
    if rng.random() < 0.15:
        entered(at + stay * rng.choice((0.5, 1.5)), rng.choice((*INBOXES, None)))
    if way == "early":
        left(at - rng.choice((SECOND, rng.random() * 600 * SECOND)))
    if way in ("left", "twice", "never entered"):
        left(at + stay)
    if way == "twice":
        left(at + stay + rng.random() * DAY)
    if way == "forgotten" and rng.random() < 0.2:  # around the limit of 24 hours
        end_at = at + DAY + rng.choice((-MICROSECOND, timedelta(0), timedelta(0), SECOND))
        writer.emit("presence_events", "changed", end_at, None, user_id=user_id, presence="offline")
    if rng.random() < 0.4:
        presence = {"user_id": user_id, "presence": rng.choice(("offline", "offline", "available", "away"))}
        writer.emit("presence_events", "changed", at + rng.choice((stay, shortly(rng))), None, **presence)
    if rng.random() < 0.5:
        presence = {"user_id": user_id, "presence": "available", "away_state": None}
        writer.emit("presence_events", "changed", at - rng.random() * 3600 * SECOND, None, **presence)


def not_over_yet(writer: Writer) -> None:
    """Open intervals at the end of the log: users who are logged in, in inboxes, and have conversations open."""
    rng = writer.rng
    latest = max(row["occurred_at"] for rows in writer.events.values() for row in rows)
    for user_id in (*HUMANS, *BOTS):
        of_user, of_session = {"user_id": user_id}, {"session_id": f"open-{user_id}", "user_id": user_id}
        presence = rng.choice(("available", "away"))
        writer.emit(
            "presence_events", "changed", latest - rng.random() * 4 * 3600 * SECOND, presence=presence, **of_user
        )
        entered_at = latest - rng.choice((timedelta(0), rng.random() * SECOND, rng.random() * 2 * 3600 * SECOND))
        writer.emit("inbox_session_events", "entered", entered_at, inbox_id=rng.choice(INBOXES), **of_session)
        locked_at = latest - rng.choice((timedelta(0), rng.random() * 2 * DAY))
        conversation_id = rng.choice(writer.conversation_ids)
        writer.emit("lock_events", "locked", locked_at, conversation_id=conversation_id, **of_user)
