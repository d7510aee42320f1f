"""Builds the warehouse and writes its exports to files. Commands parse and call; the work is in care/ and the SQL."""

from __future__ import annotations

import functools
import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from care import console, report
from care.delivery_commands import at_moment, deliver, say_overdue, schedules
from care.destination_commands import destinations
from care.destinations import destination_for, opened, read_destinations
from care.errors import BadArgument, CareError
from care.layout import layout_for
from care.ledger import Ledger
from care.locks import folder_of_this_process
from care.options import DEBUG, as_json, verbose
from care.places import places_of
from care.requests import Asked
from care.runs import clear_abandoned, plan, run_export
from care.warehouse import Export, exports_of_family, find_export, open_published, published_at, read_exports


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: python scripts/export.py run message --org acme --from 2025-03-01 --to 2025-04-01",
)
@verbose
def cli() -> None:
    """Raw events in, trusted export files out."""


for command in (deliver, schedules, destinations):
    cli.add_command(command)


@cli.command(epilog="Example: CARE_LANDING=/data/raw python scripts/export.py build")
@as_json
@verbose
def build(as_json: bool) -> None:
    """Build the warehouse from the landing zone, test it, and publish it if everything passed."""
    from care.build import build as build_warehouse

    places = places_of()
    began = time.monotonic()
    with report.nodes_built() as on_progress:
        landed = build_warehouse(places, on_progress, verbose=bool(os.environ.get(DEBUG)))
    seconds = round(time.monotonic() - began, 1)
    for sentence in report.shortened(landed.sentences(), "all of them: staging.landing_files, rejected_events"):
        report.warn(sentence)
    if as_json:
        report.as_json({"published": str(places.published), "seconds": seconds, **landed.as_dict()})
        return
    click.echo(
        f"Published {places.published}: {landed.rows_loaded:,} rows of {landed.files_loaded:,} files"
        f" in {seconds:,} s; {len(landed.refused):,} files refused, {landed.rows_rejected:,} rows set aside."
    )


@cli.command("list", epilog="Example: python scripts/export.py list")
@as_json
@verbose
def list_exports(as_json: bool) -> None:
    """List the exports by family, each with what a row of it is."""
    exports = _exports()
    if as_json:
        report.as_json([_as_dict(export, with_columns=False) for export in exports])
        return
    report.table(
        ("export", "rows", "window", "past as-of"),
        [(e.name, e.grain, "yes" if e.has_window else "no", "yes" if e.has_as_of else "no") for e in exports],
        wrapped=True,
    )


@cli.command(epilog="Example: python scripts/export.py describe response_times")
@click.argument("export")
@as_json
@verbose
def describe(export: str, as_json: bool) -> None:
    """Describe EXPORT: which rows it holds, and every column with its header, type and meaning."""
    found = find_export(_exports(), export)
    if as_json:
        report.as_json(_as_dict(found, with_columns=True))
        return
    click.echo(f"{found.name}: {found.description}")
    pattern = f"{found.folder_pattern}/{found.file_name_pattern}"
    channels = "" if found.uses_channels else " Channels do not limit it."
    click.echo(
        f"Sorted by {', '.join(found.order_by)}."
        f" Files {pattern.replace('{folder}', found.folder).replace('{export}', found.export)}."
        f" Default format {found.default_format}. Default time zone {found.default_time_zone}.{channels}\n"
    )
    report.table(
        ("column", "header", "type", "meaning"),
        [
            (c.column_name, c.header if c.is_delivered else "(key, not delivered)", c.data_type, c.description)
            for c in found.columns
        ],
        wrapped=True,
    )


@cli.command(
    epilog="Example: python scripts/export.py run message --org acme --from 2025-03-01 --to 2025-04-01"
    " --timezone Europe/Brussels --channel ch-1 --channel ch-2"
)
@click.argument("export", required=False)
@click.option("--all", "run_all", is_flag=True, help="Every export of the family EXPORT; of the only one without it.")
@click.option("--org", metavar="ID", help="The tenant; needed where the warehouse holds several.")
@click.option("--from", "start", metavar="TIME", help="Start of the window, included: 2025-03-01 or 2025-03-01T08:30.")
@click.option("--to", "end", metavar="TIME", help="End of the window, not included.")
@click.option("--timezone", metavar="ZONE",
              help="Reads times without an offset, says where days begin, prints times in the file and its name."
              "  [default: the family's; sparkcentral UTC, tracebuzz Europe/Amsterdam]")  # fmt: skip
@click.option("--channel", "channels", metavar="ID", multiple=True, help="Only this channel; may be repeated.")
@click.option("--as-of", metavar="TIME", help="The state of a past moment, where it is offered.")
@click.option("--format", "file_format", metavar="csv|json|parquet", help="Default: what the family delivers.")
@click.option("--locale", metavar="CODE", help="Language of the header line: en, fr, es, ...")
@click.option("--columns", metavar="A,B", help="These columns in this order, by the names that `describe` shows.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a BOM, no line but the headers before the rows, and"
              " ' before text like a formula.")  # fmt: skip
@click.option("--destination", metavar="NAME|FOLDER|URL", default="export", show_default=True,
              help="A name from `destinations list`, a folder, or sftp://, s3://, ...; the export's own folder is"
              " made below it.")  # fmt: skip
