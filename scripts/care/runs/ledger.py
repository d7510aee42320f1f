"""The ledger of runs: what was asked or due, what came of it. SQLite, so that it outlives every rebuilt warehouse."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from care.atomic import remove_part
from care.errors import BadArgument, CareError
from care.file_modes import private_files
from care.runs.claims import Claims
from care.times import Span

SCHEMA = """
create table if not exists runs (
    run_id text primary key,
    export text not null,
    org_id text not null,
    window_start text,
    window_end text,
    as_of text,
    timezone text not null,
    arguments text not null,
    state text not null check (state in ('RUNNING', 'CLOSED')),
    detail text not null check (detail in ('', 'COMPLETED', 'FAILED')),
    reason text,
    pid integer not null,
    file text not null,
    rows integer,
    bytes integer,
    sha256 text,
    started_at text not null,
    ended_at text,
    database_built_at text not null,
    engine_version text not null
) strict
"""
# Columns that came later; an older ledger gets them when it is opened.
ADDED = {
    "schedule": "text",
    "frequency": "text",
    "attempts": "integer not null default 1",
    "revision": "integer not null default 1",
    "replaced_sha256": "text",
    "workflow_id": "text",
    # The newest event of the org in the database that a scheduled file was written from.
    "newest_event_at": "text",
    # A note about the window for the receiver of a scheduled file; null without one.
    "note": "text",
    # Whether the file was ready to get its name, so that it may lie at the destination though the run has failed.
    "is_announced": "integer not null default 0",
    # Whether other content may have got the name of a completed run's file without being recorded.
    "is_resending": "integer not null default 0",
}
INDEX = "create index if not exists runs_of_a_schedule on runs (schedule, org_id, export, window_start)"
# A window that was tried before is tried again in its own row.
BEGIN = """
insert into runs ({names}) values ({marks})
on conflict (run_id) do update set ({names}) = ({marks}), attempts = attempts + 1, reason = null, ended_at = null,
    rows = null, bytes = null, sha256 = null
where detail <> 'COMPLETED'
"""
# Windows that touch or overlap are one span.
DELIVERED_SPANS = """
with
windows as (
    select window_start, window_end
    from runs
    where schedule in ({marks}) and org_id = ? and export = ? and detail = 'COMPLETED'
),
reached as (
    select
        *,
        max(window_end) over (
            order by window_start, window_end rows between unbounded preceding and 1 preceding
        ) as reached_until
    from windows
),
numbered as (
    select
        *,
        sum(case when reached_until >= window_start then 0 else 1 end) over (
            order by window_start, window_end rows between unbounded preceding and current row
        ) as span
    from reached
)
select min(window_start) as span_start, max(window_end) as span_end from numbered group by span order by 1
"""
# Instants as text are in the order of time: all are in UTC, and a fraction sorts behind the full second.
OVERLAPPING = """
select run_id
from runs
where schedule in ({marks}) and org_id = ? and export = ? and run_id <> ?
    and (detail = 'COMPLETED' or state = 'RUNNING') and window_start < ? and window_end > ?
"""
GONE = "the process ended before the run did"


class Overtaken(CareError):
    """A window that another run has delivered, or is delivering, in whole or in part."""


@dataclass(frozen=True)
class Line:
    """The key of a schedule's deliveries: its name and its former names, an org, an export."""

    names: tuple[str, ...]
    org_id: str
    export: str

    @property
    def marks(self) -> str:
        """A place in SQL for each name."""
        return ", ".join("?" * len(self.names))

    @property
    def condition(self) -> str:
        """SQL that holds for the runs of this line; `values` are its parameters."""
        return f"schedule in ({self.marks}) and org_id = ? and export = ?"

    @property
    def values(self) -> list[str]:
        """The parameters of `condition`."""
        return [*self.names, self.org_id, self.export]


