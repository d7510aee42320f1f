"""Random requests of Khoros Care reports, with every argument, and the saved filters that they may name."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from generator import local_midnight
from generator_writer import CHANNELS, DAY, MICROSECOND, SECOND
from oracle import Log
from oracle.khoros_buckets import buckets
from oracle.khoros_conversations import CLOSED, CREATED, OPEN_AT_END
from oracle.khoros_request import KhorosRequest
from oracle.khoros_words import LOCALES

# Havana has two midnights on 2 November 2025, Beirut none on 30 March.
ZONES = ("UTC", "Europe/Amsterdam", "Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns")
ZONES += ("America/Havana", "Asia/Beirut")
OFFSETS_MS = tuple(minutes * 60_000 for minutes in (0, 345, -570, 840, -720))
INTERVALS_MS = tuple(minutes * 60_000 for minutes in (5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 10_080))
MONTH_MS = 604_800_001
MOST_BUCKETS = 744
TEAM_REPORTS = ("raw_agent_states", "response_approval", "team_performance", "team_performance_interval")
# The same in both orgs, as lists; empty ones set nothing.
SMART_VIEWS: dict[str, dict[str, list]] = {
    "urgent": {"priorities": [0, 1, 2], "workqueue_ids": [], "tag_ids": [], "networks": []},
    "queues": {"priorities": [], "workqueue_ids": ["q-1", "q-9"], "tag_ids": [], "networks": []},
    "tagged": {"priorities": [], "workqueue_ids": [], "tag_ids": ["ta-1", "ta-9"], "networks": []},
    "wide": {"priorities": [5, 0, 3, 1], "workqueue_ids": [], "tag_ids": [], "networks": ["twitter", "email"]},
    "all": {"priorities": [], "workqueue_ids": [], "tag_ids": [], "networks": []},
}


def khoros_requests(rng: random.Random, log: Log, report_type: str, count: int = 16) -> list[KhorosRequest]:
    """Requests of both orgs: the first four over all of the time, two of them without any argument."""
    requests = []
    for number in range(count):
        org_id = sorted(log.events)[number % len(log.events)]
        instants = [event.occurred_at for event in log.events[org_id]]
        zone = where(rng)
        window = (instants[0], instants[-1] + 2 * DAY) if number < 4 else random_window(rng, instants, zone)
        arguments = {} if number < 2 else random_arguments(rng, report_type)
        request = KhorosRequest(org_id, *window, **zone, **arguments)
        requests.append(with_interval(rng, request, instants) if report_type.endswith("interval") else request)
    return requests


def where(rng: random.Random) -> dict[str, Any]:
    """A time zone, or an offset."""
    if rng.random() < 0.25:
        return {"timezone_offset_ms": rng.choice(OFFSETS_MS)}
    return {"time_zone": rng.choice(ZONES)}


def random_arguments(rng: random.Random, report_type: str) -> dict[str, Any]:
    """Some arguments of a report; few filters at once, or nothing would be left."""
    arguments: dict[str, Any] = {"locale": rng.choice(LOCALES)}
    if report_type == "conversation":
        arguments["conversation_report_type"] = rng.choice((OPEN_AT_END, OPEN_AT_END, CLOSED, CREATED))
    if report_type == "conversation_actions":
        arguments["raiselimit"] = rng.choice((True, False))
    filters: dict[str, Any] = {
        "channels": tuple(rng.sample(CHANNELS, 3)),
        "priorities": tuple(rng.sample(range(6), 3)),
        "workqueue_ids": tuple(rng.sample(("q-1", "q-2", "q-9", "q-nowhere"), 2)),
        "smart_view": rng.choice([{"smart_view_id": view} | lists for view, lists in sorted(SMART_VIEWS.items())]),
        "business_hour_type": rng.choice((True, False)),
    }
    if report_type in TEAM_REPORTS:
        filters["team_ids"] = tuple(rng.sample(("t-1", "t-2", "t-9", "t-nowhere"), 2))
        arguments["include_disabled"] = rng.choice((True, True, False))
    if report_type == "raw_agent_states":
        del arguments["include_disabled"]
    for name in rng.sample(sorted(filters), rng.choice((0, 0, 1, 1, 2))):
        arguments[name] = filters[name]
    return arguments


def random_window(rng: random.Random, instants: list[datetime], zone: dict[str, Any]) -> tuple[datetime, datetime]:
    """Local days, or borders on (or next to) what happened."""
    around = rng.choice(instants)
    if rng.random() < 0.4:
        local = ZoneInfo(zone.get("time_zone", "UTC"))
        day = around.astimezone(local).date() - rng.randrange(2) * DAY
        days = rng.choice((1, 1, 2, 7, 31))
        return local_midnight(day, str(local)), local_midnight(day + days * DAY, str(local))
    start, end = sorted((around, rng.choice(instants)))
    nudge = rng.choice((timedelta(0), MICROSECOND, SECOND))
    return start + nudge, end + nudge + rng.choice((MICROSECOND, 3600 * SECOND))


def with_interval(rng: random.Random, request: KhorosRequest, instants: list[datetime]) -> KhorosRequest:
    """The request with an interval that makes no more buckets than are allowed; for short steps a short window."""
    interval_ms = rng.choice((*INTERVALS_MS, MONTH_MS, MONTH_MS))
    arguments = vars(request) | {"time_interval": interval_ms}
    longest = timedelta(milliseconds=interval_ms) * 500
    if request.window_end - request.window_start > longest:
        start = rng.choice(instants)
        arguments |= {"window_start": start, "window_end": start + longest * rng.random() + SECOND}
    cut = KhorosRequest(**arguments)
    assert len(list(islice(buckets(cut), MOST_BUCKETS + 1))) <= MOST_BUCKETS
    return cut
