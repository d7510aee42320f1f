"""Identities of the exports for any events and window: parts add up to the whole, orgs are separate."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import local_midnight
from oracle import COLUMNS, Request
from warehouse import Built, bound, export_rows

LASTING = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}
ORGS = st.sampled_from(["acme", "globex"])
CHANNELS = st.sampled_from([None, ["ch-1"], ["ch-2", "ch-3"]])
ZONES = st.sampled_from(["UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata"])
# A row is in the window of its instant and in no other: files of adjacent windows, one after the other, are one file.
PARTED = ("message", "resolved_conversation", "response_times")
# A member that has a row in a week has one in each day that adds to these numbers.
ADDED = {
    "user": ("user_id", "available_time_s away_time_s handle_time_s no_reply_time_s cherry_picking_time_s replies "
             "tags_added topics_added csat_score_1 csat_score_2 csat_score_3 csat_score_4 csat_score_5"),
    "contact": ("contact_profile_id", "inbound_messages outbound_messages"),
}  # fmt: skip


def instants(warehouse: Built) -> list[datetime]:
    """Every instant at which something happened."""
    landed = (row.get("occurred_at") for rows in warehouse.events.values() for row in rows)
    return sorted({instant for instant in landed if instant is not None})


def sums(rows: list[dict], key: str, columns: list[str]) -> dict[tuple, Counter]:
    """The numbers of each member, added over its rows; those that come to nothing are left out."""
    added: dict[tuple, Counter] = {}
    for row in rows:
        member = (row[key], row.get("medium"))
        added.setdefault(member, Counter()).update({name: row[name] for name in columns if row[name]})
    return {member: counted for member, counted in added.items() if counted}


@pytest.mark.parametrize("export", sorted(ADDED))
@settings(max_examples=12, **LASTING)
@given(data=st.data())
def test_the_days_of_a_week_add_up_to_the_week(random_warehouse: Built, export: str, data: st.DataObject) -> None:
    zone = data.draw(ZONES)
    first = data.draw(st.sampled_from(instants(random_warehouse))).astimezone(ZoneInfo(zone)).date()
    org, channels = data.draw(ORGS), data.draw(CHANNELS)
    midnights = [local_midnight(first + timedelta(days=number), zone) for number in range(8)]
    key, columns = ADDED[export]

    def rows(start: datetime, end: datetime) -> list[dict]:
        return export_rows(random_warehouse.connection, export, Request(org, start, end, channels=channels))

    week = rows(midnights[0], midnights[7])
    days = [row for number in range(7) for row in rows(midnights[number], midnights[number + 1])]
    assert sums(days, key, columns.split()) == sums(week, key, columns.split())


@pytest.mark.parametrize("export", PARTED)
@settings(max_examples=12, **LASTING)
@given(data=st.data())
def test_adjacent_windows_part_the_rows(random_warehouse: Built, export: str, data: st.DataObject) -> None:
    borders = st.sampled_from(instants(random_warehouse))
    start, middle, end = sorted(data.draw(st.lists(borders, min_size=3, max_size=3, unique=True)))
    org, channels = data.draw(ORGS), data.draw(CHANNELS)
    earlier, later, both = (
        export_rows(random_warehouse.connection, export, Request(org, *window, channels=channels))
        for window in ((start, middle), (middle, end), (start, end))
    )
    assert earlier + later == both


@pytest.mark.parametrize("export", sorted(COLUMNS))
def test_no_row_is_of_another_org(random_warehouse: Built, export: str) -> None:
    span = (instants(random_warehouse)[0], instants(random_warehouse)[-1])
    for org in ("acme", "globex"):
        cursor = bound(random_warehouse.connection, Request(org, *span))
        assert cursor.execute(f'select distinct org_id from sparkcentral."{export}"').fetchall() == [(org,)]
    cursor = bound(random_warehouse.connection, Request("nobody", *span))
    with pytest.raises(duckdb.InvalidInputException, match="unknown org_id 'nobody'; known, the nearest first: "):
        cursor.execute(f'from sparkcentral."{export}"')


def test_a_request_by_hand_reads_what_was_set(random_warehouse: Built) -> None:
    cursor = bound(random_warehouse.connection, Request("acme", *instants(random_warehouse)[:2], channels=["ch-1"]))
    read = cursor.execute("select org_id, window_start, window_end, channels, delivery from request.request").fetchall()
    assert read == [("acme", *instants(random_warehouse)[:2], ["ch-1"], "on_demand")]
    latest = cursor.execute("select latest_event_at from marts.orgs where org_id = 'acme'").fetchall()
    assert cursor.execute("select as_of from request.request").fetchall() == latest


def test_a_session_that_asks_for_nothing_reads_every_org(random_warehouse: Built) -> None:
    orgs = random_warehouse.connection.cursor().execute("select distinct org_id from sparkcentral.message").fetchall()
    assert sorted(orgs) == [("acme",), ("globex",)]


def test_an_export_cannot_be_written_to(random_warehouse: Built) -> None:
    with pytest.raises(duckdb.Error):
        random_warehouse.connection.cursor().execute("delete from sparkcentral.message")