class Ledger:
    """The runs of one state folder. Instants are ISO text in UTC."""

    def __init__(self, path: Path) -> None:
        """Opens the ledger, made on first use. Raises CareError if the folder cannot hold one."""
        self.path = path
        try:
            with private_files():
                # The processes that the runs have; a run that was claimed here is released when it is closed.
                self.claims = Claims(path.parent / "running")
            with private_files(), self._connection() as connection:
                if connection.execute("pragma journal_mode").fetchone()[0] != "wal":
                    connection.execute("pragma journal_mode = wal")
                # One transaction: a process that is killed in it leaves the ledger as it was, and another one waits.
                connection.execute("begin immediate")
                connection.execute(SCHEMA)
                known = {row["name"] for row in connection.execute("pragma table_info(runs)").fetchall()}
                for name in ADDED.keys() - known:
                    connection.execute(f"alter table runs add column {name} {ADDED[name]}")
                connection.execute(INDEX)
        except OSError as error:
            raise _unusable(path, error) from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.claims.release_all()

    def begin(self, run: Mapping[str, Any], formerly: Sequence[str] = ()) -> None:
        """Records a run as RUNNING; `run` holds the columns that are known, `arguments` as a mapping.

        The run counts as alive as long as this process holds the lock of its file in `running/`. Raises Overtaken
        where another run of its schedule, under its name or a former one, has delivered or is delivering part of its
        window: a process that read another state of the schedule was quicker.
        """
        if run["run_id"] not in self.claims and not self.claims.take(run["run_id"]):
            raise CareError(f"the run {run['run_id']} is under way in another process; wait for it.")
        booked = {
            **run,
            "arguments": json.dumps(run["arguments"]),
            "state": "RUNNING",
            "detail": "",
            "pid": os.getpid(),
            "started_at": _now(),
        }
        names = ", ".join(booked)
        marks = ", ".join(f":{name}" for name in booked)
        with self._connection() as connection:
            connection.execute("begin immediate")
            if booked.get("schedule") and _is_overtaken(connection, booked, formerly):
                raise Overtaken(f"another run delivers part of the window of {run['run_id']}.")
            connection.execute(BEGIN.format(names=names, marks=marks), booked)

    def announce(self, run_id: str, rows: int, size: int, sha256: str) -> None:
        """Records what a run's file will be, before it gets its name: a file of that name is then known to be whole."""
        with self._connection() as connection:
            connection.execute(
                "update runs set rows = ?, bytes = ?, sha256 = ?, is_announced = 1 where run_id = ?",
                [rows, size, sha256, run_id],
            )

    def complete(self, run_id: str, rows: int, size: int, sha256: str) -> None:
        """Closes a run whose file is complete; `size` in bytes."""
        self._close(run_id, "COMPLETED", None, rows, size, sha256)

    def fail(self, run_id: str, reason: str) -> None:
        """Closes a run that made no file."""
        self._close(run_id, "FAILED", reason)

    def revise(
        self,
        run_id: str,
        rows: int,
        size: int,
        sha256: str,
        built_at: str,
        newest_event_at: str | None,
        note: str | None,
    ) -> None:
        """Records that a completed run's file was replaced by other content under the same name; keeps the old hash."""
        with self._connection() as connection:
            connection.execute(
                "update runs set replaced_sha256 = sha256, revision = revision + 1, rows = ?, bytes = ?, sha256 = ?,"
                " database_built_at = ?, newest_event_at = ?, note = ?, reason = null, is_resending = 0, ended_at = ?"
                " where run_id = ?",
                [rows, size, sha256, built_at, newest_event_at, note, _now(), run_id],
            )

    def confirm(self, run_id: str, built_at: str, newest_event_at: str | None = None, note: str | None = None) -> None:
        """Records that a later database gives a completed run's file as it is."""
        with self._connection() as connection:
            connection.execute(
                "update runs set database_built_at = ?, newest_event_at = ?, note = ?, reason = null, is_resending = 0"
                " where run_id = ?",
                [built_at, newest_event_at, note, run_id],
            )

    def resend(self, run_id: str) -> None:
        """Books that a completed run's file is about to be replaced; until it is revised or confirmed it may be either.

        If the process is killed in between, the row stays so and the file is sent again.
        """
        with self._connection() as connection:
            connection.execute("update runs set is_resending = 1 where run_id = ?", [run_id])

    def resending(self, of: Line) -> list[dict[str, Any]]:
        """The delivered windows of a schedule whose files may have been replaced without being booked, oldest first."""
        return self._windows(of, "detail = 'COMPLETED' and is_resending", [])

    def resent(self, run_id: str, file: str, arguments: Mapping[str, Any]) -> None:
        """Records that a completed run's file was sent once more, perhaps to another place than before."""
        with self._connection() as connection:
            connection.execute(
                "update runs set attempts = attempts + 1, file = ?, arguments = ?, ended_at = ? where run_id = ?",
                [file, json.dumps(arguments), _now(), run_id],
            )

    def remark(self, run_id: str, reason: str) -> None:
        """Books why a completed run could not be corrected or sent again; its file counts as delivered all the same."""
        with self._connection() as connection:
            connection.execute("update runs set reason = ? where run_id = ? and detail = 'COMPLETED'", [reason, run_id])

    def delivered_spans(self, of: Line) -> list[Span]:
        """The time that a schedule has delivered, as the fewest spans, oldest first."""
        with self._connection() as connection:
            rows = connection.execute(DELIVERED_SPANS.format(marks=of.marks), of.values).fetchall()
        return [(datetime.fromisoformat(row["span_start"]), datetime.fromisoformat(row["span_end"])) for row in rows]

    def time_zones(self, of: Line) -> list[str]:
        """The time zones on whose clocks the windows of a schedule were made so far."""
        with self._connection() as connection:
            rows = connection.execute(f"select distinct timezone from runs where {of.condition}", of.values).fetchall()
        return sorted(row["timezone"] for row in rows)

    def tried(self, of: Line) -> list[dict[str, Any]]:
        """The windows of a schedule that were tried and are not delivered, oldest first."""
        return self._windows(of, "detail <> 'COMPLETED'", [])

    def delivered(self, of: Line, since: str = "", until: str | None = None) -> list[dict[str, Any]]:
        """The delivered windows of a schedule that end after `since` and begin before `until`, oldest first."""
        condition = "detail = 'COMPLETED' and window_end > ? and (? is null or window_start < ?)"
        return self._windows(of, condition, [since, until, until])

    def ids_of_other_exports(self, of: Line) -> set[str]:
        """The runs that were recorded under the names of a schedule, for its org, when it sent another export."""
        sql = f"select run_id from runs where schedule in ({of.marks}) and org_id = ? and export <> ?"
        with self._connection() as connection:
            return {row["run_id"] for row in connection.execute(sql, of.values).fetchall()}

    def delivered_by_others(self, of: Line) -> list[dict[str, Any]]:
        """The deliveries of schedules of other names for the same export and org, oldest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "select schedule, arguments, file, window_start, window_end from runs"
                f" where schedule not in ({of.marks}) and org_id = ? and export = ? and detail = 'COMPLETED'"
                " order by window_start, window_end",
                of.values,
            ).fetchall()
        return [dict(row) | {"arguments": _mapping(row["arguments"]) or {}} for row in rows]

    def attempts(self, run_id: str) -> int:
        """How often a run was begun; 0 where it is not known."""
        with self._connection() as connection:
            rows = connection.execute("select attempts from runs where run_id = ?", [run_id]).fetchall()
        return rows[0]["attempts"] if rows else 0

    def is_delivered(self, run_id: str) -> bool:
        """Whether a run is complete."""
        with self._connection() as connection:
            sql = "select 1 from runs where run_id = ? and detail = 'COMPLETED'"
            return bool(connection.execute(sql, [run_id]).fetchall())

    def runs(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The runs, newest first; `arguments` is None if they cannot be read."""
        return self._read("order by started_at desc, rowid desc limit ?", [-1 if limit is None else limit])

    def run(self, *ids: str) -> dict[str, Any]:
        """One run by its id, or by the id of its workflow and its own. Raises BadArgument if it is unknown.

        `arguments` is None if they cannot be read.
        """
        found = self._read("where run_id = ?", [ids[-1]])
        if not found or ids[:-1] not in ((), (found[0]["workflow_id"],)):
            raise BadArgument(f"unknown run '{' '.join(ids)}'")
        return found[0]

    def close_abandoned(self) -> None:
        """Closes the runs whose process is gone, and removes what they left beside their targets.

        They have failed, but for one that was killed between the naming of its file and the end.
        """
        with self._connection() as connection:
            running = connection.execute("select run_id from runs where state = 'RUNNING'").fetchall()
        for (run_id,) in running:
            with self.claims.abandoned(run_id) as is_abandoned:
                if is_abandoned:
                    self._close_abandoned(run_id)
        self.claims.forget_abandoned()

    def _close_abandoned(self, run_id: str) -> None:
        with self._connection() as connection:
            rows = connection.execute("select * from runs where run_id = ? and state = 'RUNNING'", [run_id]).fetchall()
        if not rows:
            # It ended meanwhile.
            return
        with suppress(OSError):
            remove_part(Path(rows[0]["file"]))
        ended_at = _named_at(rows[0])
        detail, reason = ("COMPLETED", None) if ended_at else ("FAILED", GONE)
        facts = "" if ended_at else ", rows = null, bytes = null, sha256 = null"
        # The end of a failed run's process is unknown.
        with self._connection() as connection:
            connection.execute(
                f"update runs set state = 'CLOSED', detail = ?, reason = ?, ended_at = ?{facts} where run_id = ?",
                [detail, reason, ended_at, run_id],
            )

    def _close(self, run_id: str, detail: str, reason: str | None, *facts: Any) -> None:
        with self._connection() as connection:
            connection.execute(
                "update runs set state = 'CLOSED', detail = ?, reason = ?, rows = ?, bytes = ?, sha256 = ?,"
                " ended_at = ? where run_id = ?",
                [detail, reason, *(facts or (None, None, None)), _now(), run_id],
            )
        self.claims.release(run_id)

    def _windows(self, of: Line, condition: str, values: list[Any]) -> list[dict[str, Any]]:
        with self._connection() as connection:
            rows = connection.execute(
                f"select * from runs where {of.condition} and {condition} order by window_start, window_end",
                [*of.values, *values],
            ).fetchall()
        return [dict(row) | {"arguments": _mapping(row["arguments"]) or {}} for row in rows]

    def _read(self, clause: str, values: list[Any]) -> list[dict[str, Any]]:
        self.close_abandoned()
        with self._connection() as connection:
            rows = [dict(row) for row in connection.execute(f"select * from runs {clause}", values).fetchall()]
        return [row | {"arguments": _mapping(row["arguments"])} for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                connection.row_factory = sqlite3.Row
                yield connection
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


def _named_at(run: Mapping[str, Any]) -> str | None:
    """When the file that an abandoned run announced was written, if it has its name; a scheduled one is sent again."""
    path = Path(run["file"])
    with suppress(OSError):
        if run["schedule"] or run["sha256"] is None or path.stat().st_size != run["bytes"]:
            return None
        with path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() == run["sha256"]:
                return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    return None


def _is_overtaken(connection: sqlite3.Connection, run: Mapping[str, Any], formerly: Sequence[str]) -> bool:
    line = Line((run["schedule"], *formerly), run["org_id"], run["export"])
    values = [*line.values, run["run_id"], run["window_end"], run["window_start"]]
    return bool(connection.execute(OVERLAPPING.format(marks=line.marks), values).fetchall())


def _mapping(text: str) -> dict[str, Any] | None:
    with suppress(ValueError):
        if isinstance(found := json.loads(text), dict):
            return found
    return None


def _unusable(path: Path, error: Exception) -> CareError:
    """The sentence of a ledger that cannot be used; a new one would send all that was ever due again."""
    if _may_exist(path):
        return CareError(
            f"the ledger {path} cannot be used ({error}); free space, give this user the right to write it and its"
            " folder, or restore it from a backup. If you set CARE_STATE to a folder of yours, take the ledger along:"
            " without its rows everything would be sent again."
        )
    return CareError(
        f"the ledger {path} cannot be made ({error}); set CARE_STATE to a folder of yours, the one with the ledger if"
        " there is one already: a new ledger does not know what was sent."
    )


def _may_exist(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # The folder may not be looked into.
        return True
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
