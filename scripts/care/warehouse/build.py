"""Builds the warehouse with dbt, and publishes it when everything passed."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb

from care.errors import CareError, first_line, listed
from care.locks import lock
from care.settings import PROJECT, Settings
from care.warehouse.blame import blame
from care.warehouse.catalog import book_build
from care.warehouse.fewer import what_has_gone
from care.warehouse.landing_report import Landed, landed_in

# A rebuilt file holds nothing of persons who asked to be forgotten; DuckDB would keep it in free blocks.
STEM = "care.duckdb"
# A selector of selectors.yml: all models, and the tests that depend on the landed events.
SELECTOR = "nightly"


class NotPublished(CareError):
    """A build passed, but streams or orgs of the published database have no rows in it; `landed` is what it found."""

    def __init__(self, gone: str, published: Path, landed: Landed) -> None:
        super().__init__(
            f"the build is not published: {gone} had rows in {published} and would have none; look for their files in"
            " the landing zone, or publish without them: python scripts/export.py build --allow-fewer"
        )
        self.landed = landed


def build(
    settings: Settings, on_progress: Callable[[str, int, int], None], verbose: bool = False, allow_fewer: bool = False
) -> Landed:
    """Builds and publishes; `on_progress` hears a node's name, how many are done and how many there are.

    Raises CareError, with the published database left as it was, where a model or a test fails, where there is no
    landing zone, or where another build of this warehouse is running; NotPublished where a stream or an org that had
    rows has none now, unless `allow_fewer`.
    """
    if "://" not in settings.landing and not Path(settings.landing).is_dir():
        raise CareError(
            f"there is no landing zone at {settings.landing}; set CARE_LANDING to the folder of the raw events."
        )
    try:
        settings.build.mkdir(parents=True, exist_ok=True)
        with _only_build(settings):
            database = settings.build / STEM
            _remove(database)
            shutil.rmtree(settings.build / "spill", ignore_errors=True)
            began = time.time()
            try:
                warned = _run_dbt(settings, on_progress, verbose)
            finally:
                # The folder has a copy of the landed rows, also the texts of erased contacts.
                shutil.rmtree(f"{database}.landed", ignore_errors=True)
            if not allow_fewer:
                _refuse_fewer(database, settings.published, warned)
            landed = replace(_publish(database, settings.published, began), tests=warned)
            _leave_a_copy(settings.published, database)
    except OSError as error:
        raise CareError(f"{settings.build} cannot be written: {error.strerror or error}.") from error
    return landed


@contextmanager
def _only_build(settings: Settings) -> Iterator[None]:
    try:
        held = lock(settings.build / ".lock")
    except BlockingIOError as error:
        raise CareError(f"another build of {settings.warehouse} is running; wait until it has ended.") from error
    try:
        yield
    finally:
        os.close(held)


def _remove(database: Path) -> None:
    for leftover in (database, database.with_name(f"{database.name}.wal")):
        leftover.unlink(missing_ok=True)


def _run_dbt(settings: Settings, on_progress: Callable[[str, int, int], None], verbose: bool) -> list[dict[str, Any]]:
    # dbt takes a second to import, which no other command should pay.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ |= {"CARE_LANDING": settings.landing, "CARE_WAREHOUSE": str(settings.warehouse)}
    logs = settings.build / "logs"
    arguments = ["build", "--selector", SELECTOR]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(settings.build / "target"), "--log-path", str(logs)]
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
        cause = _kind_and_reason(result.exception) or said.getvalue().strip() or "dbt gave no reason"
        raise CareError(f"the build failed ({cause.rstrip('.')}); {where}")
    raise CareError(f"the build failed: {_reason(failed, settings.build / STEM)}; {where}")


def _kind_and_reason(error: BaseException | None) -> str:
    """The first two lines of an error of dbt's: its kind and place, then what is wrong; empty where there is none."""
    lines = [line.strip() for line in str(error or "").splitlines() if line.strip()]
    return ": ".join(lines[:2]) or (type(error).__name__ if error else "")


def _warned(results: Any) -> list[dict[str, Any]]:
    """The tests that warn, by name, each with the number of rows it found."""
    warned = [row for row in results if str(row.status) == "warn"]
    return [{"name": row.node.name, "rows": row.failures} for row in sorted(warned, key=lambda row: row.node.name)]


def _reason(failed: list[Any], database: Path) -> str:
    """Why the landing zone could not be read as a whole, or which models failed, and because of which landed row."""
    for row in failed:
        # The sentences of care/landing/errors.py.
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
    """A callback for dbt's events that reports the progress of the build."""
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
            landed = landed_in(connection)
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


def _refuse_fewer(database: Path, published: Path, warned: list[dict[str, Any]]) -> None:
    """Raises NotPublished if streams or orgs of the published database have no rows in the built one."""
    try:
        with duckdb.connect(str(database)) as connection:
            gone = what_has_gone(connection, published)
            landed = replace(landed_in(connection), tests=warned) if gone else None
    except duckdb.Error:
        # Publishing says what is wrong with the built database.
        return
    if gone and landed:
        raise NotPublished(gone, published, landed)
