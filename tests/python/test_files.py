"""A file holds what the view holds, printed as promised, and is either complete under its name or not there."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.errors import BadArgument, CareError
from care.export_file.layout import layout_for
from care.export_file.writer import Written, copy_sql, write_file
from care.requests.request import Request, bind
from care.runs.file_names import file_name
from care.warehouse.catalog import Column, Export, find_export, open_published, read_exports
from small_warehouse import make_small_warehouse

NASTY = [
    "", " ", " leading", "trailing ", "#comment", "#", '"', '""', '"quoted"', "a,b", ",", "\n", "\r", "\r\n", "a\nb",
    "\x00", "a\x00b", "\t", "'", "\\", '\\"', "null", "NULL", "=1+1", "+1", "-1", "@x", "007", "1e5", "true", "😀",
    "\ufeffx", "\u2028", "\x85", "\xa0", "\x1c", "e\u0301", "\u202eabc", ";", "|", "a;b",
]  # fmt: skip
TEXTS = Export(
    "sparkcentral", "texts", "texts", "texts", "", "", True, False, ("row_number",), "", "csv", "%Y",
    (Column("row_number", "bigint", "#", True, ""), Column("text", "varchar", "Text", True, "")),
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(make_small_warehouse(tmp_path_factory.mktemp("warehouse"))) as opened:
        yield opened


@pytest.fixture
def message(connection: duckdb.DuckDBPyConnection) -> Export:
    return find_export(read_exports(connection), "message")


@pytest.fixture
def cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A session that asks for everything of acme, on the clock of Brussels."""
    return bind(connection.cursor(), Request("acme", "Europe/Brussels"))


def written(cursor: duckdb.DuckDBPyConnection, export: Export, folder: Path, **asked: Any) -> bytes:
    """The bytes of the file of an export in a layout."""
    return write_file(lambda: cursor, export, layout_for(cursor, export, **asked), folder / "file").path.read_bytes()


def texts_in_a_file(texts: list[str | None], folder: Path, **asked: Any) -> list[list[str]]:
    """The rows that Python's csv module reads from a file of the numbered texts, the header line first."""
    with duckdb.connect() as memory:
        memory.execute("create table texts (row_number bigint, text varchar)")
        if texts:
            memory.executemany("insert into texts values (?, ?)", list(enumerate(texts)))
        written(memory, TEXTS, folder, **asked)
    with (folder / "file").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_prints_as_promised(cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path) -> None:
    assert written(cursor, message, tmp_path).decode() == (
        'Message ID,Created at,Content,"Average, ""so far""",Reply\n'
        'm1,2025-03-01 01:00:00.000,"a ""quoted"", text\non 2 lines",1.00,false\n'
        'm2,2025-03-30 01:59:59.999,"",,\n'
        "m3,2025-03-30 01:59:59.999,=1+1,2.50,true\n"
        "m4,2025-03-30 03:00:00.000,,-3.00,true\n"
        "m5,2025-04-01 00:00:00.000,next month in Brussels,0.00,true\n"
    )


def test_json_is_one_array_of_rows_by_column_name(
    cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path
) -> None:
    rows = json.loads(written(cursor, message, tmp_path, format="json"))
    assert [row["message_id"] for row in rows] == ["m1", "m2", "m3", "m4", "m5"]
    assert rows[1] == {
        "message_id": "m2",
        "created_at": "2025-03-30 01:59:59.999",
        "content": "",
        "average": None,
        "is_reply": None,
    }


def test_parquet_is_typed_and_keeps_instants(
    cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path
) -> None:
    written(cursor, message, tmp_path, format="parquet")
    table = pq.read_table(tmp_path / "file")
    assert [f"{field.name} {field.type}" for field in table.schema] == [
        "message_id string",
        "created_at timestamp[us, tz=UTC]",
        "content string",
        "average decimal128(18, 2)",
        "is_reply bool",
    ]
    assert table["message_id"].to_pylist() == ["m1", "m2", "m3", "m4", "m5"]
    assert table["created_at"][1].as_py().isoformat() == "2025-03-30T00:59:59.999600+00:00"


def test_an_export_without_rows_is_a_file_with_its_header(
    connection: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path
) -> None:
    nobody = connection.cursor()
    bind(nobody, Request("nobody"))
    assert written(nobody, message, tmp_path, columns="message_id,content") == b"Message ID,Content\n"
    assert json.loads(written(nobody, message, tmp_path, format="json")) == []
    written(nobody, message, tmp_path, format="parquet")
    assert pq.read_table(tmp_path / "file").column_names[:2] == ["message_id", "created_at"]


