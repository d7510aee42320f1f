"""The Tracebuzz views against the oracle: two readings of one page must agree in every cell of every file."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import random_log
from generator_requests import ZONES, tracebuzz_requests
from oracle import TRACEBUZZ_COLUMNS, Log, Request
from oracle.tracebuzz_columns import order_by
from simulation.story import write_landing
from warehouse import Built, build, export_rows, family

EXPORTS = sorted(TRACEBUZZ_COLUMNS)
VARIABLES = "{require_checked: true, measure_claim_users_only: true}"


def difference(connection: duckdb.DuckDBPyConnection, log: Log, request: Request, export: str) -> str:
    """The difference between a view and the oracle: the first row that only one of them has, or nothing."""
    told = log.export(f"tracebuzz.{export}", request)
    read = export_rows(connection, f"tracebuzz.{export}", request)
    if told == read:
        return ""
    pairs = zip([*told, None], [*read, None], strict=False)
    of_oracle, of_view = next(pair for pair in pairs if pair[0] != pair[1])
    columns = [name for name in of_oracle or () if of_view is not None and of_oracle[name] != of_view[name]]
    return (
        f"{export}: {len(told)} rows told, {len(read)} read for {request}\n"
        f"first difference in {columns}\noracle {of_oracle}\nview   {of_view}"
    )


@pytest.mark.parametrize("export", EXPORTS)
def test_every_cell_agrees_with_the_oracle(random_warehouse: Built, export: str) -> None:
    requests = tracebuzz_requests(random.Random(1), random_warehouse.events, count=8)
    for request in requests:
        assert difference(random_warehouse.connection, random_warehouse.log, request, export) == ""
    rows = [len(random_warehouse.log.export(f"tracebuzz.{export}", request)) for request in requests]
    assert sum(rows) > 0, "nothing was compared"


@pytest.mark.parametrize("export", EXPORTS)
def test_the_view_has_the_columns_of_the_page_and_the_files_order(random_warehouse: Built, export: str) -> None:
    cursor = random_warehouse.connection.cursor()
    columns = [name for name, *_ in cursor.execute(f'describe tracebuzz."{export}"').fetchall()]
    delivered = cursor.execute(
        "select column_name from catalog.export_columns where family = 'tracebuzz' and export = ? and is_delivered"
        " order by position",
        [export],
    ).fetchall()
    assert [name for (name,) in delivered] == TRACEBUZZ_COLUMNS[export]
    # Beside them there may be keys that no file shows; the org comes first.
    assert columns[0] == "org_id"
    assert [name for name in columns if (name,) in delivered] == TRACEBUZZ_COLUMNS[export]
    catalogued = cursor.execute(
        "select order_by from catalog.exports where family = 'tracebuzz' and export = ?", [export]
    ).fetchall()
    # Columns after a key do not change the order; the columns before it are the definition's.
    assert catalogued[0][0] == order_by(export)[: len(catalogued[0][0])]


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_window_agrees_with_the_oracle(random_warehouse: Built, data: st.DataObject) -> None:
    org_id = data.draw(st.sampled_from(sorted(random_warehouse.log.events)))
    instants = sorted({event.occurred_at for event in random_warehouse.log.events[org_id]})
    start = data.draw(st.sampled_from(instants[:-1]))
    end = data.draw(st.sampled_from(instants[instants.index(start) + 1 :]))
    channels = data.draw(st.sampled_from([None, ["ch-1"], ["ch-2", "ch-3"]]))
    zone = data.draw(st.sampled_from(ZONES))
    request = Request(org_id, start, end, channels=channels, timezone=zone)
    export = data.draw(st.sampled_from(EXPORTS))
    assert difference(random_warehouse.connection, random_warehouse.log, request, export) == ""


def test_the_variables_of_the_project_mean_what_the_oracle_says(tmp_path: Path) -> None:
    events = random_log(seed=20251026, conversations=60)
    log = Log(events, require_checked=True, measure_claim_users_only=True)
    write_landing(events, tmp_path / "raw", files=2, shuffle_seed=1)
    models, variables = family("tracebuzz"), ("--vars", VARIABLES)
    database = build(tmp_path / "raw", tmp_path / "warehouse", models=models, options=variables)
    with duckdb.connect(str(database), read_only=True) as connection:
        for request in tracebuzz_requests(random.Random(2), events, count=6):
            for export in EXPORTS:
                assert difference(connection, log, request, export) == ""
    defaults = Log(events)
    for export in ("raw_service", "raw_agents"):
        assert any(
            log.export(f"tracebuzz.{export}", request) != defaults.export(f"tracebuzz.{export}", request)
            for request in tracebuzz_requests(random.Random(2), events, count=6)
        ), "the variables changed nothing"
