"""The identities of the Khoros Care page, asked of the oracle on random logs."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from generator import random_log
from generator_khoros_requests import khoros_requests, random_window
from oracle import Log
from oracle.khoros_conversations import CLOSED, CREATED
from oracle.khoros_reports import KHOROS_COLUMNS, KhorosRequest, khoros_rows
from oracle.opening_hours import seconds_between

SEEDS = (1, 2)
ADDED = ("responses", "first_responses", "subsequent_responses", "handle_time", "available_time", "custom_state_time")
ADDED += ("approvals_requested", "approvals_decided", "csat_responses")
# Reports whose rows lie in the window of one instant.
PARTED = ("incoming_post", "response", "raw_expert_help", "response_approval", "conversation")


@cache
def events_of(seed: int) -> dict[str, list[dict[str, Any]]]:
    """A random log."""
    return random_log(seed, conversations=40)


@cache
def log_of(seed: int) -> Log:
    """A random log, read."""
    return Log(events_of(seed))


def everything(log: Log, org_id: str) -> dict[str, Any]:
    """The window of all that ever happened."""
    events = log.events[org_id]
    return {"window_start": events[0].occurred_at, "window_end": events[-1].occurred_at + timedelta(seconds=1)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("report_type", sorted(KHOROS_COLUMNS))
def test_any_request_is_answered_in_the_columns_of_the_page(seed: int, report_type: str) -> None:
    """In one order of rows, and the same whatever the order and number of deliveries."""
    again = Log(
        {stream: random.Random(seed).sample(rows * 2, 2 * len(rows)) for stream, rows in events_of(seed).items()}
    )
    for request in khoros_requests(random.Random(seed), log_of(seed), report_type, count=6):
        rows = khoros_rows(log_of(seed), report_type, request)
        assert all(list(row) == KHOROS_COLUMNS[report_type] for row in rows)
        assert rows == khoros_rows(again, report_type, request)


@pytest.mark.parametrize("seed", SEEDS)
def test_posts_and_responses_add_up(seed: int) -> None:
    """Posts of combined, incoming_post and author; responses of combined, response, conversation and teams."""
    log = log_of(seed)
    for request in khoros_requests(random.Random(seed), log, "author"):
        posts = khoros_rows(log, "incoming_post", request)
        combined = khoros_rows(log, "combined", request)
        assert {row["post_id"] for row in combined} - {None} == {row["post_id"] for row in posts}
        assert sum(row["post_id"] is not None for row in combined) == len(posts)
        assert sum(row["incoming_posts"] for row in khoros_rows(log, "author", request)) == len(posts)
        alone = [row["response_id"] for row in combined if row["post_id"] is None]
        assert len(alone) == len(set(alone))
        responses = {row["response_id"]: row for row in khoros_rows(log, "response", request)}
        if request.business_hour_type is None:
            assert set(alone) <= set(responses)
        human = [row for row in responses.values() if row["response_type"] is not None]
        for row in human:
            parts = [row[f"handle_time_{who}_agent"] for who in ("responding", "approving", "other")]
            assert sum(parts) == row["handle_time_total_response"] and min(parts) >= 0
        arguments = vars(request) | {"include_disabled": True}
        teams = khoros_rows(log, "team_performance", KhorosRequest(**arguments))
        entities = log.state(request.org_id).entities
        by_agents = [
            row
            for row in human
            if row["responding_agent_display_id"] is not None
            and entities.value("users", row["responding_agent_display_id"], "user_type") in (None, "human")
        ]
        assert sum(row["responses"] for row in teams) == len(by_agents)
        assert sum(row["handle_time"] for row in teams) == sum(row["handle_time_responding_agent"] for row in by_agents)


@pytest.mark.parametrize("seed", SEEDS)
def test_handle_time_of_conversations_is_that_of_their_responses(seed: int) -> None:
    """Over their whole life, in CREATED and CLOSED."""
    log = log_of(seed)
    for org_id in log.events:
        responses = khoros_rows(log, "response", KhorosRequest(org_id, **everything(log, org_id)))
        for kind in (CREATED, CLOSED):
            request = KhorosRequest(org_id, **everything(log, org_id), conversation_report_type=kind)
            for row in khoros_rows(log, "conversation", request):
                own = [found for found in responses if found["conversation_id"] == row["conversation_id"]]
                assert row["responses"] == row["agent_responses"] + row["bot_responses"] == len(own)
                assert row["handle_time"] == sum(found["handle_time_total_response"] or 0 for found in own)


@pytest.mark.parametrize("seed", SEEDS)
def test_buckets_add_up_to_the_window(seed: int) -> None:
    """Every number that is not a distinct count, an average or offline time."""
    log = log_of(seed)
    for request in khoros_requests(random.Random(seed), log, "team_performance_interval"):
        sums: dict[tuple, dict[str, int]] = {}
        for row in khoros_rows(log, "team_performance_interval", request):
            added = sums.setdefault((row["team_id"], row["agent_id"]), dict.fromkeys(ADDED, 0))
            for name in ADDED:
                added[name] += row[name]
        for row in khoros_rows(log, "team_performance", request):
            nothing = dict.fromkeys(ADDED, 0)
            assert sums.pop((row["team_id"], row["agent_id"]), nothing) == {name: row[name] for name in ADDED}
        assert sums == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_presence_fills_a_window_in_which_it_is_known(seed: int) -> None:
    """Available, away and offline seconds of every row of an agent whose presence began before."""
    log = log_of(seed)
    for org_id, events in log.events.items():
        first: dict[str, Any] = {}
        for event in events:
            if event.stream == "presence_events":
                first.setdefault(event["user_id"], event.occurred_at)
        start, end = events[len(events) // 2].occurred_at, events[-1].occurred_at
        rows = khoros_rows(log, "team_performance", KhorosRequest(org_id, start, end, include_disabled=True))
        present = [
            row for row in rows if any(row[name] for name in ("available_time", "custom_state_time", "offline_time"))
        ]
        for row in present:
            times = row["available_time"] + row["custom_state_time"] + row["offline_time"]
            if first[row["agent_id"]] <= start:
                assert times == seconds_between(start, end)
        assert present


@pytest.mark.parametrize("seed", SEEDS)
def test_adjacent_windows_part_the_rows(seed: int) -> None:
    """Rows of two windows, one after the other, are those of both together."""
    log, rng = log_of(seed), random.Random(seed)
    for org_id, events in log.events.items():
        instants = [event.occurred_at for event in events]
        for report_type in PARTED:
            start, end = random_window(rng, instants, {})
            middle = start + (end - start) * rng.random()
            parts = [
                khoros_rows(log, report_type, KhorosRequest(org_id, *window, conversation_report_type=CREATED))
                for window in (*pairwise((start, middle, end)), (start, end))
            ]
            key = KHOROS_COLUMNS[report_type][0]
            earlier, later, both = ({row[key]: row for row in part} for part in parts)
            assert earlier | later == both and not earlier.keys() & later.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_past_end_never_changes(seed: int) -> None:
    """OPEN_AT_END is the same when nothing that happened later has been landed, but for names and settings."""
    events, log, rng = events_of(seed), log_of(seed), random.Random(seed)
    for org_id, org_events in log.events.items():
        settings = {"channels", "inboxes", "queues", "users", "teams", "tags", "contacts"}
        for _ in range(3):
            end = rng.choice(org_events).occurred_at
            known = {(event.stream, event.event_id) for event in org_events if event.occurred_at < end}
            cut = Log(events)
            cut.events[org_id] = [e for e in org_events if (e.stream, e.event_id) in known or e.stream in settings]
            request = KhorosRequest(org_id, org_events[0].occurred_at, end)
            assert khoros_rows(cut, "conversation", request) == khoros_rows(log, "conversation", request)
