"""The commands about the warehouse: build it, list its exports, describe one."""

from __future__ import annotations

import os
import time
from typing import Any

import click

from care.cli import output
from care.cli.options import DEBUG, as_json, verbose
from care.requests.arguments import ARGUMENTS
from care.settings import settings_of
from care.warehouse.build import NotPublished
from care.warehouse.build import build as build_warehouse
from care.warehouse.catalog import Export, find_export, open_published, read_exports
from care.warehouse.landing_report import Landed


@click.command(epilog="Example: CARE_LANDING=/data/raw python scripts/export.py build")
@click.option("--allow-fewer", is_flag=True,
              help="Publish even if streams or orgs lost all their rows.")  # fmt: skip
@as_json
@verbose
def build(allow_fewer: bool, as_json: bool) -> None:
    """Build the warehouse from the landing zone, test it, and publish it if everything passed.

    A build is not published if a stream or an org of the published warehouse has no rows any more.
    """
    settings = settings_of()
    began = time.monotonic()
    try:
        with output.nodes_built() as on_progress:
            landed = build_warehouse(settings, on_progress, bool(os.environ.get(DEBUG)), allow_fewer)
    except NotPublished as error:
        _warn_of(error.landed)
        raise
    seconds = round(time.monotonic() - began, 1)
    _warn_of(landed)
    if as_json:
        output.as_json({"published": str(settings.published), "seconds": seconds, **landed.as_dict()})
        return
    click.echo(
        f"Published {settings.published}: {landed.rows_loaded:,} rows of {landed.files_loaded:,} files"
        f" in {seconds:,} s; {len(landed.refused):,} files refused, {landed.rows_rejected:,} rows set aside."
    )


def _warn_of(landed: Landed) -> None:
    # Each kind has its own lines: many refused files hide no row that was set aside.
    for source, sentences in landed.sentences_by_source().items():
        for sentence in output.shortened(sentences, f"all of them: {source}"):
            output.warn(sentence)


@click.command("list", epilog="Example: python scripts/export.py list")
@as_json
@verbose
def list_exports(as_json: bool) -> None:
    """List the exports by family, each with the grain of its rows."""
    exports = _exports()
    if as_json:
        output.as_json([_as_dict(export, with_columns=False) for export in exports])
        return
    output.table(
        ("export", "rows", "window", "past as-of"),
        [(e.name, e.grain, "yes" if e.has_window else "no", "yes" if e.has_as_of else "no") for e in exports],
        wrapped=True,
    )


@click.command(epilog="Example: python scripts/export.py describe response_times")
@click.argument("export")
@as_json
@verbose
def describe(export: str, as_json: bool) -> None:
    """Describe EXPORT: its rows, and every column with its header, type and meaning."""
    found = find_export(_exports(), export)
    if as_json:
        output.as_json(_as_dict(found, with_columns=True))
        return
    click.echo(f"{found.name}: {found.description}")
    pattern = f"{found.folder_pattern}/{found.file_name_pattern}"
    channels = "" if found.uses_channels else " Channels do not limit it."
    click.echo(
        f"Sorted by {', '.join(found.order_by)}."
        f" Files {pattern.replace('{folder}', found.folder).replace('{export}', found.export)}."
        f" Default format {found.default_format}. Default time zone {found.default_time_zone}.{channels}"
    )
    own = [argument.option for argument in ARGUMENTS if argument.name in found.arguments]
    click.echo(f"Takes {', '.join(own)}.\n" if own else "")
    output.table(
        ("column", "header", "type", "meaning"),
        [
            (c.column_name, c.header if c.is_delivered else "(key, not delivered)", c.data_type, c.description)
            for c in found.columns
        ],
        wrapped=True,
    )


def _exports() -> list[Export]:
    with open_published(settings_of().published) as connection:
        return read_exports(connection)


def _as_dict(export: Export, with_columns: bool) -> dict[str, Any]:
    shown = {key: value for key, value in vars(export).items() if key != "columns"}
    columns = {"columns": [vars(column) for column in export.columns]} if with_columns else {}
    return {"name": export.name, **shown, **columns}
