"""Notices about schedules: one when a schedule begins to fail, and one when it works again.

Sent notices are stored beside the runs, in the ledger's file. A notice is recorded after it was sent: if the
process is killed in between, the next one sends it a second time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import duckdb

from care.errors import first_line
from care.runs.ledger import Ledger
from care.schedules.notify import Notifier

# One row per failure that was sent and is not known to be over. `schedule` is empty for a failure of `deliver` itself,
# `run_id` is empty except for a delivered window that could not be corrected or sent again.
TOLD = """
create table if not exists failures_told (
    way text not null,
    schedule text not null,
    run_id text not null,
    since text not null,
    database_built_at text not null,
    primary key (way, schedule, run_id)
) strict
"""
# A schedule works again if its last action was the delivery of a window. A delivered window that could not be
# corrected is no longer failed when it was recorded again.
IS_OVER = """
select runs.run_id, runs.export, runs.org_id, runs.window_start, runs.window_end
from runs
where
    runs.detail = 'COMPLETED'
    and case
        when ? = '' then runs.schedule = ? and runs.ended_at > ? and not exists (
            select 1
            from runs as later
            where
                later.schedule = runs.schedule
                and later.detail <> 'COMPLETED'
                and coalesce(later.ended_at, later.started_at) >= runs.ended_at
        )
        else runs.run_id = ? and (runs.ended_at > ? or runs.database_built_at <> ?)
    end
order by runs.ended_at desc
limit 1
"""


class Notices:
    """The notices of one call of `deliver`, sent by a notifier; the ledger has the notices sent before.

    `corrections` are the runs of delivered windows that this call checks again: such a run may fail although its
    schedule works.
    """

    def __init__(self, ledger: Ledger, notifier: Notifier, corrections: Collection[str] = ()) -> None:
        self._ledger, self._notifier, self._corrections = ledger, notifier, corrections
        self._began = _now()
        self._failed: set[str] = set()

    def tell(self, news: Mapping[str, Any]) -> list[str]:
        """Sends one notice: a failure unless it was sent before, a success if the notifier wants it.

        Returns what went wrong as sentences.
        """
        if news["state"] != "failed":
            return self._notifier.tell(news) if self._notifier.tells_success else []
        schedule, run_id = news.get("schedule") or "", news.get("run_id") or ""
        self._failed.add(schedule)
        # A window that another process delivers meanwhile proves that the schedule works.
        since = self._began if run_id else _now()
        problems = []
        for way in self._notifier.ways:
            with self._only(way, schedule) as is_ours:
                if not is_ours:
                    continue
                try:
                    key = (way, schedule, run_id if run_id in self._corrections else "")
                    built_at = self._built_at(key[2])
                    if self._rows("select 1 from failures_told where (way, schedule, run_id) = (?, ?, ?)", key):
                        continue
                except sqlite3.Error:
                    # A notice sent twice is better than none.
                    key = None
                problem = self._notifier.send(way, news)
                if problem:
                    problems.append(problem)
                elif key:
                    problems += self._booked("insert or replace into failures_told values (?, ?, ?, ?, ?)",
                                             (*key, since, built_at))  # fmt: skip
        return problems

    def tell_what_is_over(self, schedules: Collection[str]) -> list[str]:
        """Sends notices of schedules that work again; `schedules` has all schedules by name.

        To be called when a call has done what it could. Returns what went wrong as sentences.
        """
        problems = []
        try:
            told = self._rows("select * from failures_told") if self._notifier.ways else []
        except sqlite3.Error as error:
            return [f"what was told of failures cannot be read: {first_line(error)}."]
        for row in told:
            if row["way"] not in self._notifier.ways or row["schedule"] in self._failed:
                continue
            with self._only(row["way"], row["schedule"]) as is_ours:
                if is_ours:
                    problems += self._tell_over(row, is_there=row["schedule"] in schedules)
        return problems

    def _tell_over(self, row: Mapping[str, Any], is_there: bool) -> list[str]:
        key = (row["way"], row["schedule"], row["run_id"])
        still_told = "select 1 from failures_told where (way, schedule, run_id, since) = (?, ?, ?, ?)"
        forget = "delete from failures_told where (way, schedule, run_id) = (?, ?, ?)"
        try:
            # Another process may have been quicker.
            if not self._rows(still_told, (*key, row["since"])):
                return []
            if row["schedule"] and not is_there:
                return self._booked(forget, key)
            found = self._rows(IS_OVER, (row["run_id"], row["schedule"], row["since"], row["run_id"], row["since"],
                                         row["database_built_at"])) if row["schedule"] else []  # fmt: skip
        except sqlite3.Error as error:
            return [f"what was told of failures cannot be read: {first_line(error)}."]
        if row["schedule"] and not found:
            return []
        facts = {"schedule": row["schedule"], **found[0]} if found else {}
        problem = self._notifier.send(row["way"], facts | {"state": "recovered", "failed_since": row["since"]})
        return [problem] if problem else self._booked(forget, key)

    def _built_at(self, run_id: str) -> str:
        """The database of a run; empty if there is no such run."""
        rows = self._rows("select database_built_at from runs where run_id = ?", (run_id,))
        return rows[0]["database_built_at"] if rows else ""

    @contextmanager
    def _only(self, way: str, schedule: str) -> Iterator[bool]:
        """Whether this process may send notices of a schedule now; else another process is sending them."""
        claim = f"notice-{hashlib.sha256(f'{way} {schedule}'.encode()).hexdigest()}"
        is_ours = self._ledger.claims.take(claim)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._ledger.claims.release(claim)

    def _booked(self, sql: str, values: tuple[Any, ...]) -> list[str]:
        try:
            self._rows(sql, values)
        except sqlite3.Error as error:
            return [f"what was told of failures cannot be booked, and is told again: {first_line(error)}."]
        return []

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._ledger.path, timeout=30)) as connection, connection:
            connection.row_factory = sqlite3.Row
            connection.execute(TOLD)
            return [dict(row) for row in connection.execute(sql, values).fetchall()]


def names_of_schedules(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Every schedule of the published database, by name."""
    return {name for (name,) in connection.execute("select schedule from catalog.schedules").fetchall()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
