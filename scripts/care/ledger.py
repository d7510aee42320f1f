"""The ledger of runs: what was asked or due, what came of it. SQLite, so that it outlives every rebuilt warehouse."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from care.errors import BadArgument, CareError
from care.file_modes import private_files
from care.locks import lock, take_abandoned, unlock, unwritable
from care.parts import remove_part

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
}
# A window that was tried before is tried again in its own row.
BEGIN = """
insert into runs ({names}) values ({marks})
on conflict (run_id) do update set ({names}) = ({marks}), attempts = attempts + 1, reason = null, ended_at = null,
    rows = null, bytes = null, sha256 = null
where detail <> 'COMPLETED'
"""
DELIVERED_UNTIL = """
select window_end, first_start
from (
    select
        window_start,
        window_end,
        min(window_start) over () as first_start,
        lead(window_start) over (order by window_start, window_end) as next_start
    from runs
    where schedule = ? and org_id = ? and frequency = ? and detail = 'COMPLETED'
)
where next_start is not window_end
order by window_start
limit 1
"""
GONE = "the process ended before the run did"
# Who closes abandoned runs holds the lock of one for a moment; a claim waits for that, so often and so long.
CLAIM_TRIES, CLAIM_WAIT_S = 5, 0.02


class Ledger:
    """The runs of one state folder. Instants are ISO text in UTC."""

    def __init__(self, path: Path) -> None:
        """Opens the ledger, made on first use. Raises CareError where the folder cannot hold one."""
        self.path = path
        self._locks = path.parent / "running"
        self._held: dict[str, int] = {}
        try:
            with private_files():
                self._locks.mkdir(parents=True, exist_ok=True)
            with private_files(), self._connection() as connection:
                connection.execute("pragma journal_mode = wal")
                connection.execute("begin immediate")
                connection.execute(SCHEMA)
                known = {row["name"] for row in connection.execute("pragma table_info(runs)").fetchall()}
                for name in ADDED.keys() - known:
                    connection.execute(f"alter table runs add column {name} {ADDED[name]}")
        except OSError as error:
            raise _unusable(path, error) from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run_id in list(self._held):
            self._release(run_id)

    def begin(self, run: Mapping[str, Any]) -> None:
        """Books a run as RUNNING; `run` holds the columns that are known, `arguments` as a mapping.

        The run counts as alive as long as this process holds the lock of its file in `running/`.
        """
        if run["run_id"] not in self._held and not self.claim(run["run_id"]):
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
            connection.execute(BEGIN.format(names=names, marks=marks), booked)

    def claim(self, run_id: str) -> bool:
        """Takes a run for this process until it is closed or released; False where a living process has it.

        That may be this one: who has claimed a run does not get it a second time.
        """
        for _ in range(1 if run_id in self._held else CLAIM_TRIES):
            try:
                self._held[run_id] = lock(self._locks / run_id)
            except BlockingIOError:
                time.sleep(CLAIM_WAIT_S)
                continue
            except OSError as error:
                raise unwritable(self._locks, error) from error
            return True
        return False

    def release(self, run_id: str) -> None:
        """Gives a claimed run back as it is; does nothing where this process does not hold it (any more)."""
        self._release(run_id)

    def hand_over(self, run_id: str) -> int:
        """The lock of a run as a file descriptor, for another process to inherit and `adopt`."""
        return self._held.pop(run_id)

    def let_go(self, descriptors: Iterable[int]) -> None:
        """Closes locks that another process has inherited; they are held as long as that lives."""
        for descriptor in descriptors:
            os.close(descriptor)

    def adopt(self, locks: Mapping[str, int]) -> None:
        """Takes over the locks that the process was started with, by run_id."""
        self._held |= locks

    def held(self) -> list[str]:
        """The runs whose locks this process has."""
        return list(self._held)

    def announce(self, run_id: str, rows: int, size: int, sha256: str) -> None:
        """Books what a run's file will be, before it gets its name: a file of that name is then known to be whole."""
        with self._connection() as connection:
            connection.execute(
                "update runs set rows = ?, bytes = ?, sha256 = ? where run_id = ?", [rows, size, sha256, run_id]
            )

    def complete(self, run_id: str, rows: int, size: int, sha256: str) -> None:
        """Closes a run whose file is complete; `size` in bytes."""
        self._close(run_id, "COMPLETED", None, rows, size, sha256)

    def fail(self, run_id: str, reason: str) -> None:
        """Closes a run that made no file."""
        self._close(run_id, "FAILED", reason)

    def revise(self, run_id: str, rows: int, size: int, sha256: str, built_at: str) -> None:
        """Books that a completed run's file was replaced by other content under the same name; keeps the old hash."""
        with self._connection() as connection:
            connection.execute(
                "update runs set replaced_sha256 = sha256, revision = revision + 1, rows = ?, bytes = ?, sha256 = ?,"
                " database_built_at = ?, ended_at = ? where run_id = ?",
                [rows, size, sha256, built_at, _now(), run_id],
            )

    def confirm(self, run_id: str, built_at: str) -> None:
        """Books that a later database gives a completed run's file as it is."""
        with self._connection() as connection:
            connection.execute("update runs set database_built_at = ? where run_id = ?", [built_at, run_id])

    def delivered_until(self, schedule: str, org_id: str, frequency: str, first_start: str) -> str | None:
        """The end of the windows that are delivered without a gap from the first on; None where there are none."""
        with self._connection() as connection:
            rows = connection.execute(DELIVERED_UNTIL, [schedule, org_id, frequency]).fetchall()
        return rows[0]["window_end"] if rows and rows[0]["first_start"] == first_start else None

    def delivered(self, schedule: str, since: str | None = None) -> dict[str, dict[str, Any]]:
        """The delivered windows of a schedule that end after `since`, by run_id."""
        with self._connection() as connection:
            rows = connection.execute(
                "select * from runs where schedule = ? and detail = 'COMPLETED' and window_end > ?",
                [schedule, since or ""],
            ).fetchall()
        return {row["run_id"]: dict(row) for row in rows}

    def is_delivered(self, run_id: str) -> bool:
        """Whether a run is complete."""
        with self._connection() as connection:
            sql = "select 1 from runs where run_id = ? and detail = 'COMPLETED'"
            return bool(connection.execute(sql, [run_id]).fetchall())

    def runs(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The runs, newest first; `arguments` is None where they cannot be read."""
        return self._read("order by started_at desc, rowid desc limit ?", [-1 if limit is None else limit])

    def run(self, *ids: str) -> dict[str, Any]:
        """One run by its id, or by the id of its workflow and its own. Raises BadArgument where nobody knows it.

        `arguments` is None where they cannot be read.
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
            try:
                held = lock(self._locks / run_id)
            except OSError:
                # Its process lives, or is another user's.
                continue
            try:
                self._close_abandoned(run_id)
            finally:
                unlock(held, self._locks / run_id)
        # Of runs that were claimed and not begun, only the lock is left.
        for path in self._locks.glob("*"):
            if (abandoned := take_abandoned(path)) is not None:
                unlock(abandoned, path)

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
        # Nobody knows when the process of a failed one ended.
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
        self._release(run_id)

    def _read(self, clause: str, values: list[Any]) -> list[dict[str, Any]]:
        self.close_abandoned()
        with self._connection() as connection:
            rows = [dict(row) for row in connection.execute(f"select * from runs {clause}", values).fetchall()]
        return [row | {"arguments": _mapping(row["arguments"])} for row in rows]

    def _release(self, run_id: str) -> None:
        held = self._held.pop(run_id, None)
        if held is not None:
            unlock(held, self._locks / run_id)

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


def _mapping(text: str) -> dict[str, Any] | None:
    with suppress(ValueError):
        if isinstance(found := json.loads(text), dict):
            return found
    return None


def _unusable(path: Path, error: Exception) -> CareError:
    return CareError(f"the ledger {path} cannot be used ({error}); set CARE_STATE to a folder of yours.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
