"""Identities that hold on any data, tested with the oracle on random logs."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from generator import random_log, random_requests
from oracle import COLUMNS, Log, Request

SEEDS = (1, 2, 3)
SUMS_OF_A_USER = ("available_time_s", "away_time_s", "handle_time_s", "no_reply_time_s", "cherry_picking_time_s")
SUMS_OF_A_USER += ("replies", "tags_added", "topics_added", *(f"csat_score_{score}" for score in range(1, 6)))


def everything(log: Log, org_id: str) -> Request:
    """A request for all of an org."""
    events = log.events[org_id]
    return Request(org_id, events[0].occurred_at, events[-1].occurred_at + timedelta(seconds=1))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_gives_the_same_log_and_requests(seed: int) -> None:
    """And another seed another one."""
    events = random_log(seed, conversations=10)
    assert events == random_log(seed, conversations=10)
    assert events != random_log(seed + 1, conversations=10)
    assert random_requests(random.Random(seed), events) == random_requests(random.Random(seed), events)


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_number_of_deliveries_and_other_orgs_change_nothing(seed: int) -> None:
    """Rows come in any order and twice; an export sees its own org alone."""
    events = random_log(seed, conversations=20)
    requests = random_requests(random.Random(seed), events)
    shuffled = {stream: random.Random(seed).sample(rows * 2, 2 * len(rows)) for stream, rows in events.items()}
    log, again = Log(events), Log(shuffled)
    for request in requests:
        own = {stream: [row for row in rows if row["org_id"] == request.org_id] for stream, rows in events.items()}
        alone = Log(own)
        for name in ["open_conversation"] if request.as_of else COLUMNS:
            rows = log.export(name, request)
            assert rows == again.export(name, request), name
            assert rows == alone.export(name, request), name
            assert all(list(row) == COLUMNS[name] for row in rows), name


@pytest.mark.parametrize("seed", SEEDS)
def test_days_add_up_and_resolved_rows_appear_once(seed: int) -> None:
    """Sums over adjacent windows are those of the whole; every resolved row is in exactly one of them."""
    log = Log(random_log(seed, conversations=30))
    for org_id in log.events:
        whole = everything(log, org_id)
        borders = sorted({event.occurred_at for event in log.events[org_id][:: len(log.events[org_id]) // 9]})
        borders = [*borders, whole.window_end]
        parts = [Request(org_id, *part) for part in pairwise(borders)]
        for name in ("resolved_conversation", "message", "response_times"):
            rows = [row for part in parts for row in log.export(name, part)]
            assert rows == log.export(name, whole), name
        users = [row for part in parts for row in log.export("user", part)]
        for column in SUMS_OF_A_USER:
            assert sum(row[column] for row in users) == sum(row[column] for row in log.export("user", whole)), column


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_agree_between_exports(seed: int) -> None:
    """Contacts against messages, replies against messages, lock seconds against conversations."""
    log = Log(random_log(seed, conversations=30))
    for org_id in log.events:
        request, state = everything(log, org_id), log.state(org_id)
        messages = log.export("message", request)
        contacts = log.export("contact", request)
        lines = {
            message_id
            for message_id, message in state.messages.items()
            if message.created["direction"] == "inbound" and message.created["author_type"] != "contact"
        }
        with_contact = [
            row for row in messages if row["contact_profile_id"] is not None and row["message_id"] not in lines
        ]
        assert sum(row["inbound_messages"] + row["outbound_messages"] for row in contacts) == len(with_contact)
        human = [m for m in state.messages.values() if m.is_human_outbound and m.created["author_id"] is not None]
        listed = [
            m for m in human if state.entities.value("users", m.created["author_id"], "user_type") in (None, "human")
        ]
        assert sum(row["replies"] for row in log.export("user", request)) == len(listed)
        conversations = {row["conversation_id"] for row in log.export("open_conversation", request)}
        resolved = {row["conversation_id"] for row in log.export("resolved_conversation", request)}
        now_resolved = {c.conversation_id for c in state.conversations.values() if c.status == "resolved"}
        assert conversations | now_resolved == set(state.conversations)
        assert now_resolved <= resolved
