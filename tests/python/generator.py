"""Random event logs that are as nasty as the landing contract allows, and requests to ask of them.

Everything follows from the seed. Nothing here is plausible on purpose: events come in absurd orders, in the same
second, twice, broken and late, because the exports must not depend on any of that.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from generator_columns import attribute_columns, contact_columns, inbox_columns, label_columns, user_columns
from generator_forgotten import forgotten
from generator_inboxes import inbox_sessions, not_over_yet
from generator_khoros import khoros
from generator_story import conversation, long_session, night_shift, presence
from generator_writer import (
    ACTORS,
    BOTS,
    CHANNELS,
    CLOCKS,
    CONTACTS,
    DAY,
    HOLIDAYS,
    HUMANS,
    INBOXES,
    MICROSECOND,
    ORGS,
    QUEUES,
    SECOND,
    TAGS,
    TEAMS,
    TEXTS,
    TOPICS,
    VIRTUAL_AGENTS,
    ZONES,
    Events,
    Row,
    Writer,
)
from oracle import Request
from oracle.contract import KNOWN_VALUES, STREAMS
from oracle.log import FIRST_INSTANT, YEAR_2200, Event, accepted, ingested_at, occurred_at


def random_log(seed: int, conversations: int = 60, bad_share: float = 0.06, repeated_share: float = 0.12) -> Events:
    """Landed rows by stream for two orgs with the same ids; `conversations` is their number in each org.

    `bad_share` and `repeated_share` are shares of the good rows: rows that must be set aside, and further deliveries.
    """
    rng = random.Random(seed)
    events: Events = {}
    for org_id in ORGS:
        writer = Writer(rng, org_id, conversations)
        describe_all(writer)
        for number in range(conversations):
            conversation(writer, f"c-{number}")
        presence(writer)
        inbox_sessions(writer)
        khoros(writer)
        for _ in range(conversations // 3):
            long_session(writer)
        for number in range(3):
            night_shift(writer)
            forgotten(writer, f"c-forgotten-{number}")
        not_over_yet(writer)
        for stream, rows in writer.events.items():
            events.setdefault(stream, []).extend(rows)
    good = [(stream, row) for stream, rows in sorted(events.items()) for row in rows]
    for stream, row in rng.sample(good, int(len(good) * repeated_share)):
        deliver_again(rng, events[stream], row)
    for stream, row in rng.sample(good, int(len(good) * bad_share)):
        events[stream].append(bad_copy(rng, stream, row))
    for rows in events.values():
        rng.shuffle(rows)
    return events


def describe_all(writer: Writer) -> None:
    """Rows of all entities: updated, deleted and revived, contacts also erased."""
    rng = writer.rng
    for channel_id in CHANNELS[:-1]:
        describe(writer, "channels", {"channel_id": channel_id}, lambda: channel(rng))
    for users, user_type in ((HUMANS[:-1], "human"), (VIRTUAL_AGENTS[:-1], "virtual_agent"), (BOTS, "bot")):
        for user_id in users:
            user = {"user_id": user_id, "user_type": user_type}
            describe(writer, "users", user, lambda: user_columns(rng))
    any_type = rng.choice(("human", "virtual_agent", "bot"))
    describe(writer, "users", {"user_id": "u-6", "user_type": any_type}, lambda: user_columns(rng))
    for inbox_id in INBOXES[:-1]:
        describe(writer, "inboxes", {"inbox_id": inbox_id}, lambda: inbox_columns(rng))
    for stream, key, ids in (
        ("queues", "queue_id", QUEUES),
        ("teams", "team_id", TEAMS[:-3]),
        ("topics", "topic_id", TOPICS),
        ("tags", "tag_id", TAGS),
    ):
        for entity_id in ids:
            if not entity_id.endswith("9"):
                describe(writer, stream, {key: entity_id}, lambda: label_columns(rng))
    for contact_profile_id in CONTACTS[:-1]:
        contact = {"contact_profile_id": contact_profile_id}
        describe(writer, "contacts", contact, lambda: contact_columns(rng))
        for attribute_id in ("at-1", "at-2", "at-3", "at-4"):
            attribute = {**contact, "attribute_id": attribute_id}
            describe(writer, "contact_attributes", attribute, lambda: attribute_columns(rng))


def describe(writer: Writer, stream: str, key: Row, columns_of: Callable[[], Row]) -> None:
    """Some rows of one entity at any time; a deleted row may carry columns that no model reads."""
    rng = writer.rng
    for _ in range(rng.randrange(1, 5)):
        at = writer.start() + rng.choice((timedelta(0), writer.step()))
        is_upserted = rng.random() < 0.8
        columns = key | columns_of() if is_upserted or rng.random() < 0.3 else dict(key)
        if stream == "contacts":
            columns["erase"] = rng.choice((True, True, False, None)) if not is_upserted else rng.choice((True, None))
        writer.emit(stream, "upserted" if is_upserted else "deleted", at, rng.choice((None, 1)), **columns)


def channel(rng: random.Random) -> Row:
    """Columns of a channel with any opening hours: over midnight, overlapping, until 24:00, or none."""
    windows = [
        {"weekday": rng.randrange(1, 8), "opens": rng.choice(CLOCKS), "closes": rng.choice((*CLOCKS, "24:00"))}
        for _ in range(rng.choice((0, 1, 4, 9, 14)))
    ]
    if rng.random() < 0.3:
        windows += [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 6)]
    return {
        "medium": rng.choice(("twitter", "whatsapp", "whatsapp", "email", "facebook", "parley", "smoke_signals")),
        "inbox_id": rng.choice((*INBOXES, None)),
        "name": rng.choice(TEXTS) or "named",
        "display_name": rng.choice(TEXTS),
        "opening_timezone": rng.choice(ZONES),
        "opening_hours": windows or rng.choice((None, [])),
        "holidays": rng.choice((None, [], rng.sample(HOLIDAYS, 3))),
    }


# Other values that a repeated delivery may have; ids of what an event is about stay.
OTHER_VALUES: dict[str, tuple] = {
    "content": TEXTS,
    "name": ("renamed",),
    "value": TEXTS,
    "language": ("pt",),
    "status": ("new", "pending", "resolved"),
    "presence": ("available", "away", "offline"),
    "score": (1, 2, 3, 4, 5),
    "actor_type": ACTORS,
    "actor_id": HUMANS,
    "team_id": TEAMS,
    "direction": ("inbound", "outbound"),
}
OPPOSITES = {"applied": "removed", "removed": "applied", "locked": "unlocked", "unlocked": "locked"}


def deliver_again(rng: random.Random, rows: list[Row], row: Row) -> None:
    """Append a further delivery: the same row, or one landed at another time that may also say something else."""
    again = dict(row)
    if rng.random() < 0.75:
        again["ingested_at"] = rng.choice(
            (None, occurred_at(row) + rng.randrange(-DAY // SECOND, 4 * DAY // SECOND) * SECOND)
        )
        if rng.random() < 0.6:
            for column in [column for column in OTHER_VALUES if again.get(column) is not None]:
                again[column] = rng.choice(OTHER_VALUES[column])
            again["event_type"] = rng.choice(
                (again["event_type"], OPPOSITES.get(again["event_type"], again["event_type"]))
            )
        if rng.random() < 0.3:
            again["occurred_at"] += rng.choice((-3600 * SECOND, -MICROSECOND, MICROSECOND, 60 * SECOND))
    identity = ("org_id", "event_id")
    copies = [copy for copy in rows if all(copy[name] == again[name] for name in identity)]
    # Which of two copies landed and happened in the same instant counts is a matter of their text: not generated.
    instants = [(ingested_at(copy), occurred_at(copy)) for copy in copies]
    if again in copies or (ingested_at(again), occurred_at(again)) not in instants:
        rows.append(again)


def bad_copy(rng: random.Random, stream: str, row: Row) -> Row:
    """A row that must be set aside, of a new event or of one that also has a good row."""
    bad = dict(row)
    if rng.random() < 0.5:
        bad["event_id"] = f"bad-{rng.randrange(10**9)}"
    if rng.random() < 0.5:
        bad["ingested_at"] = occurred_at(bad) - rng.randrange(DAY // SECOND) * SECOND
    required = STREAMS[stream].required(bad["event_type"])
    coded = [column for column in required if (stream, column) in KNOWN_VALUES]
    way = rng.choice(("null", "null", "type", "code", "early", "year", "org"))
    if way == "null":
        bad[rng.choice(("event_id", "event_type", "org_id", "occurred_at", *required, *required))] = None
    elif way == "type":
        bad["event_type"] = rng.choice(("exploded", "Created", ""))
    elif way == "code" and coded:
        column = rng.choice(coded)
        bad[column] = rng.choice((-1, 6, 99)) if isinstance(bad[column], int) else rng.choice(("sideways", "NEW", ""))
    elif way == "year":
        bad["occurred_at"] = rng.choice((FIRST_INSTANT - MICROSECOND, YEAR_2200, YEAR_2200 + 9 * DAY))
        bad["ingested_at"] = YEAR_2200
    elif way == "org":
        bad["org_id"] = rng.choice(("", " \t", "\u200b", "x" * 250))
    else:
        bad["ingested_at"] = occurred_at(bad) - DAY - rng.choice((MICROSECOND, 5 * DAY))
    return bad


def random_requests(rng: random.Random, events: Events, count: int = 12) -> list[Request]:
    """Requests of both orgs: everything, days, borders on events, channels, scheduled.

    Those with an as_of are for open_conversation only. Every window begins before the org's latest event.
    """
    requests: list[Request] = []
    for org_id, log in sorted(accepted(events).items()):
        everything = (log[0].occurred_at, log[-1].occurred_at + SECOND)
        requests.append(Request(org_id, *everything))
        requests.append(Request(org_id, *everything, delivery="scheduled", channels=("ch-1", "ch-9")))
        for _ in range(count // 2):
            window_start, window_end, zone = random_window(rng, log)
            channels = rng.choice((None, None, tuple(rng.sample(CHANNELS, rng.randrange(1, 4)))))
            delivery = rng.choice(("on_demand", "scheduled"))
            requests.append(Request(org_id, window_start, window_end, None, channels, delivery, zone))
        for _ in range(count // 4):
            as_of = rng.choice(log).occurred_at + rng.choice((timedelta(0), -MICROSECOND, MICROSECOND))
            requests.append(Request(org_id, *everything, as_of=as_of))
    return requests


def random_window(rng: random.Random, log: list[Event]) -> tuple[datetime, datetime, str]:
    """A local day or week around an event, or a window whose borders lie on events, and its time zone."""
    latest = log[-1].occurred_at
    zone = rng.choice(("UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata"))
    first = rng.choice([event for event in log if event.occurred_at < latest]).occurred_at
    if rng.random() < 0.5:
        day = first.astimezone(ZoneInfo(zone)).date()
        days = rng.choice((DAY, DAY, 7 * DAY))
        return local_midnight(day, zone), local_midnight(day + days, zone), zone
    last = rng.choice([event for event in log if event.occurred_at > first]).occurred_at
    return first, last, zone


def local_midnight(day: date, zone: str) -> datetime:
    """The beginning of a local day."""
    return datetime.combine(day, time(), ZoneInfo(zone))