def test_columns_choose_and_order(cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path) -> None:
    lines = written(cursor, message, tmp_path, columns="is_reply, message_id").decode().splitlines()
    assert lines[:2] == ["Reply,Message ID", "false,m1"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"columns": "message_id,contents"}, "unknown column of message 'contents'; did you mean 'content'"),
        ({"columns": "org_id"}, "the column 'org_id' of message is a key that is not delivered"),
        ({"columns": "content,content"}, "--columns names 'content' twice"),
        ({"columns": ""}, "unknown column of message ''"),
        ({"format": "xlsx"}, "unknown format 'xlsx'; known: csv, json, parquet"),
        ({"format": "CSV"}, "unknown format 'CSV'; did you mean 'csv'"),
        ({"locale": "FR"}, "unknown locale of message 'FR'; did you mean 'fr'"),
        ({"locale": "fr", "format": "json"}, "--locale is for csv"),
        ({"excel": True, "format": "parquet"}, "--excel is for csv"),
    ],
)
def test_bad_layouts_are_refused(
    cursor: duckdb.DuckDBPyConnection, message: Export, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadArgument) as refusal:
        layout_for(cursor, message, **asked)
    assert sentence in str(refusal.value)


def test_headers_in_another_language_are_printed_as_they_are_even_if_two_are_equal(
    cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path
) -> None:
    header = written(cursor, message, tmp_path, locale="fr").decode().split("\n")[0]
    assert header == "ID du message,Créé à,Contenu,CONTENU,Contenu"


def test_an_untranslated_column_keeps_its_header(tmp_path: Path) -> None:
    fewer = "delete from catalog.headers where locale = 'fr' and column_name = 'created_at'"
    with open_published(make_small_warehouse(tmp_path, fewer)) as opened:
        layout = layout_for(opened, find_export(read_exports(opened), "message"), locale="fr")
    assert layout.headers[:2] == ("ID du message", "Created at")


def test_excel_gets_a_bom_and_no_formulas(cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path) -> None:
    content = written(cursor, message, tmp_path, columns="content,average", excel=True)
    assert content.startswith(b'\xef\xbb\xbfContent,"Average, ""so far"""\n')
    assert content.decode("utf-8-sig").splitlines()[-3:] == ['"\'=1+1",2.50', ",-3.00", '"next month in Brussels",0.00']
    assert b"sep=" not in content


GUARDED = {
    "=a": "'=a", "+a": "'+a", "-a": "'-a", "@a": "'@a", "\ta": "'\ta", "\ra": "'\ra", "-": "'-",
    "+32 2 555": "'+32 2 555",
    "＝a": "'＝a", "＋a": "'＋a", "－a": "'－a", "＠a": "'＠a",
    "a\n=b": "'a\n'=b", "\n=b": "'\n'=b", "a\r\n+b": "'a\r\n'+b", "a\r@b": "'a\r'@b", "a\n\n\tb": "'a\n\n'\tb",
    "a\n＝b": "'a\n'＝b", "=a\n=b\nc\n-d": "'=a\n'=b\nc\n'-d", "a\n\r=b": "'a\n\r'=b",
    "a=": "a=", "": "", " =a": " =a", "'=a": "'=a", "a\n =b": "a\n =b", "a\nb=c": "a\nb=c", "a\n": "a\n",
    "a\r\n\r\nb": "a\r\n\r\nb", "a,b": "a,b",
}  # fmt: skip


def test_excel_guards_every_start_of_a_formula_in_any_line(tmp_path: Path) -> None:
    rows = texts_in_a_file([*GUARDED, None], tmp_path, excel=True)
    assert {text: row[1] for text, row in zip(GUARDED, rows[1:], strict=False)} == GUARDED
    assert rows[-1][1] == ""


def test_excel_quotes_every_text_and_nothing_else(tmp_path: Path) -> None:
    typed = replace(TEXTS, order_by=("number",), columns=(
        Column("number", "bigint", "#", True, ""), Column("text", "varchar", "Text", True, ""),
        Column("amount", "decimal(18,2)", "Amount", True, ""), Column("is_odd", "boolean", "Odd", True, ""),
    ))  # fmt: skip
    with duckdb.connect() as memory:
        memory.execute(
            "create table texts as select * from (values (-1, '5', -3.5::decimal(18, 2), true), (2, null, null, null),"
            " (3, '', 0, false), (4, '=A1', 1, true)) as rows (number, text, amount, is_odd)"
        )
        lines = written(memory, typed, tmp_path, excel=True).decode("utf-8-sig").split("\n")
        plain = written(memory, typed, tmp_path).decode().split("\n")
    assert lines == ["#,Text,Amount,Odd", '-1,"5",-3.50,true', "2,,,", '3,"",0.00,false', '4,"\'=A1",1.00,true', ""]
    assert plain == ["#,Text,Amount,Odd", "-1,5,-3.50,true", "2,,,", '3,"",0.00,false', "4,=A1,1.00,true", ""]


