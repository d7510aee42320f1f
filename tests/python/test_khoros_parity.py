"""The Khoros Care views against the oracle: two readings of one page must agree in every cell of every report."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator_khoros_requests import SMART_VIEWS, khoros_requests, random_arguments, where
from oracle.khoros_reports import KHOROS_COLUMNS, KhorosRequest, khoros_rows
from warehouse import Built

REPORTS = sorted(KHOROS_COLUMNS)
INTERVAL = "team_performance_interval"
# Session variables that have their argument's name and need no change; lists need a type even when they are empty.
VARIABLES = {
    "org_id": "varchar",
    "window_start": "timestamptz",
    "window_end": "timestamptz",
    "channels": "varchar[]",
    "conversation_report_type": "varchar",
    "include_disabled": "boolean",
    "locale": "varchar",
    "priorities": "bigint[]",
    "workqueue_ids": "varchar[]",
    "team_ids": "varchar[]",
    "time_interval": "bigint",
    "business_hour_type": "boolean",
    "raiselimit": "boolean",
}


@pytest.fixture(scope="module")
def khoros(random_warehouse: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the warehouse that knows the saved filters of the random requests."""
    path = random_warehouse.connection.cursor().execute(
        "select path from duckdb_databases() where database_name = 'care'"
    )
    copy = shutil.copy(Path(path.fetchall()[0][0]), tmp_path_factory.mktemp("khoros") / "care.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute("delete from seeds.smart_views")
        for org_id in sorted(random_warehouse.log.events):
            for smart_view_id, view in SMART_VIEWS.items():
                lists = {name: ",".join(str(value) for value in values) or None for name, values in view.items()}
                row = {"org_id": org_id, "smart_view_id": smart_view_id, "name": smart_view_id, **lists}
                names, marks = ", ".join(row), ", ".join("?" for _ in row)
                connection.execute(f"insert into seeds.smart_views ({names}) values ({marks})", list(row.values()))
        yield connection


def session(connection: duckdb.DuckDBPyConnection, request: KhorosRequest) -> duckdb.DuckDBPyConnection:
    """A session that asks for a request, as a user types it."""
    cursor = connection.cursor()
    cursor.execute(f"set TimeZone = '{request.time_zone}'")
    asked: dict[str, tuple[Any, str]] = {name: (getattr(request, name), kind) for name, kind in VARIABLES.items()}
    asked["smart_view_id"] = ((request.smart_view or {}).get("smart_view_id"), "varchar")
    asked["timezone_offset"] = (request.timezone_offset_ms, "bigint")
    asked["enable_business_hour"] = (None if request.business_hour_type is None else True, "boolean")
    for name, (value, kind) in asked.items():
        value = list(value) if isinstance(value, tuple) else value
        cursor.execute(f"set variable {name} = ?::{kind}", [value])
    return cursor


def view_rows(connection: duckdb.DuckDBPyConnection, report_type: str, request: KhorosRequest) -> list[dict[str, Any]]:
    """The rows of a view in the file's order; columns that are not delivered only sort."""
    cursor = session(connection, request)
    order = cursor.execute(
        "select order_by from catalog.exports where family = 'khoros_care' and export = ?", [report_type]
    ).fetchall()[0][0]
    names = KHOROS_COLUMNS[report_type]
    columns, sorting = ", ".join(f'"{name}"' for name in names), ", ".join(f'"{name}" nulls last' for name in order)
    rows = cursor.execute(f'select {columns} from khoros_care."{report_type}" order by {sorting}').fetchall()
    return [{name: in_utc(value) for name, value in zip(names, row, strict=True)} for row in rows]


def in_utc(value: Any) -> Any:
    """Instants of a session's zone in UTC: Python does not compare those that a clock shows twice."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def difference(khoros: duckdb.DuckDBPyConnection, warehouse: Built, report_type: str, request: KhorosRequest) -> str:
    """The difference between a view and the oracle: the first row that only one of them has, or nothing."""
    told = khoros_rows(warehouse.log, report_type, request)
    read = view_rows(khoros, report_type, request)
    if told == read:
        return ""
    pairs = zip([*told, None], [*read, None], strict=False)
    of_oracle, of_view = next(pair for pair in pairs if pair[0] != pair[1])
    columns = [name for name in of_oracle or () if of_view is not None and of_oracle[name] != of_view[name]]
    return (
        f"{report_type}: {len(told)} rows told, {len(read)} read for {request}\n"
        f"first difference in {columns}\noracle {of_oracle}\nview   {of_view}"
    )


@pytest.mark.parametrize("report_type", REPORTS)
def test_every_cell_agrees_with_the_oracle(
    random_warehouse: Built, khoros: duckdb.DuckDBPyConnection, report_type: str
) -> None:
    requests = khoros_requests(random.Random(1), random_warehouse.log, report_type, count=8)
    for request in requests:
        assert difference(khoros, random_warehouse, report_type, request) == ""
    assert any(khoros_rows(random_warehouse.log, report_type, request) for request in requests), "nothing was compared"


@pytest.mark.parametrize("report_type", REPORTS)
def test_the_view_has_the_columns_of_the_page(khoros: duckdb.DuckDBPyConnection, report_type: str) -> None:
    delivered = khoros.execute(
        "select column_name from catalog.export_columns"
        " where family = 'khoros_care' and export = ? and is_delivered order by position",
        [report_type],
    ).fetchall()
    assert [name for (name,) in delivered] == KHOROS_COLUMNS[report_type]


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_window_agrees_with_the_oracle(
    random_warehouse: Built, khoros: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    org_id = data.draw(st.sampled_from(sorted(random_warehouse.log.events)))
    instants = sorted({event.occurred_at for event in random_warehouse.log.events[org_id]})
    start = data.draw(st.sampled_from(instants[:-1]))
    end = data.draw(st.sampled_from(instants[instants.index(start) + 1 :]))
    report_type = data.draw(st.sampled_from(REPORTS))
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    arguments = where(rng) | random_arguments(rng, report_type)
    if report_type == INTERVAL:
        hours = data.draw(st.sampled_from((1, 8, 24, 168, 169)))
        arguments["time_interval"] = hours * 3_600_000
        end = min(end, start + timedelta(hours=700 * hours))
    request = KhorosRequest(org_id, start, end, **arguments)
    assert difference(khoros, random_warehouse, report_type, request) == ""
