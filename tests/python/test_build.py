"""A build is published whole or not at all, and says what it found in the landing zone."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

import export
from care.cli import output
from care.errors import CareError
from care.settings import Settings, settings_of
from care.warehouse import build as builder
from care.warehouse.build import build
from care.warehouse.landing_report import Landed

STAGING = """
create schema staging;
create table staging.landing_files as
select * from (values
    ('users', '/raw/users/a.parquet', 'loaded', null, 3, 100),
    ('users', '/raw/users/b.parquet', 'loaded', null, 4, 100),
    ('users', '/raw/users/bad.parquet', 'refused', 'lacks the column user_id', null, 7)
) as rows (stream, path, status, reason, row_count, size_bytes);
create table staging.rejected_events as
select 'users' as stream, '/raw/users/a.parquet' as path, 'e' || i as event_id, 'unknown event_type' as reason,
    '{}' as row_json
from range(2) as numbers (i);
create table staging.landing_warnings as
select 'users' as stream, 'is_disabled' as column_name,
    'values cannot be read as their type and read as null' as problem, code, 5 as row_count
from (values ('x'), ('y')) as codes (code);
"""
FOUND = [
    "refused /raw/users/bad.parquet: lacks the column user_id",
    "set aside 2 rows of users: unknown event_type",
    "users.is_disabled: 10 values cannot be read as their type and read as null",
    "the test resolved_cases_were_checked warns of 2 rows",
]
STREAMS = """
create schema marts;
create table staging.stg_users as select 'u1' as user_id;
create table staging.stg_teams as select 't1' as team_id;
create table staging.stg_topics as select null::varchar as topic_id where false;
create table marts.orgs as select unnest(['acme', 'globex']) as org_id;
"""
WARNED = [{"name": "resolved_cases_were_checked", "rows": 2}]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(str(tmp_path / "raw"), tmp_path / "warehouse", tmp_path / "state")


@pytest.fixture
def dbt(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts something in the place of dbt: it makes a database with these statements, and then raises the error."""

    def stand_in(*statements: str, error: Exception | None = None) -> None:
        def run(
            settings: Settings, on_progress: Callable[[str, int, int], None], verbose: bool
        ) -> list[dict[str, Any]]:
            with duckdb.connect(str(settings.build / "care.duckdb")) as connection:
                for statement in statements:
                    connection.execute(statement)
            on_progress("stg_users", 1, 1)
            if error:
                raise error
            return WARNED

        monkeypatch.setattr(builder, "_run_dbt", run)

    return stand_in


def quiet(name: str, done: int, total: int) -> None:
    """Hears of progress."""


