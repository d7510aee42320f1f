"""The commands about runs: start one now or in the background, list them, show one, fetch its file."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import click

from care.cli import output
from care.cli.options import as_json, verbose
from care.cli.schedules import at_moment, say_overdue
from care.destinations.destination import local_root
from care.destinations.opening import DEFAULT_FOLDER, destination_for, destination_of_run, opened, read_destinations
from care.errors import BadArgument, CareError
from care.requests.arguments import ARGUMENTS, argument_options
from care.requests.request import Asked
from care.runs.background import start, work
from care.runs.download import download_file
from care.runs.ledger import Ledger
from care.runs.prepare import Job, prepared
from care.runs.run import Finished
from care.runs.workflow import workflow_id
from care.settings import settings_of

COMPLETED = {"runner_state": "CLOSED", "detail": "COMPLETED"}
RUNNING = {"runner_state": "RUNNING", "detail": ""}


@click.command(
    epilog="Example: python scripts/export.py run message --org acme --from 2025-03-01 --to 2025-04-01"
    " --timezone Europe/Brussels --channel ch-1 --channel ch-2"
)
@click.argument("export", required=False)
@click.option("--all", "run_all", is_flag=True, help="Every export of the family EXPORT; of the only one without it.")
@click.option("--org", metavar="ID", help="The org; required if the warehouse has several.")
@click.option("--from", "start_at", metavar="TIME",
              help="Start of the window, included: 2025-03-01 or 2025-03-01T08:30.")  # fmt: skip
@click.option("--to", "end_at", metavar="TIME", help="End of the window, not included.")
@click.option("--timezone", metavar="ZONE",
              help="Time zone of times without an offset, of days, and of times in the file and its name."
              "  [default: the family's; sparkcentral UTC, tracebuzz Europe/Amsterdam, khoros_care UTC]")  # fmt: skip
@click.option("--channel", "channels", metavar="ID", multiple=True, help="Only this channel; may be repeated.")
@click.option("--as-of", metavar="TIME", help="The state at a past moment, for exports that offer it.")
@click.option("--format", "--report-format", "file_format", metavar="csv|json|parquet",
              help="Default: the family's format.")  # fmt: skip
@click.option("--locale", metavar="CODE",
              help="Language of the header line: en, fr, es, ...; of the words in rows that have some.")  # fmt: skip
@click.option("--columns", "--report-metrics", "columns", metavar="A,B",
              help="These columns in this order, by the names that `describe` shows.")  # fmt: skip
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: a BOM, no line but the headers before the rows,"
              " every text quoted, and ' before text of which a line begins like a formula.")  # fmt: skip
@click.option("--destination", metavar="NAME|FOLDER|URL", default=DEFAULT_FOLDER, show_default=True,
              help="A name from `destinations list`, a folder, or sftp://, s3://, ...; the export's own folder is"
              " made below it. A new folder is written ./NAME or NAME/.")  # fmt: skip
@click.option("--background", is_flag=True, help="Print the ids of the run and return; `status` shows its state.")
@argument_options
@as_json
@verbose
def run(
    export: str | None, run_all: bool, org: str | None, start_at: str | None, end_at: str | None, timezone: str | None,
    channels: tuple[str, ...], as_of: str | None, file_format: str | None, locale: str | None, columns: str | None,
    excel: bool, destination: str, background: bool, as_json: bool, **arguments: str | None,
) -> None:  # fmt: skip
    """Write EXPORT (`message`, `tracebuzz.results`; with --all a family) to a file now.

    With --json it prints one object per file, each on its line. `describe EXPORT` lists the options of an export.
    """
    given = {argument.name: arguments.get(argument.name) for argument in ARGUMENTS} | {"locale": locale}
    texts = {name: text for name, text in given.items() if text is not None}
    asked = Asked(org, start_at, end_at, timezone, channels, as_of, texts)
    job = Job(export, run_all, asked, file_format, columns, locale, excel, destination)
    settings, finished, failed = settings_of(), [], []
    with Ledger(settings.ledger) as ledger, prepared(job, settings, ledger) as ready, ExitStack() as stack:
        for sentence in ready.warnings:
            output.warn(sentence)
        if background:
            for one in start(job, ready, settings):
                _say_ids({"workflow_id": workflow_id(one), "run_id": one.run_id}, ready.warnings, as_json)
            return
        store = stack.enter_context(opened(ready.target))
        for one in ready.plans:
            try:
                with output.bytes_written(one.export.name) as on_bytes:
                    done, warnings = ready.do(one, store, on_bytes)
            except CareError as error:
                if not run_all:
                    raise
                failed.append(one.export.name)
                click.echo(f"error: {error}", err=True)
                continue
            finished.append(done)
            for sentence in warnings:
                output.warn(sentence)
            if as_json:
                ids = {"workflow_id": workflow_id(one), **COMPLETED, "warnings": [*ready.warnings, *warnings]}
                output.as_json(done.as_dict() | ids)
    if not as_json:
        output.files(finished)
    if failed:
        raise CareError(f"{len(failed)} of {len(ready.plans)} exports failed: {', '.join(failed)}.")


@click.command(hidden=True, epilog="Example: python scripts/export.py work < job.json")
def work_on() -> None:
    """Run the job from the standard input; `run --background` calls it, with the locks of its runs."""

    def progress(done: Finished, warnings: list[str]) -> None:
        for sentence in warnings:
            output.warn(sentence)
        output.as_json(done.as_dict() | COMPLETED)

    work(sys.stdin.read(), settings_of(), progress)


@click.command(epilog="Example: python scripts/export.py runs --limit 5")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most runs to list.")
@as_json
@verbose
def runs(limit: int, as_json: bool) -> None:
    """List the runs in the ledger, newest first."""
    with Ledger(settings_of().ledger) as ledger:
        found = ledger.runs(limit)
    _warn_of_damage(found)
    if as_json:
        output.as_json(found)
        return
    keys = ("run_id", "started_at", "schedule", "export", "org_id", "state", "detail", "rows", "bytes")
    output.table(keys, [[run[key] for key in keys] for run in found])


@click.command(epilog="Example: python scripts/export.py status --overdue")
@click.argument("ids", metavar="[[WORKFLOW_ID] RUN_ID]", nargs=-1)
@click.option("--overdue", is_flag=True, help="List the windows later than their delay and an hour; exits 1 if any.")
@at_moment
@as_json
@verbose
def status(ids: tuple[str, ...], overdue: bool, now: str | None, as_json: bool) -> None:
    """Show the run RUN_ID: its request or window, and its result."""
    if overdue == bool(ids):
        raise BadArgument("name a RUN_ID that `runs` lists, or ask for --overdue.")
    if overdue:
        say_overdue(now, as_json)
        return
    with Ledger(settings_of().ledger) as ledger:
        found = _run(ledger, ids)
    _warn_of_damage([found])
    told = {"runnerState": found["state"], **found}
    if as_json:
        output.as_json(told)
        return
    output.table(("", ""), [(key, output.text(value)) for key, value in told.items() if value not in (None, "")])


@click.command(epilog="Example: python scripts/export.py download 1b4e28ba-2fa1-41d2-883f-0016d3cca427")
@click.argument("ids", metavar="[WORKFLOW_ID] RUN_ID", nargs=-1, required=True)
@click.option("--destination", "--to", "destination", metavar="NAME|FOLDER|URL", default=".", show_default=True,
              help="Where to copy it; no file there is replaced. Write a new folder as ./NAME or NAME/.")  # fmt: skip
@as_json
@verbose
def download(ids: tuple[str, ...], destination: str, as_json: bool) -> None:
    """Copy the file of the run RUN_ID from its destination."""
    settings = settings_of()
    with Ledger(settings.ledger) as ledger:
        found = _run(ledger, ids)
    if found["state"] == "RUNNING":
        raise BadArgument(f"the run {ids[-1]} is still running; see: python scripts/export.py status {ids[-1]}")
    if found["detail"] != "COMPLETED":
        raise BadArgument(f"the run {ids[-1]} made no file; see: python scripts/export.py status {ids[-1]}")
    origin = (found["arguments"] or {}).get("destination")
    if not isinstance(origin, str):
        raise CareError(
            f"the record of run {found['run_id']} is damaged: it does not say how to reach {found['file']}."
        )
    destinations = read_destinations(settings.destinations)
    source, target = destination_of_run(origin, destinations), destination_for(destination, destinations)
    name = found["file"].rpartition("/")[2]
    with opened(source) as store, opened(target) as sink:
        place = str(local_root(target.url) / name) if target.protocol == "file" else sink.place("", name)
        if sink.exists(place):
            raise BadArgument(f"{place} exists already; choose another folder with --destination.")
        download_file(found, store, sink, place)
    output.as_json({"path": place}) if as_json else click.echo(place)


def _run(ledger: Ledger, ids: tuple[str, ...]) -> dict[str, Any]:
    if len(ids) > 2:
        raise BadArgument("name one run: its RUN_ID, or the WORKFLOW_ID and the RUN_ID.")
    return ledger.run(*ids)


def _warn_of_damage(found: list[dict[str, Any]]) -> None:
    for run in found:
        if run["arguments"] is None:
            output.warn(f"the record of run {run['run_id']} is damaged: its arguments cannot be read.")


def _say_ids(ids: dict[str, str], warnings: list[str], as_json: bool) -> None:
    if as_json:
        output.as_json(ids | RUNNING | {"warnings": warnings})
    else:
        output.table(("", ""), list(ids.items()))