@as_json
@verbose
def run(
    export: str | None, run_all: bool, org: str | None, start: str | None, end: str | None, timezone: str | None,
    channels: tuple[str, ...], as_of: str | None, file_format: str | None, locale: str | None, columns: str | None,
    excel: bool, destination: str, as_json: bool,
) -> None:  # fmt: skip
    """Write EXPORT (`message`, `tracebuzz.results`; with --all a family) to a file now.

    With --json one object a file, each on its line.
    """
    if run_all and columns:
        raise BadArgument("--columns is for one export; leave out --all.")
    places, now = places_of(), datetime.now(UTC)
    target = destination_for(destination, read_destinations(places.destinations))
    asked = Asked(org, start, end, timezone, channels, as_of)
    finished, failed = [], []
    with (
        Ledger(places.ledger) as ledger,
        folder_of_this_process(places.state / "spill") as spill,
        open_published(places.published, spill) as connection,
        ExitStack() as stack,
    ):
        built_at = published_at(places.published)
        clear_abandoned(ledger)
        exports = _chosen(read_exports(connection), export, run_all)
        layout = functools.partial(layout_for, format=file_format, columns=columns, locale=locale, excel=excel)
        plans, warnings = plan(connection, exports, asked, layout, destination, now)
        for sentence in warnings:
            report.warn(sentence)
        store = stack.enter_context(opened(target))
        for one in plans:
            try:
                with report.bytes_written(one.export.name) as on_bytes:
                    done = run_export(connection, ledger, one, built_at, on_bytes, store)
            except CareError as error:
                if not run_all:
                    raise
                failed.append(one.export.name)
                click.echo(f"error: {error}", err=True)
                continue
            finished.append(done)
            if as_json:
                report.as_json(done.as_dict())
    if not as_json:
        report.files(finished)
    if failed:
        raise CareError(f"{len(failed)} of {len(plans)} exports failed: {', '.join(failed)}.")


@cli.command(epilog="Example: python scripts/export.py runs --limit 5")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="So many at most.")
@as_json
@verbose
def runs(limit: int, as_json: bool) -> None:
    """List the runs in the ledger, newest first."""
    with Ledger(places_of().ledger) as ledger:
        clear_abandoned(ledger)
        found = ledger.runs(limit)
    if as_json:
        report.as_json(found)
        return
    keys = ("run_id", "started_at", "schedule", "export", "org_id", "state", "detail", "rows", "bytes")
    report.table(keys, [[run[key] for key in keys] for run in found])


@cli.command(epilog="Example: python scripts/export.py status --overdue")
@click.argument("run_id", required=False)
@click.option(
    "--overdue", is_flag=True, help="Instead: the windows later than their delay and an hour; exits 1 if any."
)
@at_moment
@as_json
@verbose
def status(run_id: str | None, overdue: bool, now: str | None, as_json: bool) -> None:
    """Show the run RUN_ID: what was asked or due, and what came of it."""
    if overdue == (run_id is not None):
        raise BadArgument("name a RUN_ID that `runs` lists, or ask for --overdue.")
    if run_id is None:
        say_overdue(now, as_json)
        return
    with Ledger(places_of().ledger) as ledger:
        clear_abandoned(ledger)
        found = ledger.run(run_id)
    if as_json:
        report.as_json(found)
        return
    report.table(("", ""), [(key, report.text(value)) for key, value in found.items() if value not in (None, "")])


@cli.command(epilog="Example: python scripts/export.py download 1b4e28ba-2fa1-41d2-883f-0016d3cca427")
@click.argument("run_id")
@click.option("--to", "folder", metavar="FOLDER", default=".", show_default=True, type=click.Path(path_type=Path))
@as_json
@verbose
def download(run_id: str, folder: Path, as_json: bool) -> None:
    """Copy the file of the run RUN_ID from its destination to a local folder."""
    places = places_of()
    with Ledger(places.ledger) as ledger:
        found = ledger.run(run_id)
    if found["detail"] != "COMPLETED":
        raise BadArgument(f"the run {run_id} made no file; see: python scripts/export.py status {run_id}")
    target = folder / found["file"].rpartition("/")[2]
    if target.exists():
        raise BadArgument(f"{target} exists already; choose another folder with --to.")
    destination = destination_for(found["arguments"]["destination"], read_destinations(places.destinations))
    folder.mkdir(parents=True, exist_ok=True)
    with opened(destination) as store:
        store.download(found["file"], target)
    report.as_json({"path": str(target)}) if as_json else click.echo(str(target))


def _exports() -> list[Export]:
    with open_published(places_of().published) as connection:
        return read_exports(connection)


def _chosen(exports: list[Export], name: str | None, run_all: bool) -> list[Export]:
    if run_all:
        return exports_of_family(exports, name)
    if name is None:
        raise BadArgument("name an EXPORT, or add --all for every export of a family.")
    return [find_export(exports, name)]


def _as_dict(export: Export, with_columns: bool) -> dict[str, Any]:
    shown = {key: value for key, value in vars(export).items() if key != "columns"}
    columns = {"columns": [vars(column) for column in export.columns]} if with_columns else {}
    return {"name": export.name, **shown, **columns}


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
    return console.run(cli, "export.py", arguments, "interrupted; no file was made.")


if __name__ == "__main__":
    sys.exit(main())
