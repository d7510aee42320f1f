"""Checks the request of `run`, and opens all that a job needs, before anything begins."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import duckdb

from care.destinations.destination import Destination
from care.destinations.opening import destination_for, read_destinations, refuse_impossible
from care.destinations.transfer import OpenDestination
from care.errors import BadArgument, CareError
from care.export_file.layout import layout_for
from care.locks import folder_of_this_process
from care.requests.arguments import refuse_foreign
from care.requests.checks import rows_with_disabled
from care.requests.request import Asked, bind
from care.runs.ledger import Ledger
from care.runs.plan import Plan, plan
from care.runs.run import Finished, run_export
from care.settings import Settings
from care.warehouse.catalog import Export, build_began, exports_of_family, find_export, open_published, read_exports


@dataclass(frozen=True)
class Job:
    """The request of `run` as it was typed; `run_ids` by export if they were given out already."""

    export: str | None
    run_all: bool
    asked: Asked
    format: str | None
    columns: str | None
    locale: str | None
    excel: bool
    destination: str
    run_ids: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Job:
        """The job from the output of `asdict`."""
        return cls(**{**told, "asked": Asked(**told["asked"])})


@dataclass(frozen=True)
class PreparedJob:
    """A job found possible, with all that is needed to do it, open."""

    connection: duckdb.DuckDBPyConnection
    ledger: Ledger
    plans: list[Plan]
    warnings: list[str]
    built_at: datetime
    target: Destination

    def do(self, planned: Plan, store: OpenDestination, on_bytes: Callable[[int], None]) -> tuple[Finished, list[str]]:
        """Writes one file and brings it to its destination; with it the sentences that warn about its rows."""
        done = run_export(self.connection, self.ledger, planned, self.built_at, on_bytes, store)
        warnings = []
        if planned.request.arguments.get("include_disabled") is False:
            # The file is there: what cannot be counted any more is no reason to fail.
            with suppress(duckdb.Error, CareError):
                session = bind(self.connection.cursor(), planned.request)
                left_out = rows_with_disabled(session, planned.export, done.rows) - done.rows
                if left_out > 0:
                    warnings.append(
                        f"{left_out:,} rows of {planned.export.export} are left out, as their agents are disabled or"
                        " deleted; includeDisabled=true shows them."
                    )
        return done, warnings


@contextmanager
def prepared(job: Job, settings: Settings, ledger: Ledger) -> Iterator[PreparedJob]:
    """Everything checked, nothing begun. Raises BadArgument or CareError."""
    if job.run_all and job.columns:
        raise BadArgument("--columns is for one export; leave out --all.")
    now = datetime.now(UTC)
    target = destination_for(job.destination, read_destinations(settings.destinations))
    refuse_impossible(target)
    with (
        folder_of_this_process(settings.state / "spill") as spill,
        open_published(settings.published, spill) as connection,
    ):
        built_at, _ = build_began(connection, settings.published)
        ledger.close_abandoned()
        known = read_exports(connection)
        exports = _chosen(known, job.export, job.run_all)
        refuse_foreign(known, exports, job.asked.arguments)
        looks = {"format": job.format, "columns": job.columns, "locale": job.locale, "excel": job.excel}
        layout = functools.partial(layout_for, **looks)
        plans, warnings = plan(connection, exports, job.asked, layout, job.destination, now)
        plans = [replace(one, given_run_id=job.run_ids.get(one.export.name)) for one in plans]
        yield PreparedJob(connection, ledger, plans, warnings, built_at, target)


def _chosen(exports: list[Export], name: str | None, run_all: bool) -> list[Export]:
    if run_all:
        return exports_of_family(exports, name)
    if name is None:
        raise BadArgument("name an EXPORT, or add --all for every export of a family.")
    return [find_export(exports, name)]