def test_the_order_is_that_of_the_value_though_it_is_printed_otherwise(tmp_path: Path) -> None:
    by_text = replace(TEXTS, order_by=("text",))
    with duckdb.connect() as memory:
        memory.execute("create table texts as select 1 as row_number, unnest(['b', '=a', null, 'Z', 'é', '!']) as text")
        lines = written(memory, by_text, tmp_path, columns="text", excel=True).decode("utf-8-sig").split("\n")
    assert lines == ["Text", '"!"', '"\'=a"', '"Z"', '"b"', '"é"', "", ""]


def test_nasty_texts_come_back_as_they_were(tmp_path: Path) -> None:
    rows = texts_in_a_file(list(NASTY), tmp_path)
    assert rows == [["#", "Text"], *([str(at), text] for at, text in enumerate(NASTY))]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6))
@settings(max_examples=30, deadline=None)
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    rows = texts_in_a_file(list(texts), tmp_path_factory.mktemp("texts"))
    assert [row[1] for row in rows[1:]] == texts


def test_no_value_and_empty_text_are_told_apart(tmp_path: Path) -> None:
    texts_in_a_file([None, ""], tmp_path)
    assert (tmp_path / "file").read_bytes() == b'#,Text\n0,\n1,""\n'


def test_rows_bytes_and_hash_are_those_of_the_file(
    cursor: duckdb.DuckDBPyConnection, message: Export, tmp_path: Path
) -> None:
    heard: list[int] = []
    done = write_file(lambda: cursor, message, layout_for(cursor, message), tmp_path / "a" / "b.csv", heard.append)
    content = done.path.read_bytes()
    assert done == Written(tmp_path / "a" / "b.csv", 5, len(content), hashlib.sha256(content).hexdigest())
    assert sum(heard) == len(content)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.csv"]


def test_many_rows_come_in_order_and_the_same_bytes_every_time(tmp_path: Path) -> None:
    with duckdb.connect() as memory:
        memory.execute(
            "create table texts as select (hash(i) % 1000)::bigint as row_number, md5(i::varchar) as text"
            " from range(300000) as numbers (i)"
        )
        export = replace(TEXTS, order_by=("row_number", "text"))
        first, second = written(memory, export, tmp_path), written(memory, export, tmp_path)
        expected = memory.execute("select row_number || ',' || text from texts order by row_number, text").fetchall()
    assert first == second
    assert first.decode().splitlines()[1:] == [row[0] for row in expected]


def test_a_failing_view_leaves_nothing_and_keeps_the_file_before(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"before")
    with duckdb.connect() as memory:
        memory.execute(
            "create view texts as select i as row_number,"
            " case when i = 150000 then error('bad row') else 'x' end as text from range(200000) as numbers (i)"
        )
        with pytest.raises(duckdb.Error, match="bad row"):
            written(memory, TEXTS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_bytes() == b"before"


def test_a_full_disk_is_told_by_its_own_error_and_leaves_nothing(tmp_path: Path) -> None:
    taken = 0

    def fill(count: int) -> None:
        nonlocal taken
        taken += count
        if taken > 2_000_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with duckdb.connect() as memory:
        memory.execute(
            "create view texts as select i as row_number, md5(i::varchar) as text from range(500000) as n (i)"
        )
        with pytest.raises(OSError, match="No space left"):
            write_file(lambda: memory, TEXTS, layout_for(memory, TEXTS), tmp_path / "file", fill)
    assert list(tmp_path.iterdir()) == []


def test_names_are_quoted_in_sql() -> None:
    odd = replace(
        TEXTS, view_name='s.v"; drop', order_by=('a"b',), columns=(Column('a"b', "varchar", "x", True, ""),)
    )  # fmt: skip
    with duckdb.connect() as memory:
        sql = copy_sql(odd, layout_for(memory, odd))
    assert (
        'exported."a""b"\nfrom "s"."v""; drop" as exported\nwhere true\norder by exported."a""b" asc nulls last' in sql
    )


@pytest.mark.parametrize(
    ("pattern", "fields", "name"),
    [
        (
            "{org_id}{folder}.{extension}",
            {"org_id": "acme", "folder": "message", "extension": "csv"},
            "acmemessage.csv",
        ),
        ("{org_id}.csv", {"org_id": "../../etc/x"}, "%2E.%2F..%2Fetc%2Fx.csv"),
        ("{org_id}.csv", {"org_id": "a\\b%\n\x00"}, "a%5Cb%25%0A%00.csv"),
        ("{org_id}", {"org_id": "."}, "%2E"),
        ("{org_id}", {"org_id": "Zoë & Söhne"}, "Zoë & Söhne"),
    ],
)
def test_no_file_name_leaves_its_folder(pattern: str, fields: dict[str, str], name: str) -> None:
    assert file_name(pattern, fields) == name


def test_a_pattern_with_an_unknown_field_says_so() -> None:
    with pytest.raises(CareError, match=r"'\{org\}.csv' cannot be filled in"):
        file_name("{org}.csv", {"org_id": "acme"})
