"""The export views against the oracle: two readings of the same definitions must agree in every cell of every file."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from generator import random_log, random_requests
from oracle import COLUMNS, Log, Request
from simulation.story import write_landing
from warehouse import Built, bound, build, export_rows, family

EXPORTS = sorted(COLUMNS)
LASTING = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


def differences(connection: duckdb.DuckDBPyConnection, log: Log, request: Request, exports: list[str]) -> list[str]:
    """The differences between the views and the oracle, one line per export."""
    found = []
    for export in exports:
        if request.as_of is not None and export != "open_conversation":
            continue
        told = log.export(export, request)
        read = export_rows(connection, export, request)
        if told != read:
            wrong = [pair for pair in zip(told, read, strict=False) if pair[0] != pair[1]] or [
                "a row too many or too few"
            ]
            found.append(f"{export}: {len(told)} rows told, {len(read)} read, first difference {wrong[0]}, {request}")
    return found


@pytest.mark.parametrize("export", EXPORTS)
def test_every_cell_agrees_with_the_oracle(random_warehouse: Built, export: str) -> None:
    requests = random_requests(random.Random(1), random_warehouse.events, count=16)
    rows = 0
    for request in requests:
        assert differences(random_warehouse.connection, random_warehouse.log, request, [export]) == []
        if request.as_of is None or export == "open_conversation":
            rows += len(random_warehouse.log.export(export, request))
    assert rows > 0, "nothing was compared"


def test_utilized_seconds_of_days_add_up_and_fit_into_the_time_available(random_warehouse: Built) -> None:
    def seconds(window_start: datetime, window_end: datetime) -> Counter[tuple[str, str]]:
        cursor = bound(random_warehouse.connection, Request(None, window_start, window_end))
        rows = cursor.execute("""
            select org_id, user_id, utilized_time_s, available_time_s
            from requested.req_sparkcentral_utilized_times
            left join requested.req_sparkcentral_presence_times using (org_id, user_id)
        """).fetchall()
        assert [row for row in rows if row[3] is None or row[2] > row[3]] == []
        return Counter({(org_id, user_id): utilized_time_s for org_id, user_id, utilized_time_s, _ in rows})

    for week_start in (datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 3, 29, 12, tzinfo=UTC)):
        days = [week_start + number * timedelta(days=1) for number in range(8)]
        of_days = sum((seconds(*day) for day in pairwise(days)), Counter())
        assert of_days == seconds(days[0], days[-1])
        assert len(of_days) > 1


@settings(max_examples=60, **LASTING)
@given(data=st.data())
def test_any_window_agrees_with_the_oracle(random_warehouse: Built, data: st.DataObject) -> None:
    landed = (row.get("occurred_at") for rows in random_warehouse.events.values() for row in rows)
    instants = sorted({instant for instant in landed if instant is not None})
    window_start = data.draw(st.sampled_from(instants[:-1]))
    window_end = data.draw(st.sampled_from(instants[instants.index(window_start) + 1 :]))
    request = Request(
        data.draw(st.sampled_from(["acme", "globex"])),
        window_start,
        window_end,
        channels=data.draw(st.sampled_from([None, ["ch-1"], ["ch-2", "ch-3"]])),
        delivery=data.draw(st.sampled_from(["on_demand", "scheduled"])),
    )
    export = data.draw(st.sampled_from(EXPORTS))
    assert differences(random_warehouse.connection, random_warehouse.log, request, [export]) == []


@settings(max_examples=1, phases=[Phase.explicit, Phase.generate], **LASTING)
@given(
    seed=st.integers(0, 10**6),
    conversations=st.integers(20, 60),
    files=st.integers(1, 4),
    repeat=st.floats(0, 1),
    shuffle=st.integers(1, 10**6),
)
@example(seed=0, conversations=40, files=2, repeat=1.0, shuffle=1)
def test_shuffled_split_and_repeated_events_give_the_same_exports(
    tmp_path_factory: pytest.TempPathFactory, seed: int, conversations: int, files: int, repeat: float, shuffle: int
) -> None:
    folder = tmp_path_factory.mktemp("delivery")
    events = random_log(seed, conversations=conversations)
    log = Log(events)
    write_landing(events, folder / "raw", files=files, shuffle_seed=shuffle, repeat=repeat)
    database = build(folder / "raw", folder / "warehouse", models=family("sparkcentral"))
    with duckdb.connect(str(database), read_only=True) as connection:
        for request in random_requests(random.Random(seed), events):
            assert differences(connection, log, request, EXPORTS) == []
