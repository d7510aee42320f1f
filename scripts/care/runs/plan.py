"""Runs that passed the checks and have not begun."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from care.export_file.layout import Layout
from care.requests.ask import request_for
from care.requests.request import Asked, Request
from care.requests.warnings import warnings_about
from care.warehouse.catalog import Export


@dataclass(frozen=True)
class Plan:
    """One run that passed the checks."""

    export: Export
    request: Request
    layout: Layout
    destination: str
    now: datetime
    # Ledger columns of a scheduled run; its run_id gives a repeated run the same file name.
    facts: Mapping[str, Any] = field(default_factory=dict)
    manifest: bool = False
    # The run id that a run on demand was given.
    given_run_id: str | None = None
    # For a scheduled run: the former names of its schedule, the newest event of its org, and a note about its window.
    formerly: tuple[str, ...] = ()
    newest_event_at: datetime | None = None
    note: str | None = None

    @property
    def run_id(self) -> str:
        """The id it was given, else a new one."""
        return self.facts.get("run_id") or self.given_run_id or str(uuid.uuid4())


def plan(
    connection: duckdb.DuckDBPyConnection,
    exports: Sequence[Export],
    asked: Asked,
    layout: Callable[[duckdb.DuckDBPyConnection, Export], Layout],
    destination: str,
    now: datetime,
) -> tuple[list[Plan], list[str]]:
    """The runs of some exports, none of them begun, and sentences that warn. Raises BadArgument."""
    plans, warnings = [], {}
    for export in exports:
        request, sentences = request_for(connection, export, asked, now)
        plans.append(Plan(export, request, layout(connection, export), destination, now))
        warnings |= dict.fromkeys(sentences)
    return plans, [*warnings, *warnings_about([(one.export, one.request) for one in plans])]
