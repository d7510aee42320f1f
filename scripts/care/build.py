"""Builds the warehouse with dbt, publishes it when everything passed, and says what the landing zone held."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import asdict, dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb

from care.blame import blame
from care.errors import CareError, first_line, listed
from care.fewer import what_has_gone
from care.locks import lock
from care.places import PROJECT, Places
from care.warehouse import book_build

# A rebuilt file holds nothing of persons who asked to be forgotten; DuckDB would keep it in free blocks.
STEM = "care.duckdb"
# Of selectors.yml: all models, and the tests that say something about the events that landed.
SELECTOR = "nightly"


@dataclass(frozen=True)
class Landed:
    """What one build found in the landing zone, and which tests warn of it."""

    files_loaded: int = 0
    rows_loaded: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    tests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows_rejected(self) -> int:
        """Rows of loaded files that were set aside."""
        return sum(row["rows"] for row in self.rejected)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def sentences(self) -> list[str]:
        """What a person should know of it: one line a refused file, a reason, a problem and a test."""
        return [sentence for sentences in self.sentences_by_source().values() for sentence in sentences]

    def sentences_by_source(self) -> dict[str, list[str]]:
        """The same by the place where all of each kind are listed: a table of the database, or the log of dbt."""
        return {
            "staging.landing_files": [f"refused {file['path']}: {file['reason']}" for file in self.refused],
            "staging.rejected_events": [
                f"set aside {_counted(row['rows'])} of {row['stream']}: {row['reason']}" for row in self.rejected
            ],
            "staging.landing_warnings": [
                f"{row['stream']}.{row['column_name']}: {row['rows']:,} {row['problem']}" for row in self.warnings
            ],
            "build/logs/dbt.log": [f"the test {test['name']} warns of {_counted(test['rows'])}" for test in self.tests],
        }


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"


class NotPublished(CareError):
    """A build passed, but streams or orgs of the published database have no rows in it; `landed` is what it found."""

    def __init__(self, gone: str, published: Path, landed: Landed) -> None:
        super().__init__(
            f"the build is not published: {gone} had rows in {published} and would have none; look for their files in"
            " the landing zone, or publish without them: python scripts/export.py build --allow-fewer"
        )
        self.landed = landed


def build(
    places: Places, on_progress: Callable[[str, int, int], None], verbose: bool = False, allow_fewer: bool = False
) -> Landed:
    """Builds and publishes; `on_progress` hears a node's name, how many are done and how many there are.

    Raises CareError, with the published database left as it was, where a model or a test fails, where there is no
    landing zone, or where another build of this warehouse is running; NotPublished where a stream or an org that had
    rows has none now, unless `allow_fewer`.
    """
    if "://" not in places.landing and not Path(places.landing).is_dir():
        raise CareError(
            f"there is no landing zone at {places.landing}; set CARE_LANDING to the folder of the raw events."
        )
    try:
        places.build.mkdir(parents=True, exist_ok=True)
        with _only_build(places):
            database = places.build / STEM
            _remove(database)
            shutil.rmtree(places.build / "spill", ignore_errors=True)
            began = time.time()
            try:
                warned = _run_dbt(places, on_progress, verbose)
            finally:
                # What landed is written down there once more, with all that erased persons wrote.
                shutil.rmtree(f"{database}.landed", ignore_errors=True)
            if not allow_fewer:
                _refuse_fewer(database, places.published, warned)
            landed = replace(_publish(database, places.published, began), tests=warned)
            _leave_a_copy(places.published, database)
    except OSError as error:
        raise CareError(f"{places.build} cannot be written: {error.strerror or error}.") from error
    return landed


@contextmanager
def _only_build(places: Places) -> Iterator[None]:
    try:
        held = lock(places.build / ".lock")
    except BlockingIOError as error:
        raise CareError(f"another build of {places.warehouse} is running; wait until it has ended.") from error
    try:
        yield
    finally:
        os.close(held)


def _remove(database: Path) -> None:
    for leftover in (database, database.with_name(f"{database.name}.wal")):
        leftover.unlink(missing_ok=True)


def _run_dbt(places: Places, on_progress: Callable[[str, int, int], None], verbose: bool) -> list[dict[str, Any]]:
    # dbt takes a second to import, which no other command should pay.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ |= {"CARE_LANDING": places.landing, "CARE_WAREHOUSE": str(places.warehouse)}
    logs = places.build / "logs"
    arguments = ["build", "--selector", SELECTOR]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(places.build / "target"), "--log-path", str(logs)]
    arguments += [] if verbose else ["--quiet", "--log-level", "none", "--no-print"]
    said = StringIO()
    try:
        runner = dbtRunner(callbacks=[_listener(on_progress)])
        if verbose:
            result = runner.invoke(arguments)
        else:
            with redirect_stdout(said), redirect_stderr(said):
                result = runner.invoke(arguments)
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.success:
        return _warned(result.result)
    log = logs / "dbt.log"
    where = f"the published warehouse stays as it was{f'; details: {log}' if log.exists() else ''}."
    failed = [row for row in getattr(result.result, "results", []) if str(row.status) in ("error", "fail")]
    if not failed:
        cause = first_line(result.exception) if result.exception else said.getvalue().strip() or "dbt gave no reason"
        raise CareError(f"the build failed ({cause.rstrip('.')}); {where}")
    raise CareError(f"the build failed: {_reason(failed, places.build / STEM)}; {where}")


def _warned(results: Any) -> list[dict[str, Any]]:
    """The tests that warn, by name, each with the number of rows it found."""
    warned = [row for row in results if str(row.status) == "warn"]
    return [{"name": row.node.name, "rows": row.failures} for row in sorted(warned, key=lambda row: row.node.name)]


def _reason(failed: list[Any], database: Path) -> str:
    """Why the landing zone could not be read as a whole, or which models failed, and because of which landed row."""
    for row in failed:
        # The sentences of models/staging/landing_files.py.
        said = re.findall(r"(?:Unlistable|Unwritable): (.+)", row.message or "")
        if said:
            return said[-1]
    kinds = _kinds(failed)
    models = [row.node for row in failed if str(row.node.resource_type) == "model"]
    found = (blame(database, model.compiled_code or "") for model in models)
    to_blame = next((one for one in found if one), None)
    return f"{kinds}: {to_blame.sentence()}" if to_blame else kinds


def _kinds(failed: list[Any]) -> str:
    """The failed nodes by kind: `2 models (a, b) and 1 test (c)`."""
    named: dict[str, list[str]] = {}
    for row in failed:
        kind = str(row.node.resource_type).replace("unit_test", "unit test").replace("_", " ")
        named.setdefault(kind, []).append(row.node.name)
    return " and ".join(
        f"{len(names)} {kind}{'s' if len(names) > 1 else ''} ({listed(names, shown=5)})"
        for kind, names in named.items()
    )


def _listener(on_progress: Callable[[str, int, int], None]) -> Callable[[Any], None]:
    """A callback for dbt's events that tells how far the build is."""
    total = done = 0

    def listen(event: Any) -> None:
        nonlocal total, done
        if event.info.name == "LogStartLine":
            total = max(total, event.data.total)
        elif event.info.name == "NodeFinished":
            done += 1
            on_progress(event.data.node_info.node_name, done, max(total, done))

    return listen


