"""The report of one build about the landing zone, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb


@dataclass(frozen=True)
class Landed:
    """The counts and problems of the landing zone in one build, and the tests that warn about them."""

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
        """The report as text: one line per refused file, reason, problem and test."""
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


def landed_in(connection: duckdb.DuckDBPyConnection) -> Landed:
    """The report of a finished build about its input, without the tests that warn."""

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
