"""The ids, instants and texts that random logs are made of, and the writer of their rows."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Events = dict[str, list[Row]]

ORGS = ("acme", "globex")
CHANNELS = ("ch-1", "ch-2", "ch-3", "ch-4", "ch-5", "ch-9")  # ch-9 has no row, nor has any other id that ends in 9
CONTACTS = ("p-1", "p-2", "p-3", "p-4", "p-5", "p-9")
HUMANS = ("u-1", "u-2", "u-3", "u-4", "u-5", "u-6", "u-9")
VIRTUAL_AGENTS = ("va-1", "va-2", "va-9")
BOTS = ("bot-1", "bot-2")
TEAMS = ("t-1", "t-2", "t-9", None, None)
TOPICS = ("to-1", "to-2", "to-3", "to-9", "both-1")  # both-1 is also the id of a tag
TAGS = ("ta-1", "ta-2", "ta-3", "ta-9", "both-1")
INBOXES = ("in-1", "in-2", "in-3", "in-9")
QUEUES = ("q-1", "q-1", "q-2", "u_u-1", "u_", "U_1", "q-9")
MODES = ("claim", "claim", "push", "telepathy", None)
PERSONS = ("per-1", "per-1", "per-2", "p-1", None, None)
ACTORS = ("agent", "agent", "agent", "virtual_agent", "contact", "automation", "bulk", "system", None, "robot")
# Bursts of events: a plain Monday, clock changes of Europe, of New York and Newfoundland, of Lord Howe (half an hour),
# the turn of a week.
PLAIN, LORD_HOWE = ((3, 3, 8), (6, 1, 23)), ((4, 5, 14, 30), (10, 4, 15))
AMERICA, EUROPE = ((3, 9, 5, 30), (11, 2, 4)), ((3, 29, 22), (3, 30, 0, 30), (10, 25, 22, 30), (10, 26, 0, 15))
BURSTS = tuple(datetime(2025, *at, tzinfo=UTC) for at in (*PLAIN, *LORD_HOWE, *AMERICA, *EUROPE))
TEXTS = ("", "hello", 'say "hi", please', "two\nlines", "=1+1", "é日本🙂", "a, b", " ' ", "007", "\t;", None, "x" * 40)
CLOCKS = ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "09:00", "12:15", "17:00", "20:00", "23:59")
ZONES = (None, "UTC", "Europe/Brussels", "Europe/Brussels", "America/New_York", "Asia/Kolkata", "Europe/London")
HOLIDAYS = tuple(date(2025, *day) for day in ((3, 3), (3, 4), (3, 9), (3, 30), (3, 31), (10, 26), (10, 27), (11, 2)))
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


class Writer:
    """Writes the rows of one org."""

    def __init__(self, rng: random.Random, org_id: str, conversations: int) -> None:
        self.rng = rng
        self.org_id = org_id
        self.conversation_ids = [f"c-{number}" for number in range(conversations)]
        self.events: Events = {}
        self.used: set[tuple[str, str]] = set()
        self.last_event_id = "0"

    def emit(self, stream: str, event_type: str, at: datetime, sequence: int | None = None, **columns: Any) -> Row:
        """Append one row; its ingestion may lie days later, or up to a day earlier, or be unknown."""
        rng = self.rng
        event_id = self.last_event_id  # often the id of the event before: the stream's name then breaks the tie
        while rng.random() < 0.8 or (stream, event_id) in self.used:
            event_id = f"{rng.choice('aAzZé_1')}{rng.randrange(10**6)}"
            if (stream, event_id) not in self.used:
                break
        self.used.add((stream, event_id))
        self.last_event_id = event_id
        delay = rng.choice((None, timedelta(0), SECOND, rng.random() * 3 * DAY, -DAY, -rng.random() * DAY))
        row: Row = {
            "event_id": event_id,
            "event_type": event_type,
            "org_id": self.org_id,
            "occurred_at": at,
            "sequence": sequence,
            "ingested_at": None if delay is None else at + delay,
            **columns,
        }
        if rng.random() < 0.05:
            row["vendor_extra"] = rng.choice(TEXTS)
        row = {column: value for column, value in row.items() if value is not None or rng.random() < 0.5}
        self.events.setdefault(stream, []).append(row)
        return row

    def actor(self) -> Row:
        """The actor: mostly one whose kind fits the actor type."""
        rng = self.rng
        actor_type = rng.choice(ACTORS)
        ids = {"agent": HUMANS, "virtual_agent": VIRTUAL_AGENTS, "contact": (*CONTACTS, None)}.get(
            actor_type, (*HUMANS, *VIRTUAL_AGENTS, *BOTS, None)
        )
        actor_id = rng.choice((*HUMANS, *VIRTUAL_AGENTS, *BOTS, None)) if rng.random() < 0.1 else rng.choice(ids)
        return {"actor_type": actor_type, "actor_id": actor_id, "team_id": rng.choice(TEAMS)}

    def step(self) -> timedelta:
        """Time to the next event of a conversation: often none, sometimes about a day."""
        rng = self.rng
        return rng.choices(
            (
                timedelta(0),
                rng.randrange(1, 10**6) * MICROSECOND,
                rng.randrange(1, 5) * SECOND,
                rng.randrange(1, 600) * SECOND + rng.randrange(1000) * timedelta(milliseconds=1),
                rng.randrange(1, 8 * 3600) * SECOND,
                DAY + rng.choice((-MICROSECOND, timedelta(0), MICROSECOND, 6 * 3600 * SECOND)),
            ),
            (38, 8, 16, 28, 8, 2),
        )[0]

    def start(self) -> datetime:
        """An instant within two hours, or two days, of a burst."""
        return self.rng.choice(BURSTS) + self.rng.randrange(self.rng.choice((7200, 172800))) * SECOND
