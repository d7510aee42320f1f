"""Measures what the project promises about cost, as ratios of one run on one machine; prints, and judges nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import duckdb

PROJECT = Path(__file__).resolve().parents[1]


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Wall seconds, peak resident GiB and standard output of a command; its error ends the benchmark."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command], cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise click.ClickException(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}.")
    return time.monotonic() - began, usage.ru_maxrss / 1024**2, printed


def apart(measure: Callable[..., float], *arguments: Path) -> float:
    """Measures in a process of its own: a child's peak of memory counts from that of the process that began it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure, *arguments).result()


def copy_seconds(landing: Path, database: Path) -> float:
    """Seconds that DuckDB needs to copy every stream of a landing zone into a table."""
    database.unlink(missing_ok=True)
    began = time.monotonic()
    with duckdb.connect(str(database), config={"memory_limit": "5GB"}) as connection:
        connection.execute("set preserve_insertion_order = false")
        for stream in sorted(path.name for path in landing.iterdir() if path.is_dir()):
            files = str(landing / stream / "**" / "*.parquet").replace("'", "''")
            source = f"read_parquet('{files}', union_by_name => true, hive_partitioning => false)"
            connection.execute(f"create table {stream} as from {source}")
        connection.execute("checkpoint")
    seconds = time.monotonic() - began
    database.unlink()
    return seconds


def bare_copy_seconds(warehouse: Path, target: Path) -> float:
    """Seconds of a bare COPY of the message export's columns to CSV, unsorted, as one would type it."""
    with duckdb.connect(str(warehouse / "care.duckdb"), read_only=True, config={"memory_limit": "5GB"}) as connection:
        columns = connection.execute(
            "select string_agg(column_name, ', ' order by position) from catalog.export_columns"
            " where export = 'message' and is_delivered"
        ).fetchall()[0][0]
        connection.execute("set preserve_insertion_order = false")
        began = time.monotonic()
        connection.execute(f"copy (select {columns} from sparkcentral.message) to '{target}' (format csv, header)")
        seconds = time.monotonic() - began
    target.unlink()
    return seconds


def reports(warehouse: Path) -> list[tuple[str, list[str]]]:
    """The Khoros Care reports by name, each with the options that it cannot do without."""
    with duckdb.connect(str(warehouse / "care.duckdb"), read_only=True) as connection:
        names = connection.execute(
            "select export, list_contains(arguments, 'time_interval') from catalog.exports"
            " where family = 'khoros_care' order by all"
        ).fetchall()
    return [(f"khoros_care.{name}", ["--time-interval", "3600000"] if in_buckets else []) for name, in_buckets in names]


def statistics(warehouse: Path) -> tuple[list[str], date]:
    """The exports of statistics by name, and the first day of the month with the most messages."""
    with duckdb.connect(str(warehouse / "care.duckdb"), read_only=True) as connection:
        names = connection.execute(
            "select family || '.' || export from catalog.exports where bucket is not null order by all"
        ).fetchall()
        month = connection.execute(
            "select date_trunc('month', created_at)::date as month from marts.messages"
            " group by month order by count(*) desc, month limit 1"
        ).fetchall()
    return [name for (name,) in names], month[0][0]


@click.command(epilog="Example: python bench/build.py --folder /data/bench --conversations 200000")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=PROJECT / "bench" / "data", show_default="bench/data"
)
@click.option("--conversations", type=int, default=2_000_000, show_default=True)
def bench(folder: Path, conversations: int) -> None:
    """Build and export a large landing zone, and compare with bare copies of the same data."""
    landing, warehouse = folder / "raw", folder / "warehouse"
    environment = {
        "CARE_LANDING": str(landing), "CARE_WAREHOUSE": str(warehouse), "CARE_STATE": str(folder / "state")
    }  # fmt: skip

    def say(what: str, **figures: Any) -> None:
        click.echo(f"{what:<44}" + "  ".join(f"{name} {value:,.2f}" for name, value in figures.items()))

    if not landing.exists():
        command = [
            "scripts/simulate.py",
            "--out",
            str(landing),
            "--size",
            "large",
            "--conversations",
            str(conversations),
        ]
        seconds, peak, _ = measured(command, environment)
        say("simulate", seconds=seconds, peak_gib=peak)
    copied = apart(copy_seconds, landing, folder / "copy.duckdb")
    say("copy the Parquet into tables", seconds=copied)
    seconds, peak, _ = measured(["scripts/export.py", "build"], environment)
    say("build with tests", seconds=seconds, peak_gib=peak, times_the_copy=seconds / copied)
    with duckdb.connect(str(warehouse / "care.duckdb"), read_only=True) as connection:
        org, first, last = connection.execute(
            "select min(org_id), min(created_at)::date, max(created_at)::date + 1 from marts.messages"
        ).fetchall()[0]
        day = connection.execute("select (min(created_at) + interval '180 days')::date from marts.messages").fetchall()[
            0
        ][0]
    run = ["scripts/export.py", "run", "--org", org, "--destination", str(folder / "export"), "--json"]
    window = ["--from", str(day), "--to", str(day.fromordinal(day.toordinal() + 1))]
    for family in ("sparkcentral", "tracebuzz"):
        seconds, peak, printed = measured([*run, "--all", family, *window], environment)
        say(f"a day's {len(printed.splitlines())} files of {family}", seconds=seconds, peak_gib=peak)
    for report, options in reports(warehouse):
        seconds, peak, printed = measured([*run, report, *window, *options], environment)
        say(f"a day's {report}", rows=json.loads(printed)["rows"], seconds=seconds, peak_gib=peak)
    seconds, peak, printed = measured([*run, "message", "--from", str(first), "--to", str(last)], environment)
    written = json.loads(printed)
    bare = apart(bare_copy_seconds, warehouse, folder / "bare.csv")
    say("messages of a year", rows=written["rows"], mib=written["bytes"] / 1024**2, seconds=seconds, peak_gib=peak)
    say("a bare COPY of the same columns", seconds=bare, speed_of_the_export=bare / seconds)
    exports, first = statistics(warehouse)
    month = ["--from", str(first), "--to", str((first + timedelta(days=31)).replace(day=1))]
    runs = [measured([*run, export, *month], environment) for export in exports]
    rows = sum(json.loads(printed)["rows"] for _, _, printed in runs)
    seconds, peak = sum(seconds for seconds, _, _ in runs), max((peak for _, peak, _ in runs), default=0)
    say(f"a month of the {len(runs)} statistics files", rows=rows, seconds=seconds, peak_gib=peak)
    deliver = ["scripts/export.py", "deliver", "--now", "2025-03-27T12:00"]
    measured(deliver, environment)
    seconds, peak, _ = measured(deliver, environment)
    say("a delivery with nothing due", seconds=seconds, peak_gib=peak)


if __name__ == "__main__":
    bench()
