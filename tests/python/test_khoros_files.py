"""Files of a vendor whose instants carry their offset: valid JSON, the same text in CSV, words and names as asked."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from care.export_file.offsets import offsets_between, printed_instant
from small_khoros import DAY, vendors
from test_export_cli import Shell, shell

__all__ = ["shell", "vendors"]

MARCH = ("--org", "acme", "--from", "2025-03-01", "--to", "2025-04-01")
NAMES = ["author_id", "author_name", "first_post_at", "is_new_author", "average", "incoming_posts"]


def written(shell: Shell, *arguments: str) -> str:
    """The text of the file of a run."""
    return Path(json.loads(shell("run", *arguments, "--json"))["path"]).read_text("utf-8")


def test_json_is_one_array_of_objects_with_values_as_such(shell: Shell, vendors: Path) -> None:
    text = written(shell, "author", *MARCH)
    rows = json.loads(text)
    assert [list(row) for row in rows] == [NAMES] * 4
    assert rows[0] == {
        "author_id": "p1", "author_name": 'Zoë "Z" \\ \x01\nx', "first_post_at": "2025-03-03T10:00:00.123+00:00",
        "is_new_author": True, "average": 2.5, "incoming_posts": 3,
    }  # fmt: skip
    assert [row["author_id"] for row in rows] == ["p1", None, "p2", "p3"]
    assert rows[1]["average"] is None and rows[1]["is_new_author"] is None
    assert '"average":2.50,' in text and '"average":-3.00,' in text and '"incoming_posts":3}' in text


def test_a_report_without_rows_is_an_empty_array(shell: Shell, vendors: Path) -> None:
    empty = ("--org", "acme", "--start-time", "0", "--end-time", "1")
    assert json.loads(written(shell, "author", *empty)) == []
    assert written(shell, "author", *empty, "--format", "csv") == ",".join(NAMES) + "\n"


@pytest.mark.parametrize("file_format", ["json", "csv"])
@pytest.mark.parametrize(
    ("zone", "printed"),
    [
        ((), ["2025-03-03T10:00:00.123+00:00", "2025-03-30T00:59:59.999+00:00", "2025-03-30T01:00:00.000+00:00"]),
        (
            ("--timezone", "Europe/Brussels"),
            ["2025-03-03T11:00:00.123+01:00", "2025-03-30T01:59:59.999+01:00", "2025-03-30T03:00:00.000+02:00"],
        ),
        (
            ("--timezone", "Asia/Kathmandu"),
            ["2025-03-03T15:45:00.123+05:45", "2025-03-30T06:44:59.999+05:45", "2025-03-30T06:45:00.000+05:45"],
        ),
        (
            ("--timezone-offset", "-12600000"),
            ["2025-03-03T06:30:00.123-03:30", "2025-03-29T21:29:59.999-03:30", "2025-03-29T21:30:00.000-03:30"],
        ),
        (
            ("--timezone-offset", "0"),
            ["2025-03-03T10:00:00.123+00:00", "2025-03-30T00:59:59.999+00:00", "2025-03-30T01:00:00.000+00:00"],
        ),
    ],
)
def test_instants_carry_their_offset(
    shell: Shell, vendors: Path, file_format: str, zone: tuple[str, ...], printed: list[str]
) -> None:
    text = written(shell, "author", *MARCH, *zone, "--report-format", file_format)
    rows = json.loads(text) if file_format == "json" else list(csv.DictReader(text.splitlines()))
    assert sorted({row["first_post_at"] for row in rows}) == printed


def test_instants_print_as_they_are_wherever_offsets_are_looked_up() -> None:
    """Inside the range that was looked up and outside of it, also where an offset has seconds."""
    instants = [
        datetime(1890, 1, 1, tzinfo=UTC), datetime(1971, 6, 1, 12, 0, 0, 1999, tzinfo=UTC),
        datetime(2024, 10, 27, 0, 59, 59, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC),
        datetime(2100, 7, 1, tzinfo=UTC),
    ]  # fmt: skip
    with duckdb.connect() as connection:
        for zone in ("Europe/Brussels", "Africa/Monrovia", "America/St_Johns", "Pacific/Kiritimati"):
            connection.execute("set TimeZone = ?", [zone])
            known = offsets_between(connection, 1_700_000_000_000_000, 1_740_000_000_000_000)
            for offsets in (known, ()):
                printed = printed_instant("moment", "%Y-%m-%dT%H:%M:%S.%g", offsets)
                sql = f"select {printed} from (select ?::timestamptz as moment)"
                for instant in instants:
                    text = connection.execute(sql, [instant]).fetchall()[0][0]
                    cut = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
                    assert datetime.fromisoformat(text) == cut
                    assert len(text) == len("2025-03-03T11:00:00.123+01:00")


def test_csv_says_nothing_where_there_is_nothing(shell: Shell, vendors: Path) -> None:
    text = written(shell, "author", *MARCH, "--columns", "author_name,author_id,average", "--format", "csv")
    assert text == 'author_name,author_id,average\n"Zoë ""Z"" \\ \x01\nx",p1,2.50\n,,\n"",p2,0.00\n=1+1,p3,-3.00\n'


def test_metrics_come_in_the_order_asked_each_once(shell: Shell, vendors: Path) -> None:
    rows = json.loads(written(shell, "author", *MARCH, "--report-metrics", "average,author_id,average, author_id"))
    assert [list(row.items()) for row in rows][:1] == [[("average", 2.5), ("author_id", "p1")]]
    assert [row["author_id"] for row in rows] == ["p1", None, "p2", "p3"]


def test_a_locale_is_of_the_words_and_not_of_the_headers(shell: Shell, vendors: Path) -> None:
    for file_format in ("json", "csv"):
        text = written(shell, "conversation", *DAY, "--locale", "tr", "--format", file_format)
        assert "conversation_id" in text and "tr" in text
    assert shell.refused("run", "message", *MARCH, "--locale", "tr") == "unknown locale of message 'tr'; known: en, fr."


def test_a_file_is_named_by_its_run(shell: Shell, vendors: Path) -> None:
    for arguments, extension in (((), "json"), (("--format", "csv"), "csv")):
        done = json.loads(shell("run", "khoros_care.author", *MARCH, *arguments, "--json"))
        path = Path(done["path"])
        assert path.name == f"author-{done['run_id']}.{extension}"
        assert path.parent == shell.folder / "export" / "khoros_care" / "acme"


def test_spreadsheets_are_for_csv(shell: Shell, vendors: Path) -> None:
    text = written(shell, "author", *MARCH, "--format", "csv", "--excel")
    assert text.startswith("\ufeffauthor_id,") and '"\'=1+1",' in text
    assert shell.refused("run", "author", *MARCH, "--excel").startswith("--excel is for csv")