def test_a_build_that_passes_is_published_and_tells_what_landed(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt(STAGING)
    landed = build(settings, quiet)
    assert (landed.files_loaded, landed.rows_loaded, landed.rows_rejected) == (2, 7, 2)
    assert landed.sentences() == FOUND
    assert sorted(path.name for path in settings.warehouse.iterdir()) == ["build", "care.duckdb"]
    with duckdb.connect(str(settings.build / "care.duckdb")) as dbt_reads:
        dbt_reads.execute("drop table staging.landing_files")
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        assert connection.execute("select count(*) from staging.landing_files").fetchall() == [(3,)]


def test_every_build_starts_from_nothing(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt(STAGING, "create table forgotten as select 'a person' as name")
    build(settings, quiet)
    (settings.build / "care.duckdb").write_bytes(b"of a build that was killed")
    (settings.build / "care.duckdb.wal").write_bytes(b"its log")
    dbt(STAGING)
    build(settings, quiet)
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        assert connection.execute("select 1 from duckdb_tables() where table_name = 'forgotten'").fetchall() == []


def test_a_build_that_fails_leaves_what_was_published(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt(STAGING)
    build(settings, quiet)
    before = settings.published.read_bytes()
    dbt("create table half as select 1 as one", error=CareError("the build failed: 1 test (parity)"))
    with pytest.raises(CareError, match="parity"):
        build(settings, quiet)
    assert settings.published.read_bytes() == before


def test_a_build_that_loses_a_stream_or_an_org_is_published_only_when_told_so(
    settings: Settings, dbt: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, place in (("LANDING", settings.landing), ("WAREHOUSE", settings.warehouse), ("STATE", settings.state)):
        monkeypatch.setenv(f"CARE_{name}", str(place))
    dbt(STAGING, STREAMS)
    assert export.main(["build"]) == 0
    before = settings.published.read_bytes()
    for gone, lost in (
        ("the stream teams", "delete from staging.stg_teams"),
        ("the org globex", "delete from marts.orgs where org_id = 'globex'"),
        ("the streams teams, users and the orgs acme, globex",
         "delete from staging.stg_users; delete from staging.stg_teams; delete from marts.orgs"),
    ):  # fmt: skip
        dbt(STAGING, STREAMS, lost)
        capsys.readouterr()
        assert export.main(["build"]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.splitlines() == [
            *(f"warning: {sentence}" for sentence in FOUND),
            f"error: the build is not published: {gone} had rows in {settings.published} and would have none; look for"
            " their files in the landing zone, or publish without them: python scripts/export.py build --allow-fewer",
        ]
        assert settings.published.read_bytes() == before
    assert export.main(["build", "--allow-fewer"]) == 0
    assert export.main(["build"]) == 0, "what is gone is asked about once"
    dbt(STAGING, STREAMS)
    assert build(settings, quiet).files_loaded == 2, "what comes back needs no leave"


def test_a_published_database_that_cannot_be_read_is_built_anew(settings: Settings, dbt: Callable[..., None]) -> None:
    settings.warehouse.mkdir()
    settings.published.write_bytes(b"no database")
    dbt(STAGING, STREAMS)
    assert build(settings, quiet).files_loaded == 2


def test_a_database_that_lacks_its_staging_is_not_published(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt("create table one as select 1 as one")
    with pytest.raises(CareError, match="cannot be read"):
        build(settings, quiet)
    assert not settings.published.exists()


def test_readers_keep_the_database_they_opened(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt(STAGING)
    build(settings, quiet)
    with settings.published.open("rb") as reader:
        dbt(STAGING, "create table more as select 1 as one")
        build(settings, quiet)
        assert reader.read() != settings.published.read_bytes()


def test_two_builds_of_one_warehouse_do_not_meet(settings: Settings, dbt: Callable[..., None]) -> None:
    dbt(STAGING)
    settings.build.mkdir(parents=True)
    with (settings.build / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(CareError, match=r"another build of .* is running; wait until it has ended"):
            build(settings, quiet)
    assert build(settings, quiet).files_loaded == 2


def test_a_missing_landing_zone_is_said(tmp_path: Path) -> None:
    settings = Settings(str(tmp_path / "nowhere"), tmp_path / "warehouse", tmp_path / "state")
    with pytest.raises(CareError, match=r"there is no landing zone at .*nowhere; set CARE_LANDING"):
        build(settings, quiet)
    assert not settings.warehouse.exists()


def test_a_warehouse_that_cannot_be_written_is_said(settings: Settings) -> None:
    settings.warehouse.write_text("a file")
    with pytest.raises(CareError, match="cannot be written"):
        build(settings, quiet)


def test_a_project_that_dbt_cannot_read_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(builder, "PROJECT", Path(settings.landing))
    with pytest.raises(
        CareError,
        match=r"the build failed \(Runtime Error: No dbt_project.yml found at .*\); the publ",
    ):
        build(settings, quiet)
    assert capsys.readouterr().out == ""


def test_the_command_warns_and_returns_0(
    settings: Settings, dbt: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dbt(STAGING)
    for name, place in (("LANDING", settings.landing), ("WAREHOUSE", settings.warehouse), ("STATE", settings.state)):
        monkeypatch.setenv(f"CARE_{name}", str(place))
    assert export.main(["build"]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [f"warning: {sentence}" for sentence in FOUND]
    assert said.out.startswith(f"Published {settings.published}: 7 rows of 2 files in ")
    assert said.out.endswith("1 files refused, 2 rows set aside.\n")
    assert export.main(["build", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files_loaded"], told["rows_loaded"]) == (2, 7)
    assert told["refused"] == [
        {"stream": "users", "path": "/raw/users/bad.parquet", "reason": "lacks the column user_id"}
    ]


def test_many_refused_files_are_cut_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    landed = Landed(refused=[{"path": f"{number}.parquet", "reason": "bad"} for number in range(30)])
    sentences = output.shortened(landed.sentences(), "all of them: staging.landing_files")
    assert len(sentences) == 21
    assert sentences[-1] == "10 more; all of them: staging.landing_files"


def test_many_refused_files_hide_no_row_that_was_set_aside(
    settings: Settings, dbt: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, place in (("LANDING", settings.landing), ("WAREHOUSE", settings.warehouse), ("STATE", settings.state)):
        monkeypatch.setenv(f"CARE_{name}", str(place))
    refused = "select 'users', '/raw/' || i || '.parquet', 'refused', 'bad', null, 7 from range(30) as numbers (i)"
    dbt(STAGING, f"insert into staging.landing_files {refused}")
    assert export.main(["build"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[20:] == [
        "warning: 11 more; all of them: staging.landing_files",
        *(f"warning: {one}" for one in FOUND[1:]),
    ]


def test_places_have_defaults_and_follow_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = Path(export.__file__).parents[1]
    assert settings_of({}) == Settings(str(project / "raw"), project / "warehouse", project / "state")
    given = settings_of({"CARE_LANDING": "s3://bucket/raw", "CARE_WAREHOUSE": "w", "CARE_STATE": "/s"})
    assert given == Settings("s3://bucket/raw", tmp_path / "w", Path("/s"))


def test_tests_that_warn_are_told_by_name_and_those_that_pass_are_not() -> None:
    def ended(name: str, status: str, failures: int) -> SimpleNamespace:
        return SimpleNamespace(node=SimpleNamespace(name=name), status=status, failures=failures)

    results = [ended("b", "warn", 2), ended("c", "pass", 0), ended("a", "warn", 1), ended("d", "success", 0)]
    assert builder._warned(results) == [{"name": "a", "rows": 1}, {"name": "b", "rows": 2}]
