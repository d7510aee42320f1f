"""Writes sample data: a contact centre's raw events, as a landing zone of Parquet files."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from time import monotonic

import click
import duckdb
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from care.file_modes import private_files
from simulation import SIZES, landed, simulate
from simulation.story import contract


@click.command(epilog="Example: python scripts/simulate.py --out raw --conversations 5000 --days 30 --start 2025-03-01")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The landing folder; a new or empty one.")
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True,
              help="small: two weeks of two orgs with a clock change. large: a year, 29 million events.")  # fmt: skip
@click.option("--conversations", type=click.IntRange(1, 50_000_000), help="How many, over all orgs.")
@click.option("--days", type=click.IntRange(1, 3_660), help="Length of the period in local days.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day, local time of Brussels.")
@click.option("--orgs", type=click.IntRange(1, 100), help="Orgs, of equal size and with the same ids.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Same seed, same files.")
@click.option("--force", is_flag=True, help="Replace the Parquet files of the streams in a folder that is not empty.")
def main(
    out: Path, size: str, conversations: int | None, days: int | None, start: datetime | None, orgs: int | None,
    seed: int, force: bool,
) -> None:  # fmt: skip
    """Tell seeded stories of conversations, agents' days and what exists, as events of every stream.

    Options that are not given come from the size. The same arguments give the same files, byte for byte.
    """
    began = monotonic()
    asked = {"conversations": conversations, "days": days, "start": start and start.date(), "orgs": orgs}
    wanted = replace(SIZES[size], **{name: value for name, value in asked.items() if value is not None})
    if wanted.start.year + wanted.days // 365 > 9000 or wanted.start < date(1971, 1, 1):
        refuse(f"--start {wanted.start} is out of range; choose a day from 1971 to 8999.")
    errors = Console(stderr=True)
    try:
        make_room(out, force)
        with private_files(), Progress(console=errors, disable=not errors.is_terminal) as bar:
            task = bar.add_task("telling stories", total=None)
            simulate(wanted, seed, out, lambda done, of: bar.update(task, completed=done, total=of))
    except (OSError, duckdb.Error) as error:
        refuse(f"could not write below {out}: {getattr(error, 'strerror', None) or error}", exit_code=1)
    report(out, monotonic() - began)


def make_room(out: Path, force: bool) -> None:
    """Refuses a folder that holds anything, or, forced, empties its stream folders of Parquet files."""
    if out.exists() and not out.is_dir():
        refuse(f"{out} is a file; give --out a folder.")
    if out.exists() and any(out.iterdir()):
        if not force:
            refuse(f"{out} is not empty; choose another --out, or add --force to replace its stream files.")
        for stream in contract():
            for file in (out / stream).rglob("*.parquet"):
                file.unlink()


def refuse(reason: str, exit_code: int = 2) -> None:
    """Ends with one sentence, by default with the exit code of bad arguments."""
    click.echo(f"Error: {reason}", err=True)
    sys.exit(exit_code)


def report(out: Path, seconds: float) -> None:
    """Prints what was written: a line a stream and the sum."""
    rows = list(landed(out))
    table = Table("stream", box=None)
    for name in ("rows", "files", "bytes"):
        table.add_column(name, justify="right")
    for stream, *numbers in rows:
        table.add_row(stream, *(f"{number:,}" for number in numbers))
    table.add_row("total", *(f"{sum(numbers):,}" for numbers in list(zip(*rows, strict=True))[1:]))
    Console().print(table)
    click.echo(f"{out}: {sum(row[1] for row in rows):,} rows in {seconds:.1f} s")


if __name__ == "__main__":
    main()