def _publish(database: Path, published: Path, began: float) -> Landed:
    """Makes the finished database whole in one file, reads what it says of its input, and renames it into place.

    `began` is when the build began, in seconds since 1970; the database keeps it, as the file's time may change.
    """
    try:
        with duckdb.connect(str(database)) as connection:
            book_build(connection, began)
            connection.execute("checkpoint")
            landed = _landed(connection)
    except duckdb.Error as error:
        raise CareError(f"the built database {database} cannot be read: {first_line(error)}; build again.") from error
    with database.open("rb") as file:
        os.fsync(file.fileno())
    database.replace(published)
    # A stale log would be replayed into the new file.
    with suppress(FileNotFoundError):
        published.with_name(f"{published.name}.wal").unlink()
    return landed


def _leave_a_copy(published: Path, database: Path) -> None:
    """Copies the published file to where dbt looks for it, so that `dbt test` and `dbt show` work after a build.

    A copy, not a link: dbt may write into it, and the published file must stay as it is. Where there is no room for it,
    the build is published all the same, and dbt begins with an empty database.
    """
    part = database.with_name(f"{database.name}.part")
    try:
        shutil.copyfile(published, part)
        part.replace(database)
    except OSError:
        part.unlink(missing_ok=True)


def _landed(connection: duckdb.DuckDBPyConnection) -> Landed:
    def rows(sql: str) -> list[dict[str, Any]]:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    loaded = rows(
        "select count(*) as files_loaded, coalesce(sum(row_count), 0)::bigint as rows_loaded"
        " from staging.landing_files where status = 'loaded'"
    )[0]
    return Landed(
        **loaded,
        refused=rows("select stream, path, reason from staging.landing_files where status = 'refused' order by path"),
        rejected=rows(
            "select stream, reason, count(*) as rows from staging.rejected_events"
            " group by stream, reason order by rows desc, stream, reason"
        ),
        warnings=rows(
            "select stream, column_name, problem, sum(row_count)::bigint as rows from staging.landing_warnings"
            " group by stream, column_name, problem order by rows desc, stream, column_name, problem"
        ),
    )


def _refuse_fewer(database: Path, published: Path, warned: list[dict[str, Any]]) -> None:
    """Raises NotPublished where streams or orgs of the published database have no rows in the built one."""
    try:
        with duckdb.connect(str(database)) as connection:
            gone = what_has_gone(connection, published)
            landed = replace(_landed(connection), tests=warned) if gone else None
    except duckdb.Error:
        # Publishing says what is wrong with the built database.
        return
    if gone and landed:
        raise NotPublished(gone, published, landed)
