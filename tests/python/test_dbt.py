"""The steps of `make demo` on a small simulation: every file opens, and the README shows its query's output."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import duckdb

from warehouse import PROJECT, script

README = (PROJECT / "README.md").read_text("utf-8")


def test_every_export_of_the_demo_is_a_file_with_its_header_and_rows(demo: Path) -> None:
    asked = ("--org", "acme", "--from", "2025-03-24", "--to", "2025-04-07", "--json")
    printed = script(demo, "run", "--all", "sparkcentral", *asked)
    written = [json.loads(line) for line in printed.splitlines()]
    assert len(written) == 12
    with duckdb.connect(str(demo / "warehouse" / "care.duckdb"), read_only=True) as connection:
        for one in written:
            with Path(one["path"]).open(newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            headers = connection.execute(
                "select header from catalog.export_columns where family || '.' || export = ? and is_delivered"
                " order by position",
                [one["export"]],
            ).fetchall()
            assert header == [text for (text,) in headers]
            assert len(rows) == one["rows"] > 0


def test_the_readme_shows_what_its_query_prints(demo: Path) -> None:
    query = re.search(r"```sql\n(.*?)```", README, re.DOTALL).group(1)
    shown = re.search(r"compares it -->\n```text\n(.*?)```", README, re.DOTALL).group(1)
    with duckdb.connect(str(demo / "warehouse" / "care.duckdb"), read_only=True) as connection:
        printed = []
        for statement in filter(None, map(str.strip, query.split(";"))):
            if statement.startswith("set "):
                connection.execute(statement)
            else:
                printed.append(str(connection.sql(statement)))
    assert "\n".join(printed).split() == shown.split()


def test_descriptions_of_models_and_columns_are_comments_in_the_published_database(demo: Path) -> None:
    with duckdb.connect(str(demo / "warehouse" / "care.duckdb"), read_only=True) as connection:
        described = connection.execute(
            "select exports.export, exports.description = views.comment from catalog.exports inner join duckdb_views()"
            " as views on exports.family = views.schema_name and exports.export = views.view_name"
        ).fetchall()
        columns = connection.execute(
            "select listed.description = found.comment from catalog.export_columns as listed"
            " inner join duckdb_columns() as found"
            " on listed.family = found.schema_name and listed.export = found.table_name"
            " and listed.column_name = found.column_name"
        ).fetchall()
    assert len(described) == 41
    assert [export for export, is_same in described if not is_same] == []
    assert len(columns) > 700
    assert all(is_same for (is_same,) in columns)
