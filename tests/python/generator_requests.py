"""Requests of Tracebuzz files for random logs: local days and odd windows in zones with every kind of clock."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from generator import local_midnight
from generator_writer import CHANNELS, DAY, SECOND, Events
from oracle import Request
from oracle.log import accepted

ZONES = (
    "Europe/Amsterdam",
    "Europe/Amsterdam",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "UTC",
)
CHANGES = {
    "Europe/Amsterdam": ((3, 30), (10, 26)),
    "Australia/Lord_Howe": ((4, 6), (10, 5)),
    "America/St_Johns": ((3, 9), (11, 2)),
}


def tracebuzz_requests(rng: random.Random, events: Events, count: int = 16) -> list[Request]:
    """Requests of both orgs: everything, days of clock changes, days, weeks, odd windows, with and without channels."""
    requests: list[Request] = []
    for org_id, log in sorted(accepted(events).items()):
        instants = [event.occurred_at for event in log]
        everything = (instants[0] - DAY, instants[-1] + 2 * DAY)
        requests.append(Request(org_id, *everything, timezone="Europe/Amsterdam"))
        zone, days = rng.choice(sorted(CHANGES.items()))
        for month, day in days:
            requests.append(Request(org_id, *local_days(date(2025, month, day), 1, zone), timezone=zone))
        while len(requests) % (count // 2) or len(requests) == 0:
            zone = rng.choice(ZONES)
            window = random_window(rng, instants, zone)
            channels = rng.choice((None, None, tuple(rng.sample(CHANNELS, rng.randrange(0, 4)))))
            requests.append(Request(org_id, *window, channels=channels, timezone=zone))
    return requests


def local_days(first: date, number: int, zone: str) -> tuple[datetime, datetime]:
    """Whole local days."""
    return local_midnight(first, zone), local_midnight(first + number * DAY, zone)


def random_window(rng: random.Random, instants: list[datetime], zone: str) -> tuple[datetime, datetime]:
    """Local days around something that happened, or borders on what happened, whole seconds or not."""
    around = rng.choice(instants)
    way = rng.choice(("day", "day", "week", "month", "hours", "odd"))
    if way in ("day", "week", "month"):
        number = {"day": 1, "week": 7, "month": 31}[way]
        return local_days(around.astimezone(ZoneInfo(zone)).date(), number, zone)
    if way == "hours":
        start = around.replace(minute=rng.choice((0, 15, 20, 45)), second=0, microsecond=0)
        return start, start + timedelta(minutes=rng.choice((15, 30, 50, 600)))
    start, end = sorted((around, rng.choice(instants)))
    return start, end + SECOND


def year_of(zone: str) -> tuple[datetime, datetime]:
    """A window of the year that all random logs lie in."""
    return datetime(2025, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC), datetime(2026, 1, 1, tzinfo=UTC)
