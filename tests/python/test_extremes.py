"""Values at the ends of their types, in every column of every stream: a build passes, and every export has its file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import export
from care.warehouse.catalog import read_exports
from simulation.story import arrow_types, contract, opening_hours
from test_landing_rows import END_OF_9999, INFINITY, MICROSECOND, YEAR_1, unix_us
from warehouse import build

ORGS = ("acme", "..")
OCCURRED = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2025, 3, 3, 9, tzinfo=UTC),
    datetime(2025, 3, 3, 9, 0, 1, tzinfo=UTC),
    datetime(2200, 1, 1, tzinfo=UTC) - MICROSECOND,
)
INSTANTS = (INFINITY, -INFINITY, 9_089_348_860_800_000_000, unix_us(YEAR_1), unix_us(END_OF_9999), -1, 0, None)
NUMBERS = (2**63 - 1, -(2**63), 0, -1, 1, None)
TEXTS = ("", " ", "\x00", "=1+1", "x" * 70_000, "日本🙂\u202e", "..", None)
HOURS = ((*opening_hours("00:00-24:00", weekdays=range(1, 8)), *opening_hours("23:59-23:58")), ())
HOLIDAYS = ((date.min, date.max, date(1970, 1, 1)), ())
ZONES = ("Pacific/Kiritimati", "America/Los_Angeles", "Africa/Monrovia", None)


def extreme(name: str, column: dict[str, Any], number: int) -> Any:
    """The value of a column in the row of that number: every extreme of its type has its turn."""
    choices: tuple[Any, ...]
    if name == "opening_timezone":
        choices = ZONES
    elif column.get("codes"):
        choices = (*column["codes"], *(() if column.get("required_for") else ("of no list", None)))
    elif column.get("range"):
        choices = (*column["range"], *(() if column.get("required_for") else NUMBERS))
    elif name.endswith("_id"):
        choices = (f"{name[0]}1", f"{name[0]}2")
    else:
        kinds = {"timestamptz": INSTANTS, "bigint": NUMBERS, "varchar": TEXTS, "boolean": (True, False, None),
                 "date[]": HOLIDAYS, "varchar[]": (("t1", "", None), ())}  # fmt: skip
        choices = kinds.get(column["data_type"], HOURS)
    if column.get("required_for"):
        choices = tuple(choice for choice in choices if choice is not None)
    return choices[number % len(choices)]


def write_extremes(raw: Path) -> None:
    """One file a stream: of each org and event type a row for every extreme."""
    for stream, declared in contract().items():
        rows = []
        for org_id in ORGS:
            for event_type in declared["event_types"]:
                for number in range(len(INSTANTS)):
                    row = {name: extreme(name, column, number) for name, column in declared["columns"].items()}
                    occurred_at = unix_us(OCCURRED[(number + number // 4) % len(OCCURRED)])
                    named = {"event_id": f"e{len(rows)}", "event_type": event_type, "org_id": org_id}
                    rows.append(row | named | {"occurred_at": occurred_at, "ingested_at": unix_us(END_OF_9999)})
        types = arrow_types(stream)
        instants = [name for name, kind in types.items() if pa.types.is_timestamp(kind)]
        others = {name: kind for name, kind in types.items() if name not in instants}
        columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in others.items()}
        for name in instants:
            columns[name] = pa.array([row[name] for row in rows], pa.int64()).cast(types[name])
        (raw / stream).mkdir(parents=True)
        pq.write_table(pa.table(columns), raw / stream / "extremes.parquet")


def test_extremes_build_and_every_export_writes_its_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_extremes(empty_folder / "raw")
    tests = (
        "test_type:singular,path:tests/singular/staging",
        "test_name:one_row_per,path:models/intermediate/shared/opening_hours",
    )
    database = build(empty_folder / "raw", empty_folder / "warehouse", *tests)
    with duckdb.connect(str(database), read_only=True) as connection:
        exports = read_exports(connection)
        rejected = connection.execute("select distinct reason from staging.rejected_events").fetchall()
        assert rejected == []
    for name in ("landing", "warehouse", "state"):
        monkeypatch.setenv(f"CARE_{name.upper()}", str(empty_folder / name))
    failed, rows = [], 0
    for number, one in enumerate(exports):
        # Statistics of two centuries are millions of quarter hours.
        is_long = one.bucket is None and not one.export.startswith("team_performance")
        window = ("1970-01-01", "2200-01-01") if is_long else ("2025-03-03", "2025-03-04")
        asked = ["run", one.name, "--org", ORGS[number % len(ORGS)], "--destination", str(empty_folder), "--json"]
        asked += ["--from", window[0], "--to", window[1]] if one.has_window else []
        asked += ["--timezone", ZONES[number % 3]]
        asked += ["--time-interval", "86400000"] if "time_interval" in one.arguments else []
        code = export.main(asked)
        said = capsys.readouterr()
        if code:
            failed.append((one.name, said.err))
        else:
            rows += json.loads(said.out)["rows"]
    assert failed == []
    assert len(exports) == 41 and rows > 100
