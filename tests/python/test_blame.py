"""A staging model that fails is blamed on a file and a row of the landing zone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from care.warehouse.blame import Blame, blame
from care.warehouse.build import _reason


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database beside which three files have landed; one of 900 rows is no number."""
    path = tmp_path / "it's" / "care.duckdb"
    folder = path.with_name("care.duckdb.landed") / "users"
    folder.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table known as select '7' as user_id")
        connection.execute("""
            create table landed as
            select '/raw/users/o''clock ' || file || '.parquet' as path, number as file_row_number,
                case when file = 1 and number = 122 then 'many' else number::varchar end as user_id
            from range(3) as files (file), range(300) as numbers (number)
        """)
        for part in range(2):
            target = str(folder / f"{part}.parquet").replace("'", "''")
            connection.execute(f"copy (from landed where file_row_number % 2 = {part}) to '{target}'")
    return path


def reading(database: Path, value: str, rest: str = "") -> str:
    """SQL of a model that reads what users landed."""
    folder = str(database).replace("'", "''")
    rows = f"read_parquet('{folder}.landed/users/*.parquet') as landed_rows"
    return f"-- a model\nwith users as (select {value} as value from {rows} {rest}) select * from users"


def test_the_row_that_fails_is_named_with_its_file(database: Path) -> None:
    found = blame(database, reading(database, "user_id::bigint", "left join known using (user_id)"))
    assert found and (found.path, found.row) == ("/raw/users/o'clock 1.parquet", 123)
    assert found.sentence() == (
        "row 123 of /raw/users/o'clock 1.parquet cannot be read (Conversion Error: Could not convert string 'many' to"
        " INT64 when casting from source column user_id); move that file out of the landing zone and build again"
    )


def test_rows_that_fail_together_are_blamed_on_their_file(database: Path) -> None:
    of_file = "case when count(*) filter (path like '%2.parquet') > 200 then error('too many') end"
    found = blame(database, reading(database, of_file))
    assert found == Blame("/raw/users/o'clock 2.parquet", None, "Invalid Input Error: too many")


def test_files_that_fail_together_or_not_at_all_are_not_blamed(database: Path) -> None:
    assert blame(database, reading(database, "user_id")) is None
    assert blame(database, reading(database, "case when count(*) > 500 then error('too many') end")) is None
    assert blame(database, "select error('no landed rows')") is None
    assert blame(database.with_name("nowhere.duckdb"), reading(database, "user_id::bigint")) is None


def test_the_build_says_which_row_it_failed_on_and_why_a_zone_cannot_be_read(database: Path) -> None:
    node = SimpleNamespace(name="stg_users", resource_type="model", compiled_code=reading(database, "user_id::bigint"))
    failed = [SimpleNamespace(node=node, message="Conversion Error")]
    assert _reason(failed, database).startswith("1 model (stg_users): row 123 of /raw/users/o'clock 1.parquet cannot")
    node.compiled_code = None
    assert _reason(failed, database) == "1 model (stg_users)"
    said = (
        "Runtime Error in model landing_files\n  Python model failed:\n  Traceback\n"
        "  landing_files.Unlistable: the landing zone cannot be listed: /raw/users: Permission denied; make it readable"
    )
    node.name, failed[0].message = "landing_files", said
    assert _reason(failed, database) == (
        "the landing zone cannot be listed: /raw/users: Permission denied; make it readable"
    )
